"""System checks for contradictory queue settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from work.queue import declared_classes


def queue_settings(**kwargs: Any) -> list[CheckMessage]:
    """Errors work.E001 to E005, for settings under which tasks are lost or repeated."""
    queue: dict[str, Any] = settings.Q_CLUSTER
    broker = settings.WORK_BROKER
    rules = [
        ("E001", broker in {"orm", "redis"}, "WORK_BROKER must be 'orm' or 'redis'."),
        (
            "E002",
            (broker == "redis") == ("redis" in queue) and (broker == "orm") == ("orm" in queue),
            "WORK_BROKER and Q_CLUSTER name different brokers.",
        ),
        (
            "E003",
            0 < (queue.get("timeout") or 0) < queue.get("retry", 60),
            "Q_CLUSTER: timeout must be set and below retry, or a slow task runs twice at once.",
        ),
        (
            "E004",
            queue.get("ack_failures") is True,
            "Q_CLUSTER: without ack_failures a task that raises is repeated for ever.",
        ),
        (
            "E005",
            all(settings.WORK_CLASSES.get(name, 0) > 0 for name in declared_classes()),
            "WORK_CLASSES: every class of tasks needs at least one worker process.",
        ),
    ]
    return [Error(text, id=f"work.{code}") for code, holds, text in rules if not holds]
