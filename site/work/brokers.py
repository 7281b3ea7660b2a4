"""django-q2's brokers, which also report to the serving parent what they hand out.

Named in the settings as ``Q_CLUSTER["broker_class"]``.
"""

from typing import Any

from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis

from work.queue import under_todays_name
from work.supervisor.heartbeat import send_beat

Handed = list[tuple[Any, Any]] | None


class OrmBroker(ORM):
    """Tasks as rows of our own database, written with the change that asks for them."""

    def dequeue(self) -> Handed:
        """Take what is due and say which rows were taken."""
        return _tell_handed(super().dequeue())

    def fail(self, task_id: Any) -> None:
        """Throw away a row that cannot be read."""
        send_beat("dropped", task_id)
        super().fail(task_id)

    @staticmethod
    def get_cache() -> None:
        """No cache: the cluster would write its state there twice a second, read by nobody."""


class RedisBroker(Redis):
    """Tasks in Redis: faster, and lost when a process is killed. The sweep finds them again."""

    def dequeue(self) -> Handed:
        """Take what is due and say that something was taken."""
        return _tell_handed(super().dequeue())

    def fail(self, task_id: Any) -> None:
        """Forget a task that cannot be read."""
        send_beat("dropped", task_id)
        super().fail(task_id)


def _tell_handed(tasks: Handed) -> Handed:
    for row, _payload in tasks or []:
        send_beat("pulled", row)
    return tasks and [(row, under_todays_name(payload)) for row, payload in tasks]
