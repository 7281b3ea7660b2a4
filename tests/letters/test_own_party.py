"""Nobody of the staff reads through the doors of the secretariat what is asked about their own party."""

from __future__ import annotations

from dataclasses import replace

import pytest

from letters.dispatch.models import PostBatch
from letters.ece.incoming import letter_of
from letters.incoming import network
from letters.models import Dispatch, Letter, LetterTemplate, ReceivedMail
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.at("2026-11-22 10:00")
DESK = "/admin/letters/dispatch/"
MAILS = "/admin/letters/receivedmail/"
REGISTER = "/admin/letters/incomingletter/register/"


@pytest.fixture
def question(submitted, staff, run_tasks):
    """The dispatch of an inquiry about the party of the case."""
    LetterTemplate.objects.create(
        kind="inquiry", title="استعلام", paragraphs=["{service}"], signer_post="مدیرعامل"
    )
    cast.step(submitted, "inquire", staff["desk"], "آیا؟", organisation=cast.a_body())
    run_tasks()
    return Dispatch.objects.get()


@pytest.fixture(params=["secretariat", "manager"])
def keeper(request, staff, manager):
    return manager if request.param == "manager" else staff["secretariat"]


def test_the_sending_of_a_question_is_hidden_from_who_is_of_the_party(
    client, question, keeper, signed_in
):
    Dispatch.objects.update(state="queued", channel="post", address="خیابان", postal_code="1" * 10)
    batch = PostBatch.objects.create(by=keeper)
    signed_in(client, keeper)
    caller, page = Caller(keeper), f"{DESK}inspect/{question.pk}/"
    # The request has reached the desk of the one, and not of the other.
    status = 200 if keeper.has_perm("letters.revoke_letter") else 404
    assert client.get(page).status_code == status
    question.submission.party.memberships.create(user=keeper)

    assert page not in client.get(f"{DESK}?box=waiting").content.decode()
    for address in (page, f"{DESK}act/{question.pk}/stop/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{DESK}post/", {"item": str(question.pk)}).status_code == 422
    Dispatch.objects.update(batch=batch)
    for address in (f"{DESK}post/{batch.pk}/", f"{DESK}post/{batch.pk}/letters/"):
        assert client.get(address).status_code == 404
    assert caller.get("staff/dispatches/?box=waiting").json()["items"] == []
    assert caller.get(f"staff/dispatches/{question.pk}/").status_code == 404
    stopped = caller.post(f"staff/dispatches/{question.pk}/acts/stop/", {"note": "x"})
    assert stopped.status_code == 404
    assert caller.get(f"staff/post/batches/{batch.pk}/").status_code == 404
    assert Dispatch.objects.get().state == "queued"


def test_of_their_own_letter_they_read_what_its_applicant_reads(
    client, submitted, staff, signed_in, run_tasks
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    case.party.memberships.create(user=staff["secretariat"])
    signed_in(client, staff["secretariat"])
    main = Dispatch.objects.get(role="main")
    assert client.get(f"{DESK}inspect/{main.pk}/").status_code == 200


# How a mail belongs to a request: by what it became, or by the number in its file alone.
TIES = ("dispatch", "register", "related", "receipt")


def tie(mail, how, question, by):
    number = Letter.objects.get().number_text
    rows = ReceivedMail.objects.filter(pk=mail.pk)
    if how == "dispatch":
        rows.update(dispatch=question)
    elif how == "register":
        said = letter_of(mail)
        assert said is not None
        about = replace(network.facts_of(mail, said), submission=question.submission)
        network.register_mail(mail, about, by=by)
    elif how == "related":
        rows.update(content={**mail.content, "related": [{"number": number, "relation": "Reply"}]})
    else:
        rows.update(kind="receipt", content={"number": number})


@pytest.mark.parametrize("how", TIES)
def test_mails_about_a_party_are_hidden_from_who_is_of_it(
    client, question, staff, keeper, signed_in, how
):
    mail = cast.receive_mail()
    tie(mail, how, question, staff["secretariat"])
    signed_in(client, keeper)
    caller, page = Caller(keeper), f"{MAILS}inspect/{mail.pk}/"
    pages = [page, f"{MAILS}file/{mail.pk}/", f"{MAILS}file/{mail.pk}/origin/0/"]
    told = f"staff/received-mails/{mail.pk}/"
    parts = [told, f"{told}file/", f"{told}files/origin/0/"]
    if how != "receipt":
        assert [client.get(one).status_code for one in pages] == [200] * 3
        assert [caller.get(one).status_code for one in parts] == [200] * 3
        assert client.get(f"{REGISTER}?mail={mail.pk}").status_code in (200, 409)
    assert page in client.get(MAILS).content.decode()
    question.submission.party.memberships.create(user=keeper)

    assert [client.get(one).status_code for one in pages] == [404] * 3
    assert [caller.get(one).status_code for one in parts] == [404] * 3
    assert page not in client.get(MAILS).content.decode()
    assert caller.get("staff/received-mails/").json()["items"] == []
    assert client.get(f"{REGISTER}?mail={mail.pk}").status_code == 404
    assert client.post(f"{MAILS}close/{mail.pk}/").status_code == 404
    assert caller.post(f"{told}close/", {"note": ""}).status_code == 404


def test_mails_of_others_stay_readable_beside_ones_own(client, question, keeper, signed_in):
    mail = cast.receive_mail()
    bare = ReceivedMail.objects.create(uid_validity=1, uid=9, digest="9", kind="receipt")
    question.submission.party.memberships.create(user=keeper)
    signed_in(client, keeper)
    for row in (mail, bare):
        assert client.get(f"{MAILS}inspect/{row.pk}/").status_code == 200
