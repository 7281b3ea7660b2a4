"""What may still be wanted between a right code or password and being signed in."""

from __future__ import annotations

import json
from typing import Any, Literal

from allauth.mfa.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from signin import acts
from signin.api.shared import Body, read_form, router
from signin.api.state import SessionState, Stage, pending_stage, tell_state
from signin.api.ways import TypedCode
from signin.forms import NationalIdForm, NewPasswordForm, NewUserForm
from signin.refusals import TooOften
from signin.staff.passkeys import PasskeyForm
from signin.staff.second_factor import (
    SecondFactorForm,
    activate_app,
    make_set_up_form,
    recovery_codes_of,
)
from web.allauth_compat import begin_authentication
from web.doors.turns import Answer

# django-allauth's own limit of second factors, by person.
FACTOR_WAIT = 300
TOO_MANY = ("too_many_login_attempts", "rate_limited")


class NewUserBody(Body):
    """``company``: its name, where ``kind`` is legal. ``consent``: to the terms of use."""

    kind: Literal["natural", "legal"]
    company: str = ""
    first_name: str
    last_name: str
    consent: bool


class NationalIdBody(Body):
    national_id: str


class NewPasswordBody(Body):
    password: str


class NewSeed(Schema):
    """What an app for codes is set up with: ``address`` as a QR code, or ``secret`` to type."""

    secret: str
    address: str


class SetUpState(SessionState):
    """``recovery_codes``: for when the app is lost. Shown once."""

    recovery_codes: list[str]


class PasskeyOptions(Schema):
    """For ``navigator.credentials.get()``."""

    options: dict[str, Any]


class PasskeyBody(Body):
    """What the authenticator has answered, as JSON."""

    credential: dict[str, Any]


@router.post("session/new-user/", response=SessionState, summary="ثبت‌نام کاربر جدید")
def register_newcomer(
    request: HttpRequest, response: HttpResponse, said: NewUserBody
) -> SessionState:
    """For whom somebody acts who came in for the first time."""
    stage = pending_stage(request, Stage.NEW_USER)
    form = NewUserForm(said.dict())
    read_form(form)
    return tell_state(request, response, acts.arrive(stage, form.newcomer))


@router.post("session/national-id/", response=SessionState, summary="تأیید کد یا شناسهٔ ملی")
def prove_id(request: HttpRequest, response: HttpResponse, said: NationalIdBody) -> SessionState:
    """The id of the account, where the number may have come into other hands."""
    stage = pending_stage(request, Stage.NATIONAL_ID)
    number = read_form(NationalIdForm(said.dict()))["national_id"]
    return tell_state(request, response, acts.prove_id(request, stage, number))


@router.post("session/new-password/", response=SessionState, summary="تغییر گذرواژه")
def choose_password(
    request: HttpRequest, response: HttpResponse, said: NewPasswordBody
) -> SessionState:
    """The password in place of the one sent by SMS. Nobody is signed in after it: it is tried."""
    stage = pending_stage(request, Stage.NEW_PASSWORD)
    form = NewPasswordForm(said.dict(), user=stage.login.user)
    acts.choose_password(request, stage, read_form(form)["password"])
    state = tell_state(request, response)
    state.notices.append(acts.PASSWORD_CHANGED)
    return state


@router.post("session/second-factor/", response=SessionState, summary="مرحلهٔ دوم ورود همکاران")
def give_second_factor(
    request: HttpRequest, response: HttpResponse, said: TypedCode
) -> SessionState:
    """The code that an app shows, or one of the recovery codes."""
    stage = pending_stage(request, Stage.SECOND_FACTOR)
    form = SecondFactorForm(said.dict(), user=stage.login.user)
    _read_factor(form)
    form.save()
    return tell_state(request, response, stage.exit())


@router.post(
    "session/second-factor/passkey/challenge/", response=PasskeyOptions, summary="پرسش کلید عبور"
)
def ask_for_passkey(request: HttpRequest) -> PasskeyOptions:
    """What a passkey or security key has to sign."""
    stage = pending_stage(request, Stage.SECOND_FACTOR)
    return PasskeyOptions(options=begin_authentication(stage.login.user))


@router.post("session/second-factor/passkey/", response=SessionState, summary="ورود با کلید عبور")
def give_passkey(request: HttpRequest, response: HttpResponse, said: PasskeyBody) -> SessionState:
    """What it has signed."""
    stage = pending_stage(request, Stage.SECOND_FACTOR)
    told = {"credential": json.dumps(said.credential)}
    form = PasskeyForm(told, user=stage.login.user)
    _read_factor(form)
    form.save()
    return tell_state(request, response, stage.exit())


@router.post("session/second-factor/seed/", response=NewSeed, summary="دریافت کلید برنامهٔ رمزساز")
def make_seed(request: HttpRequest) -> NewSeed:
    """A new seed for a colleague who has no second factor yet; it waits for its first code."""
    stage = pending_stage(request, Stage.SET_UP_SECOND_FACTOR)
    secret = make_set_up_form(request, stage.login.user).secret
    address = get_adapter().build_totp_url(stage.login.user, secret)
    return NewSeed(secret=secret, address=address)


@router.post("session/second-factor/set-up/", response=SetUpState, summary="ثبت برنامهٔ رمزساز")
def set_up_factor(request: HttpRequest, response: HttpResponse, said: TypedCode) -> SetUpState:
    """The first code of the app proves that it was set up."""
    stage = pending_stage(request, Stage.SET_UP_SECOND_FACTOR)
    form = make_set_up_form(request, stage.login.user, said.dict())
    _read_factor(form)
    activate_app(request, stage.login.user, form.secret)
    kept = recovery_codes_of(stage.login.user)
    state = tell_state(request, response, stage.exit())
    return SetUpState(**state.dict(), recovery_codes=kept)


def _read_factor(form: forms.BaseForm) -> None:
    """A second factor that is right; TooOften where too many were tried."""
    form.is_valid()
    told = form.errors.get_json_data()
    for fault in [fault for faults in told.values() for fault in faults]:
        if fault["code"] in TOO_MANY:
            raise TooOften(fault["message"], Answer(FACTOR_WAIT))
    read_form(form)
