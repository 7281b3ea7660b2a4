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

from letters.attachments.forms import AttachmentForm
from letters.drafts.content import find_draft
from letters.drafts.editing import item_to_write_at, reword_block
from letters.drafts.forms import MarksForm
from letters.drafts.marking import mark_letter
from letters.drafts.shown import DraftPage
from letters.facts import LetterFacts
from letters.rendering import LETTER_CSS, page_of
from pdf.rendering import read_stylesheet
from pdf.responses import send_pdf
from pdf.visitors_press import print_for_visitor
from submissions.applicant.cartable_views import COPIES_A_MINUTE, COPIES_AN_HOUR, TooManyCopies
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from submissions.refusals import NotYours
from submissions.staff.decision_views import ReviewView
from web.refusals import NotNow, Refusal
from web.requests import whole_number


class NoDraft(NotNow):
    code = "no_draft"
    title = "پیش‌نویس نامه آماده نیست"


def revision_of(submission: Submission) -> int:
    """How often the letter of a request was changed so far."""
    draft = find_draft(submission)
    return draft.revision if draft else 0


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
    #: A form that was sent and not obeyed.
    marks_form: MarksForm | None = None
    attachment_form: AttachmentForm | None = None

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
        letter = DraftPage(self.review)
        return super().get_context_data(
            letter=letter,
            typed_place=place,
            typed_words=words,
            marks_form=self.marks_form or MarksForm(initial=MarksForm.initial_of(letter.draft)),
            attachment_form=self.attachment_form or AttachmentForm(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.POST
        place, seen = (whole_number(asked.get(name, "")) for name in ("block", "revision"))
        if place is None or seen is None:
            raise Http404
        text = asked.get("text", "")
        try:
            written = reword_block(self.object, place, text, by=self.request.user, seen=seen)
        except Refusal as refusal:
            self.typed_block = (place, text)
            return self.refuse(refusal)
        return self.tell_done("تغییر متن نامه ثبت شد." if written is not None else "")

    def refuse(self, refusal: Refusal) -> HttpResponse:
        """The page with why it was not done, and all that was typed."""
        why = SubmissionPolicy().why_shut(self.request.user, self.object)
        self.refusal = NotYours(why) if isinstance(refusal, NotYours) else refusal
        return self.show_again(refusal.status)

    def show_again(self, status: int = 422) -> HttpResponse:
        """The page with what is said beside the fields."""
        return self.render_to_response(self.get_context_data(), status=status)

    def tell_done(self, words: str) -> HttpResponse:
        """Back to the letter; empty ``words``: nothing was changed."""
        if words:
            messages.success(self.request, words)
        return redirect("submission_letter", self.object.pk)


class DraftActView(DraftView):
    """Something that is done to the letter at its page; whoever reads the address is led there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("submission_letter", self.object.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before anything is said about what was typed.
        if item_to_write_at(self.request.user, self.object) is None:
            return self.refuse(NotYours())
        return self.act(request)

    def act(self, request: HttpRequest) -> HttpResponse:
        """Do what was asked, by somebody who writes the letter now."""
        raise NotImplementedError


class MarksView(DraftActView):
    """How the letter is classified and how urgent it is."""

    def act(self, request: HttpRequest) -> HttpResponse:
        self.marks_form = form = MarksForm(request.POST)
        if not form.is_valid():
            return self.show_again()
        seen = form.cleaned_data["revision"]
        try:
            marked = mark_letter(self.object, *form.said(), by=self.request.user, seen=seen)
        except Refusal as refusal:
            # What is shown now may be chosen anew.
            typed = {**request.POST.dict(), "revision": revision_of(self.object)}
            self.marks_form = MarksForm(typed)
            return self.refuse(refusal)
        return self.tell_done("طبقه‌بندی و فوریت نامه ثبت شد." if marked else "")


class DraftPdfView(DraftView):
    """The same as a PDF."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return send_draft(DraftPage(self.review))
