"""Detection of edits made meanwhile on another page of the same draft.

A page saves all the fields of its group, also those that nobody touched there. So it sends
along what it had shown (``seen``), and a field that another page has changed since is left as
it was written there: in silence when this page had not touched it, else with both versions
told. Every page has a name of its own, which it keeps while it saves itself and when it comes
back with errors, so that no page is ever in its own way, however late or often it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from submissions.drafts.forms import typed_form
from submissions.models import Submission

# Beside the answers: texts that could not be read, kept as typed until they are mended.
# No question can have this code: a slug has no colon.
TYPED = ":typed"
DESCRIPTION, FILE_NUMBER = ":description", ":file_number"
LABELS = {DESCRIPTION: "شرح درخواست", FILE_NUMBER: "شمارهٔ پرونده"}


class Hand(NamedTuple):
    """A writer: the user's key, and the name that their page was given."""

    user: int
    page: str = ""

    def wrote(self, last: list[Any] | None) -> bool:
        """Whether ``last``, the hand that wrote something, was this one (or nobody's).

        Of a page without a name only the writer is known.
        """
        return last is None or list(self) == last or (not self.page and self.user == last[0])


#: What was taken from the register of contracts: written by no page.
REGISTER = Hand(0, "register")


@dataclass(frozen=True)
class EditConflict:
    """A field that two pages changed at once: what stays, and what was not saved."""

    code: str
    label: str
    theirs: str
    mine: str
    #: Whether the other page was this person's own: another tab, or another device.
    is_ones_own: bool = False
    #: Whether it was taken from the register of contracts meanwhile.
    is_registers: bool = False

    @property
    def message(self) -> str:
        kept = f"«{self.theirs}»" if self.theirs else "خالی"
        mine = f"«{self.mine}»" if self.mine else "خالی"
        if self.is_ones_own:
            return (
                f"«{self.label}» در این فاصله در صفحه یا دستگاه دیگری از خود شما تغییر کرده و همان "
                f"ذخیره شده است: {kept}. متن این صفحه ذخیره نشد: {mine}. "
                "اگر متن این صفحه صحیح است، آن را دوباره وارد کنید."
            )
        if self.is_registers:
            done = f"«{self.label}» در همین فاصله از دفتر قراردادها به‌روز شد: {kept}. "
        else:
            done = f"همکار شما در این فاصله «{self.label}» را تغییر داده و متن او ذخیره شده است: {kept}. "
        return f"{done}متن شما ذخیره نشد: {mine}. اگر متن شما صحیح است، آن را دوباره وارد کنید."


@dataclass(frozen=True)
class SavedDraft:
    """Result of saving a page: the draft, and conflicts with another page."""

    submission: Submission
    #: Fields that both pages have changed; the text that this one sent was not saved.
    conflicts: Sequence[EditConflict] = ()
    #: The texts, by code, of fields that only the other page has changed.
    newer: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Writing:
    """Input of one page: answers, texts that could not be read, and columns of the row."""

    answers: dict[str, Any]
    typed: dict[str, str]
    columns: dict[str, str]

    def drop(self, code: str) -> None:
        self.answers.pop(code, None)
        self.typed.pop(code, None)
        self.columns.pop(code.removeprefix(":"), None)

    def texts(self, submission: Submission) -> dict[str, str]:
        """What is sent, by code, as one would type it."""
        asked = {question.code: question for question in submission.facts.questions}
        read = {c: typed_form(asked[c], v) for c, v in self.answers.items() if c in asked}
        columns = {f":{name}": value for name, value in self.columns.items()}
        unread = {code: text for code, text in self.typed.items() if text}
        return {c: _plain_text(text) for c, text in {**read, **columns, **unread}.items()}


def typed_in(submission: Submission) -> dict[str, str]:
    """Texts that could not be read, by question code (or DESCRIPTION, FILE_NUMBER)."""
    typed: dict[str, str] = submission.answers.get(TYPED, {})
    return typed


def texts_of(submission: Submission) -> dict[str, str]:
    """What the draft holds, by code, as one would type it."""
    whole = Writing(
        {code: value for code, value in submission.answers.items() if code != TYPED},
        typed_in(submission),
        {"description": submission.description, "file_number": submission.file_number},
    )
    return whole.texts(submission)


def give_way(
    submission: Submission,
    hand: Hand,
    seen: Mapping[str, str],
    there: Mapping[str, str],
    given: Writing,
) -> tuple[list[EditConflict], dict[str, str]]:
    """Take out of ``given`` what another page has changed since this one was shown.

    ``seen``: what the page had shown; ``there``: what the draft holds now. Returns
    the fields that both have changed, and the newer texts of those that only the other one has. A field that the page had not shown is neither.
    """
    conflicts: list[EditConflict] = []
    newer: dict[str, str] = {}
    for code, mine in given.texts(submission).items():
        theirs, writer = there.get(code, ""), submission.writers.get(code)
        if code not in seen or hand.wrote(writer) or mine == theirs:
            continue
        shown = _plain_text(seen[code])
        if mine != shown and theirs == shown:
            continue  # it was written elsewhere, and this is somebody's answer to that
        given.drop(code)
        if mine == shown:
            newer[code] = theirs
        else:
            label = _label_of(submission, code)
            whose = (writer[0] == hand.user, writer == list(REGISTER))
            conflicts.append(EditConflict(code, label, theirs, mine, *whose))
    return conflicts, newer


def sign_changes(submission: Submission, hand: Hand, before: Mapping[str, str]) -> None:
    """Remember whose hand wrote what has changed since ``before``."""
    after = texts_of(submission)
    changed = {c for c in {*before, *after} if before.get(c, "") != after.get(c, "")}
    if changed:
        submission.writers = submission.writers | {code: list(hand) for code in changed}


def _label_of(submission: Submission, code: str) -> str:
    asked = (question.label for question in submission.facts.questions if question.code == code)
    return next(asked, LABELS.get(code, code))


def _plain_text(text: str) -> str:
    """Browsers send line ends of their own."""
    return text.replace("\r\n", "\n")
