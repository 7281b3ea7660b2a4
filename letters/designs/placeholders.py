"""What the text of a template may name: stored by code, read and written by people in Persian.

Texts are never formatted: a name is looked up in a table, or it is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letters.designs.kinds import REFUSAL
from persian.text import fold_key
from services_catalog.models import Question

# By code, as those who write letters read them.
NAMES: Final = {
    "party_name": "نام متقاضی",
    "party_id": "شناسهٔ متقاضی",
    "party_code": "کد یا شناسهٔ ملی",
    "contract_number": "شمارهٔ قرارداد",
    "plot": "قطعه",
    "park": "شهرک",
    "province": "استان",
    "service": "نام خدمت",
    "subject": "موضوع نامه",
    "file_number": "شمارهٔ پرونده",
    "recipient_title": "سمت گیرنده",
    "tracking_code": "کد رهگیری",
    "reason": "دلیل رد",
}
ANSWER: Final = "answer:"
ANSWER_SHOWN: Final = "پاسخ"
_CODES: Final = {fold_key(name): code for code, name in NAMES.items()} | {c: c for c in NAMES}
_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_FILLED: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


class UnknownPlaceholder(ValueError):
    """Braces that hold no known name; ``name``: what stands in them, empty for a brace alone."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class AnswerNames:
    """The questions of all services by the words in which a template names their answers."""

    shown: Mapping[str, str]
    codes: Mapping[str, str]

    @classmethod
    def load(cls) -> AnswerNames:
        """One query. A label that several codes have is told apart by the code behind it."""
        labels: dict[str, str] = {}
        asking: dict[str, set[str]] = {}
        for code, label in Question.objects.order_by("pk").values_list("code", "label"):
            label = re.sub(r"[{}]", "", label).strip()
            labels.setdefault(code, label)
            asking.setdefault(fold_key(label), set()).add(code)
        shown = {
            code: label if len(asking[fold_key(label)]) == 1 else f"{label} ({code})"
            for code, label in labels.items()
        }
        codes = {label: min(found) for label, found in asking.items() if len(found) == 1}
        codes |= {fold_key(words): code for code, words in shown.items()}
        return cls(shown, codes | {code: code for code in labels})


def show_placeholders(text: str) -> str:
    """«{نام متقاضی}» for «{party_name}», «{پاسخ: توان}» for «{answer:power}»."""
    answers = AnswerNames.load() if ANSWER in text else None

    def show(found: re.Match[str]) -> str:
        name = found[1]
        if answers is not None and name.startswith(ANSWER):
            code = name.removeprefix(ANSWER)
            return f"{{{ANSWER_SHOWN}: {answers.shown.get(code, code)}}}"
        return f"{{{NAMES.get(name, name)}}}"

    return _NAMED.sub(show, text)


def read_placeholders(text: str) -> str:
    """The way back. Raises UnknownPlaceholder for braces that hold no known name."""
    rest = _NAMED.sub("", text)
    if "{" in rest or "}" in rest:
        raise UnknownPlaceholder("")
    answers = AnswerNames.load() if any(map(_asked_answer, _NAMED.findall(text))) else None
    return _NAMED.sub(lambda found: f"{{{_read_name(found[1], answers)}}}", text)


def _asked_answer(name: str) -> str | None:
    """The words behind «پاسخ:»; None for what names no answer."""
    head, colon, rest = name.partition(":")
    return rest.strip() if colon and head.strip() in (ANSWER_SHOWN, ANSWER[:-1]) else None


def _read_name(name: str, answers: AnswerNames | None) -> str:
    asked = _asked_answer(name)
    if asked is None or answers is None:
        code = _CODES.get(name.strip()) or _CODES.get(fold_key(name))
        if code is None:
            raise UnknownPlaceholder(name)
        return code
    code = answers.codes.get(asked) or answers.codes.get(fold_key(asked))
    if code is None:
        raise UnknownPlaceholder(name)
    return ANSWER + code


def counted(text: str) -> Counter[str]:
    """How often a stored text has each placeholder."""
    return Counter(_NAMED.findall(text))


def answers_in(texts: Iterable[str]) -> list[str]:
    """The codes of the questions whose answers stored texts name, each once, in their order."""
    named = [name for text in texts for name in _NAMED.findall(text) if name.startswith(ANSWER)]
    return list(dict.fromkeys(name.removeprefix(ANSWER) for name in named))


def fill_placeholders(text: str, words: Mapping[str, str]) -> str:
    """A stored text with what its placeholders stand for; doubled braces stand for one."""
    return _FILLED.sub(lambda found: words[found[1]] if found[1] is not None else found[0][0], text)


def names_for(kind: str) -> dict[str, str]:
    """What templates of a kind may name besides answers: a reason is there for refusals alone."""
    return {code: name for code, name in NAMES.items() if code != "reason" or kind == REFUSAL}
