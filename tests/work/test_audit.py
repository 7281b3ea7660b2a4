"""What was done is written down with the deed, sealed afterwards, and shows tampering."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config.settings import environment
from work import audit
from work.models import AuditEntry


@pytest.fixture
def trail(db):
    """Five sealed entries, a to e."""
    entries = [audit.record_entry(None, action, "parcel:1", {"n": action}) for action in "abcde"]
    audit.seal_entries()
    return entries


def test_an_entry_names_actor_action_and_subject(db):
    actor = get_user_model()(pk=41)
    setattr(actor, actor.USERNAME_FIELD, "reza")

    entry = audit.record_entry(actor, "approve", "request:3")

    assert (entry.actor_id, entry.actor_name) == (41, "reza")
    assert str(entry) == "approve request:3"


def test_a_row_as_subject_is_kept_by_kind_and_key(db):
    first = audit.record_entry(None, "a", "x")

    assert audit.record_entry(None, "b", first).subject == f"work.auditentry:{first.pk}"


def test_a_deed_that_is_undone_leaves_no_entry(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record_entry(None, "approve", "request:3")
        raise ZeroDivisionError

    assert not AuditEntry.objects.exists()


def test_sealing_chains_every_entry_once_and_in_a_row(trail):
    assert [entry.seq for entry in AuditEntry.objects.order_by("pk")] == [1, 2, 3, 4, 5]
    assert audit.seal_entries() == 0
    assert audit.verify_chain() is None


def test_sealing_goes_on_where_it_stopped(trail, monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    for n in range(5):
        audit.record_entry(None, "later", f"parcel:{n}")

    assert audit.seal_entries() == 5
    assert audit.verify_chain() is None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"actor_id": 9},
        {"actor_name": "someone"},
        {"subject": "parcel:2"},
        {"facts": {"n": "z"}},
        {"at": "2020-01-01T00:00:00Z"},
        {"previous": "0" * 64},
        {"seal": "0" * 64},
        {"seq": 99},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found(trail, change):
    AuditEntry.objects.filter(pk=trail[2].pk).update(**change)

    assert audit.verify_chain() in {trail[2].pk, trail[3].pk}


def test_an_entry_taken_out_is_found_at_the_one_after_it(trail):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_auditentry WHERE id = %s", [trail[2].pk])

    assert audit.verify_chain() == trail[3].pk


def test_without_the_key_no_seal_can_be_made_anew(trail, settings):
    settings.AUDIT_KEY = "a guess"

    assert audit.verify_chain() == trail[0].pk


def test_a_new_key_does_not_void_the_seals_of_the_old_ones(trail, settings):
    for year in ("2027", "2028"):
        settings.AUDIT_KEYS = {year: f"key of {year}", **settings.AUDIT_KEYS}
        audit.record_entry(None, year, "parcel:1")
        assert audit.seal_entries() == 1

    sealed = AuditEntry.objects.order_by("seq")
    assert [entry.key_id for entry in sealed] == ["", "", "", "", "", "2027", "2028"]
    assert audit.verify_chain() is None
    AuditEntry.objects.filter(seq=6).update(key_id="2028")
    assert audit.verify_chain() == sealed[5].pk


def test_a_seal_whose_key_is_gone_is_said_to_be_that_and_not_broken(trail, settings):
    settings.AUDIT_KEYS = {"2027": "key of 2027"}
    audit.record_entry(None, "later", "parcel:1")
    audit.seal_entries()
    settings.AUDIT_KEYS = {}

    with pytest.raises(CommandError, match="«2027» of AUDIT_KEYS, which is not there"):
        call_command("check_audit")


def test_keys_are_read_with_their_ids_in_order(monkeypatch):
    monkeypatch.setenv("AUDIT_KEYS", "2028:b:c, 2027:a")
    assert list(environment.read_named_words("AUDIT_KEYS").items()) == [
        ("2028", "b:c"),
        ("2027", "a"),
    ]
    for wrong in ("abc", "2027:", ":abc", "2027:a,2027:b", f"{'x' * 41}:a"):
        monkeypatch.setenv("AUDIT_KEYS", wrong)
        with pytest.raises(ImproperlyConfigured, match="AUDIT_KEYS"):
            environment.read_named_words("AUDIT_KEYS")


def test_an_entry_is_neither_changed_nor_deleted(trail):
    with pytest.raises(TypeError):
        trail[0].save()
    with pytest.raises(TypeError):
        trail[0].delete()


def told(capsys, *options):
    """What ``manage.py check_audit`` prints."""
    call_command("check_audit", *options)
    return capsys.readouterr().out


def test_an_operator_can_have_the_trail_checked(trail, capsys):
    last = AuditEntry.objects.get(seq=5)
    audit.record_entry(None, "later", "parcel:1")

    assert f"the last one is 5:{last.seal}; 1 wait" in told(capsys)
    AuditEntry.objects.filter(seq=2).update(action="other")
    with pytest.raises(CommandError, match=f"key {trail[1].pk}"):
        call_command("check_audit")


def test_what_was_noted_shows_that_an_end_was_cut_off(trail, capsys):
    noted = f"5:{AuditEntry.objects.get(seq=5).seal}"
    assert "whole" in told(capsys, "--noted", noted)

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_auditentry WHERE seq = 5")

    assert "whole" in told(capsys)
    with pytest.raises(CommandError, match="no longer holds"):
        call_command("check_audit", "--noted", noted)
    with pytest.raises(CommandError, match="takes what"):
        call_command("check_audit", "--noted", "yesterday")


def test_a_trail_without_entries_is_whole(db, capsys):
    assert "no entry" in told(capsys)
