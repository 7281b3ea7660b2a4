"""A dump of the database alone is nobody's second factor."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from signin.checks import seed_keys
from signin.staff import seeds

from .test_staff_second_factor import ASKED, SET_UP, is_in, knock, shown_by

OLD, NEW = "old-" + "o" * 40, "new-" + "n" * 40


def dumped():
    """What the two tables hold that could be a second factor, sessions read as a thief would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        rows = [str(data) for (data,) in cursor.fetchall()]
    return "\n".join(rows + [json.dumps(each.get_decoded()) for each in Session.objects.all()])


def kept_in_the_clear(user, secret):
    """The rows of an earlier release; the codes of the second that are known."""
    RecoveryCodes.activate(user)
    seed = RecoveryCodes.generate_seed()
    Authenticator.objects.filter(type="totp").update(data={"secret": secret})
    Authenticator.objects.filter(type="recovery_codes").update(
        data={"seed": seed, "used_mask": 1, "viewed_at": 5.0}
    )
    return seed


def test_neither_while_it_is_set_up_nor_afterwards_does_a_dump_hold_the_seed(
    browser, reza, demanded
):
    knock(browser)
    secret = browser.get(SET_UP).context["secret"]
    assert secret not in dumped()
    wrong = browser.post(SET_UP, {"code": "000000"})
    assert wrong.context["secret"] == secret
    assert secret not in dumped()
    browser.post(SET_UP, {"code": shown_by(secret)})

    assert Authenticator.objects.count() == 2
    assert secret not in dumped()
    assert dumped().count(seeds.MARK) == 2


def test_what_an_earlier_release_kept_is_encrypted_by_the_update_and_still_works(
    browser, reza, demanded, has_app
):
    seed = kept_in_the_clear(reza, has_app)
    codes = RecoveryCodes.activate(reza).get_unused_codes()
    call_command("migrate", verbosity=0)

    assert has_app not in dumped()
    assert seed not in dumped()
    assert RecoveryCodes.activate(reza).get_unused_codes() == codes
    assert RecoveryCodes.activate(reza).instance.data["viewed_at"] == 5.0
    knock(browser)
    browser.post(ASKED, {"code": shown_by(has_app)})
    assert is_in(browser)


def test_keys_are_changed_in_three_steps_that_may_be_repeated(settings, capsys, reza):
    settings.SECRETS_KEYS = [OLD]
    codes = RecoveryCodes.activate(reza).generate_codes()
    settings.SECRETS_KEYS = [NEW, OLD]
    assert RecoveryCodes.activate(reza).generate_codes() == codes

    for told in ("1 encrypted with the newest key, 0", "0 encrypted with the newest key, 1"):
        call_command("rotate_secrets")
        assert told in capsys.readouterr().out
    settings.SECRETS_KEYS = [NEW]

    assert RecoveryCodes.activate(reza).generate_codes() == codes


def test_without_the_key_nobody_comes_in_and_both_are_told_why(
    browser, settings, caplog, reza, demanded, has_app
):
    settings.SECRETS_KEYS = [NEW]
    knock(browser)

    page = browser.post(ASKED, {"code": shown_by(has_app)})

    assert page.status_code == 503
    assert seeds.SeedsLocked.message in page.content.decode()
    assert "fits none of SECRETS_KEYS" in caplog.text
    assert has_app not in caplog.text
    assert not is_in(browser)
    with pytest.raises(CommandError, match="1 fit none of SECRETS_KEYS"):
        call_command("rotate_secrets")


def test_codes_that_were_brought_from_elsewhere_are_encrypted_one_by_one(reza):
    Authenticator.objects.create(
        user=reza, type="recovery_codes", data={"migrated_codes": ["11112222", "33334444"]}
    )
    call_command("rotate_secrets")

    assert "11112222" not in dumped()
    assert RecoveryCodes.activate(User.objects.get(pk=reza.pk)).validate_code("33334444")


def test_a_key_that_can_be_guessed_is_refused_by_the_check(settings):
    assert seed_keys() == []
    for keys in ([], ["short"]):
        settings.SECRETS_KEYS = keys
        assert [message.id for message in seed_keys()] == ["signin.E001"]
