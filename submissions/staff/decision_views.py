"""Views of one submission in the admin: its review page, its steps, internal notes.

The state moves in :func:`submissions.workflow.steps.take_step` alone. Whatever it refuses is said on
the page that was sent, with all that was typed still in its fields.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django_fsm import TransitionNotAllowed
from wagtail.admin import messages

from accounts.models import User
from submissions.models import InternalNote, Step, Submission, WorkItem
from submissions.refusals import MovedMeanwhile, NotYours, refusal_of
from submissions.staff.arrangements import arrangements_of
from submissions.staff.decision_forms import FORMS, InternalNoteForm
from submissions.staff.holdings import holdings_of
from submissions.staff.inquiries.shown import inquiries_of
from submissions.staff.review_page import ReviewPage
from submissions.staff.step_form import StepForm
from submissions.staff.step_keys import AGREEING, KEYS, label_of
from submissions.states import StepName
from submissions.workflow import seating
from submissions.workflow.steps import take_step
from web import form_recovery
from web.refusals import Refusal
from web.requests import whole_number
from web.staff_lists import RowView
from work import audit


class ReviewView(RowView):
    """Everything about one request on one page."""

    template_name = "submissions/admin/review.html"
    page_title = "درخواست"
    review: ReviewPage
    #: A refusal to say on top, with the form that keeps what was typed.
    refusal: Refusal | None = None
    step_form: Form | None = None
    note_form: Form | None = None
    typed: str = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.review = self.look()

    def look(self, step: StepName | None = None) -> ReviewPage:
        """The page of the submission as it is now, for the work item that the address names."""
        asked = self.request.POST.get("item") or self.request.GET.get("item", "")
        return ReviewPage(self.object, self.request.user, whole_number(asked), step)

    def get_page_subtitle(self) -> str:
        return str(self.object.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.object.title}
        home = {"url": reverse(self.index_url_name), "label": "درخواست‌ها"}
        return [*self.breadcrumbs_items, home, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            review=self.review,
            submission=self.object,
            refusal=self.refusal,
            step_form=self.step_form or StepForm(page=self.review),
            note_form=self.note_form or InternalNoteForm(),
            note_href=reverse("submissions_submission_modeladmin_note", args=[self.object.pk]),
            typed=self.typed,
            holdings=holdings_of(self.review),
            arrangements=arrangements_of(self.review),
            inquiries=inquiries_of(self.review),
            **kwargs,
        )

    def get_fields_context(self) -> list[Any]:
        """The template shows the request itself, not a list of columns."""
        return []


class HistoryView(ReviewView):
    """Every step of a request, with what colleagues asked each other."""

    template_name = "submissions/admin/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moves = seating.moves_of(self.object)
        return super().get_context_data(moves=moves, **kwargs)

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, last = super().get_breadcrumbs_items()
        here = reverse(self.inspect_url_name, args=[self.object.pk])
        return [*before, last | {"url": here}, {"url": "", "label": "تاریخچه"}]


class StepView(ReviewView):
    """One step: its page where it needs words, and the taking of it."""

    name: str

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.name = known_step(kwargs["name"])
        self.review = self.look(self.step)

    @property
    def header_buttons(self) -> list[Any]:
        return []

    @cached_property
    def step(self) -> StepName:
        return StepName(self.name)

    @property
    def signs(self) -> bool:
        """Whether a letter is signed with the step."""
        return self.review.signs and self.step in AGREEING

    def get_template_names(self) -> list[str]:
        on_page = self.review.is_one_click(self.step)
        return [f"submissions/admin/{'review' if on_page else 'step'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            step=self.step,
            step_label=label_of(self.step, self.object, self.review.item),
            step_is_open=self.step in self.review.steps_open,
            shows_letter=self.step == StepName.INITIAL or self.signs,
            **kwargs,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        words = form_recovery.words_for(request)
        typed = initial_of(words) if words else None
        self.step_form = FORMS[self.step](page=self.review, initial=typed)
        self.typed = words.get("note", "").strip() if words else ""
        self.refusal = self.review.offers[self.step].refusal
        if words and self.refusal is None:
            messages.info(request, form_recovery.GIVEN_BACK)
        return self._answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FORMS[self.step](request.POST, request.FILES, page=self.review)
        try:
            taken = self._take(form)
        except Refusal as refusal:
            return self._refused(refusal)
        except PermissionDenied:
            return self._refused(self.review.offers[self.step].refusal or NotYours())
        except TransitionNotAllowed as error:
            return self._refused(refusal_of(error))
        if taken is None:
            self.step_form = form
            return self._answer(422)
        messages.success(request, words_of(taken), buttons=self._way_on())
        stays = KEYS[self.step].stays
        target = (self.inspect_url_name, self.object.pk) if stays else (self.index_url_name,)
        return redirect(*target)

    def _way_on(self) -> list[Any]:
        """The next of this person's work, so that many are decided one after the other."""
        user = self.request.user
        others = WorkItem.objects.with_submission().exclude(submission=self.object.pk)
        item = next(iter(others.most_urgent_for(user, 1)), None)
        if item is None or KEYS[self.step].stays:
            return []
        href = reverse(self.inspect_url_name, args=[item.submission_id])
        return [messages.button(href, f"درخواست بعدی: {item.submission.title}")]

    def _take(self, form: StepForm) -> Step | None:
        """Take the step; with words missing only look whether it could be taken at all."""
        seen = whole_number(self.request.POST.get("expecting", ""))
        may_change = self.request.user.has_perm("submissions.change_submission")
        if seen is None or not form.is_valid() or not may_change:
            if self.object.last_seq != seen:
                raise MovedMeanwhile(self.object, of_staff=True)
            if self.step not in self.review.steps_open:
                raise PermissionDenied
            return None
        with form.taken() as detail:
            return take_step(
                self.object,
                self.step,
                by=self.request.user,
                expecting=seen,
                note=form.cleaned_data["note"],
                detail=detail,
                item=WorkItem(pk=self.review.named) if self.review.named else None,
            )

    def _refused(self, refusal: Refusal) -> HttpResponse:
        """The page as the submission is now, with the sentence on top and the typed words kept."""
        assert self.model_admin is not None
        self.object = self.model_admin.row(self.request, self.object.pk)
        self.review = self.look(self.step)
        self.step_form = FORMS[self.step](self.request.POST, page=self.review)
        self.typed = self.request.POST.get("note", "").strip()
        self.refusal = refusal
        return self._answer()

    def _answer(self, status: int = 200) -> HttpResponse:
        status = self.refusal.status if self.refusal else status
        return self.render_to_response(self.get_context_data(), status=status)


class NoteView(ReviewView):
    """A new internal note."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever had to sign in again on the way comes back here."""
        if words := form_recovery.words_for(request):
            self.note_form = InternalNoteForm(initial=words.dict())
            messages.info(request, form_recovery.GIVEN_BACK)
            return self.render_to_response(self.get_context_data())
        return redirect(self._notes_href)

    @property
    def _notes_href(self) -> str:
        return reverse(self.inspect_url_name, args=[self.object.pk]) + "#notes"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note_form = form = InternalNoteForm(request.POST)
        if not self.review.may_write_notes:
            self.refusal = NotYours(None if self.review.keys else self.review.why_closed)
            return self.render_to_response(self.get_context_data(), status=self.refusal.status)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        write_note(self.object, form.cleaned_data["text"], by=self.request.user)
        messages.success(request, "یادداشت برای همکاران ثبت شد.")
        return redirect(self._notes_href)


def initial_of(words: QueryDict) -> dict[str, Any]:
    """What was typed, as the initial values of its form: ticks of one list stay together."""
    return {name: said if len(said) > 1 else said[0] for name, said in words.lists() if said}


@transaction.atomic
def write_note(submission: Submission, text: str, *, by: User) -> InternalNote:
    """Keep what a colleague tells the others about a request; applicants never read it.

    The same words twice in a row are the second half of a double click.
    """
    last = Submission.objects.locked(submission.pk).internal_notes.order_by("-pk").first()
    if last is not None and (last.by_id, last.text) == (by.pk, text):
        return last
    note: InternalNote = submission.internal_notes.create(by=by, text=text)
    audit.record_entry(by, "internal_note", submission, {"note": note.pk})
    return note


def words_of(step: Step) -> str:
    """What is said to whoever has taken the step."""
    if step.is_beside_others:
        return "تأیید شما ثبت شد. بررسی این درخواست در میزهای دیگر ادامه دارد."
    return KEYS[StepName(step.name)].done


def known_step(name: str) -> str:
    """The step of this name, if it is one that the staff take here. Raises Http404."""
    if name not in FORMS:
        raise Http404
    return name
