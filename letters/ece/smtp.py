"""Hands one mail to our mail server, and tells apart what surely failed from what nobody knows."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings

from letters.dispatch.channels import Failed, InDoubt, Outcome, Sent
from letters.ece import lines
from work import breakers

NO_ANSWER = "سرور ارسال پست الکترونیک پاسخ نمی‌دهد."
RESTING = "سرور ارسال پست الکترونیک در دسترس نیست و پس از وقفه‌ای کوتاه دوباره امتحان می‌شود."
NOT_SIGNED_IN = "سرور ارسال پست الکترونیک نام کاربری یا گذرواژهٔ سامانه را نپذیرفت."
NO_CERTIFICATE = "گواهی امنیتی سرور ارسال پست الکترونیک معتبر نیست."
REFUSED = "سرور پست الکترونیک این نامه را نپذیرفت"
LATER = "سرور پست الکترونیک فعلاً نامه را نمی‌پذیرد"
BROKEN_OFF = "ارتباط هنگام ارسال قطع شد و معلوم نیست که نامه ارسال شده است یا نه."


class _Refused(Exception):
    """The server said no before it was given the text; ``code`` is its number."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class _Line(smtplib.SMTP):
    """Speaks TLS from the first byte, where the settings say so."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        plain = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # no part of the stubs
        if settings.ECE_SMTP_TLS == "starttls":
            return plain
        # Known before the handshake, so that it can be cut.
        self.sock = lines.tls_context().wrap_socket(
            plain, server_hostname=host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()
        return self.sock


def post_mail(content: bytes, to: str, before_text: Callable[[], None]) -> Outcome:
    """Hand ``content`` over to our server for ``to`` and our own mailbox; raises nothing.

    ``before_text`` is called when the server is ready for the text and none of it has left.
    """
    try:
        breakers.require_turn(lines.SMTP)
    except breakers.Resting:
        return Failed(RESTING)
    begun = time.monotonic()
    outcome = _post_recorded(content, to, before_text)
    if not isinstance(outcome, InDoubt) and outcome != Failed(NO_ANSWER):
        breakers.record_answer(lines.SMTP, time.monotonic() - begun)
    return outcome


def _post_recorded(content: bytes, to: str, before_text: Callable[[], None]) -> Outcome:
    given = False

    def give() -> None:
        nonlocal given
        before_text()
        given = True

    try:
        return _give_mail(content, to, give)
    except _Refused as refusal:
        return _judge_code(refusal.code)
    except smtplib.SMTPAuthenticationError:
        return Failed(NOT_SIGNED_IN)
    except (OSError, smtplib.SMTPException) as error:
        # An error of smtplib is an OSError as well.
        breakers.record_failure(lines.SMTP, type(error).__name__)
        if given:
            return InDoubt(BROKEN_OFF)
        return Failed(NO_CERTIFICATE if _is_certificate(error) else NO_ANSWER)
    except UnicodeError:
        return Failed(f"{REFUSED}: نشانی گیرنده درست نیست.", for_good=True)


def _is_certificate(error: BaseException) -> bool:
    return isinstance(error, lines.ssl.SSLCertVerificationError)


def _give_mail(content: bytes, to: str, give: Callable[[], None]) -> Outcome:
    with _signed_in_line() as line:
        _require_yes(line.mail(settings.ECE_ADDRESS)[0])
        _require_yes(line.rcpt(to)[0])
        # The copy is what is asked in doubt: without it nothing is sent.
        if line.rcpt(settings.ECE_ADDRESS)[0] >= 400:
            return Failed(f"{LATER}: صندوق پستی خود سامانه در دسترس نیست.")
        code, _ = line.docmd("DATA")
        if code != 354:
            raise _Refused(code)
        give()
        line.send(_with_dots(content))
        code, said = line.getreply()
    if code != 250:
        return _judge_code(code)
    return Sent(said.decode("utf-8", "replace")[:200])


@contextmanager
def _signed_in_line() -> Iterator[_Line]:
    line = _Line(timeout=lines.SILENCE)
    # As the constructor would have noted it: TLS asks for the certificate of this name.
    line._host = settings.ECE_SMTP_HOST  # type: ignore[attr-defined]
    # The name of this machine tells nobody anything, and looking it up may take its time.
    line.local_hostname = settings.ECE_ADDRESS.rpartition("@")[2]
    with lines.ending_in_time(lambda: line.sock):
        try:
            code, _ = line.connect(settings.ECE_SMTP_HOST, settings.ECE_SMTP_PORT)
            _require_yes(code)
            if settings.ECE_SMTP_TLS == "starttls":
                line.starttls(context=lines.tls_context())
            line.ehlo_or_helo_if_needed()
            if settings.ECE_SMTP_USER:
                line.login(settings.ECE_SMTP_USER, settings.ECE_SMTP_PASSWORD)
            yield line
            with suppress(OSError):
                line.quit()
        finally:
            line.close()


def _require_yes(code: int) -> None:
    if not 200 <= code < 400:
        raise _Refused(code)


def _judge_code(code: int) -> Failed:
    """5xx is for good; anything else may be tried again."""
    if 500 <= code < 600:
        return Failed(f"{REFUSED} (کد {code}).", for_good=True)
    return Failed(f"{LATER} (کد {code}).")


def _with_dots(content: bytes) -> bytes:
    """The text as DATA has it: a second dot where a line begins with one, and the last line."""
    doubled = content.replace(b"\r\n.", b"\r\n..")
    return doubled.removesuffix(b"\r\n") + b"\r\n.\r\n"
