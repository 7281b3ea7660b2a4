"""Writing a request, one question group a page, and handing it in (also after a return)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from doors.refusals import Refusal
from doors.requests import UserRequest
from persian.digits import to_persian
from persian.templatetags.persian import jdate_weekday
from services_catalog.models import ReturnReason
from submissions import drafts
from submissions.clock import PromiseClock
from submissions.completeness import Missing, missing_in
from submissions.forms import (
    ContractForm,
    DeclarationForm,
    DescriptionForm,
    QuestionsForm,
)
from submissions.models import Contract, State, Submission
from submissions.states import StepName
from submissions.steps import Closed, Incomplete, MovedMeanwhile, take_step
from submissions.views import checking
from submissions.views.rows import document_rows
from submissions.views.starting import start

__all__ = ["autosave", "done", "group", "start"]

TITLES: Final = {
    "contract": "قرارداد و محل",
    "questions": "پرسش‌های خدمت",
    "description": "شرح درخواست",
    "documents": "مدارک",
    "check": "بازبینی و ارسال",
}
UPGRADED = (
    "شرایط این خدمت پس از آغاز پیش‌نویس شما تازه شده است. پیش‌نویس با شرایط تازه هماهنگ شد و "
    "پاسخ‌های شما تا جای ممکن محفوظ است؛ لطفاً همهٔ بخش‌ها را یک بار ببینید."
)


@dataclass
class Page:
    """One group of one request, as somebody who may write it sees it."""

    request: UserRequest
    case: Submission
    group: str
    openness: drafts.Openness = field(init=False)

    def __post_init__(self) -> None:
        self.openness = drafts.Openness.of(self.case)

    @cached_property
    def groups(self) -> list[str]:
        return groups_of(self.case)

    def url(self, group: str, anchor: str = "") -> str:
        return url_of(self.case, group, anchor)

    @property
    def onward(self) -> HttpResponse:
        """To where the pressed key leads: the next group, or out of the form."""
        if self.request.POST.get("then") == "leave":
            messages.success(self.request, "پیش‌نویس شما ذخیره شد و در کارتابل می‌ماند.")
            return redirect("submissions:cartable")
        return redirect(self.url(self.groups[self.groups.index(self.group) + 1]))

    def render(self, status: int = 200, **context: Any) -> HttpResponse:
        place = self.groups.index(self.group)
        page = {
            "page": self,
            "case": self.case,
            "facts": self.case.facts,
            "title": TITLES[self.group],
            "steps": self._steps(place),
            "number": place + 1,
            "count": len(self.groups),
            "back": self.url(self.groups[place - 1]) if place else reverse("submissions:cartable"),
            "closed": self._closed,
            "mend": self._mend,
            "reason": self._reason,
            "openness": self.openness,
        }
        template = f"submissions/draft/{self.group}.html"
        return render(self.request, template, page | context, status=status)

    def _steps(self, place: int) -> list[dict[str, str]]:
        state = lambda number: "done" if number < place else "todo"  # noqa: E731
        steps = [
            {"label": TITLES[group], "state": state(number), "href": self.url(group)}
            for number, group in enumerate(self.groups)
        ]
        steps[place]["state"] = "current"
        return steps

    @property
    def _closed(self) -> type[Closed] | None:
        closed = self.case.state == State.DRAFT and not self.case.version.service.live
        return Closed if closed else None

    @cached_property
    def _reason(self) -> ReturnReason | None:
        correction = self.openness.correction
        if correction is None or not correction.reason:
            return None
        return ReturnReason.objects.filter(code=correction.reason).first()

    @property
    def _mend(self) -> list[dict[str, str]]:
        """What the expert has listed, each with its place and note."""
        facts = self.case.facts
        labels = {("answer", question.code): question.label for question in facts.questions}
        labels |= {("document", needed.code): needed.title for needed in facts.documents}
        groups = {"answer": "questions", "document": "documents"}
        return [
            {
                "title": labels.get((kind, code), "شرح درخواست"),
                "note": item.note,
                "href": self.url(
                    groups.get(kind, "description"),
                    {"answer": code, "document": f"document-{code}"}.get(kind, "description"),
                ),
            }
            for (kind, code), item in self.openness.items.items()
        ]


def groups_of(case: Submission) -> list[str]:
    """The pages of a request, without those that would be empty."""
    empty = {
        "questions": not case.facts.questions,
        "documents": not case.facts.documents_for(case.party.kind),
    }
    return [name for name in TITLES if not empty.get(name)]


def url_of(case: Submission, group: str, anchor: str = "") -> str:
    """The page of a group (the summary for what has none) at an anchor."""
    name = group if group in TITLES else "check"
    address = reverse("submissions:draft", args=[case.tracking_code, name])
    return f"{address}#{anchor}" if anchor else address


def own(request: UserRequest, tracking_code: str) -> Submission:
    """The submission for somebody who acts for its party: 404 for strangers, 403 for readers."""
    visible = Submission.objects.visible_to(request.user)
    case = get_object_or_404(
        visible.select_related(
            "version__service", "party", "contract", "park", "province", "desk__unit"
        ),
        tracking_code=tracking_code,
    )
    if all(party.pk != case.party_id for party in request.user.parties):
        raise PermissionDenied
    return case


@never_cache
@login_required
def group(request: UserRequest, tracking_code: str, group: str) -> HttpResponse:
    """One group: shown, checked and saved. What is no longer in hand leads to its report."""
    case = own(request, tracking_code)
    if group not in groups_of(case):
        raise Http404
    if not case.is_editable:
        return _not_in_hand(request, case)
    if drafts.needs_upgrade(case):
        case = drafts.upgrade(case, by=request.user)
        messages.warning(request, UPGRADED)
        if group == "check" and request.method == "POST":
            return redirect(url_of(case, "check"))
    page = Page(request, case, group)
    return VIEWS[group](page)


def _not_in_hand(request: UserRequest, case: Submission) -> HttpResponse:
    if request.method != "POST":
        return redirect("submissions:report", tracking_code=case.tracking_code)
    moved = MovedMeanwhile(case)
    if _handed_in_by(request, moved):
        return redirect("submissions:done", tracking_code=case.tracking_code)
    raise moved


def _handed_in_by(request: UserRequest, moved: MovedMeanwhile) -> bool:
    """Whether it moved by this person's own sending: the second half of a double click."""
    last = moved.last_step
    return last is not None and last.name == StepName.SUBMIT and last.by_id == request.user.pk


def _contract(page: Page) -> HttpResponse:
    case = page.case
    contracts = list(
        Contract.objects.filter(party_id=case.party_id).select_related("park__province")
    )
    form = ContractForm(
        page.request.POST if page.request.method == "POST" else None,
        contracts=contracts,
        required=case.facts.needs_contract,
        locked=not page.openness.place,
        initial={"contract": case.contract_id},
    )
    if page.request.method != "POST" or not form.is_valid():
        return page.render(form=form)
    if page.openness.place:
        drafts.place(case, by=page.request.user, contract=form.chosen, park=case.park)
    return page.onward


def _questions_form(page: Page, *, quiet: bool = False) -> QuestionsForm:
    posted = page.request.method == "POST"
    return QuestionsForm(
        page.request.POST if posted else None,
        facts=page.case.facts,
        answers=page.case.answers,
        typed=drafts.typed_in(page.case),
        locked=page.openness.locked_answers(page.case.facts),
        quiet=quiet,
    )


def _questions(page: Page) -> HttpResponse:
    if page.request.method != "POST":
        return page.render(form=_questions_form(page))
    if "look" in page.request.GET:
        # While somebody writes: which questions do these answers bring up?
        form = _questions_form(page, quiet=True)
        return render(page.request, "submissions/draft/question_fields.html", {"form": form})
    form = _questions_form(page)
    _save_questions(page, form)
    if form.unasked and form.is_valid_so_far:
        messages.info(page.request, "با توجه به پاسخ شما، پرسش دیگری هم لازم شد.")
        return page.render(form=form)
    return page.onward if form.is_valid() else page.render(form=form)


def _save_questions(page: Page, form: QuestionsForm) -> None:
    reading = form.reading
    typed = {code: reading.typed.get(code, "") for code in reading.answers}
    drafts.write(page.case, by=page.request.user, answers=reading.answers, typed=typed)


def _description_form(page: Page) -> DescriptionForm:
    case, typed = page.case, drafts.typed_in(page.case)
    return DescriptionForm(
        page.request.POST if page.request.method == "POST" else None,
        locked=not page.openness.description,
        initial={
            "description": typed.get(drafts.DESCRIPTION, case.description),
            "file_number": typed.get(drafts.FILE_NUMBER, case.file_number),
        },
    )


def _description(page: Page) -> HttpResponse:
    form = _description_form(page)
    if page.request.method != "POST":
        return page.render(form=form)
    _save_description(page, form)
    return page.onward if form.is_valid() else page.render(form=form)


def _save_description(page: Page, form: DescriptionForm) -> None:
    """Keep what fits its column there, and what is too long as it was typed."""
    if not page.openness.description:
        return
    form.is_valid()
    columns, typed = {}, {}
    for name, kept in (("description", drafts.DESCRIPTION), ("file_number", drafts.FILE_NUMBER)):
        text = page.request.POST.get(name, "").replace("\x00", "")
        if name in form.cleaned_data or not text.strip():
            columns[name], typed[kept] = form.cleaned_data.get(name, ""), ""
        else:
            typed[kept] = text
    drafts.write(page.case, by=page.request.user, typed=typed, **columns)


def _documents(page: Page) -> HttpResponse:
    request, case = page.request, page.case
    if request.method == "POST":
        if code := request.GET.get("decline") or request.GET.get("undecline"):
            return _decline(page, code)
        return page.onward
    refused = request.session.pop(refused_key(case), {})
    rows = document_rows(case, page.openness, refused=refused)
    errors = [(f"document-{row['code']}", row["reason"]) for row in rows if row["code"] in refused]
    return page.render(rows=rows, errors=errors, form_errors=bool(errors))


def refused_key(case: Submission) -> str:
    """The session's entry for uploads refused without JavaScript: reasons by requirement."""
    return f"refused-{case.tracking_code}"


def _decline(page: Page, code: str) -> HttpResponse:
    act = drafts.decline if "decline" in page.request.GET else drafts.undecline
    act(page.case, code, by=page.request.user)
    return redirect(page.url("documents", f"document-{code}"))


def _check(page: Page) -> HttpResponse:
    case, request = page.case, page.request
    if request.method == "POST":
        return _hand_in(page)
    form = DeclarationForm(initial={"expecting": case.last_seq})
    return _summary(page, form, found=_wanting(case))


def _wanting(case: Submission) -> list[Missing]:
    unread = drafts.unread_in(case)
    places = {(item.group, item.anchor) for item in unread}
    return [*unread, *(i for i in missing_in(case) if (i.group, i.anchor) not in places)]


def _summary(
    page: Page,
    form: DeclarationForm,
    *,
    found: list[Missing],
    status: int = 200,
    tried: bool = False,
) -> HttpResponse:
    case = page.case
    clock = PromiseClock(case)
    due = clock.resumed(now()) if case.returned_at else clock.promise(now())
    return page.render(
        status=status,
        form=form,
        form_errors=tried and bool(found),
        tried=tried,
        missing=[(url_of(case, item.group, item.anchor), item.text) for item in found],
        promise=f"پاسخ تا پایان {jdate_weekday(due)}",
        sections=checking.sections(case, page.openness, page.url),
        fee=checking.fee_words(case.facts),
    )


def _hand_in(page: Page) -> HttpResponse:
    request, case = page.request, page.case
    form = DeclarationForm(request.POST)
    found = _wanting(case)
    if found or not form.is_valid():
        return _summary(page, _again(form, case), found=found, tried=True)
    try:
        take_step(case, StepName.SUBMIT, by=request.user, expecting=form.cleaned_data["expecting"])
    except MovedMeanwhile as moved:
        if not _handed_in_by(request, moved):
            raise
    except Incomplete as incomplete:
        return _summary(page, form, found=incomplete.missing, tried=True)
    except Closed as closed:
        return _summary(page, form, found=[], status=closed.status)
    return redirect("submissions:done", tracking_code=case.tracking_code)


def _again(form: DeclarationForm, case: Submission) -> DeclarationForm:
    """The same form, except that it now has seen what the page shows."""
    form.data = form.data.copy()
    if not form.data.get("expecting", "").isdecimal():
        form.data["expecting"] = str(case.last_seq)
    form.full_clean()
    return form


VIEWS: Final[dict[str, Callable[[Page], HttpResponse]]] = {
    "contract": _contract,
    "questions": _questions,
    "description": _description,
    "documents": _documents,
    "check": _check,
}


@never_cache
@require_POST
def autosave(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """Keep what is typed so far in the group that the form names, complete or not."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("submissions:draft", args=[tracking_code, "check"]))
    case = own(request, tracking_code)  # type: ignore[arg-type]
    page = Page(request, case, request.POST.get("group", ""))  # type: ignore[arg-type]
    try:
        if page.group == "questions":
            _save_questions(page, _questions_form(page))
        elif page.group == "description":
            _save_description(page, _description_form(page))
        else:
            raise Http404
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return JsonResponse({"saved_at": to_persian(f"{localtime():%H:%M}")})


@never_cache
@login_required
def done(request: UserRequest, tracking_code: str) -> HttpResponse:
    """It has been handed in: the code, the promised day, what happens next. Kept for later."""
    case = own(request, tracking_code)
    if case.submitted_at is None or case.state == State.RETURNED:
        return redirect(url_of(case, "check"))
    promised = case.state == State.IN_REVIEW and case.due_at is not None
    return render(
        request,
        "submissions/draft/done.html",
        {
            "case": case,
            "promise": f"پاسخ تا پایان {jdate_weekday(case.due_at)}" if promised else "",
            "next_steps": checking.next_steps(case),
        },
    )
