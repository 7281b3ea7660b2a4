"""What the portal's own services must go on asking: its code reads these answers by name.

Editors word identity, agency and succession as they like and may ask for more. A question of
theirs that is taken away, or may be left empty, would stop every decision on such a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services_catalog.facts import QuestionFacts, ServiceFacts

STAGES = Path(__file__).parent / "data" / "stages.json"
# The code of the question that names the body a letter goes to.
RECIPIENT = "recipient"


@cache
def _shipped() -> dict[str, list[QuestionFacts]]:
    """The questions of each kind of the portal's own services, as they came with it."""
    rows = json.loads(STAGES.read_text("utf-8"))
    return {
        row["kind"]: [QuestionFacts.model_validate(question) for question in row["questions"]]
        for row in rows
    }


def unanswered(facts: ServiceFacts) -> Iterator[str]:
    """Which answers would be missing later, in sentences."""
    asked = {question.code: question for question in facts.questions}
    for needed in _shipped().get(facts.kind, ()):
        yield from _changed(needed, asked.get(needed.code))
    if facts.recipient == "answer" and RECIPIENT not in asked:
        yield (
            "گیرندهٔ نامه «مرجع به انتخاب متقاضی» است و پرسشی آن را نمی‌پرسد. "
            f"لطفاً پرسشی با کد «{RECIPIENT}» بیفزایید یا گیرنده را تغییر دهید."
        )


def _changed(needed: QuestionFacts, now: QuestionFacts | None) -> Iterator[str]:
    if now is None:
        yield f"سامانه به پاسخ پرسش «{needed.label}» (کد «{needed.code}») نیاز دارد و حذف آن ممکن نیست."
    elif (now.kind, now.shown_when) != (needed.kind, needed.shown_when):
        yield f"«{now.label}»: نوع پاسخ و شرط نمایش این پرسش تغییر نمی‌کند."
    elif needed.required and not now.required:
        yield f"«{now.label}»: این پرسش باید الزامی بماند."
    elif not {c.value for c in now.choices} <= {c.value for c in needed.choices}:
        yield f"«{now.label}»: کد گزینه‌های این پرسش تغییر نمی‌کند."
