"""Moves what lies in a queue that no worker reads any more to where it belongs today.

Before the classes there was one queue, named like the whole of django-q2's settings. What
waited there during an update, or was put there by another host that is updated later,
is found at the start of every worker and by every sweep.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django_q.brokers import get_broker
from django_q.models import OrmQ

from work.queue import class_of_call

AT_ONCE = 1000


def refile_calls() -> int:
    """Move calls of former queues, AT_ONCE of them at most; how many."""
    return _refile_list() if settings.WORK_BROKER == "redis" else _refile_rows()


def _refile_rows() -> int:
    rows = OrmQ.objects.exclude(key__in=list(settings.WORK_CLASSES)).order_by("pk")
    found = list(rows.values_list("pk", "payload")[:AT_ONCE])
    for pk, payload in found:
        OrmQ.objects.filter(pk=pk).update(key=class_of_call(payload))
    return len(found)


def _refile_list() -> int:
    """From the end of the old list to the beginning of the new one, which keeps the order."""
    former = get_broker(cast(str, settings.Q_CLUSTER["name"]))
    redis: Any = former.connection
    for moved in range(AT_ONCE):
        payload = redis.lindex(former.list_key, -1)
        if payload is None:
            return moved
        home = get_broker(class_of_call(payload.decode())).list_key
        redis.lmove(former.list_key, home, "RIGHT", "LEFT")
    return AT_ONCE
