"""Handlers of the kinds of submissions: what their approval does.

A kind is a string of the catalog (``request``, ``identity`` …); the app that knows
what its approval means registers a handler in ``AppConfig.ready``. Handlers do part
of the step's work, inside its transaction; they never send, render or call out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from submissions.models import Step, Submission, WorkItem
from submissions.states import StepName


class KindHandler:
    """Meaning of a kind. Subclass it and register an instance."""

    #: What stands above its questions.
    questions_title = "پرسش‌های خدمت"
    #: What a browser may fill in for the applicant: ``autocomplete`` by the code of the question.
    purposes: Mapping[str, str] = MappingProxyType({})
    #: What an approval brings the applicant, told when it has been handed in.
    afterwards = ""
    #: What is said when it has been handed in; and when a rule has approved it at once.
    received = "درخواست شما ثبت شد"
    granted = "درخواست شما تأیید شد"

    def obstacles(self, submission: Submission) -> list[str]:
        """Persian sentences that say why this cannot be handed in yet; empty: it can."""
        return []

    def written(self, submission: Submission) -> None:
        """The answers of a draft are about to be saved: set what follows from them."""

    def submitted(self, submission: Submission, step: Step) -> None:
        """Called when it has just been handed in, in the transaction of the step."""

    def asks_number(self, submission: Submission, name: StepName) -> bool:
        """Whether the letter that comes of the step gets its number by hand, of a system outside."""
        return False

    def why_not_number(self, submission: Submission, number: str) -> str:
        """Why a letter of the submission cannot have this number, in a sentence; empty: it can."""
        return ""

    def letter_digest(self, submission: Submission) -> str:
        """The digest of the letter as it would be now. Raises a Refusal when there can be none."""
        raise LookupError(f"The kind {submission.kind!r} has no letter.")

    def signed(self, submission: Submission, step: Step) -> None:
        """Freeze the letter that the step has signed. In the transaction of the step."""

    def approved(self, submission: Submission, step: Step) -> None:
        """Do what the approval is for. Called in the transaction of the last approval."""

    def approved_by_rule(self, submission: Submission) -> bool:
        """Whether a rule, without a person, allows the system to approve this submission now."""
        return False

    def hindrances(self, submission: Submission) -> list[str]:
        """Persian sentences that say why a decided submission cannot be taken up again; empty: it can."""
        return []

    def reopened(self, submission: Submission, step: Step) -> None:
        """Take back what the approval did while it is looked at again. In the transaction."""

    def asked(self, submission: Submission, step: Step, inquiry: WorkItem) -> None:
        """A body outside was asked by the step: have the question sent. In the transaction."""

    def recalled(self, submission: Submission, step: Step, inquiry: WorkItem) -> None:
        """Nobody waits for the answer of a body any more. In the transaction."""

    def ended_without(self, submission: Submission, step: Step) -> None:
        """Called when it was rejected or withdrawn, also after a reopening, in the transaction."""


_handlers: dict[str, KindHandler] = {}


def register_handler(kind: str, handler: KindHandler) -> None:
    """Name the handler of ``kind``. Raises ValueError when the kind has one already."""
    if kind in _handlers:
        raise ValueError(f"The kind {kind!r} has a handler already.")
    _handlers[kind] = handler


def handler_for(kind: str) -> KindHandler:
    """The handler of ``kind``; raises LookupError when no app has registered one."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"No app has registered a handler for the kind {kind!r}.") from None


def handled_kinds() -> list[str]:
    """The codes of the kinds that have a handler."""
    return list(_handlers)
