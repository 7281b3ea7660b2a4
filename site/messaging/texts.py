"""Wording of messages: the portal's own, or the office's in its place.

The file ``templates/messages/<key>.txt`` is a template and holds the words by default.
A row of :class:`MessageText` replaces them; it knows only the placeholders that
``contents.json`` beside the files names for this message, written ``{کد رهگیری}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template import Context, Engine
from django.template.base import TextNode, VariableNode
from django.template.defaulttags import LoadNode
from django.utils.functional import cached_property
from django.utils.timezone import now

from accounts.models import MessageText, SmsMessage, User
from persian.digits import to_persian
from persian.text import clean_text
from work import audit

MOST_PARTS = 6
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")
_LINK = re.compile(r"https?:|www\.|://", re.IGNORECASE)


@dataclass(frozen=True)
class Placeholder:
    """A word in braces that stands for something of the occasion."""

    name: str
    source: str
    """The expression in the file that gives its value, like ``due_at|jdate``."""
    sample: str
    needed: bool = False
    """Without it the message would be of no use, like a code's message without the code."""


@dataclass(frozen=True)
class Message:
    """One message that the portal can send."""

    key: str
    title: str
    when: str = ""
    secret: bool = True
    """Whether the words that were sent are nobody's business but the receiver's."""
    urgent: bool = False
    """Whether somebody stands before a closed door until it comes."""
    token: str = ""
    """The name in the context of what a gateway's own template takes, for a code."""
    placeholders: tuple[Placeholder, ...] = ()

    @cached_property
    def default(self) -> str:
        """The words of the file, with placeholders. ValueError when it holds more than that."""
        return clean_text("".join(self._pieces()))

    def sample_of(self, body: str) -> str:
        """``body`` as it might be read on a phone."""
        samples = {placeholder.name: placeholder.sample for placeholder in self.placeholders}
        return _fill_placeholders(body, lambda name: samples[name])

    def masked(self) -> str:
        """The words for those who may not read what was sent."""
        return current_text(self) if self.placeholders else "…"

    def _pieces(self) -> Iterator[str]:
        names = {placeholder.source: placeholder.name for placeholder in self.placeholders}
        for node in Engine.get_default().get_template(_file_of(self.key)).nodelist:
            match node:
                case LoadNode():
                    continue
                case TextNode():
                    yield node.s
                case VariableNode() if str(node.filter_expression.token) in names:
                    yield f"{{{names[str(node.filter_expression.token)]}}}"
                case _:
                    raise ValueError(f"{self.key}: {node} is not in contents.json")


def say_message(key: str, context: Mapping[str, Any]) -> str:
    """The words of the message ``key``: the office's, or the file's. Plain text, nothing escaped."""
    body = MessageText.objects.filter(key=key).values_list("body", flat=True).first()
    message = message_about(key)
    if body is None or not can_say(message, body):
        return _render_text(Engine.get_default().get_template(_file_of(key)), context)
    sources = {placeholder.name: placeholder.source for placeholder in message.placeholders}
    return _fill_placeholders(body, lambda name: _value_of(sources[name], context))


@cache
def read_contents() -> dict[str, Message]:
    """All messages of ``contents.json``, in its order."""
    for folder in Engine.get_default().dirs:
        table = Path(folder) / "messages" / "contents.json"
        if table.exists():
            rows = json.loads(table.read_text(encoding="utf-8"))
            return {key: _make_message(key, facts) for key, facts in rows.items()}
    raise FileNotFoundError("templates/messages/contents.json")


def message_about(key: str) -> Message:
    """What is known of a message; one that is not in the contents has no words of its own."""
    return read_contents().get(key) or Message(key=key, title=key)


@cache
def urgent_keys() -> frozenset[str]:
    """The messages that go before all others."""
    return frozenset(key for key, message in read_contents().items() if message.urgent)


def current_text(message: Message) -> str:
    """The words in force, with placeholders."""
    row = MessageText.objects.filter(key=message.key).first()
    return row.body if row else message.default


def can_say(message: Message, body: str) -> bool:
    """Whether ``body`` can be said: a release may have taken a placeholder away."""
    return not any(_find_problems(message, body))


def clean_body(message: Message, body: str) -> str:
    """``body`` as it would be stored; ValidationError says in Persian why it cannot be."""
    body = clean_text(body)
    if problems := list(_find_problems(message, body)):
        raise ValidationError(problems)
    parts = parts_of(message.sample_of(body))
    if parts > MOST_PARTS:
        raise ValidationError(
            f"این متن در {to_persian(parts)} بخش ارسال می‌شود؛ بیش از {to_persian(MOST_PARTS)} بخش "
            "پذیرفته نمی‌شود. لطفاً آن را کوتاه‌تر کنید."
        )
    return body


@transaction.atomic
def change_text(message: Message, body: str, *, by: User) -> None:
    """Have ``body`` said from here on. Raises ValidationError; see :func:`clean_body`.

    The words of the file are no words of the office: with them the row goes.
    """
    body = clean_body(message, body)
    before = current_text(message)
    if body == message.default:
        MessageText.objects.filter(key=message.key).delete()
    else:
        facts = {"body": body, "changed_at": now(), "changed_by": by}
        MessageText.objects.update_or_create(key=message.key, defaults=facts)
    if body != before:
        subject = f"accounts.messagetext:{message.key}"
        audit.record_entry(by, "change_text", subject, {"before": before, "after": body})


def shown_to_staff(sms: SmsMessage) -> str:
    """The words of a message that was sent; of a secret one only those that hold no secret."""
    message = message_about(sms.key)
    return message.masked() if message.secret else sms.text


def _find_problems(message: Message, body: str) -> Iterator[str]:
    if not body:
        yield "لطفاً متن پیامک را بنویسید."
    known = {placeholder.name for placeholder in message.placeholders}
    choice = "، ".join(f"{{{placeholder.name}}}" for placeholder in message.placeholders)
    for name in _PLACEHOLDER.findall(body):
        if name not in known:
            yield f"«{{{name}}}» در این پیام قابل استفاده نیست. موارد مجاز: {choice}"
    if _BRACE.search(_PLACEHOLDER.sub("", body)):
        yield "آکولاد فقط برای جای‌نگهدارها استفاده می‌شود و باید باز و بسته شود."
    for placeholder in message.placeholders:
        if placeholder.needed and f"{{{placeholder.name}}}" not in body:
            yield f"این پیام بدون «{{{placeholder.name}}}» برای گیرنده قابل استفاده نیست. لطفاً آن را در متن درج کنید."
    if _LINK.search(body):
        yield "درج نشانی اینترنتی در پیامک مجاز نیست تا گیرنده پیامک شرکت را از پیامک جعلی تشخیص دهد."


def _make_message(key: str, facts: dict[str, Any]) -> Message:
    placeholders = tuple(Placeholder(**each) for each in facts.pop("placeholders", ()))
    return Message(key=key, placeholders=placeholders, **facts)


def _file_of(key: str) -> str:
    return f"messages/{key}.txt"


def _fill_placeholders(body: str, value_of: Callable[[str], str]) -> str:
    """``body`` with its placeholders replaced in one go, so that no value is read as one."""
    return _PLACEHOLDER.sub(lambda found: value_of(found[1]), body)


def _value_of(source: str, context: Mapping[str, Any]) -> str:
    # The expression is ours, from contents.json; the office's words are never a template.
    template = Engine.get_default().from_string(f"{{% load persian %}}{{{{ {source} }}}}")
    return _render_text(template, context)


def _render_text(template: Any, context: Mapping[str, Any]) -> str:
    return str(template.render(Context(dict(context), autoescape=False))).strip()


_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Behind an escape, so each of them takes two places.
_ESCAPED = frozenset("^{}\\[~]|€\f")
SEVEN_BIT = (160, 153)
UCS2 = (70, 67)


def parts_of(text: str) -> int:
    """The number of parts in which ``text`` travels; 0 for an empty one."""
    widths, (alone, in_a_row) = _measure_text(text)
    if sum(widths) <= alone:
        return 1 if widths else 0
    parts, room = 1, in_a_row
    for width in widths:
        if width > room:
            # What takes two places is never cut in two.
            parts, room = parts + 1, in_a_row
        room -= width
    return parts


def _measure_text(text: str) -> tuple[list[int], tuple[int, int]]:
    """The places that each character takes, and the places of a part."""
    if all(character in _BASIC or character in _ESCAPED for character in text):
        return [2 if character in _ESCAPED else 1 for character in text], SEVEN_BIT
    # A half-space counts like a letter; an emoji is two units of UTF-16.
    return [2 if ord(character) > 0xFFFF else 1 for character in text], UCS2
