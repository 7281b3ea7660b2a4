"""What must hold of all letters, whatever was killed while they were issued."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from letters.models import Letter, LetterBook
from submissions.models import Step, Submission
from submissions.states import State

#: Says in words what does not hold; nothing where all is well.
Invariant = Callable[[], Iterator[str]]


def books_have_no_gap() -> Iterator[str]:
    for book in LetterBook.objects.filter(direction="outgoing"):
        numbers = list(book.letters.order_by("number").values_list("number", flat=True))
        if numbers != list(range(1, book.last_number + 1)):
            yield f"book {book}: {len(numbers)} letters, last number {book.last_number}"


def numbers_are_nobody_elses() -> Iterator[str]:
    for number, times in Counter(Letter.objects.values_list("number_text", flat=True)).items():
        if times > 1:
            yield f"{number} stands on {times} letters"


def requests_have_one_letter() -> Iterator[str]:
    answered = Counter(Letter.objects.values_list("submission", flat=True))
    steps = Counter(Step.objects.filter(name="approve").values_list("submission", flat=True))
    ends = Counter(Step.objects.filter(name="complete").values_list("submission", flat=True))
    for key, state in Submission.objects.values_list("pk", "state"):
        if (state, answered[key], steps[key], ends[key]) != (State.COMPLETED, 1, 1, 1):
            yield f"request {key}: {state}, {answered[key]} letters, {steps[key]} approvals"


def numbers_have_one_paper() -> Iterator[str]:
    names: Counter[str] = Counter()
    for letter in Letter.objects.order_by("number"):
        names[letter.file.name] += 1
        if not letter.file or letter.facts_printed is None:
            yield f"{letter} has no paper"
            continue
        content = letter.file.open("rb").read()
        if (hashlib.sha256(content).hexdigest(), len(content)) != (letter.sha256, letter.size):
            yield f"{letter}: another file"
        if letter.facts_printed.number != letter.number_text:
            yield f"{letter}: its paper says {letter.facts_printed.number}"
    yield from (f"{name} is the paper of {times}" for name, times in names.items() if times > 1)


OF_LETTERS: tuple[Invariant, ...] = (
    books_have_no_gap,
    numbers_are_nobody_elses,
    requests_have_one_letter,
    numbers_have_one_paper,
)


def find_broken(invariants: Sequence[Invariant] = OF_LETTERS) -> list[str]:
    """All that does not hold of the letters that there are."""
    return [words for invariant in invariants for words in invariant()]
