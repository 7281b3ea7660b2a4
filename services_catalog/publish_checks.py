"""Checks that a service is complete before it is published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models

from services_catalog import validation
from services_catalog.facts import QuestionFacts, ServiceFacts
from web.refusals import Refusal


class Unfinished(Refusal):
    """A service that lacks something cannot be published."""

    status = 422
    code = "service_unfinished"
    title = "این خدمت هنوز برای انتشار کامل نیست"


#: What an app above finds amiss in a service that is about to be published, in sentences.
Check = Callable[[ServiceFacts], Iterable[str]]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Have every publication ask ``check`` too. Called from AppConfig.ready()."""
    _checks.append(check)


def require_whole(
    rows: Sequence[models.Model], *, has_route: bool, freeze: Callable[[], ServiceFacts]
) -> None:
    """Raise Unfinished with what a service lacks: ``rows`` are the service and those below it.

    ``freeze`` tells its facts; it is asked only when every row is sound by itself.
    """
    faults = [fault for row in rows for fault in _find_faults(row)]
    if not has_route:
        faults.append("مسیر بررسی: حداقل یک مرحله لازم است.")
    if not faults:
        facts = freeze()
        faults = [*validation.find_contradictions(facts), *find_unanswered(facts)]
        faults += [fault for check in _checks for fault in check(facts)]
    if faults:
        raise Unfinished(" ".join(faults))


def _find_faults(row: models.Model) -> list[str]:
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


STAGES = Path(__file__).parent / "data" / "stages.json"
# The code of the question that names the body a letter goes to.
RECIPIENT = "recipient"


@cache
def _shipped_questions() -> dict[str, list[QuestionFacts]]:
    """The questions of each kind of the portal's own services, as they came with it."""
    rows = json.loads(STAGES.read_text("utf-8"))
    return {
        row["kind"]: [QuestionFacts.model_validate(question) for question in row["questions"]]
        for row in rows
    }


def find_unanswered(facts: ServiceFacts) -> Iterator[str]:
    """Which answers would be missing later, in sentences."""
    asked = {question.code: question for question in facts.questions}
    for needed in _shipped_questions().get(facts.kind, ()):
        yield from _find_changed(needed, asked.get(needed.code))
    if facts.recipient == "answer" and RECIPIENT not in asked:
        yield (
            "گیرندهٔ نامه «مرجع به انتخاب متقاضی» است و پرسشی برای آن تعریف نشده "
            f"است. لطفاً پرسشی با کد «{RECIPIENT}» اضافه کنید یا گیرنده را تغییر دهید."
        )


def _find_changed(needed: QuestionFacts, now: QuestionFacts | None) -> Iterator[str]:
    if now is None:
        yield f"سامانه به پاسخ پرسش «{needed.label}» (کد «{needed.code}») نیاز دارد و حذف آن ممکن نیست."
    elif (now.kind, now.shown_when) != (needed.kind, needed.shown_when):
        yield f"«{now.label}»: نوع پاسخ و شرط نمایش این پرسش تغییر نمی‌کند."
    elif needed.required and not now.required:
        yield f"«{now.label}»: این پرسش باید الزامی بماند."
    elif not {c.value for c in now.choices} <= {c.value for c in needed.choices}:
        yield f"«{now.label}»: کد گزینه‌های این پرسش تغییر نمی‌کند."
