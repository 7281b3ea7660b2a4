"""Views of a draft, one group a page; also of a returned request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from persian.digits import to_persian
from submissions.applicant import check_page, document_views, hand_in_views
from submissions.applicant.draft_page import Page, get_own, groups_of, url_of
from submissions.drafts import editing
from submissions.drafts.completeness import unfinished_groups
from submissions.drafts.edit_conflicts import DESCRIPTION, FILE_NUMBER, EditConflict, typed_in
from submissions.drafts.forms import ContractForm, DescriptionForm, QuestionsForm
from submissions.kinds import handler_for
from submissions.models import Contract, Submission
from submissions.refusals import MovedMeanwhile
from web import form_recovery
from web.refusals import Refusal
from web.requests import UserRequest

UPGRADED = (
    "شرایط این خدمت پس از ثبت پیش‌نویس شما تغییر کرده است. پیش‌نویس با شرایط جدید تطبیق داده شد "
    "و پاسخ‌های شما تا حد امکان محفوظ است؛ لطفاً همهٔ بخش‌ها را بازبینی کنید."
)


@never_cache
@login_required
def edit_group(request: UserRequest, tracking_code: str, group: str) -> HttpResponse:
    """One group: shown, checked and saved. What is no longer in hand leads to its report."""
    submission = get_own(request, tracking_code)
    if group not in groups_of(submission, request.user):
        raise Http404
    if not submission.is_editable:
        return _not_in_hand(request, submission, group)
    if editing.needs_upgrade(submission):
        submission = editing.upgrade_draft(submission, by=request.user)
        messages.warning(request, UPGRADED)
        if (wanted := _page_after_upgrade(request, submission, group)) != group:
            return redirect(url_of(submission, wanted))
        if group == "check" and request.method == "POST":
            return redirect(url_of(submission, "check"))
    page = Page(request, submission, group)
    return VIEWS[group](page)


def _page_after_upgrade(request: UserRequest, submission: Submission, group: str) -> str:
    """The page to go on at: an earlier one that has become unfinished, and never one that is gone.

    What was sent from a page that is still there is taken first.
    """
    groups = groups_of(submission, request.user)
    unfinished = unfinished_groups(submission)
    if group not in groups:
        return next((name for name in groups if name in unfinished), groups[-1])
    before = () if request.method == "POST" else groups[: groups.index(group)]
    return next((name for name in before if name in unfinished), group)


def _not_in_hand(request: UserRequest, submission: Submission, group: str) -> HttpResponse:
    if request.method != "POST" and not form_recovery.words_for(request):
        return redirect("submissions:report", tracking_code=submission.tracking_code)
    moved = MovedMeanwhile(submission)
    if group == "check" and hand_in_views.is_handed_in_by(request.user, moved):
        return redirect("submissions:done", tracking_code=submission.tracking_code)
    raise moved


def _edit_contract(page: Page) -> HttpResponse:
    submission = page.submission
    contracts = Contract.objects.filter(party_id=submission.party_id)
    form = ContractForm(
        page.request.POST if page.request.method == "POST" else None,
        contracts=list(contracts.select_related("park__province")),
        required=submission.facts.needs_contract,
        locked=not page.editable.place,
        initial={"contract": page.kept.get("contract", submission.contract_id)},
    )
    if page.request.method != "POST" or not form.is_valid():
        return page.render(form=form)
    if page.editable.place:
        editing.set_place(
            submission, by=page.request.user, contract=form.chosen, park=submission.park
        )
    return page.onward


def _questions_form(page: Page, *, quiet: bool = False, afresh: bool = False) -> QuestionsForm:
    posted = page.request.method == "POST" and not afresh
    return QuestionsForm(
        _merge_sent(page) if posted else page.kept or None,
        facts=page.submission.facts,
        answers=page.submission.answers,
        typed=typed_in(page.submission),
        locked=page.editable.locked_answers(page.submission.facts),
        quiet=quiet,
        purposes=handler_for(page.submission.kind).purposes,
    )


def _edit_questions(page: Page) -> HttpResponse:
    if page.request.method != "POST":
        # What is given back is shown as it was typed; what is wrong with it is said on sending.
        return page.render(form=_questions_form(page, quiet=bool(page.kept)))
    if "look" in page.request.GET:
        # While somebody writes: which questions do these answers bring up?
        form = _questions_form(page, quiet=True)
        return render(page.request, "submissions/draft/question_fields.html", {"form": form})
    form = _questions_form(page)
    if conflicts := _save_questions(page, form):
        return page.render(form=_tell_conflicts(_questions_form(page, afresh=True), conflicts))
    form = _questions_form(page)
    if form.unasked and form.is_valid_so_far:
        messages.info(page.request, "با توجه به پاسخ شما، پاسخ به پرسش دیگری نیز لازم است.")
        return page.render(form=form)
    return page.onward if form.is_valid() else page.render(form=form)


def _merge_sent(page: Page) -> QueryDict:
    """What was sent, with the newer texts of other pages where this one had touched nothing."""
    sent = page.request.POST.copy()
    for code, text in page.newer.items():
        sent[code.removeprefix(":")] = text
    return sent


def _save_questions(page: Page, form: QuestionsForm) -> Sequence[EditConflict]:
    reading = form.reading
    typed = {code: reading.typed.get(code, "") for code in reading.answers}
    seen = _read_seen(page, {code: code for code in reading.answers})
    saved = editing.save_answers(
        page.submission,
        by=page.request.user,
        answers=reading.answers,
        typed=typed,
        seen=seen,
        on_page=page.name,
    )
    page.submission, page.newer = saved.submission, saved.newer
    return saved.conflicts


def _read_seen(page: Page, codes: Mapping[str, str]) -> dict[str, str]:
    """What the page had shown when it was opened; ``codes`` by the names of its fields."""
    sent = page.request.POST
    return {c: sent[f"seen-{name}"] for name, c in codes.items() if f"seen-{name}" in sent}


def _tell_conflicts(form: Form, conflicts: Sequence[EditConflict]) -> Form:
    """The form as the draft is now, with what another page has changed said beside the fields."""
    for conflict in conflicts:
        field = conflict.code.removeprefix(":")
        form.errors[field] = form.error_class([conflict.message], renderer=form.renderer)
    return form


def _description_form(page: Page, *, afresh: bool = False) -> DescriptionForm:
    posted = page.request.method == "POST" and not afresh
    return DescriptionForm(
        _merge_sent(page) if posted else None,
        locked=not page.editable.description,
        initial=_texts_of(page.submission) | page.kept.dict(),
    )


def _texts_of(submission: Submission) -> dict[str, str]:
    """The texts of the page as the draft holds them; one that is too long, as it was typed."""
    typed = typed_in(submission)
    return {
        "description": typed.get(DESCRIPTION, submission.description),
        "file_number": typed.get(FILE_NUMBER, submission.file_number),
    }


def _edit_description(page: Page) -> HttpResponse:
    form = _description_form(page)
    if page.request.method != "POST":
        return page.render(
            form=form,
            seen=_texts_of(page.submission) | _seen_before(page),
            accepted=check_page.description_rows(page.submission),
        )
    if conflicts := _save_description(page, form):
        form = _description_form(page, afresh=True)
        return page.render(form=_tell_conflicts(form, conflicts), seen=_texts_of(page.submission))
    form = _description_form(page)
    return (
        page.onward if form.is_valid() else page.render(form=form, seen=_texts_of(page.submission))
    )


def _seen_before(page: Page) -> dict[str, str]:
    """What the page had shown on which the words were typed that are given back now."""
    words, names = page.kept, ("description", "file_number")
    return {name: str(words[f"seen-{name}"]) for name in names if f"seen-{name}" in words}


def _save_description(page: Page, form: DescriptionForm) -> Sequence[EditConflict]:
    """Keep what fits its column there, and what is too long as it was typed."""
    if not page.editable.description:
        return ()
    form.is_valid()
    columns, typed = {}, {}
    for name, code in (("description", DESCRIPTION), ("file_number", FILE_NUMBER)):
        text = page.request.POST.get(name, "").replace("\x00", "")
        if name in form.cleaned_data or not text.strip():
            columns[name], typed[code] = form.cleaned_data.get(name, ""), ""
        else:
            typed[code] = text
    names = {"description": DESCRIPTION, "file_number": FILE_NUMBER}
    saved = editing.save_answers(
        page.submission,
        by=page.request.user,
        typed=typed,
        seen=_read_seen(page, names),
        on_page=page.name,
        **columns,
    )
    page.submission, page.newer = saved.submission, saved.newer
    return saved.conflicts


VIEWS: Final[dict[str, Callable[[Page], HttpResponse]]] = {
    "contract": _edit_contract,
    "questions": _edit_questions,
    "description": _edit_description,
    "documents": document_views.documents_page,
    "check": hand_in_views.check_and_hand_in,
}


@never_cache
@require_POST
def autosave_group(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """Keep what is typed so far in the group that the form names, complete or not."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("submissions:draft", args=[tracking_code, "check"]))
    return _keep_typed(cast(UserRequest, request), tracking_code)


def _keep_typed(request: UserRequest, tracking_code: str) -> HttpResponse:
    page = Page(request, get_own(request, tracking_code), request.POST.get("group", ""))
    try:
        if page.group == "questions":
            conflicts = _save_questions(page, _questions_form(page))
        elif page.group == "description":
            conflicts = _save_description(page, _description_form(page))
        else:
            raise Http404
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    if conflicts:
        return JsonResponse({"message": " ".join(c.message for c in conflicts)}, status=409)
    return JsonResponse({"saved_at": to_persian(f"{localtime():%H:%M}")})
