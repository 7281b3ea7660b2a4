"""The worker of the stories: does in the test's own process what was put into the queue."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from wagtail.models import Collection, Locale, Page, Site


def run_until_idle(at_most: int = 500) -> int:
    """Run the queued tasks, the most urgent first, those that they queue included; how many."""
    done = 0
    while row := _next_row():
        task = SignedPackage.loads(row.payload)
        row.delete()
        import_string(task["func"])(*task["args"], **task["kwargs"])
        done += 1
        assert done <= at_most, f"the queue does not become empty: {task['func']}"
    return done


def _next_row() -> OrmQ | None:
    """What a worker would take; a call in a queue that no worker reads is never run."""
    lost = OrmQ.objects.exclude(key__in=list(settings.WORK_CLASSES))
    assert not lost.exists(), f"nobody works the queue {lost.first().key!r}"
    for work_class in settings.WORK_CLASSES:
        if row := OrmQ.objects.filter(key=work_class).order_by("pk").first():
            return row
    return None


def queued() -> list[tuple[str, tuple[Any, ...]]]:
    """What waits in the queue: names of tasks and their arguments."""
    tasks = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("pk")]
    return [(task["func"], tuple(task["args"])) for task in tasks]


def restore_wagtail(**kwargs: Any) -> None:
    """The rows that Wagtail's migrations write once, its two groups too, and that a flush takes away."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Page.objects.exists():
        Page.add_root(instance=Page(title="Root", slug="root"))
    if not Site.objects.exists():
        root = Page.objects.get(depth=1)
        welcome = root.add_child(instance=Page(title="Welcome", slug="home"))
        Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    for name in ("Editors", "Moderators"):
        Group.objects.get_or_create(name=name)
