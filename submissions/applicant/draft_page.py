"""One page of a draft: its place in the wizard, what is editable, what was returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string

from accounts.models import User
from submissions.drafts.completeness import unfinished_groups
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.requirements import asked_documents
from submissions.kinds import handler_for
from submissions.models import Submission, WaitingFile
from submissions.policies import may_write
from submissions.refusals import Closed
from submissions.states import State
from web import form_recovery
from web.requests import UserRequest

TITLES: Final = {
    "contract": "قرارداد و محل",
    "questions": "پرسش‌های خدمت",
    "description": "شرح درخواست",
    "documents": "مدارک",
    "check": "بازبینی و ارسال",
}

LONGEST_NAME: Final = 12


@dataclass
class Page:
    """One group of one request, as somebody who may write it sees it."""

    request: UserRequest
    submission: Submission
    group: str
    editable: EditableParts = field(init=False)
    #: What another page has changed since this one was shown: its texts by code.
    newer: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.editable = EditableParts.of(self.submission)

    @cached_property
    def groups(self) -> list[str]:
        return groups_of(self.submission, self.request.user)

    @cached_property
    def kept(self) -> QueryDict:
        """What was typed here when the session had ended, not sent yet; empty for nothing."""
        words = None if self.request.method == "POST" else form_recovery.words_for(self.request)
        if words:
            messages.info(self.request, form_recovery.GIVEN_BACK)
        return words or QueryDict()

    @cached_property
    def name(self) -> str:
        """The page's own name: a new one each time it is opened, the same while it is sent.

        See submissions.drafts.edit_conflicts. What was kept of it, is of the page on which it was typed.
        """
        if self.request.method == "POST":
            return self.request.POST.get("page", "")[:LONGEST_NAME]
        return self.kept.get("page", "") or get_random_string(LONGEST_NAME)

    def url(self, group: str, anchor: str = "") -> str:
        return url_of(self.submission, group, anchor)

    @property
    def onward(self) -> HttpResponse:
        """To where the pressed key leads: the next group, or out of the form."""
        if self.request.POST.get("then") == "leave":
            messages.success(self.request, "پیش‌نویس شما ذخیره شد و در کارتابل در دسترس است.")
            return redirect("submissions:cartable")
        return redirect(self.url(self.groups[self.groups.index(self.group) + 1]))

    def render(self, status: int = 200, **context: Any) -> HttpResponse:
        place = self.groups.index(self.group)
        page = {
            "page": self,
            "submission": self.submission,
            "facts": self.submission.facts,
            "title": title_of(self.submission, self.group),
            "steps": self._steps(place),
            "back": self.url(self.groups[place - 1]) if place else reverse("submissions:cartable"),
            "closed": self._closed,
            "mend": self._mend,
            "editable": self.editable,
        }
        template = f"submissions/draft/{self.group}.html"
        return render(self.request, template, page | context, status=status)

    def _steps(self, place: int) -> list[dict[str, str]]:
        # The last page has the documents at hand.
        reader = self.request.user if self.group == "check" else None
        unfinished = unfinished_groups(self.submission, documents_of=reader)
        steps = [
            {
                "label": title_of(self.submission, group),
                "state": "done" if number < place and group not in unfinished else "todo",
                "href": self.url(group) if number < place else "",
            }
            for number, group in enumerate(self.groups)
        ]
        steps[place]["state"] = "current"
        return steps

    @property
    def _closed(self) -> type[Closed] | None:
        closed = self.submission.state == State.DRAFT and not self.submission.version.service.live
        return Closed if closed else None

    @property
    def _mend(self) -> list[dict[str, Any]]:
        """What the expert has listed, each with its place and note, and whether it was mended."""
        facts = self.submission.facts
        labels = {("answer", question.code): question.label for question in facts.questions}
        labels |= {("document", needed.code): needed.title for needed in facts.documents}
        groups = {"answer": "questions", "document": "documents"}
        return [
            {
                "title": labels.get((kind, code), "شرح درخواست"),
                "note": item.note,
                "code": code if kind == "document" else "",
                "is_mended": self.editable.is_mended(kind, code),
                "href": self.url(
                    groups.get(kind, "description"),
                    {"answer": code, "document": f"document-{code}"}.get(kind, "description"),
                ),
            }
            for (kind, code), item in self.editable.items.items()
        ]


def groups_of(submission: Submission, by: User) -> list[str]:
    """The pages of a request, without those that would be empty."""
    absent = set(submission.kind_spec.left_out)
    if not submission.facts.questions:
        absent.add("questions")
    if not asked_documents(submission, by):
        absent.add("documents")
    return [name for name in TITLES if name not in absent]


def title_of(submission: Submission, group: str) -> str:
    """What stands above a page of the request, and in its list of steps."""
    return handler_for(submission.kind).questions_title if group == "questions" else TITLES[group]


def url_of(submission: Submission, group: str, anchor: str = "") -> str:
    """The page of a group (the summary for what has none) at an anchor."""
    name = group if group in TITLES else "check"
    address = reverse("submissions:draft", args=[submission.tracking_code, name])
    return f"{address}#{anchor}" if anchor else address


def get_own(request: UserRequest, tracking_code: str) -> Submission:
    """The submission for somebody who acts for its party: 404 for strangers, 403 for readers."""
    waiting = WaitingFile.objects.filter(submission=OuterRef("pk"))
    visible = Submission.objects.visible_to(request.user).annotate(has_waiting=Exists(waiting))
    submission = get_object_or_404(
        visible.select_related(
            "version__service",
            "party",
            "contract__park__province",
            "park",
            "province",
        ),
        tracking_code=tracking_code,
    )
    if not may_write(request.user, submission):
        raise PermissionDenied
    return submission
