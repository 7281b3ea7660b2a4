"""The letter of a request in the admin: as it would be, what was reworded in it, and as a PDF."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from wagtail.admin import messages

from letters.drafts.editing import reword_block
from letters.drafts.shown import DraftPage
from letters.facts import LetterFacts
from letters.rendering import LETTER_CSS, page_of
from pdf.rendering import read_stylesheet
from pdf.responses import send_pdf
from pdf.visitors_press import print_for_visitor
from submissions.applicant.cartable_views import COPIES_A_MINUTE, COPIES_AN_HOUR, TooManyCopies
from submissions.policies import SubmissionPolicy
from submissions.refusals import NotYours
from submissions.staff.decision_views import ReviewView
from web.refusals import NotNow, Refusal
from web.requests import whole_number


class NoDraft(NotNow):
    code = "no_draft"
    title = "پیش‌نویس نامه آماده نیست"


def send_draft(letter: DraftPage) -> FileResponse:
    """The letter as it would be, marked as a draft.

    Raises NoDraft with what is missing, TooManyCopies and PressBusy.
    """
    if letter.facts is None:
        raise NoDraft(letter.missing[0].message)
    who = str(letter.page.user.pk)
    return print_draft(letter.facts, who, f"draft-{letter.submission.tracking_code}.pdf")


def print_draft(facts: LetterFacts, who: str, name: str) -> FileResponse:
    """A letter as it would be, marked as a draft; ``who`` asks. Raises TooManyCopies and PressBusy."""
    if wait := COPIES_A_MINUTE.take(who) or COPIES_AN_HOUR.take(who):
        raise TooManyCopies(wait)
    html = render_to_string("letters/letter.html", {**page_of(facts), "draft": True})
    paper = print_for_visitor(html, css=read_stylesheet(LETTER_CSS), created=now())
    return send_pdf(paper, name)


class DraftView(ReviewView):
    """The letter, the blocks that may be reworded, and all that was changed. POST rewords a block."""

    template_name = "letters/admin/draft.html"
    page_title = "پیش‌نویس نامه"
    #: What was typed and not kept: the place of the block, and its words.
    typed_block: tuple[int, str] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.review.is_own or not self.object.kind_spec.issues_document:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, last = super().get_breadcrumbs_items()
        here = reverse(self.inspect_url_name, args=[self.object.pk])
        return [*before, last | {"url": here}, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, words = self.typed_block or (None, "")
        return super().get_context_data(
            letter=DraftPage(self.review), typed_place=place, typed_words=words, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.POST
        place, seen = (whole_number(asked.get(name, "")) for name in ("block", "revision"))
        text = asked.get("text", "")
        try:
            if place is None or seen is None:
                raise Http404
            written = reword_block(self.object, place, text, by=self.request.user, seen=seen)
        except Refusal as refusal:
            why = SubmissionPolicy().why_shut(self.request.user, self.object)
            self.refusal = NotYours(why) if isinstance(refusal, NotYours) else refusal
            self.typed_block = (place or 0, text)
            return self.render_to_response(self.get_context_data(), status=refusal.status)
        if written is not None:
            messages.success(request, "تغییر متن نامه ثبت شد.")
        return redirect("submission_letter", self.object.pk)


class DraftPdfView(DraftView):
    """The same as a PDF."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return send_draft(DraftPage(self.review))
