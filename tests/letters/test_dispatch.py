"""A letter goes from the secretariat's desk to those it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now
from pypdf import PdfReader

from accounts.models import SmsMessage, User
from letters.dispatch import acts, post, tasks, telling
from letters.dispatch.desk_acts import BY_NAME
from letters.dispatch.making import begin_dispatches
from letters.dispatch.models import Dispatch, DispatchSettings, DispatchState
from letters.dispatch.refusals import (
    AlreadyDispatched,
    BarcodeTaken,
    BeingSent,
    DispatchMoved,
    LetterNotValid,
    NothingToPrint,
)
from letters.models import Letter
from letters.registers import doors
from submissions.models import Submission
from tests import cast
from tests.api.caller import Caller
from tests.patience import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
DESK = "/admin/letters/dispatch/"


@pytest.fixture
def main(submitted: Submission, staff: dict[str, User], run_tasks: Callable[[], int]) -> Dispatch:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Dispatch.objects.get(role="main")


def test_a_letter_is_held_sent_now_and_given_to_the_post(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client]
) -> None:
    assert (main.state, main.channel) == ("held", "post")
    assert Dispatch.objects.get(role="applicant").state == "sent"
    by = staff["secretariat"]
    acts.send_now(main, by=by)
    with pytest.raises(DispatchMoved):
        acts.send_now(main, by=by)
    sent = acts.record_sent(main, by=by, barcode="1" * 24)
    assert sent.state == "sent"

    signed_in(client, by)
    for address in (
        DESK,
        f"{DESK}?box=sent",
        f"{DESK}inspect/{main.pk}/",
        f"{DESK}post/",
        f"{DESK}barcodes/",
        f"{DESK}act/{main.pk}/receipt/",
    ):
        assert client.get(address).status_code == 200, address


def act_page(dispatch: Dispatch, name: str) -> str:
    return f"{DESK}act/{dispatch.pk}/{name}/"


def put(dispatch: Dispatch, state: str, **facts: Any) -> Dispatch:
    """The dispatch as it would be in ``state``, without the road there."""
    whole: dict[str, Any] = {"held_until": now() + timedelta(minutes=5)} if state == "held" else {}
    if state in ("sent", "receipted", "returned"):
        whole["sent_at"] = now()
    if state == "receipted":
        whole["receipt_at"] = now()
    if state == "returned":
        whole["returned_at"] = now()
    blank = {"sent_at": None, "receipt_at": None, "returned_at": None}
    Dispatch.objects.filter(pk=dispatch.pk).update(**{**blank, **whole, "state": state, **facts})
    return Dispatch.objects.get(pk=dispatch.pk)


# State × channel, and the acts that are open there; whatever is not named is refused.
OPEN = {
    ("held", "post"): "send_now channel responsible stop",
    ("held", "hand"): "send_now hand_over channel responsible stop",
    ("queued", "post"): "sent channel responsible stop",
    ("queued", "simad_manual"): "sent channel responsible stop",
    ("queued", "hand"): "hand_over channel responsible stop",
    ("queued", "ece_email"): "channel responsible stop",
    ("sending", "ece_email"): "responsible",
    ("sent", "post"): "receipt returned responsible",
    ("receipted", "ece_email"): "responsible",
    ("failed", "ece_email"): "again channel responsible stop",
    ("returned", "post"): "again channel responsible stop",
    ("stopped", "post"): "again channel responsible",
    ("in_doubt", "ece_email"): "decide responsible",
}
SAID: dict[str, dict[str, str]] = {
    "sent": {"barcode": ""},
    "hand_over": {"handed_to": "آقای نمونه، متصدی دبیرخانه", "date": "1405/09/01"},
    "receipt": {"number": "۱۴۰۵/۲۲", "date": "1405/09/01"},
    "decide": {"was_sent": "yes", "note": "تلفنی پرسیده شد."},
    "channel": {
        "channel": "post", "address": "اصفهان، خیابان چهارباغ", "postal_code": "8174673441",
    },
    "besides": {"channel": "hand"},
    "returned": {"note": "گیرنده در نشانی نبود."},
    "stop": {"note": "گیرنده اشتباه است."},
}  # fmt: skip


def test_each_act_is_open_in_its_states_and_refused_in_all_others(
    main: Dispatch, staff: dict[str, User], signed_in: Callable[..., Client], client: Client
) -> None:
    signed_in(client, staff["secretariat"])
    for (state, channel), names in OPEN.items():
        for name in BY_NAME:
            put(main, state, channel=channel)
            said = SAID.get(name, {})
            if name == "responsible":
                said = {"person": str(staff["secretariat"].pk)}
            before = main.attempts.count()
            with transaction.atomic():
                status = client.post(act_page(main, name), said).status_code
                added = main.attempts.count() - before
                transaction.set_rollback(True)
            # What was refused has left no trace.
            expected = (302, 1) if name in names.split() else (409, 0)
            assert (status, added) == expected, (state, channel, name)


def test_bad_input_stands_beside_its_field_and_nothing_is_lost(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client]
) -> None:
    signed_in(client, staff["secretariat"])
    put(main, "queued")
    for name, said, words in (
        ("sent", {"barcode": "123"}, "۲۴ رقم"),
        ("channel", {"channel": "post", "address": "", "postal_code": "12"}, "نشانی پستی لازم است"),
        ("channel", {"channel": "portal"}, "از همین فهرست"),
        ("stop", {"note": "  "}, "دلیل توقف ارسال"),
        ("responsible", {"person": "999999"}, "همکار را از همین فهرست"),
    ):
        answer = client.post(act_page(main, name), said)
        assert answer.status_code == 422, name
        page = answer.content.decode()
        assert words in page, name
        assert all(f'value="{v}"' in page for v in said.values() if v.isdigit() and len(v) < 4)
    assert Dispatch.objects.get(pk=main.pk).state == "queued"


def test_the_slip_of_a_scanner_names_no_other_item(main: Dispatch, staff: dict[str, User]) -> None:
    by, code = staff["secretariat"], "123456789012345678901234"
    other = Dispatch.objects.get(role="applicant")
    put(main, "queued")
    acts.record_sent(main, by=by, barcode=code)
    acts.change_channel(
        other, by=by, channel="post", address="اصفهان، جی", postal_code="8174673441"
    )
    with pytest.raises(BarcodeTaken):
        acts.record_sent(Dispatch.objects.get(pk=other.pk), by=by, barcode=code)
    assert Dispatch.objects.get(pk=other.pk).state == "queued"
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=other.pk).update(barcode=code)


def test_what_a_worker_holds_is_left_to_the_worker(main: Dispatch, staff: dict[str, User]) -> None:
    put(main, "queued", claimed_until=now() + timedelta(minutes=1))
    with pytest.raises(BeingSent):
        acts.stop(main, by=staff["secretariat"], note="بماند")
    put(main, "queued", claimed_until=None)
    assert acts.stop(main, by=staff["secretariat"], note="بماند").state == "stopped"


def printed(client: Client, address: str) -> Any:
    """The paper, asked for again as long as the press is busy."""
    answers = [client.get(address)]
    wait_until(lambda: answers[-1].status_code != 503 or answers.append(client.get(address)))
    return answers[-1]


def test_a_batch_of_the_post_has_its_letters_labels_and_slip(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client]
) -> None:
    signed_in(client, staff["secretariat"])
    put(main, "queued", address="اصفهان، خیابان چهارباغ بالا، پلاک ۱۲", postal_code="8174673441")
    answer = client.post(f"{DESK}post/", {"item": [str(main.pk)]})
    batch = Dispatch.objects.get(pk=main.pk).batch
    assert batch is not None
    assert answer.url == f"{DESK}post/{batch.pk}/"
    papers = {}
    for name in post.PAPERS:
        paper = printed(client, f"{DESK}post/{batch.pk}/{name}/")
        assert paper["Content-Type"] == "application/pdf"
        papers[name] = PdfReader(BytesIO(b"".join(paper)))
    letter = main.letter
    with letter.file.open("rb") as file:
        pages = len(PdfReader(BytesIO(file.read())).pages)
    # The address sheet lies before its letter.
    assert len(papers["letters"].pages) == pages + 1
    assert client.get(f"{DESK}post/{batch.pk}/other/").status_code == 404
    # Printed once: a colleague who chose the same finds nothing left.
    with pytest.raises(NothingToPrint):
        post.make_batch(Dispatch.objects.all(), [main.pk], by=staff["secretariat"])
    again = client.post(f"{DESK}post/", {"item": [str(main.pk)]})
    assert again.status_code == 422
    code = "۱۲۳۴۵۶ ۷۸۹۰۱۲ ۳۴۵۶۷۸ ۹۰۱۲۳۴"
    client.post(f"{DESK}barcodes/", {"item": str(main.pk), "barcode": code})
    assert Dispatch.objects.get(pk=main.pk).barcode == "123456789012345678901234"
    late = client.post(f"{DESK}barcodes/", {"item": str(main.pk), "barcode": code}, follow=True)
    assert "در این فاصله ثبت شده" in late.content.decode()


def test_without_an_address_nothing_is_printed(main: Dispatch, staff: dict[str, User]) -> None:
    put(main, "queued", address="", postal_code="")
    with pytest.raises(NothingToPrint):
        post.make_batch(Dispatch.objects.all(), [main.pk], by=staff["secretariat"])
    assert Dispatch.objects.get(pk=main.pk).batch is None


@pytest.mark.parametrize("key", ["9" * 19, "9" * 30, "9" * 5000, "²", "۱", "-1", ""])
def test_no_key_is_too_long_to_be_refused(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client], key: str
) -> None:  # fmt: skip
    signed_in(client, staff["secretariat"])
    put(main, "queued")
    assert client.post(f"{DESK}post/", {"item": key}).status_code == 422
    assert client.post(f"{DESK}barcodes/", {"item": key}).status_code == 302
    assert client.get(f"{DESK}barcodes/", {"skip": key}).status_code == 200
    assert client.post(act_page(main, "responsible"), {"person": key}).status_code == 422
    asked = (
        {"dispatches": [int(key)]} if len(key) < 4000 and key.isdecimal() else {"dispatches": []}
    )
    assert Caller(staff["secretariat"]).post("staff/post/batches/", asked).status_code == 422


def test_what_holds_no_longer_does_not_leave(
    main: Dispatch, staff: dict[str, User], manager: User
) -> None:
    doors.revoke_letter(main.letter, by=manager, reason="به درخواست متقاضی")
    stopped = Dispatch.objects.get(pk=main.pk)
    assert stopped.state == "stopped"
    assert "ابطال" in stopped.attempts.latest("pk").detail
    for do in (acts.send_again, acts.send_now):
        with pytest.raises(LetterNotValid):
            do(stopped, by=staff["secretariat"])


@pytest.mark.parametrize("door", ["page", "api"])
def test_what_was_not_sent_of_a_revoked_letter_stays_in_the_house(
    main: Dispatch, staff: dict[str, User], manager: User, client: Client,
    signed_in: Callable[..., Client], door: str,
) -> None:  # fmt: skip
    put(main, "in_doubt", channel="ece_email")
    doors.revoke_letter(main.letter, by=manager, reason="به درخواست متقاضی")
    by, told = staff["secretariat"], SmsMessage.objects.count()
    if door == "page":
        signed_in(client, by)
        shown = client.get(act_page(main, "decide")).content.decode()
        assert ("ارسال آن متوقف شود" in shown, "دوباره ارسال شود" in shown) == (True, False)
        said = {"was_sent": "no", "note": "نرسیده است."}
        assert client.post(act_page(main, "decide"), said).status_code == 302
    else:
        asked = f"staff/dispatches/{main.pk}/acts/decide/"
        answer = Caller(by).post(asked, {"was_sent": False, "note": "نرسیده است."})
        assert (answer.status_code, answer.json()["state"]) == (200, "stopped")
    stopped = Dispatch.objects.get(pk=main.pk)
    assert (stopped.state, stopped.attempts.latest("pk").act) == ("stopped", "decided")
    assert SmsMessage.objects.count() == told


def test_the_holding_time_ends_by_the_clock(main: Dispatch, clock: time_machine.Traveller) -> None:
    assert tasks.release_held() == 0
    clock.shift(DispatchSettings.load().holding + timedelta(seconds=1))
    assert tasks.release_held() == 1
    assert Dispatch.objects.get(pk=main.pk).state == "queued"
    assert tasks.release_held() == 0


def test_the_applicant_reads_how_the_letter_goes(
    main: Dispatch, staff: dict[str, User], maryam: User, client: Client, signed_in: Callable[..., Client]
) -> None:  # fmt: skip
    by, code = staff["secretariat"], "123456789012345678901234"
    put(main, "queued")
    signed_in(client, maryam)
    page = f"/cartable/{main.submission.tracking_code}/"

    def report() -> str:
        return str(client.get(page, follow=True).content.decode())

    assert "در دست ارسال است" in report()
    sent = acts.record_sent(main, by=by, barcode=code)
    assert telling.BY[sent.channel] in report()
    assert "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸۹۰۱۲۳۴" in report()
    acts.record_receipt(sent, by=by, number="140/22", at=now())
    assert "۱۴۰/۲۲" in report()


def test_no_mail_goes_where_there_is_no_mailbox(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client]
) -> None:
    signed_in(client, staff["secretariat"])
    own = Dispatch.objects.get(role="applicant")
    said = {"channel": "applicant_email", "email": "maryam@example.ir"}
    answer = client.post(act_page(own, "besides"), said)
    assert answer.status_code == 422
    assert "پست الکترونیک متقاضی" not in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=own.pk).update(channel="applicant_email")


def test_opening_it_in_the_portal_is_its_receipt(
    main: Dispatch, maryam: User, client: Client, signed_in: Callable[..., Client]
) -> None:
    own = Dispatch.objects.get(role="applicant")
    assert (own.state, own.opened_at) == ("sent", None)
    signed_in(client, maryam)
    client.get(f"/cartable/{main.submission.tracking_code}/letter/")
    first = Dispatch.objects.get(pk=own.pk)
    assert first.state == "receipted"
    assert first.opened_at is not None
    client.get(f"/cartable/{main.submission.tracking_code}/letter/")
    assert Dispatch.objects.get(pk=own.pk).attempts.filter(act="opened").count() == 1


def test_letters_of_before_are_begun_once(main: Dispatch, staff: dict[str, User]) -> None:
    letter = Letter.objects.get(pk=main.letter_id)
    with pytest.raises(AlreadyDispatched):
        begin_dispatches(letter, by=staff["secretariat"])
    assert Dispatch.objects.filter(letter=letter).count() == 2


def test_a_machine_that_is_not_set_up_fails_with_words(main: Dispatch) -> None:
    put(main, "queued", channel="ece_email")
    tasks.deliver_dispatch(main.pk)
    failed = Dispatch.objects.get(pk=main.pk)
    assert failed.state == DispatchState.FAILED
    assert "راه‌اندازی نشده" in failed.attempts.latest("pk").detail
