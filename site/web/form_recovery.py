"""Keeps what was typed when a session had ended, and shows it on the form once more.

A form says whose page it is (``{% keep_words %}``). Sent after the session has ended, its words
stay in the session of the signed-out browser, for a while and up to a size, and its address
shows them again to the same person alone. Nothing is saved or done until that person presses
the key again. Files are not kept, and no form with a password or a code carries the mark.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now

from accounts.models import User

FIELD: Final = "written_by"
KEPT: Final = timedelta(hours=1)
# A form of ours is far below this; three of them are what somebody may have had open.
MOST_CHARACTERS: Final = 40_000
MOST_PAGES: Final = 3
# Shorter texts are choices and numbers, which are quickly given again.
PROSE: Final = 30

TURNED_AWAY: Final = (
    "اعتبار ورود شما به پایان رسیده بود و چیزی ثبت نشد. اطلاعات واردشدهٔ شما محفوظ است و "
    "تا یک ساعت، پس از ورود، در همان صفحه نمایش داده می‌شود."
)
NOT_DONE: Final = "اعتبار ورود شما به پایان رسیده بود و چیزی ثبت نشد. لطفاً وارد شوید و در همان صفحه دوباره ارسال کنید."
GIVEN_BACK: Final = (
    "اطلاعات واردشدهٔ شما در همین صفحه محفوظ است؛ هنوز چیزی ثبت نشده است. لطفاً "
    "آن را بررسی و دوباره ارسال کنید."
)

_SESSION_KEY: Final = "kept_words"
_signer = signing.Signer(salt="doors.kept")


def mark_of(user: User) -> str:
    """What a form carries to say whose page it is; nobody can make one for somebody else."""
    return _signer.sign(str(user.pk))


def keep_form(request: HttpRequest) -> bool:
    """Keep the words of a form that could not be taken; whether there were any to keep."""
    writer = _writer_of(request)
    words = {name: request.POST.getlist(name) for name in request.POST if name not in _NOT_WORDS}
    size = sum(len(text) for name, texts in words.items() for text in (name, *texts))
    somebody_else = request.user.is_authenticated and str(request.user.pk) != writer
    if writer is None or somebody_else or size > MOST_CHARACTERS or is_by_script(request):
        return False
    pages = _pages_of(request)
    pages.pop(request.path, None)
    pages[request.path] = {"by": writer, "at": now().isoformat(), "words": words}
    request.session[_SESSION_KEY] = dict(list(pages.items())[-MOST_PAGES:])
    return True


def words_for(request: HttpRequest) -> QueryDict | None:
    """What the reader had typed at this address and could not send.

    To be asked by a view that has already found that the reader may open it. The page then
    says GIVEN_BACK.
    """
    page = _pages_of(request).get(request.path)
    if page is None or page["by"] != str(request.user.pk):
        return None
    words = QueryDict(mutable=True)
    for name, texts in page["words"].items():
        words.setlist(name, texts)
    return words


def forget_form(request: HttpRequest) -> None:
    """The form of this address was taken from its writer: what was kept of it has served."""
    pages = request.session.get(_SESSION_KEY, {})
    if request.path in pages and _writer_of(request) == str(request.user.pk):
        request.session[_SESSION_KEY] = {p: v for p, v in pages.items() if p != request.path}


def leave_only_of(request: HttpRequest, user: User) -> None:
    """Drop kept words of others when a user signs in."""
    if pages := request.session.get(_SESSION_KEY):
        own = {path: page for path, page in pages.items() if page["by"] == str(user.pk)}
        request.session[_SESSION_KEY] = own


def prose_of(request: HttpRequest) -> list[str]:
    """The longer texts of a form that cannot be taken any more, for copying them elsewhere."""
    words = request.POST if FIELD in request.POST else words_for(request) or QueryDict()
    pairs = ((name, str(text)) for name in words for text in words.getlist(name))
    return [text for name, text in pairs if is_prose(name, text)]


def is_prose(name: str, text: str) -> bool:
    """Whether a person wrote it at length; not so the marks and tokens that a form carries."""
    written = name not in _NOT_WORDS and not name.startswith("seen-")
    by_a_script = " " not in text or text.startswith(("{", "["))
    return written and not by_a_script and len(text) > PROSE


_NOT_WORDS: Final = ("csrfmiddlewaretoken", FIELD)


def find_page_of_form(request: HttpRequest) -> str:
    """The page with the form, for sending it again; the front page when that is not known."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if ours else "/"


def is_by_script(request: HttpRequest) -> bool:
    """A page with scripts keeps its words itself, and goes on showing them."""
    marks = ("HX-Request", "X-Requested-With", "Tus-Resumable")
    return any(mark in request.headers for mark in marks)


def _writer_of(request: HttpRequest) -> str | None:
    try:
        return _signer.unsign(request.POST.get(FIELD, ""))
    except signing.BadSignature:
        return None


def _pages_of(request: HttpRequest) -> dict[str, Any]:
    """What is kept in this session and not too old, by address."""
    pages = request.session.get(_SESSION_KEY, {})
    since = now() - KEPT
    return {
        path: page for path, page in pages.items() if datetime.fromisoformat(page["at"]) > since
    }


def drop_words_of_others(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Drop what another user typed in this browser; listens to ``user_logged_in``."""
    leave_only_of(request, user)
