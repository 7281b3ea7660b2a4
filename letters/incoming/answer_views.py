"""The page on which a desk registers the answer to its inquiry from an incoming letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_fsm import TransitionNotAllowed
from wagtail.admin import messages

from letters.incoming.answering import VERDICTS, answer_inquiry, why_no_answer
from letters.incoming.models import IncomingLetter
from letters.incoming.refusals import IncomingVoid, NotAnAnswer
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from submissions.refusals import NotYours, refusal_of
from submissions.staff.step_form import words_field
from submissions.states import StepName, Verdict
from web.refusals import Refusal
from web.staff_lists import RowView

ONLY_US = "این متن به متقاضی نمایش داده نمی‌شود."
CHOOSE = "لطفاً نتیجهٔ استعلام را انتخاب کنید."


def may_answer(user: Any, letter: IncomingLetter) -> bool:
    """Whether this person can register the answer from this letter now."""
    return why_shut(user, letter) is None


def why_shut(user: Any, letter: IncomingLetter) -> Refusal | None:
    """Why not, in words; that it is another's to decide is said before what the letter lacks."""
    if letter.is_void:
        return IncomingVoid()
    why = why_no_answer(letter)
    is_open = letter.inquiry is not None and letter.inquiry.closed_by_id is None
    if is_open and not _decides(user, letter):
        return NotYours()
    return NotAnAnswer(why) if why else None


def _decides(user: Any, letter: IncomingLetter) -> bool:
    # Fetched anew: a request that another row brought along says nothing of its open items.
    found = Submission.objects.filter(pk=letter.submission_id or 0).first()
    return found is not None and SubmissionPolicy().allows(
        user, StepName.ANSWER_INQUIRY, found, letter.inquiry
    )


class AnswerForm(forms.Form):
    """What the letter says: the verdict, and a summary."""

    verdict = forms.ChoiceField(
        label="نتیجهٔ استعلام",
        choices=[("", "نتیجه را انتخاب کنید"), *((v.value, v.label) for v in VERDICTS)],
        error_messages=dict.fromkeys(("required", "invalid_choice"), CHOOSE),
    )
    note = words_field("متن یا خلاصهٔ پاسخ", required=True, help_text=ONLY_US)
    expecting = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AnswerView(RowView):
    """The verdict of a letter that is registered; number, date and scan are those of the letter."""

    template_name = "letters/admin/incoming/answer.html"
    page_title = "ثبت پاسخ استعلام"
    object: IncomingLetter
    form: AnswerForm
    refusal: Refusal | None = None

    def get_page_subtitle(self) -> str:
        return str(self.object.number_text)

    def get_fields_context(self) -> list[Any]:
        """The template shows the form, not a list of columns."""
        return []

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen = self.object.submission.last_seq if self.object.submission else 0
        self.form = AnswerForm(initial={"expecting": seen})
        self.refusal = why_shut(self.request.user, self.object)
        return self._answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = AnswerForm(request.POST)
        if not self.form.is_valid():
            self.refusal = why_shut(self.request.user, self.object)
            return self._answer(422)
        try:
            answer_by_form(self.object, self.form, self.request.user)
        except Refusal as refusal:
            self.refusal = refusal
            return self._answer()
        messages.success(request, "پاسخ استعلام از روی نامهٔ وارده ثبت شد.")
        return redirect("submissions_submission_modeladmin_inspect", self.object.submission_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            refusal=self.refusal,
            is_open=may_answer(self.request.user, self.object),
            scans=self.object.scans.current(),
            back=reverse(self.inspect_url_name, args=[self.object.pk]),
            **kwargs,
        )

    def _answer(self, status: int = 200) -> HttpResponse:
        status = self.refusal.status if self.refusal else status
        return self.render_to_response(self.get_context_data(), status=status)


def answer_by_form(letter: IncomingLetter, form: AnswerForm, by: Any) -> None:
    """Register the answer that a valid form says. Raises Refusal: also for who may not."""
    said = form.cleaned_data
    if refusal := why_shut(by, letter):
        raise refusal
    try:
        answer_inquiry(
            letter,
            by=by,
            verdict=Verdict(said["verdict"]),
            note=said["note"],
            expecting=said["expecting"],
        )
    except PermissionDenied:
        raise NotYours from None
    except TransitionNotAllowed as error:
        raise refusal_of(error) from None
