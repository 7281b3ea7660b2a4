"""Refusals: why something asked was not done, in words for the person who asked.

Raised by the services of the apps downstream and answered in one place: pages by
:class:`web.middleware.RefusalMiddleware`. Every refusal has a stable code,
a status and a Persian sentence that says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Something asked for cannot be done; ``str()`` is the sentence for the person."""

    status = 400
    code = "refused"
    title = "این کار انجام نشد"
    message = "درخواست شما انجام نشد. لطفاً دوباره تلاش کنید."
    #: Seconds after which it is worth trying again; nothing where time alone changes nothing.
    retry_after: int | None = None
    #: What a program needs beside the words to go on; further members of the API's problem.
    members: Mapping[str, object] = {}

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class NotNow(Refusal):
    """The state of things does not allow it (any more)."""

    status = 409
    code = "not_now"
    title = "وضعیت درخواست تغییر کرده است"
    message = "در وضعیت فعلی، این کار ممکن نیست. لطفاً گزارش درخواست را ببینید."
