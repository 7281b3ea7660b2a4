"""Publishes and unpublishes what editors have scheduled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import transaction
from django.utils.timezone import now
from wagtail.models import DraftStateMixin, Page, Revision

from web.refusals import Refusal

logger = logging.getLogger(__name__)


def do_what_is_due() -> int:
    """Publish and unpublish what is due, each by itself: one failure holds nothing else up.

    Wagtail's ``publish_scheduled`` would end at the first error, at every run. How many were done.
    """
    due = Revision.objects.filter(approved_go_live_at__lt=now()).order_by("approved_go_live_at")
    return sum([*map(_publish_revision, due), *map(_unpublish_object, _find_expired())])


def _find_expired() -> Iterator[DraftStateMixin]:
    kinds = (model for model in apps.get_models() if issubclass(model, DraftStateMixin))
    # Kinds of pages are pages already.
    for model in (m for m in kinds if m is Page or not issubclass(m, Page)):
        yield from model._default_manager.filter(live=True, expire_at__lt=now())


def _publish_revision(revision: Revision) -> bool:
    def publish() -> None:
        revision.publish(log_action="wagtail.publish.scheduled")

    try:
        return _do_alone(publish, revision)
    except Refusal as refusal:
        # It stays a draft until somebody completes it: trying again would change nothing.
        what = f"{revision.content_type.model} {revision.object_id}"
        logger.error("%s cannot be published as scheduled: %s", what, refusal)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        return False


def _unpublish_object(found: DraftStateMixin) -> bool:
    def unpublish() -> None:
        found.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")

    return _do_alone(unpublish, found)


def _do_alone(act: Callable[[], None], subject: object) -> bool:
    """Whether it was done. Raises Refusal; other errors are logged and tried at the next sweep."""
    try:
        with transaction.atomic():
            act()
    except Refusal:
        raise
    except Exception:
        logger.exception("%s could not be brought to its scheduled state", subject)
        return False
    return True
