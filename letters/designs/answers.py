"""Whether the answers that a template names are there in every letter that it words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from letters.designs.kinds import INQUIRY, REFUSAL
from letters.designs.placeholders import answers_in
from letters.designs.versions import LetterTemplate
from letters.wording import read_blocks
from services_catalog.facts import QuestionFacts, ServiceFacts
from services_catalog.kinds import document_kinds
from services_catalog.models import ServiceVersion

UNWORDED_REFUSAL: Final = (
    "برای نامهٔ رد درخواست الگویی منتشر نشده است. لطفاً الگوی آن را منتشر کنید یا گزینهٔ «نامهٔ رد» را "
    "غیرفعال کنید."
)


def services_worded_by(kind: str, service_code: str) -> list[ServiceFacts]:
    """The published services whose letters a template of this use words: its own, or all without one."""
    current = ServiceVersion.objects.filter(
        current=True, service__live=True, service__kind__in=document_kinds()
    )
    own = set(
        LetterTemplate.objects.filter(kind=kind, current=True)
        .exclude(service_code="")
        .values_list("service_code", flat=True)
    )
    facts = [version.facts for version in current.order_by("service__order", "service_id")]
    if service_code:
        return [found for found in facts if found.code == service_code]
    return [found for found in facts if has_letters(found, kind) and found.code not in own]


def has_letters(facts: ServiceFacts, kind: str) -> bool:
    """Whether a service may have letters of this kind: bodies are asked about requests of every one."""
    if facts.kind not in document_kinds():
        return False
    if kind == REFUSAL:
        return facts.refusal_letter
    return kind == INQUIRY or facts.letter_kind == kind


def is_always_there(question: QuestionFacts) -> bool:
    """Whether nothing can be handed in without an answer to it."""
    return question.required and question.shown_when is None


def find_faults(texts: Iterable[str], services: Iterable[ServiceFacts]) -> Iterator[str]:
    """What would be missing in letters with these texts, in sentences: one for each service and answer."""
    named = answers_in(texts)
    for facts in services:
        asked = {question.code: question for question in facts.questions}
        for code in named:
            question = asked.get(code)
            if question is None:
                yield f"خدمت «{facts.title}» از این الگو استفاده می‌کند و پرسشی با کد «{code}» ندارد."
            elif not is_always_there(question):
                yield (
                    f"پاسخ «{question.label}» در خدمت «{facts.title}» اختیاری یا مشروط است و ممکن است "
                    "در نامه خالی بماند."
                )


def answers_placeable(services: list[ServiceFacts]) -> dict[str, str]:
    """The answers that every one of the services has in each request, by code, with their labels."""
    always = [
        {question.code: question.label for question in facts.questions if is_always_there(question)}
        for facts in services
    ]
    first = always[0] if always else {}
    return {code: label for code, label in first.items() if all(code in rest for rest in always)}


def texts_of(template: LetterTemplate) -> list[str]:
    """Every text of a version that may name something."""
    blocks = [block.text for block in read_blocks(template.paragraphs)]
    return [template.subject, template.recipient_post, *blocks, *template.copies]


def check_service(facts: ServiceFacts) -> Iterator[str]:
    """What the letters of a service that is about to be published would miss, in sentences."""
    asked = dict.fromkeys([facts.letter_kind, REFUSAL, INQUIRY])
    kinds = [kind for kind in asked if kind and has_letters(facts, kind)]
    templates = LetterTemplate.objects.for_kinds(kinds, facts.code)
    if REFUSAL in kinds and REFUSAL not in templates:
        yield UNWORDED_REFUSAL
    for template in (templates[kind] for kind in kinds if kind in templates):
        faults = find_faults(texts_of(template), [facts])
        yield from (f"الگوی نامهٔ «{template.title}»: {fault}" for fault in faults)
