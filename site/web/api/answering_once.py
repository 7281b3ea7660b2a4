"""``Idempotency-Key``: whoever sends the same once more gets the same answer, and it is done once.

The answer is kept in the transaction of the act: a process that is killed leaves both or none. Who
comes meanwhile with the same key waits for the turn to write (SQLite) or is told so
at once by a lock of the transaction's own (PostgreSQL); either way nothing is done twice.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import now

from accounts.models import User
from web.api.handlers import ANSWERED
from web.api.kept_answers import KEPT_FOR, KeptAnswer
from web.refusals import Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
# What an answer says beside its content.
KEPT_HEADERS = ("Content-Type", "Location", "Content-Language")
MOST_BYTES = 256 * 1024
# As the draft of the standard writes it, in quotation marks, or bare.
_KEY = re.compile(r'"[\x21\x23-\x7e]{1,255}"|[\x21\x23-\x7e]{1,255}')
# A look into a file takes at most some of these.
PROMISE = timedelta(minutes=2)
Act = Callable[[], HttpResponseBase]


class BadKey(Refusal):
    status = 400
    code = "idempotency_key_invalid"
    title = "کلید تکرار معتبر نیست"
    message = "مقدار Idempotency-Key باید ۱ تا ۲۵۵ کاراکتر لاتین بدون فاصله باشد."


class KeyReused(Refusal):
    """The key has been used for something else."""

    status = 409
    code = "idempotency_key_reused"
    title = "کلید تکرار قبلاً به کار رفته است"
    message = "این Idempotency-Key برای درخواست دیگری به کار رفته است. کلید جدیدی انتخاب کنید."


class UnderWay(Refusal):
    """The first one with this key has not been answered yet."""

    status = 409
    code = "idempotency_under_way"
    title = "همین درخواست در حال انجام است"
    message = "درخواست قبلی با همین کلید هنوز در حال انجام است. لطفاً کمی بعد دوباره تلاش کنید."
    retry_after = 2


class NotKept(Refusal):
    """It was done, and the answer was too long to be kept."""

    status = 409
    code = "idempotency_answer_not_kept"
    title = "این درخواست قبلاً انجام شده است"
    message = "این درخواست انجام شده و پاسخ آن نگهداری نشده است. وضعیت فعلی را دریافت کنید."


@dataclass(frozen=True)
class Asked:
    """One key of one person, and what they sent with it."""

    user: User
    key: str
    fingerprint: str

    def find(self) -> KeptAnswer | None:
        """What is known of the key; one that is older than a day is unknown."""
        known = KeptAnswer.objects.filter(user=self.user, key=self.key).first()
        if known and known.at < now() - KEPT_FOR:
            known.delete()
            return None
        return known

    def lock(self) -> bool:
        """Whether nobody else is at this key now; until the end of the transaction."""
        if connection.vendor != "postgresql":
            return True  # a transaction of SQLite begins with the turn to write
        name = hashlib.sha256(f"{self.user.pk}:{self.key}".encode()).digest()[:8]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, signed=True)]
            )
            return bool(cursor.fetchone()[0])


def never_kept(view: Any) -> Any:
    """Mark an endpoint whose answers are secrets or have a protocol of their own."""
    view.is_never_kept = True
    return view


def answer_once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have an endpoint do once what is asked several times with one key."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        user: Any = request.user
        is_kept = request.method == "POST" and not getattr(view, "is_never_kept", False)
        if key is None or not is_kept or not user.is_authenticated:
            return view(request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise BadKey
        asked = Asked(user, key.strip('"'), fingerprint_of(request))
        act = partial(_act, view, request, args, kwargs)
        # Files are looked into for seconds, for which no transaction may wait.
        return (_by_promise if request.FILES else _in_one)(asked, act)

    return answered


def fingerprint_of(request: HttpRequest) -> str:
    """Of the address, the acting party and what is sent; of a form its fields, however it is framed."""
    party = request.user.acting_for  # type: ignore[union-attr]
    digest = hashlib.sha256(f"{request.get_full_path()}\n{party and party.pk}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, texts in sorted(request.POST.lists()):
        digest.update(repr((name, texts)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _act(view: Callable[..., Any], request: HttpRequest, args: Any, kwargs: Any) -> Any:
    """The endpoint's answer as it goes out, refusals too; what nobody foresaw is raised."""
    operation = request.api_operation  # type: ignore[attr-defined]
    try:
        result = view(request, *args, **kwargs)
        blank = kwargs.get(operation.signature.response_arg)
        blank = blank or operation.api.create_temporal_response(request)
        return operation._result_to_response(request, result, blank)
    except ANSWERED as error:
        return operation.api.on_exception(request, error)


def _in_one(asked: Asked, act: Act) -> HttpResponseBase:
    """The act and what is kept of its answer in one transaction."""
    if known := asked.find():
        return _replay(known, asked)
    with transaction.atomic():
        if not asked.lock():
            raise UnderWay
        if known := asked.find():
            return _replay(known, asked)
        answer = act()
        if _is_final(answer):
            KeptAnswer.objects.create(
                user=asked.user, key=asked.key, fingerprint=asked.fingerprint, **_facts_of(answer)
            )
        return answer


def _by_promise(asked: Asked, act: Act) -> HttpResponseBase:
    """The key is taken before, and given back unless there is an answer to keep."""
    row = _promise(asked)
    if row.status is not None:
        return _replay(row, asked)
    mine = KeptAnswer.objects.filter(pk=row.pk, promised_until=row.promised_until)
    is_kept = False
    try:
        answer = act()
        if is_kept := _is_final(answer):
            mine.update(promised_until=None, **_facts_of(answer))
    finally:
        if not is_kept:
            mine.delete()
    return answer


def _promise(asked: Asked) -> KeptAnswer:
    """The key's row: ours to fill, or with its answer. Raises UnderWay, KeyReused."""
    asked.find()
    until = now() + PROMISE
    fresh = {"fingerprint": asked.fingerprint, "promised_until": until}
    row, is_new = KeptAnswer.objects.get_or_create(user=asked.user, key=asked.key, defaults=fresh)
    if is_new or row.status is not None:
        return row
    _compare(row, asked)
    # Whoever promised it was killed: one of those who ask again takes over.
    given_up = KeptAnswer.objects.filter(
        pk=row.pk, promised_until=row.promised_until, promised_until__lt=now()
    )
    if not given_up.update(promised_until=until):
        raise UnderWay
    row.promised_until = until
    return row


def _replay(known: KeptAnswer, asked: Asked) -> HttpResponse:
    _compare(known, asked)
    if known.status is None:
        raise UnderWay
    if known.content is None:
        raise NotKept
    answer = HttpResponse(
        zlib.decompress(known.content), status=known.status, headers=known.headers
    )
    answer.headers[REPLAYED] = "true"
    return answer


def _compare(known: KeptAnswer, asked: Asked) -> None:
    if known.fingerprint != asked.fingerprint:
        raise KeyReused


def _is_final(answer: HttpResponseBase) -> bool:
    """Whether asking again would change nothing: no outage, no limit, nothing that is busy."""
    return answer.status_code < 500 and answer.status_code != 429 and "Retry-After" not in answer


def _facts_of(answer: HttpResponseBase) -> dict[str, Any]:
    content = b"" if answer.streaming else answer.content  # type: ignore[attr-defined]
    is_short = not answer.streaming and len(content) <= MOST_BYTES
    headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
    return {
        "status": answer.status_code,
        "headers": headers,
        "content": zlib.compress(content) if is_short else None,
    }
