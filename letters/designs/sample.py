"""A made-up request: what a template is tried on before there is a real one."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from letters.composition import LetterMatter
from letters.designs.answers import services_worded_by
from letters.designs.models import LetterDesign
from services_catalog.facts import QuestionFacts, QuestionKind, ServiceFacts, StopFacts
from services_catalog.models import Province
from submissions.models.filed_facts import FiledContract, FiledFacts, FiledParty

TRACKING_CODE: Final = "140500000000"
PARTY: Final = FiledParty(kind="legal", name="شرکت نمونهٔ سپاهان", national_id="10260000000")
FILE_NUMBER: Final = "ص-۱۲۳"
# What an answer of each kind looks like, as it is kept.
ANSWERS: Final[dict[QuestionKind, Any]] = {
    QuestionKind.TEXT: "متن نمونه",
    QuestionKind.LONG_TEXT: "متن نمونهٔ بلندتر، همان‌گونه که متقاضی نوشته است.",
    QuestionKind.DECIMAL: "2.5",
    QuestionKind.DATE: date(2026, 11, 22).isoformat(),
    QuestionKind.YES_NO: True,
    QuestionKind.PERSON_NAME: "مریم رضایی",
    QuestionKind.COMPANY_NAME: "شرکت نمونهٔ سپاهان",
    QuestionKind.NATIONAL_CODE: "0012345679",
    QuestionKind.LEGAL_ID: "10260000000",
    QuestionKind.MOBILE: "09130000000",
    QuestionKind.POSTAL_CODE: "8134567891",
    QuestionKind.PAST_DATE: date(2020, 5, 1).isoformat(),
    QuestionKind.FUTURE_DATE: date(2027, 5, 1).isoformat(),
}


def make_up_matter(design: LetterDesign) -> LetterMatter:
    """A request for the first service that the template words; for a made-up one where there is none."""
    found = services_worded_by(design.kind, design.service_code)
    service = found[0] if found else _make_up_service(design)
    answers = {question.code: _answer(question) for question in service.questions}
    province = Province.objects.first()
    place = province.name if province else "استان نمونه"
    contract = FiledContract(
        number="1405/1001",
        park="شهرک صنعتی نمونه",
        province=place,
        plot="12",
        file_number=FILE_NUMBER,
    )
    said = FiledFacts(party=PARTY, contract=contract, park=contract.park, province=place)
    return LetterMatter(service, answers, said, province, FILE_NUMBER)


def _answer(question: QuestionFacts) -> Any:
    if question.kind == QuestionKind.CHOICE:
        return question.choices[0].value if question.choices else ""
    if question.kind == QuestionKind.NUMBER:
        return int(question.min or 250)
    return ANSWERS[question.kind]


def _make_up_service(design: LetterDesign) -> ServiceFacts:
    stop = StopFacts(code="deputy", unit="deputy", unit_title="معاون شرکت", signs=True)
    return ServiceFacts(
        code="sample",
        title="خدمت نمونه",
        kind="request",
        category="sample",
        category_title="نمونه",
        promise_days=1,
        letter_kind=design.kind,
        route=(stop,),
    )
