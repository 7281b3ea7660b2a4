"""django-q2's brokers, which also report to the serving parent what they hand out.

Named in the settings as ``Q_CLUSTER["broker_class"]``.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

import redis
from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Min
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf
from redis.backoff import NoBackoff
from redis.retry import Retry

from work.queue import goes_first, mark_call, under_todays_name
from work.supervisor.heartbeat import send_beat

# More than the second that a worker waits for a task.
REDIS_SECONDS = 3

logger = logging.getLogger(__name__)

Handed = list[tuple[Any, Any]] | None
# Seconds between two looks at a queue that does not answer.
AWAY = 0.5
_A_LITTLE = timedelta(milliseconds=1)


class OrmBroker(ORM):
    """Tasks as rows of our own database, written with the change that asks for them."""

    @staticmethod
    def get_connection(list_key: str | None = None) -> Any:
        """The rows in the order in which they are taken; PostgreSQL keeps none by itself."""
        return ORM.get_connection(list_key).order_by("lock", "pk")

    def enqueue(self, task: str) -> Any:
        """Queue a call: at the end, or before all that waits in its class."""
        due = self._before_all() if goes_first(task) else timezone.now()
        return self.get_connection().create(key=self.list_key, payload=task, lock=due).pk

    def dequeue(self) -> Handed:
        """Take what is due and say which rows were taken."""
        try:
            return _tell_handed(super().dequeue())
        except (DatabaseError, InterfaceError):
            connections.close_all()
            _rest_without_broker()
            return None

    def fail(self, task_id: Any) -> None:
        """Throw away a row that cannot be read."""
        send_beat("dropped", task_id)
        super().fail(task_id)

    def acknowledge(self, task_id: Any) -> None:
        """Take a row away that was worked on, and say which."""
        super().acknowledge(task_id)
        send_beat("settled", task_id)

    @staticmethod
    def get_cache() -> None:
        """No cache: the cluster would write its state there twice a second, read by nobody."""

    def _before_all(self) -> datetime:
        now = timezone.now()
        oldest = self.get_connection().filter(key=self.list_key).aggregate(at=Min("lock"))["at"]
        return min(oldest or now, now) - _A_LITTLE


class RedisBroker(Redis):
    """Tasks in Redis: faster, and lost when a process is killed. The sweep finds them again."""

    def enqueue(self, task: str) -> Any:
        """Queue a call: at the end, or before all that waits in its class."""
        if goes_first(task):
            return self.connection.lpush(self.list_key, task)
        return super().enqueue(task)

    def dequeue(self) -> Handed:
        """Take what is due and say what was taken, by a mark: there is no row to name."""
        try:
            tasks = super().dequeue() or []
        except redis.RedisError:
            _rest_without_broker()
            return None
        return _tell_handed([(mark_call(payload), payload) for _none, payload in tasks]) or None

    def fail(self, task_id: Any) -> None:
        """Forget a task that cannot be read."""
        send_beat("dropped", task_id)
        super().fail(task_id)

    def acknowledge(self, task_id: Any) -> None:
        """Say which task is done with; Redis itself has forgotten it."""
        send_beat("settled", task_id)

    @staticmethod
    def get_connection(list_key: str | None = None) -> redis.Redis:
        """One that gives up: a web thread pushes tasks by it, a worker waits a second for one."""
        return redis.from_url(
            Conf.REDIS,
            socket_connect_timeout=1,
            socket_timeout=REDIS_SECONDS,
            # Its own three tries with growing rests would hold the thread for ten seconds.
            retry=Retry(NoBackoff(), 1),
        )


def _rest_without_broker() -> None:
    """Try again soon: django-q2 would have the whole class rest for ten seconds."""
    logger.warning("The queue does not answer", exc_info=True)
    time.sleep(AWAY)


def _tell_handed(tasks: Handed) -> Handed:
    for row, _payload in tasks or []:
        send_beat("pulled", row)
    return tasks and [(row, under_todays_name(payload)) for row, payload in tasks]
