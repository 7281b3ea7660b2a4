"""A template as the letter that it would make: of a made-up request, or of a real one that may be read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from letters.composition import (
    LetterMatter,
    NoRecipient,
    address_applicant,
    address_by,
    compose_facts,
    describe_matter,
    recipient_of,
)
from letters.designs.kinds import INQUIRY, REFUSAL
from letters.designs.models import LetterDesign
from letters.designs.sample import TRACKING_CODE, make_up_matter
from letters.drafts.asking import word_question
from letters.drafts.content import Content, write_text
from letters.drafts.shown import NO_CODE, NO_DATE, NO_NUMBER, UNSIGNED
from letters.drafts.views import print_draft
from letters.facts import LetterFacts
from submissions.models import Submission
from web.refusals import NotNow, Refusal

SAMPLE_REASON = "دلیل رد، همان‌گونه که واحد بررسی‌کننده نوشته است."
SAMPLE_QUESTION = "متن استعلام، همان‌گونه که واحد بررسی‌کننده نوشته است."
SAMPLE_BODY = {"post": "مدیر محترم", "organisation": "دستگاه گیرندهٔ نمونه", "address": ""}


class NothingToShow(NotNow):
    code = "preview_request_unknown"
    title = "درخواستی با این کد رهگیری یافت نشد"
    message = "کد رهگیری درخواستی را وارد کنید که ثبت شده است و اجازهٔ مشاهدهٔ آن را دارید."


def show_preview(design: LetterDesign, request: HttpRequest, mode_name: str) -> HttpResponseBase:
    """The letter on a page, or as a PDF (``mode_name``); what is missing is said in its place."""
    assert isinstance(request.user, User)  # the admin's middleware has turned others away
    try:
        facts = compose_preview(design, request.user)
        if mode_name == "pdf":
            return print_draft(facts, str(request.user.pk), "preview.pdf")
    except Refusal as refusal:
        return _show_page(request, {"refusal": refusal})
    return _show_page(request, {"letter": {"facts": facts}, "sample": not design.preview_code})


def _show_page(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    return render(request, "letters/admin/designs/preview.html", content)


def compose_preview(design: LetterDesign, user: User) -> LetterFacts:
    """What would stand on the paper, but number, date and code.

    Raises NothingToShow for a request that the user may not read, NoIssuer, NoRecipient.
    """
    submission, matter = _find_matter(design, user)
    content, posts = _word(design, submission, matter), _find_posts(design, matter)
    facts = {**content.facts, "signers": [{"name": UNSIGNED, "post": post} for post in posts]}
    return compose_facts(
        facts, content.text, number=NO_NUMBER, issued_at=NO_DATE, verify_code=NO_CODE
    )


def _word(design: LetterDesign, submission: Submission, matter: LetterMatter) -> Content:
    version = design.as_version
    facts = describe_matter(submission, matter, _find_recipient(design, matter))
    if _asks_a_body(design, matter):
        return word_question(version, facts, matter, SAMPLE_QUESTION)
    if design.kind == REFUSAL:
        facts |= {"reason": SAMPLE_REASON}
    facts = address_by(version, facts, matter)
    return Content(version, write_text(version, facts, {}), facts)


def _asks_a_body(design: LetterDesign, matter: LetterMatter) -> bool:
    """Whether it is a question within the request, not an inquiry in which the service ends."""
    return design.kind == INQUIRY and matter.service.letter_kind != INQUIRY


def _find_posts(design: LetterDesign, matter: LetterMatter) -> list[str]:
    """Who would sign: of a question the desk that asks, shown as the first one."""
    route = matter.service.route
    if _asks_a_body(design, matter):
        return [route[0].unit_title]
    return [stop.unit_title for stop in route if stop.signs] or [route[-1].unit_title]


def _find_matter(design: LetterDesign, user: User) -> tuple[Submission, LetterMatter]:
    if not design.preview_code:
        return Submission(tracking_code=TRACKING_CODE), make_up_matter(design)
    visible = Submission.objects.visible_to(user).filter(submitted_at__isnull=False)
    found = visible.filter(tracking_code=design.preview_code).first()
    if found is None or not found.kind_spec.issues_document:
        raise NothingToShow
    return found, LetterMatter.of_filing(found)


def _find_recipient(design: LetterDesign, matter: LetterMatter) -> dict[str, str]:
    if design.kind == REFUSAL:
        return address_applicant(matter.said)
    if _asks_a_body(design, matter):
        return SAMPLE_BODY
    try:
        return recipient_of(matter)
    except NoRecipient:
        if design.preview_code:
            raise
        return SAMPLE_BODY
