"""Whom a letter is sent to: the body that was meant, and those whom a copy names."""

from __future__ import annotations

import pytest
from django.urls import reverse

from letters.dispatch.copies import bodies_named
from letters.dispatch.forms import channels_for
from letters.dispatch.making import make_dispatches
from letters.drafts.models import LetterDraft
from letters.models import Dispatch, DispatchAttempt, LetterTemplate
from services_catalog.models import Organisation
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.at("2026-11-22 10:00")


@pytest.fixture
def body(house):
    rows = Organisation.objects.filter(pk=cast.a_body().pk)
    rows.update(channel="simad_manual", postal_address="اصفهان", postal_code="8174673441")
    return rows.get()


def approve(case, staff, run_tasks):
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Dispatch.objects.get(role="main")


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_body_that_is_renamed_after_the_signature_gets_its_letter(
    submitted, staff, body, run_tasks, is_kept
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    draft = LetterDraft.objects.get(submission=case)
    if not is_kept:
        # Signed before the body was kept beside its name.
        del draft.frozen["body"]
        draft.save()
    Organisation.objects.filter(pk=body.pk).update(name="شرکت برق منطقه‌ای اصفهان")

    main = approve(case, staff, run_tasks)
    assert (main.organisation, main.name) == (body, "شرکت برق منطقه‌ای اصفهان")
    assert (main.channel, main.postal_code) == ("simad_manual", "8174673441")
    assert channels_for(main)
    # The paper says what was signed.
    printed = main.letter.facts_printed
    assert (printed.recipient.organisation, draft.digest) == (
        body.name,
        main.letter.facts["digest"],
    )


def test_another_body_of_the_kind_does_not_get_what_was_signed_for_one(
    submitted, staff, body, run_tasks
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    Organisation.objects.filter(pk=body.pk).update(name="نام پیشین", retired=True)
    Organisation.objects.create(kind=body.kind, province=body.province, name="دستگاه دیگر")

    assert approve(case, staff, run_tasks).organisation == body


def test_a_letter_of_before_finds_its_renamed_body(submitted, staff, body, run_tasks):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    letter = approve(case, staff, run_tasks).letter
    DispatchAttempt.objects.all()._raw_delete("default")
    Dispatch.objects.all()._raw_delete("default")
    letter.facts.pop("body")
    Organisation.objects.filter(pk=body.pk).update(name="شرکت برق منطقه‌ای اصفهان")

    assert [row.organisation for row in make_dispatches(letter, [])] == [None, body]


GAS = "شرکت گاز استان اصفهان"
LINES = {
    f"{GAS}؛ جهت اطلاع": True,
    f"{GAS}، جهت اطلاع": True,
    "شركت گاز  استان‌اصفهان ، جهت اطلاع": True,
    f"{GAS}": True,
    "شرکت گازرسانی اصفهان؛ جهت اطلاع": False,
    f"بایگانی؛ همراه نامهٔ {GAS}": False,
}


@pytest.fixture
def gas(body):
    return Organisation.objects.create(kind="other-gas", province=body.province, name=GAS)


@pytest.mark.parametrize("line", LINES)
def test_a_copy_goes_to_whom_it_names_and_of_others_it_is_said(
    client, submitted, staff, gas, run_tasks, signed_in, line
):
    own = "طرف قرارداد: {party_name}؛ جهت اطلاع"
    LetterTemplate.objects.update(copies=[line, own])
    signed_in(client, staff["desk"])
    draft = client.get(reverse("submission_letter", args=[submitted.pk])).content.decode()
    by_api = [Caller(staff["desk"]).get(f"submissions/{submitted.tracking_code}/letter-draft/")]
    main = approve(cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1]), staff, run_tasks)
    page = reverse("letters_letter_modeladmin_inspect", args=[main.letter_id])
    told = [draft, client.get(page).content.decode()]

    copies = list(main.letter.dispatches.filter(role="copy"))
    assert [copy.organisation for copy in copies] == [gas] * LINES[line]
    assert ["به‌صورت خودکار ارسال نمی‌شود" in words for words in told] == [not LINES[line]] * 2
    by_api.append(Caller(staff["desk"]).get(f"staff/letters/{main.letter_id}/"))
    assert [a.json()["unsent_copies"] for a in by_api] == [[] if LINES[line] else [line]] * 2


def test_a_name_may_have_a_comma_and_what_is_retired_gets_nothing(body):
    long = Organisation.objects.create(kind="x", name="اداره راه، مسکن و شهرسازی")
    short = Organisation.objects.create(kind="x", name="اداره راه")
    Organisation.objects.create(kind="x", name="اداره آب", retired=True)
    for line, named in {
        "اداره راه، مسکن و شهرسازی، جهت اطلاع": [long],
        "اداره راه، جهت اطلاع": [short],
        "اداره آب؛ جهت اطلاع": [],
        "؛ جهت اطلاع": [],
    }.items():
        assert bodies_named([line], body.province) == named, line
