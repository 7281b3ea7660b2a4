"""Composes the facts of a letter from a decided request and the letter's template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Party
from letters.designs.answers import texts_of
from letters.designs.placeholders import ANSWER, answers_in, fill_placeholders
from letters.designs.versions import LetterTemplate
from letters.drafts.marks import classification_in
from letters.facts import LetterFacts
from letters.images.printing import images_of_issuer, images_of_signer
from letters.models import Letter
from letters.wording import Words, blocks_of, place_table
from persian.digits import show_code, to_persian
from services_catalog.facts import ServiceFacts
from services_catalog.models import Organisation, Province, Unit
from submissions.drafts.answers import rows_of
from submissions.models import Filing, Step, Submission
from submissions.models.filed_facts import FiledFacts, facts_of
from submissions.states import Urgency
from web.models import OfficeSettings
from web.refusals import NotNow


class NoRecipient(NotNow):
    code = "no_recipient"
    title = "گیرندهٔ نامه مشخص نیست"
    message = "برای این خدمت در این استان گیرنده‌ای تعریف نشده است. لطفاً به مدیر سامانه اطلاع دهید."


class NoTemplate(NotNow):
    code = "no_template"
    title = "الگوی نامه مشخص نیست"
    message = "برای این نوع نامه الگویی تعریف نشده است. لطفاً به مدیر سامانه اطلاع دهید."


class NoRefusalTemplate(NoTemplate):
    code = "no_refusal_template"
    title = "الگوی نامهٔ رد مشخص نیست"
    message = (
        "برای نامهٔ رد این خدمت الگویی منتشر نشده است و تا انتشار آن درخواست رد نمی‌شود. "
        "لطفاً به مدیر سامانه اطلاع دهید."
    )


class NoIssuer(NotNow):
    code = "no_issuer"
    title = "مشخصات شرکت ثبت نشده است"
    message = "نام شرکت برای سربرگ نامه ثبت نشده است. لطفاً به مدیر سامانه اطلاع دهید."


# What a service says of its recipient where that is no kind of bodies.
TO_APPLICANT = ("applicant", "answer")


@dataclass(frozen=True)
class LetterMatter:
    """What a letter is about: of a request that was handed in, its filing alone says it."""

    service: ServiceFacts
    answers: Mapping[str, Any]
    said: FiledFacts
    province: Province | None
    file_number: str = ""

    @classmethod
    def of_draft(cls, submission: Submission) -> LetterMatter:
        """What it would be about if it were handed in now."""
        said, province = facts_of(submission), submission.province
        return cls(submission.facts, submission.answers, said, province, submission.file_number)

    @classmethod
    def of_filing(cls, submission: Submission) -> LetterMatter:
        """What was handed in last."""
        return cls.of(submission, submission.filings.select_related("province").latest("number"))

    @classmethod
    def of(cls, submission: Submission, filing: Filing) -> LetterMatter:
        """What was handed in with ``filing``."""
        return cls(
            submission.facts, filing.answers, filing.said, filing.province, filing.file_number
        )


def _named_in(matter: LetterMatter) -> str:
    """The body that the applicant named."""
    return str(matter.answers.get("recipient") or "").strip()


def body_of(matter: LetterMatter) -> Organisation | None:
    """The body of the catalog that the letter is for; None where the applicant is, or named one."""
    kind = matter.service.recipient
    if _named_in(matter) or kind in TO_APPLICANT:
        return None
    return Organisation.objects.receiving(kind, matter.province)


def recipient_of(matter: LetterMatter) -> dict[str, str]:
    """Who the letter is for: ``post``, ``organisation`` and ``address``.

    The applicant, the body that the applicant named in the answer ``recipient``, or the
    organisation of the service's kind in the province. Raises NoRecipient when there is none.
    """
    if named := _named_in(matter):
        return {"post": "مسئول محترم", "organisation": named, "address": ""}
    if matter.service.recipient in TO_APPLICANT:
        return address_applicant(matter.said)
    body = body_of(matter)
    if body is None:
        raise NoRecipient
    return {
        "post": body.addressee or "مدیر محترم",
        "organisation": body.name,
        "address": body.postal_address,
    }


def describe_issuer(unit: str = "") -> dict[str, Any]:
    """The office as a letterhead names it, with the emblem and letterhead of a unit where it has its own.

    ``unit``: its code. Raises NoIssuer while the office has no name.
    """
    office = OfficeSettings.load()
    if not office.name:
        raise NoIssuer
    return {
        "above": [office.parent] if office.parent else [],
        "name": office.name,
        "address": office.address,
        "phone": office.phone,
        "extension": office.extension if office.phone else "",
        "site": office.site,
        **images_of_issuer(unit),
    }


def address_applicant(said: FiledFacts) -> dict[str, str]:
    """The applicant as a letter addresses them."""
    post = "طرف محترم قرارداد" if said.contract else "متقاضی محترم"
    return {"post": post, "organisation": said.party.name, "address": ""}


def issuing_unit(service: ServiceFacts) -> str:
    """The unit in whose name results are issued: of the last stop that signs, else of the last one."""
    stops = [stop for stop in service.route if stop.signs] or list(service.route)
    return stops[-1].unit if stops else ""


def describe_matter(
    submission: Submission,
    matter: LetterMatter,
    recipient: dict[str, str] | None = None,
    unit: str = "",
) -> dict[str, Any]:
    """What is decided, as JSON: all that a letter needs but who signs it, copied and not looked up again.

    ``recipient``: where it is not the one that the service names; ``unit``: where it is issued by
    another one than results are. What it says of the party and the contract is what was handed in,
    whatever the registers say now.
    """
    facts, said = matter.service, matter.said
    contract, place = said.contract, said.plot_place
    return {
        "issuer": describe_issuer(unit or issuing_unit(facts)),
        "subject": facts.letter_subject or facts.title,
        "recipient": recipient or recipient_of(matter),
        "party": said.party.model_dump(),
        "contract": contract.number if contract else "",
        "plot": contract.plot if contract else "",
        "park": place.park,
        "province": place.province,
        "file_number": matter.file_number,
        "service_code": facts.code,
        "service_title": facts.title,
        "tracking_code": submission.tracking_code,
        "priority": Urgency(submission.urgency).label,
        "rows": [
            {"label": row.label, "value": row.value}
            for row in rows_of(facts, matter.answers)
            if row.code != "recipient"  # it stands on top of the letter
        ],
    }


def address_by(
    template: LetterTemplate, facts: Mapping[str, Any], matter: LetterMatter
) -> dict[str, Any]:
    """The facts with what the template adds: the answers that it names, its heading, how it addresses.

    Facts of a template that adds nothing are the same as before.
    """
    added: dict[str, Any] = {}
    if named := answers_in(texts_of(template)):
        rows = {row.code: row.value for row in rows_of(matter.service, matter.answers)}
        added["answers"] = {code: rows.get(code, "") for code in named}
    words = words_of({**facts, **added})
    if template.subject:
        added["subject"] = fill_text(template.subject, words)[:300]
    if template.recipient_post:
        post = fill_text(template.recipient_post, words)
        added["recipient"] = {**facts["recipient"], "post": post}
    return {**facts, **added}


def words_of(facts: Mapping[str, Any]) -> Words:
    """What the placeholders of a template stand for."""
    answers = {ANSWER + code: value for code, value in facts.get("answers", {}).items()}
    return Words(
        answers,
        party_name=facts["party"]["name"],
        party_id=to_persian(facts["party"]["national_id"]),
        party_code=_name_code(facts["party"]),
        contract_number=show_code(facts["contract"]),
        plot=show_code(facts["plot"]),
        park=facts["park"],
        province=facts["province"],
        service=facts["service_title"],
        subject=facts["subject"],
        file_number=show_code(facts["file_number"]),
        recipient_title=facts["recipient"]["post"],
        tracking_code=to_persian(facts["tracking_code"]),
        reason=facts.get("reason", ""),
    )


def compose_letter(letter: Letter) -> LetterFacts:
    """All that will be printed: the decided facts in the words that were signed."""
    return compose_facts(
        letter.facts,
        letter.facts["text"] if "text" in letter.facts else _text_of_before(letter),
        number=letter.number_text,
        issued_at=letter.issued_at,
        verify_code=letter.verify_code,
    )


def _text_of_before(letter: Letter) -> dict[str, Any]:
    """Letters that were decided before their text was frozen are worded by their template."""
    template, words = letter.template, words_of(letter.facts)
    return {
        "template_version": template.version,
        "signer_post": template.signer_post,
        "salutation": template.salutation,
        "blocks": [
            {"kind": block.kind, "text": fill_text(block.text, words)}
            for block in blocks_of(template)
        ],
        "rows": letter.facts["rows"] if template.show_answers else [],
        "copies": [fill_text(text, words) for text in template.copies],
    }


def compose_facts(
    facts: Mapping[str, Any],
    text: Mapping[str, Any],
    *,
    number: str,
    issued_at: datetime,
    verify_code: str,
) -> LetterFacts:
    """What stands on a paper: what was decided, the words that were signed, number and date."""
    same = ("subject", "recipient", "tracking_code", "service_code", "service_title", "party")
    rows_title, rows_after = place_table(text["blocks"])
    return LetterFacts.model_validate(
        {
            **{name: facts[name] for name in same},
            "template_version": text["template_version"],
            # Letters that were decided before this was copied have none of their own.
            "issuer": facts.get("issuer") or describe_issuer(),
            "number": number,
            "issued_at": issued_at,
            "priority": facts.get("priority", "عادی"),
            "classification": classification_in(facts),
            "enclosure": "دارد" if facts.get("attachments") else "ندارد",
            "attachments": facts.get("attachments", []),
            "salutation": text["salutation"],
            "paragraphs": [
                block["text"]
                for block in text["blocks"]
                if block["text"] and block["kind"] == "paragraph"
            ],
            "rows": text["rows"],
            "rows_title": rows_title,
            "rows_after": rows_after,
            "signers": name_signers(facts, text["signer_post"]),
            "copies": text["copies"],
            "verify_code": verify_code,
            "verify_url": settings.SITE_URL + reverse("letters:verify", args=[verify_code]),
            "contract": facts["contract"],
            "park": facts["park"],
        }
    )


def name_signers(facts: Mapping[str, Any], post: str) -> list[dict[str, str]]:
    """Who signed, in their order; ``post``: how the template titles the last of them, if it does."""
    signers: list[dict[str, str]] = facts.get("signers") or [facts["signer"]]
    *before, last = signers
    return [*before, {**last, "post": post or last["post"]}]


def fill_text(text: str, words: Words) -> str:
    """The text with what its placeholders stand for."""
    # Templates that offices wrote before ``party_code`` name every code «شناسه».
    return fill_placeholders(text.replace("شناسه: {party_id}", "{party_code}"), words)


def _name_code(party: dict[str, str]) -> str:
    """«کد ملی: …» of a natural person, «شناسهٔ ملی: …» of a legal one."""
    name = "کد ملی" if party["kind"] == Party.Kind.NATURAL else "شناسهٔ ملی"
    return f"{name}: {to_persian(party['national_id']) or '—'}"


def signer_of(submission: Submission, signing: Step) -> dict[str, str]:
    """Who signed with a step: name, post by the unit of the stop, in whose place; signature and stamp."""
    absent, stop = signing.standing_in_for, submission.facts.stop(signing.stop)
    return {
        "name": str(signing.by or ""),
        "post": _signing_post(submission, signing),
        "standing_in_for": str(absent or ""),
        **images_of_signer(signing.by, stop.unit if stop else ""),
    }


def _signing_post(submission: Submission, signing: Step) -> str:
    """How the one who signed is titled on a letter, by the unit of the signing stop."""
    stop = submission.facts.stop(signing.stop)
    if stop is None:
        return ""
    unit = Unit.objects.filter(code=stop.unit).first()
    return unit.signing_post if unit and unit.signing_post else stop.unit_title


def signing_steps(submission: Submission, approval: Step) -> list[Step]:
    """The last agreement of each stop that signs, in the order of the route; else the approval."""
    stops = [stop.code for stop in submission.route if stop.signs]
    taken = submission.history.filter(stop__in=stops, name__in=["pass_on", "approve"])
    last = {step.stop: step for step in taken.select_related("by", "standing_in_for")}
    return [last[code] for code in stops if code in last] or [approval]
