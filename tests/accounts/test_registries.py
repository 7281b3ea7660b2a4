"""The registers of the state: the stand-ins, and which one the settings choose."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from persian.identifiers import InvalidIdentifier, is_usual_postal_code, normal_national_code
from persian.names import normal_company_name, normal_person_name
from persian.text import fold_key
from registries.answers import Outcome
from registries.checks import silent_registers, stand_ins
from registries.registers import civil_registry, mobile_ownership
from registries.stand_ins import KNOWN_HERE, NO_ANSWER_FOR, SOMEBODY_ELSES

BORN = date(1990, 3, 21)


def test_the_stand_ins_know_three_answers():
    for register in (
        lambda code: mobile_ownership().check("09130000001", code),
        lambda code: civil_registry().check(code, BORN),
    ):
        assert register("9990000018").outcome == Outcome.MATCHED
        assert register(SOMEBODY_ELSES).outcome == Outcome.MISMATCH
        assert register(NO_ANSWER_FOR).outcome == Outcome.UNAVAILABLE


def test_the_made_up_codes_pass_the_check_digit():
    for code in (SOMEBODY_ELSES, NO_ANSWER_FOR, *KNOWN_HERE):
        assert normal_national_code(code) == code


def test_names_of_the_register_compare_folded():
    person = civil_registry().check("9990000018", BORN).person
    assert person.last_name != "رضایی"
    assert fold_key(person.last_name) == fold_key("رضایی")


def test_an_unknown_name_stops_the_start(settings):
    settings.MOBILE_OWNERSHIP = "somewhere"
    with pytest.raises(
        ImproperlyConfigured, match="MOBILE_OWNERSHIP must be one of: local, none, zibal"
    ):
        mobile_ownership()


def test_zibal_is_not_asked_without_a_token(settings):
    settings.CIVIL_REGISTRY = "zibal"
    settings.ZIBAL_TOKEN = ""
    with pytest.raises(ImproperlyConfigured, match="ZIBAL_TOKEN"):
        civil_registry()


def test_outside_development_nothing_confirms_whatever_is_typed(settings):
    assert stand_ins() == []
    settings.DEVELOPMENT = False
    assert [error.id for error in stand_ins()] == ["accounts.E010"] * 2
    settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "none"
    assert stand_ins() == []


def test_a_register_that_nobody_asks_is_told_when_the_deployment_is_checked_and_not_daily(settings):
    settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "none"
    assert [warning.id for warning in silent_registers()] == ["accounts.W010"] * 2
    assert "accounts.W010" not in [message.id for message in run_checks()]
    told = [message.id for message in run_checks(include_deployment_checks=True)]
    assert told.count("accounts.W010") == 2

    settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "zibal"
    assert silent_registers() == []
    settings.ZIBAL_URL = "http://192.0.2.1"
    assert [warning.id for warning in silent_registers()] == ["accounts.W011"]


def test_where_no_register_is_named_nobody_is_said_to_have_been_asked(settings):
    settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "none"

    assert mobile_ownership().check("09130000001", "9990000018").outcome == Outcome.NOT_ASKED
    assert civil_registry().check("9990000018", BORN).outcome == Outcome.NOT_ASKED


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  مريم ", "مریم"),
        ("حسین‌زاده", "حسین‌زاده"),
        ("حسین‌ زاده", "حسین زاده"),
        ("مـــریم", "مریم"),
        ("\u202bمریم\u202c", "مریم"),
        ("سیّد علی‌اکبر", "سیّد علی‌اکبر"),
        ("آقایی ـ راد", "آقایی راد"),
    ],
)
def test_a_name_is_kept_as_it_was_meant(typed, kept):
    assert normal_person_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["مرiم", "Maryam", "مریم۲", "=مریم", "م", "‌", "مریم\u200eA", "рضایی"]
)
def test_what_cannot_be_a_name_is_said(typed):
    with pytest.raises(InvalidIdentifier):
        normal_person_name(typed)


def test_a_company_may_have_whole_latin_words_and_digits():
    assert normal_company_name("شرکت كاشي ABC ۱۴۰۰ (سهامی خاص)") == "شرکت کاشی ABC ۱۴۰۰ (سهامی خاص)"
    for typed in ("شرکت کاشیABC", "ABC", "شرکت Кашан", "شرکت کаشی"):
        with pytest.raises(InvalidIdentifier):
            normal_company_name(typed)


def test_the_pattern_of_postal_codes():
    assert is_usual_postal_code("8174673441")
    assert is_usual_postal_code("1619735744")
    assert not is_usual_postal_code("1111111111")
    assert not is_usual_postal_code("8174623441")
