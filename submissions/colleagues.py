"""Two people write one draft: nobody's words are written over unseen.

A page saves all the fields of its group, also those that nobody touched there. So it sends
along what it had shown (``seen``), and a field that a colleague has changed since is left as
the colleague wrote it: in silence when this page had not touched it, else with both versions
told. Fields that nobody else has written are saved as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from submissions.forms import typed_form

if TYPE_CHECKING:
    from accounts.models import User
    from submissions.models import Submission

# Beside the answers: texts that could not be read, kept as typed until they are mended.
# No question can have this code: a slug has no colon.
TYPED = ":typed"
DESCRIPTION, FILE_NUMBER = ":description", ":file_number"
LABELS = {DESCRIPTION: "شرح درخواست", FILE_NUMBER: "شماره پرونده"}


@dataclass(frozen=True)
class Collision:
    """A field that two people changed at once: what stays, and what was not saved."""

    code: str
    label: str
    theirs: str
    mine: str

    @property
    def message(self) -> str:
        kept = f"«{self.theirs}»" if self.theirs else "خالی"
        mine = f"«{self.mine}»" if self.mine else "خالی"
        return (
            f"همکار شما در همین فاصله «{self.label}» را تغییر داد و نوشتهٔ او نگه داشته شد: {kept}. "
            f"نوشتهٔ شما ذخیره نشد: {mine}. اگر نوشتهٔ شما درست است، آن را دوباره وارد کنید."
        )


@dataclass
class Writing:
    """What one page sends: answers, texts that could not be read, and columns of the row."""

    answers: dict[str, Any]
    typed: dict[str, str]
    columns: dict[str, str]

    def drop(self, code: str) -> None:
        self.answers.pop(code, None)
        self.typed.pop(code, None)
        self.columns.pop(code.removeprefix(":"), None)

    def texts(self, case: Submission) -> dict[str, str]:
        """What is sent, by code, as one would type it."""
        asked = {question.code: question for question in case.facts.questions}
        read = {c: typed_form(asked[c], v) for c, v in self.answers.items() if c in asked}
        columns = {f":{name}": value for name, value in self.columns.items()}
        unread = {code: text for code, text in self.typed.items() if text}
        return {c: _plain(text) for c, text in {**read, **columns, **unread}.items()}


def typed_in(case: Submission) -> dict[str, str]:
    """Texts that could not be read, by question code (or DESCRIPTION, FILE_NUMBER)."""
    typed: dict[str, str] = case.answers.get(TYPED, {})
    return typed


def texts_of(case: Submission) -> dict[str, str]:
    """What the draft holds, by code, as one would type it."""
    whole = Writing(
        {code: value for code, value in case.answers.items() if code != TYPED},
        typed_in(case),
        {"description": case.description, "file_number": case.file_number},
    )
    return whole.texts(case)


def give_way(
    case: Submission,
    by: User,
    seen: Mapping[str, str],
    there: Mapping[str, str],
    given: Writing,
) -> list[Collision]:
    """Take out of ``given`` what a colleague has changed since the page was shown.

    ``seen``: what the page had shown; ``there``: what the draft holds now. Returns the
    fields that both have changed. A field that the page had not shown is no collision.
    """
    found = []
    for code, mine in given.texts(case).items():
        theirs = there.get(code, "")
        if code not in seen or case.writers.get(code) in (None, by.pk) or mine == theirs:
            continue
        shown = _plain(seen[code])
        if mine != shown and theirs == shown:
            continue  # a colleague wrote it, and this is somebody's answer to that
        given.drop(code)
        if mine != shown:
            found.append(Collision(code, _label_of(case, code), theirs, mine))
    return found


def sign(case: Submission, by: User, before: Mapping[str, str]) -> None:
    """Remember who wrote what has changed since ``before``."""
    after = texts_of(case)
    changed = {c for c in {*before, *after} if before.get(c, "") != after.get(c, "")}
    if changed:
        case.writers = {**case.writers, **dict.fromkeys(changed, by.pk)}


def _label_of(case: Submission, code: str) -> str:
    asked = (question.label for question in case.facts.questions if question.code == code)
    return next(asked, LABELS.get(code, code))


def _plain(text: str) -> str:
    """Browsers send line ends of their own."""
    return text.replace("\r\n", "\n")
