"""The acts of signing in, as pages and the API take them: with the same limits and the same words.

What comes back is django-allauth's answer, a redirect to the next step. Pages send it on; the API
keeps its cookies and tells the step itself.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.parties import Newcomer, make_own_party
from persian.digits import to_persian
from signin import code_turns, codes, passwords
from signin.codes import Answer, SignInCode
from signin.password_tries import PasswordTries, too_many_tries
from signin.refusals import (
    DeadPassword,
    ExpiredCode,
    SpentCode,
    TooOften,
    WrongCode,
    WrongId,
    WrongPassword,
)
from signin.stages import SENT_PASSWORD, ids_of
from web.allauth_compat import clear_login, perform_password_login
from web.doors.turns import Answer as DoorAnswer
from web.rate_limits import Limit, in_words
from web.security.visitors import network_of

TRIES = PasswordTries("password")
# From one account and address, so the real owner elsewhere is not shut out.
FIVE_IDS_AN_HOUR = Limit("national-id", 5, 3600)
PASSWORD_CHANGED = "گذرواژه تغییر یافت. لطفاً با گذرواژهٔ جدید وارد شوید."


def ask_code(request: HttpRequest, mobile: str, solution: str) -> None:
    """Send a code to ``mobile``, known or not; TooOften when it has no turn."""
    answer = code_turns.ask_turn(request, mobile, solution)
    if answer.wait:
        words = f"{answer.whose} تا {in_words(answer.wait)}ٔ دیگر کد ارسال نمی‌شود."
        raise TooOften(words + other_ways(answer), answer)
    codes.send_code(request, mobile)


def ask_another_code(request: HttpRequest, code: SignInCode, solution: str) -> None:
    """Send one more to the number that waits for one; TooOften when it has no turn."""
    answer = code_turns.ask_turn(request, code.mobile, solution)
    if answer.wait:
        words = f"کد جدید هنوز ارسال نشده است؛ پس از {in_words(answer.wait)} دوباره درخواست کنید."
        raise TooOften(words + other_ways(answer), answer)
    code.resend()


def other_ways(answer: DoorAnswer) -> str:
    """The ways in that need no code, for who would wait longer than for a message to arrive."""
    if answer.wait <= codes.ON_ITS_WAY_SECONDS:
        return ""
    dolat = "«ورود از طریق دولت من» یا با " if settings.DOLAT else ""
    return f" تا آن زمان می‌توانید با {dolat}نام کاربری و گذرواژه وارد شوید."


def give_code(code: SignInCode, typed: str, onward: str | None = None) -> HttpResponse:
    """Come in by a code that was sent; WrongCode for any other."""
    answer = code.judge(typed)
    if answer is Answer.RIGHT:
        went_on: HttpResponse = code.finish(onward)
        return went_on
    if answer is Answer.EXPIRED:
        raise ExpiredCode
    if answer is Answer.SPENT:
        raise SpentCode
    left = to_persian(code.tries_left)
    raise WrongCode(
        f"این کد صحیح نیست. لطفاً آخرین پیامک را بررسی کنید؛ {left} بار دیگر امکان تلاش دارید."
    )


def give_password(
    request: HttpRequest, name: str, password: str, solution: str, onward: str | None = None
) -> HttpResponse:
    """Come in by name and password; TooOften or WrongPassword otherwise."""
    answer = TRIES.ask(request, passwords.spell_name(name), solution)
    if answer.wait:
        raise TooOften(too_many_tries(answer.wait), answer)
    known = passwords.recognise_user(name, password)
    if known is None:
        raise WrongPassword
    login = Login(user=known.user, redirect_url=onward)
    if known.one_time is not None:
        login.state[SENT_PASSWORD] = known.one_time.pk
    return perform_password_login(request, {"username": known.user.username}, login)


def choose_password(request: HttpRequest, stage: Any, password: str) -> None:
    """The next password in place of the one that was sent. Nobody is signed in by it."""
    user: User = stage.login.user
    done = passwords.replace_password(user, stage.login.state[SENT_PASSWORD], password)
    clear_login(request)
    if not done:
        raise DeadPassword


def prove_id(request: HttpRequest, stage: Any, national_id: str) -> HttpResponse:
    """Go on by the id of the account; TooOften or WrongId otherwise."""
    user: User = stage.login.user
    wait = FIVE_IDS_AN_HOUR.take(f"{user.pk}@{network_of(request)}")
    if wait:
        words = (
            f"تعداد تلاش‌ها بیش از حد مجاز است. لطفاً {in_words(wait)}ٔ دیگر دوباره تلاش کنید "
            "یا از طریق دولت من وارد شوید."
        )
        raise TooOften(words, DoorAnswer(wait))
    if national_id not in ids_of(user):
        raise WrongId
    User.objects.filter(pk=user.pk).update(must_prove_id=False)
    return _exit(stage)


def arrive(stage: Any, newcomer: Newcomer) -> HttpResponse:
    """The first time: the party for whom somebody acts is made."""
    make_own_party(stage.login.user, newcomer)
    return _exit(stage)


def _exit(stage: Any) -> HttpResponse:
    went_on: HttpResponse = stage.exit()
    return went_on
