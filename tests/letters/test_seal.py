"""A letter leaves the house sealed, or it does not leave it."""

from __future__ import annotations

import hashlib
import subprocess
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from letters import checks, watch
from letters.models import Letter
from letters.rendering import render_letter
from letters.seal import making
from letters.seal.keys import SealFails, expiry_of_seal
from letters.seal.sealing import seal_pdf
from submissions.states import State
from tests.cast import again, begin, pass_desks, step
from tests.letters.sealing import our_authority, serve_time, use_seal, validate
from tests.letters.test_rendering import facts
from work import certificates, sweeps


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_letter(facts())


@pytest.fixture
def seal(settings, tmp_path):
    use_seal(settings, tmp_path / "seal")
    return tmp_path / "seal"


@pytest.fixture
def approved(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    return step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])


def test_the_file_that_is_given_out_is_the_sealed_one(approved, seal, run_tasks):
    run_tasks()

    letter = approved.letters.get()
    content = letter.file.open().read()
    assert (letter.seal, letter.size) == ("b-b", len(content))
    assert letter.sha256 == hashlib.sha256(content).hexdigest()
    status = validate(content)
    assert status.bottom_line
    assert (status.coverage.name, status.docmdp_ok) == ("ENTIRE_FILE", True)


def test_poppler_says_the_same(paper, seal, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(seal_pdf(paper))
    # The root, as whoever opens the letter has loaded it.
    root = ["-n", "root", "-t", ",C,", "-i", str(seal / making.ROOTS)]
    store = tmp_path / "store"
    store.mkdir()
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", store, *root], check=True)

    called = ["pdfsig", "-nssdir", store, file]
    said = subprocess.run(called, capture_output=True, text=True, check=True).stdout
    for words in (
        "Signature is Valid",
        "Certificate is Trusted",
        "Total document signed",
        "ETSI.CAdES.detached",
    ):
        assert words in said, said


def test_with_an_authority_of_time_the_seal_can_be_checked_for_long(paper, seal, settings):
    with serve_time() as settings.TSA_URL:
        sealed = seal_pdf(paper)

    status = validate(sealed)
    assert status.bottom_line
    assert status.timestamp_validity.trusted
    assert b"/DSS" in sealed[len(paper) :]


def test_when_the_authority_of_time_fails_the_letter_waits_and_is_tried_again(
    approved, seal, settings, run_tasks, client
):
    with serve_time(works=False) as settings.TSA_URL:
        run_tasks()

    letter = approved.letters.get()
    assert (letter.number, letter.rendered_at, letter.file.name, letter.tries) == (1, None, "", 1)
    assert "TimestampRequestError" in letter.last_error
    assert again(approved).state == State.APPROVED
    assert client.get(f"/verify/{letter.verify_code}/").status_code == 404

    Letter.objects.filter(pk=letter.pk).update(tries=watch.MANY_TRIES)
    assert watch.check_letters() == "1 could not be rendered"

    with serve_time() as settings.TSA_URL, time_machine.travel(now() + timedelta(minutes=30)):
        sweeps.sweep()
        run_tasks()
    assert approved.letters.get().seal == "b-lt"
    assert again(approved).state == State.COMPLETED


@pytest.mark.parametrize("fault", ["key is gone", "password", "list has ended", "key is revoked"])
def test_without_a_good_key_nothing_is_given_out(approved, seal, settings, run_tasks, fault):
    authority, sealing = our_authority()
    if fault == "key is gone":
        (seal / making.KEY).unlink()
    elif fault == "password":
        settings.SEAL_PASSWORD = "another"
    else:
        gone = [sealing] if fault == "key is revoked" else []
        days = timedelta(hours=1) if fault == "list has ended" else timedelta(days=9)
        revoked = authority.list_revoked(*gone, days=days).public_bytes(Encoding.PEM)
        (seal / making.REVOKED).write_bytes(revoked)

    run_tasks()

    letter = approved.letters.get()
    assert (letter.rendered_at, letter.tries) == (None, 1)
    assert letter.last_error


def test_a_key_that_has_ended_seals_nothing(paper, settings, tmp_path):
    authority, _ = our_authority()
    past = authority.issue("Seal of Yesterday", days=timedelta(hours=1))
    use_seal(settings, tmp_path, (authority, past))

    with pytest.raises(SealFails, match="holds from"):
        seal_pdf(paper)


def test_the_end_of_the_key_is_watched(settings, tmp_path):
    authority, _ = our_authority()
    assert expiry_of_seal() == {}
    soon = authority.issue("Seal of this Week", days=timedelta(days=5))
    use_seal(settings, tmp_path, (authority, soon))

    assert certificates.check_certificates() == f"{settings.SEAL_FILE}: ends in 4 days"
    settings.SEAL_PASSWORD = "another"
    assert certificates.all_expiries()[settings.SEAL_FILE] == 0


def test_another_key_is_used_from_the_next_letter_on(paper, settings, seal):
    seal_pdf(paper)
    authority, _ = our_authority()
    use_seal(settings, seal, (authority, authority.issue("Next Seal of the Office")))

    name = validate(seal_pdf(paper)).signing_cert.subject.native["common_name"]
    assert name == "Next Seal of the Office"


def test_the_seal_takes_thirty_milliseconds(paper, seal):
    seal_pdf(paper)
    spent = []
    for _ in range(10):
        started = time.process_time()
        seal_pdf(paper)
        spent.append(time.process_time() - started)

    assert sorted(spent)[2] < 0.03


def test_letters_without_a_seal_are_issued_and_said_to_have_none(approved, run_tasks, client):
    run_tasks()

    letter = approved.letters.get()
    assert (letter.seal, letter.printed["short_form"]) == ("", "")
    html = client.get(f"/verify/{letter.verify_code}/").content.decode()
    assert "ندارد. اصالت فایل با اثر انگشت آن بررسی می‌شود." in html


def test_a_development_seal_is_made_once(tmp_path):
    call_command("make_dev_seal", to=tmp_path, stdout=StringIO())
    made = (tmp_path / making.KEY).read_bytes()

    call_command("make_dev_seal", "--if-missing", to=tmp_path, stdout=StringIO())
    assert (tmp_path / making.KEY).read_bytes() == made
    assert (tmp_path / making.KEY).stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="there already"):
        call_command("make_dev_seal", to=tmp_path)


def test_no_office_makes_itself_a_seal(settings, tmp_path):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="proves nothing"):
        call_command("make_dev_seal", to=tmp_path)


def test_what_is_wrong_with_the_seal_is_said_before_the_first_letter(settings, seal):
    assert [*checks.seal_is_whole(), *checks.short_form_is_whole()] == []
    settings.SEAL_PASSWORD = "another"
    assert [said.id for said in checks.seal_is_whole()] == ["letters.E001"]
    (seal / making.PROOF).write_text("no key")
    settings.PROOF_KEY_FILE = str(seal / "gone.pem")
    assert [said.id for said in checks.short_form_is_whole()] == ["letters.E002"]

    settings.SEAL_FILE, settings.DEVELOPMENT = "", False
    assert [said.id for said in checks.seal_is_whole()] == ["letters.W001"]
