"""``manage.py qcluster --name CLASS``: the worker of one class of tasks."""

import gc
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from django_q.conf import Conf
from django_q.management.commands import qcluster

from work.former_queue import refile_calls
from work.supervisor.warming import warm_class


class Command(qcluster.Command):
    """django-q2's own command, for the classes of ``settings.WORK_CLASSES`` alone."""

    help = "Work one class of tasks."
    # `serve` and `migrate` say what is wrong; four workers need not load every page for it.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop; CommandError when nobody queues anything under this name."""
        name = options["cluster_name"] or Conf.CLUSTER_NAME
        if name not in settings.WORK_CLASSES:
            names = ", ".join(settings.WORK_CLASSES)
            raise CommandError(f"--name must be one of: {names}; not {name!r}.")
        serve_class(name)
        refile_calls()
        warm_class(name)
        connections.close_all()
        # What is loaded now stays shared: no later collection touches it in the children.
        gc.collect()
        gc.freeze()
        super().handle(*args, **options)


def serve_class(name: str) -> None:
    """Have django-q2 work the class ``name``: it has read its settings when it was loaded."""
    settled: dict[str, Any] = settings.Q_CLUSTER
    share = {**settled, **settled["ALT_CLUSTERS"][name]}
    Conf.CLUSTER_NAME = name
    Conf.WORKERS = share["workers"]
    Conf.QUEUE_LIMIT = share.get("queue_limit", share["workers"] ** 2)
