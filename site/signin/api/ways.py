"""The ways in: by code, by name and password, by «دولت من», by the door of the staff."""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from ninja import Schema

from signin import acts, codes, recovery
from signin.api.shared import Body, ProvedBody, read_form, router
from signin.api.state import SessionState, Stage, pending_stage, tell_state
from signin.codes import SignInCode
from signin.dolat import CHOSEN_KIND
from signin.dolat_views import leave_for_dolat, return_from_dolat
from signin.forms import LoginCodeForm, MobileForm, PasswordForm
from signin.password_tries import too_many_tries
from signin.refusals import AlreadyIn, NoProvider, NotBelieved, TooOften
from signin.staff.sign_in import StaffSignInForm, enter_by_staff_door
from web.doors import proof_of_work


class CodeBody(ProvedBody):
    """``kind``: for whom somebody will act who comes for the first time, where it is known."""

    mobile: str
    kind: Literal["natural", "legal", ""] = ""


class TypedCode(Body):
    code: str


class PasswordBody(ProvedBody):
    username: str
    password: str


class MobileBody(ProvedBody):
    mobile: str


class LeaveBody(Body):
    """``onward``: where a browser is led that came back signed in; a path of this portal."""

    onward: str = ""


class LeaveAddress(SessionState):
    """``address``: where a browser is to be opened."""

    address: str


class DolatReturnBody(Body):
    """What the provider added to the address to which it sent the browser back."""

    state: str
    code: str = ""
    error: str = ""


class Asked(Schema):
    """``detail``: what the person is told; the same whether the number is known or not."""

    detail: str


RECOVERY_ASKED = (
    "در صورت ثبت این شماره در میز خدمت، نام کاربری و گذرواژهٔ یک‌بارمصرف تا چند دقیقهٔ دیگر پیامک "
    "می‌شود. گذرواژه ۲۴ ساعت معتبر است و در اولین ورود تغییر می‌کند."
)


@router.post("session/code/", response=SessionState, summary="درخواست کد ورود")
def ask_for_code(request: HttpRequest, response: HttpResponse, said: CodeBody) -> SessionState:
    """Sends a code to the number, known or not; asked again, another one beside the first."""
    _stay_out(request)
    mobile = read_form(MobileForm({"mobile": said.mobile}))["mobile"]
    awaited = codes.awaited_code(request)
    if awaited is not None and awaited.mobile == mobile:
        acts.ask_another_code(request, awaited, said.proof)
    else:
        acts.ask_code(request, mobile, said.proof)
    if said.kind:
        request.session[CHOSEN_KIND] = said.kind
    return tell_state(request, response)


@router.post("session/code/confirm/", response=SessionState, summary="ورود با کد")
def confirm_code(request: HttpRequest, response: HttpResponse, said: TypedCode) -> SessionState:
    """The code that came by SMS, in any digits."""
    code = SignInCode(pending_stage(request, Stage.CODE))
    typed = read_form(LoginCodeForm({"code": said.code}))["code"]
    return tell_state(request, response, acts.give_code(code, typed))


@router.post("session/password/", response=SessionState, summary="ورود با نام کاربری و گذرواژه")
def sign_in_by_password(
    request: HttpRequest, response: HttpResponse, said: PasswordBody
) -> SessionState:
    """By the lasting password, or by the one that came by SMS: then ``new_password`` is next."""
    _stay_out(request)
    told = read_form(PasswordForm({"username": said.username, "password": said.password}))
    went_on = acts.give_password(request, told["username"], told["password"], said.proof)
    return tell_state(request, response, went_on)


@router.post("session/staff/", response=SessionState, summary="ورود همکاران")
def sign_in_at_staff_door(
    request: HttpRequest, response: HttpResponse, said: PasswordBody
) -> SessionState:
    """For whoever works in the admin; the second factor is next where the company demands it."""
    _stay_out(request)
    told = {"username": said.username, "password": said.password, proof_of_work.FIELD: said.proof}
    form = StaffSignInForm(request=request, data=told)
    is_right = form.is_valid()
    if form.answer.wait:
        raise TooOften(too_many_tries(form.answer.wait), form.answer)
    if not is_right:
        read_form(form)
    return tell_state(request, response, enter_by_staff_door(request, form.get_user(), None))


@router.post("session/recovery/", response=Asked, summary="فراموشی گذرواژه")
def ask_for_recovery(request: HttpRequest, said: MobileBody) -> Asked:
    """Has name and one-time password sent to the number if somebody has an account with it."""
    mobile = read_form(MobileForm({"mobile": said.mobile}))["mobile"]
    answer = recovery.ask_recovery(request, mobile, said.proof)
    if answer.wait:
        raise TooOften(too_many_tries(answer.wait), answer)
    return Asked(detail=RECOVERY_ASKED)


@router.post("session/dolat/", response=LeaveAddress, summary="شروع ورود از طریق دولت من")
def begin_dolat(request: HttpRequest, response: HttpResponse, said: LeaveBody) -> LeaveAddress:
    """Where to go for «دولت من»; 409 ``no_provider`` where its steps are a code with the kind."""
    _stay_out(request)
    if not settings.DOLAT:
        raise NoProvider
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(said.onward, hosts, request.is_secure())
    leaving = leave_for_dolat(request, said.onward if is_ours else None)
    state = tell_state(request, response)
    return LeaveAddress(**state.dict(), address=leaving.headers["Location"])


@router.post("session/dolat/return/", response=SessionState, summary="بازگشت از دولت من")
def return_by_dolat(
    request: HttpRequest, response: HttpResponse, said: DolatReturnBody
) -> SessionState:
    """For an app that was given the address to which the provider sent the browser back."""
    _stay_out(request)
    if not settings.DOLAT:
        raise NoProvider
    told = {name: value for name, value in said.dict().items() if value}
    request.GET = QueryDict(urlencode(told))
    went_on = return_from_dolat(request)
    state = tell_state(request, response, went_on)
    if state.person is None and state.stage is None:
        raise NotBelieved
    return state


def _stay_out(request: HttpRequest) -> None:
    """A way in is for who is not in."""
    if request.user.is_authenticated:
        raise AlreadyIn
