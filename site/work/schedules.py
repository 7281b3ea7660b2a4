"""What runs by the clock: the one place that writes django-q2's schedules.

A row of the database rather than a clock in the serving process: then a task runs
wherever a worker runs, once for all hosts, however it was started.
"""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate

from work.queue import class_of, path_of


def keep_schedule(
    sender: AppConfig, task: Callable[[], object], name: str, *, minutes: int
) -> None:
    """Have ``task()`` run every so many ``minutes``; written after every ``migrate``.

    Called from AppConfig.ready(); ``sender`` is an app that has tables, ``name`` stays when the
    task moves. The workers of the task's class alone look after it. Raises TypeError when the
    task cannot be queued.
    """
    func, cluster = path_of(task), class_of(task)

    def write_schedule(sender: AppConfig, using: str, **kwargs: Any) -> None:
        try:
            schedules = kwargs.get("apps", installed).get_model("django_q", "Schedule")
        except LookupError:
            # Only our own tables were migrated; the next full migrate comes here again.
            return
        schedules.objects.using(using).update_or_create(
            name=name,
            defaults={
                "func": func,
                "cluster": cluster,
                "schedule_type": "I",
                "minutes": minutes,
                "repeats": -1,
            },
        )

    post_migrate.connect(write_schedule, sender=sender, weak=False, dispatch_uid=f"schedule:{name}")
