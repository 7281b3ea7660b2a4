"""Whether a service has all that it needs to be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from doors.refusals import Refusal
from services_catalog import checking, wired
from services_catalog.freezing import facts_of

if TYPE_CHECKING:
    from services_catalog.models import Service


class Unfinished(Refusal):
    """A service that lacks something cannot be published."""

    status = 422
    code = "service_unfinished"
    title = "این خدمت هنوز برای انتشار کامل نیست"


def require_whole(service: Service) -> None:
    """Raises Unfinished with what the service as it stands here lacks, its rows included."""
    parts = [*service.questions.all(), *service.documents.all(), *service.stops.all()]
    faults = [fault for row in (service, *parts) for fault in _faults(row)]
    if not service.stops.all():
        faults.append("مسیر بررسی: دست‌کم یک ایستگاه لازم است.")
    if not faults:
        facts = facts_of(service)
        faults = [*checking.contradictions(facts), *wired.unanswered(facts)]
    if faults:
        raise Unfinished(" ".join(faults))


def _faults(row: models.Model) -> list[str]:
    """What is wrong in one row, each with the name of its field."""
    try:
        # A row of a revision is not below its service yet as far as it knows.
        row.full_clean(exclude=["service"], validate_constraints=False)
    except ValidationError as error:
        names = {field.name: str(field.verbose_name) for field in row._meta.fields}
        return [
            f"{names.get(name, row)}: {said}"
            for name, sentences in error.message_dict.items()
            for said in sentences
        ]
    return []
