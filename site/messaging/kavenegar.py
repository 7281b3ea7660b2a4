"""The Kavenegar gateway (https://kavenegar.com/rest.html): HTTP and JSON.

The answer's own ``return.status`` decides, whatever the HTTP status is. Its numbers are
from that page and the published clients; those marked (?) differ between the sources.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from django.conf import settings

from messaging.gateways import (
    Fate,
    InDoubt,
    NeverKnown,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
)
from work.outside_services import NeverArrived, NoAnswer, OutsideService, Patience


class Then(Enum):
    """Consequence of a refusal by Kavenegar."""

    WAIT = "tried again by itself"
    BY_HAND = "stops; the staff may have it sent again when the cause is gone"
    NEVER = "stops: the message itself is wrong"


# By return.status: what follows, and what the staff read.
REFUSALS: Mapping[int, tuple[Then, str]] = {
    400: (Then.BY_HAND, "پارامترها ناقص است"),
    401: (Then.BY_HAND, "حساب درگاه غیرفعال است"),  # (?)
    402: (Then.BY_HAND, "عملیات ناموفق بود"),  # (?)
    403: (Then.BY_HAND, "کلید درگاه معتبر نیست"),  # (?)
    404: (Then.BY_HAND, "متد درگاه نامشخص است"),  # (?)
    405: (Then.BY_HAND, "متد فراخوانی صحیح نیست"),  # (?)
    406: (Then.BY_HAND, "پارامترهای اجباری خالی است"),  # (?)
    407: (Then.BY_HAND, "دسترسی به اطلاعات ممکن نیست"),  # (?)
    409: (Then.WAIT, "درگاه اکنون پاسخ‌گو نیست"),
    411: (Then.NEVER, "شمارهٔ گیرنده معتبر نیست"),
    412: (Then.BY_HAND, "شمارهٔ فرستنده معتبر نیست"),
    413: (Then.NEVER, "متن خالی یا طولانی‌تر از حد مجاز است"),
    414: (Then.BY_HAND, "تعداد پیام‌ها در یک درخواست بیش از حد مجاز است"),
    415: (Then.BY_HAND, "شمارهٔ شروع صحیح نیست"),
    416: (Then.BY_HAND, "نشانی IP این سامانه در درگاه مجاز نیست"),
    417: (Then.BY_HAND, "تاریخ ارسال صحیح نیست"),
    418: (Then.BY_HAND, "اعتبار حساب درگاه کافی نیست"),
    419: (Then.BY_HAND, "طول آرایه‌ها برابر نیست"),
    420: (Then.NEVER, "پیوند در متن مجاز نیست"),
    422: (Then.NEVER, "متن کاراکتر غیرمجاز دارد"),
    424: (Then.BY_HAND, "قالب در درگاه یافت نشد"),
    426: (Then.BY_HAND, "خدمات پیشرفتهٔ درگاه لازم است"),
    427: (Then.BY_HAND, "این خط به اجازهٔ دسترسی نیاز دارد"),
    428: (Then.NEVER, "تماس صوتی ممکن نیست"),
    429: (Then.BY_HAND, "نشانی IP محدود شده است"),
    431: (Then.NEVER, "ساختار کد با قالب سازگار نیست"),
    432: (Then.BY_HAND, "کد در قالب درگاه نیست"),
    451: (Then.WAIT, "تعداد فراخوانی‌ها بیش از حد مجاز است"),
    501: (Then.BY_HAND, "حساب آزمایشی فقط به صاحب حساب ارسال می‌کند"),
}
# By the status of a message; one that is not listed is treated as underway.
FATES: Mapping[int, Fate] = {
    1: Fate.UNDERWAY,  # queued
    2: Fate.UNDERWAY,  # scheduled
    4: Fate.UNDERWAY,  # sent to the centre
    5: Fate.UNDERWAY,
    6: Fate.FAILED,
    10: Fate.DELIVERED,
    11: Fate.UNDELIVERED,
    13: Fate.FAILED,  # cancelled
    14: Fate.BLOCKED,
    100: Fate.LOST,  # there is none of that name
}
TAKEN = 200
# No message costs more, and no column of ours holds more.
MOST_RIAL = 2**31
ACCEPTED_BYTES = 512 * 1024


class KavenegarGateway:
    """Sends by ``sms/send``; a sign-in code by ``verify/lookup`` when a template is configured.

    ``verify/lookup`` takes no name of ours. So a code whose answer was lost is not sent
    again: its owner asks for a new one a minute later.
    """

    tells_fates = True
    outside = "kavenegar"
    connect_seconds = 5.0
    read_seconds = 15.0
    # However slowly it drips: two calls of this length fit into one task.
    total_seconds = 20.0

    def send(self, recipient: str, text: str, *, local_id: str, code: str = "") -> Receipt:
        if self._goes_by_template(code):
            template = settings.KAVENEGAR_CODE_TEMPLATE
            try:
                entries = self._call(
                    "verify/lookup", receptor=recipient, token=code, template=template
                )
                return _receipt_of(entries)
            except InDoubt as doubt:
                raise NeverKnown(str(doubt)) from None
        fields = {"receptor": recipient, "message": text, "localid": local_id}
        if settings.KAVENEGAR_SENDER:
            fields["sender"] = settings.KAVENEGAR_SENDER
        return _receipt_of(self._call("sms/send", **fields))

    def receipt_of(self, local_id: str, *, code: str = "") -> Receipt | None:
        if self._goes_by_template(code):
            raise NeverKnown("پاسخ درگاه دریافت نشد و وضعیت این کد قابل استعلام نیست")
        for entry in self._ask("sms/statuslocalmessageid", localid=local_id):
            known = str(entry.get("messageid") or "")
            if known and _fate_of(entry) is not Fate.LOST:
                return Receipt(known, _fate_of(entry))
        return None

    def fates(self, references: Sequence[str]) -> Mapping[str, Fate]:
        entries = self._ask("sms/status", messageid=",".join(references))
        return {str(entry.get("messageid")): _fate_of(entry) for entry in entries}

    def _goes_by_template(self, code: str) -> bool:
        return bool(code and settings.KAVENEGAR_CODE_TEMPLATE)

    def _ask(self, method: str, **fields: str) -> list[dict[str, Any]]:
        """A question, which changes nothing: whatever goes wrong, it is asked again later."""
        try:
            return self._call(method, **fields)
        except PermanentFailure as failure:
            raise TemporaryFailure(str(failure)) from None

    def _call(self, method: str, **fields: str) -> list[dict[str, Any]]:
        """The entries of Kavenegar's answer."""
        base = settings.KAVENEGAR_URL.rstrip("/")
        address = f"{base}/v1/{settings.KAVENEGAR_API_KEY}/{method}.json"
        patience = Patience(self.total_seconds, self.connect_seconds, self.read_seconds)
        try:
            with OutsideService(
                patience, most_bytes=ACCEPTED_BYTES, gateway=self.outside
            ) as kavenegar:
                answer = kavenegar.post(address, data=fields)
        except NeverArrived:
            raise TemporaryFailure("اتصال به درگاه برقرار نشد") from None
        except NoAnswer as silence:
            raise InDoubt(f"پاسخ درگاه کامل نرسید ({silence})") from None
        return _read_entries(answer.status_code, answer.content)


def _read_entries(http_status: int, body: bytes) -> list[dict[str, Any]]:
    """What stands in an answer; raises what a refusal or an unreadable answer means."""
    try:
        answer = json.loads(body)
        status = int(answer["return"]["status"])
    except (ValueError, TypeError, KeyError):
        raise InDoubt(f"پاسخ درگاه خوانده نشد (HTTP {http_status})") from None
    if status != TAKEN:
        raise _refusal_for(status)
    entries = answer.get("entries")
    entries = entries if isinstance(entries, list) else [entries]
    return [entry for entry in entries if isinstance(entry, dict)]


def _refusal_for(status: int) -> Exception:
    if status in REFUSALS:
        then, meaning = REFUSALS[status]
    elif status >= 500:
        return InDoubt(f"خطای داخلی درگاه ({status})")
    else:
        then, meaning = Then.BY_HAND, "پاسخ ناشناس درگاه"
    words = f"{meaning} ({status})"
    if then is Then.WAIT:
        return TemporaryFailure(words)
    return PermanentFailure(words, by_hand=then is Then.BY_HAND)


def _fate_of(entry: dict[str, Any]) -> Fate:
    try:
        return FATES.get(int(entry["status"]), Fate.UNDERWAY)
    except (KeyError, TypeError, ValueError):
        return Fate.UNDERWAY


def _receipt_of(entries: list[dict[str, Any]]) -> Receipt:
    """The receipt of the one message that was handed over."""
    entry = entries[0] if entries else {}
    reference = str(entry.get("messageid") or "")
    if not reference:
        raise InDoubt("درگاه پیام را پذیرفت و شناسه‌ای اعلام نکرد")
    cost = entry.get("cost")
    return Receipt(
        reference,
        _fate_of(entry),
        cost if isinstance(cost, int) and 0 <= cost < MOST_RIAL else None,
    )
