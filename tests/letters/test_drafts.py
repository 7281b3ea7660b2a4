"""A letter before its number: shown at every desk, reworded, initialled, signed as it was seen."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from letters.drafts.models import LetterDraft
from letters.drafts.word_diff import compare_words
from letters.models import Letter, LetterDesign, LetterTemplate
from letters.seed import load_letter_templates
from services_catalog.models import Organisation, Seat, Service, ServiceVersion
from submissions.models import Step
from submissions.refusals import LetterChanged, LetterUnseen
from submissions.states import State
from tests import cast
from tests.api.caller import Caller
from tests.cast import SIX_DESKS, again, digest_seen, pass_desks, step
from tests.letters import designing

pytestmark = pytest.mark.django_db
OPEN = "خواهشمند است برای {party_name} اقدام لازم معمول گردد."


def page_of(case):
    return reverse("submission_letter", args=[case.pk])


def key_of(case, name):
    return reverse("submissions_submission_modeladmin_step", args=[case.pk, name])


@pytest.fixture
def opened(service):
    """The template of the request opens its second block to the desks."""
    template = LetterTemplate.objects.for_service("introduction", service.code)
    words = {"kind": "paragraph", "text": OPEN, "open": True}
    LetterTemplate.objects.filter(pk=template.pk).update(
        paragraphs=["دربارهٔ {service}:", words], signer_post=""
    )
    return LetterTemplate.objects.get(pk=template.pk)


@pytest.fixture
def at_desk(client, signed_in, staff):
    return signed_in(client, staff["desk"])


@pytest.fixture
def at_signer(submitted, staff, opened):
    return pass_desks(submitted, staff, *SIX_DESKS[:4])


def _publish(service):
    """What the rows of the service say now; the service as it is then."""
    service = Service.objects.get(pk=service.pk)
    ServiceVersion.objects.write(service)
    return Service.objects.get(pk=service.pk)


def reword(client, case, text, seen=0, block=1):
    return client.post(page_of(case), {"block": block, "revision": seen, "text": text})


def test_the_first_desk_sees_the_letter_as_it_would_be(at_desk, submitted, opened):
    page = at_desk.get(page_of(submitted)).content.decode()
    assert "شرکت توزیع نیروی برق استان اصفهان" in page
    assert "خواهشمند است برای مریم رضایی اقدام لازم معمول گردد." in page
    assert "{نام متقاضی}" in page, "the editor shows placeholders, not names"
    case_page = at_desk.get(
        reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    ).content.decode()
    assert page_of(submitted) in case_page


def test_the_draft_is_printed_and_marked(at_desk, submitted, opened):
    answer = at_desk.get(reverse("submission_letter_pdf", args=[submitted.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_what_is_missing_is_said_at_the_first_desk_and_nothing_is_signed(
    at_desk, submitted, opened, staff
):
    Organisation.objects.update(retired=True)
    page = at_desk.get(page_of(submitted)).content.decode()
    assert "گیرندهٔ نامه مشخص نیست" in page
    pdf = at_desk.get(reverse("submission_letter_pdf", args=[submitted.pk]))
    assert pdf.status_code == 409
    case = at_desk.get(
        reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    ).content.decode()
    assert "گیرندهٔ نامه مشخص نیست" in case


def test_a_desk_rewords_what_is_open_and_the_change_is_seen_word_by_word(
    at_desk, submitted, opened, staff
):
    answer = reword(at_desk, submitted, "خواهشمند است برای {نام متقاضی} همکاری لازم معمول گردد.")
    assert answer.status_code == 302
    page = at_desk.get(page_of(submitted)).content.decode()
    assert "<del>اقدام</del>" in page
    assert "<ins>همکاری</ins>" in page
    change = LetterDraft.objects.get(submission=submitted).revisions.get()
    assert (change.number, change.by, change.stop) == (1, staff["desk"], "desk")
    assert "همکاری لازم" in "".join(block["text"] for block in _content(submitted).text["blocks"])


def _content(case):
    from letters.drafts.content import content_of, find_draft

    return content_of(case, find_draft(case))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("خواهشمند است برای علی اقدام شود.", "نباید حذف یا اضافه شود"),
        ("{نام متقاضی} {شهرک}", "نباید حذف یا اضافه شود"),
        ("{نام}", "باید همان‌گونه که هست باقی بماند"),
        ("{نام متقاضی", "باید همان‌گونه که هست باقی بماند"),
        ("  ", "نمی‌تواند خالی باشد"),
    ],
)
def test_names_and_numbers_stay_as_they_are_and_what_was_typed_is_kept(
    at_desk, submitted, opened, text, said
):
    answer = reword(at_desk, submitted, text)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert text.strip() in page
    assert not LetterDraft.objects.exists()


def test_a_closed_block_is_no_desks_to_reword(at_desk, submitted, opened):
    assert reword(at_desk, submitted, "متن دیگر", block=0).status_code == 409
    assert reword(at_desk, submitted, "متن دیگر", block=9).status_code == 409
    assert reword(at_desk, submitted, "متن دیگر", block=-1).status_code == 404


def test_two_tabs_do_not_overwrite_each_other(at_desk, submitted, opened):
    first, second = "{نام متقاضی}: متن اول", "{نام متقاضی}: متن دوم"
    assert reword(at_desk, submitted, first).status_code == 302
    answer = reword(at_desk, submitted, second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert first in page
    assert second in page
    assert reword(at_desk, submitted, second, seen=1).status_code == 302
    assert LetterDraft.objects.get().revision == 2


def test_a_reader_who_has_it_not_in_hand_rewords_nothing(
    client, signed_in, submitted, opened, staff
):
    case = pass_desks(submitted, staff, "desk")
    signed_in(client, staff["desk"])
    assert client.get(page_of(case)).status_code == 200
    assert reword(client, case, "{نام متقاضی} دیگر").status_code == 403


def test_the_key_of_the_signing_stop_says_so_and_stands_below_the_letter(
    client, signed_in, at_signer, staff
):
    signed_in(client, staff["deputy"])
    inspect = reverse("submissions_submission_modeladmin_inspect", args=[at_signer.pk])
    case_page = client.get(inspect).content.decode()
    assert "تأیید و امضای نامه" in case_page
    page = client.get(key_of(at_signer, "pass_on")).content.decode()
    assert "خواهشمند است برای مریم رضایی" in page
    assert re.search(r'name="letter_digest" value="([0-9a-f]{64})"', page)[1] == digest_seen(
        at_signer
    )


def sign(client, case, digest):
    said = {"expecting": again(case).last_seq, "note": "", "letter_digest": digest}
    return client.post(key_of(case, "pass_on"), said)


def test_the_signer_signs_what_was_seen(client, signed_in, at_signer, staff, run_tasks):
    signed_in(client, staff["deputy"])
    digest = digest_seen(at_signer)
    assert sign(client, at_signer, digest).status_code == 302
    signing = at_signer.history.get(name="pass_on", stop="deputy")
    assert signing.letter_digest == digest
    case = step(at_signer, "approve", staff["secretariat"])
    letter = case.letters.get()
    assert letter.facts["digest"] == digest
    run_tasks()
    assert case.letters.get().facts_printed.paragraphs[1] == OPEN.replace(
        "{party_name}", "مریم رضایی"
    )


def test_nobody_signs_what_was_not_shown(client, signed_in, at_signer, staff):
    signed_in(client, staff["deputy"])
    answer = sign(client, at_signer, "")
    assert answer.status_code == 422
    assert "نامه مشاهده نشده است" in answer.content.decode()
    assert again(at_signer).stop == "deputy"


def test_an_edit_between_look_and_signature_asks_for_another_look(
    client, signed_in, at_signer, staff
):
    signed_in(client, staff["deputy"])
    seen = digest_seen(at_signer)
    assert reword(client, at_signer, "برای {نام متقاضی} مساعدت شود.").status_code == 302
    answer = sign(client, at_signer, seen)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "متن نامه در این فاصله تغییر کرده است" in page
    assert "برای مریم رضایی مساعدت شود." in page, "the new text stands above the key"
    fresh = re.search(r'name="letter_digest" value="([0-9a-f]{64})"', page)[1]
    assert sign(client, at_signer, fresh).status_code == 302


def test_a_signed_letter_moves_to_no_mended_template_and_is_reworded_by_nobody(
    client, signed_in, at_signer, staff, opened, run_tasks
):
    case = step(at_signer, "pass_on", staff["deputy"])
    digest = digest_seen(case)
    designing.reword(LetterDesign.objects.get(kind=opened.kind), "متن تازه")
    assert digest_seen(case) == digest
    signed_in(client, staff["secretariat"])
    assert reword(client, case, "برای {نام متقاضی} مساعدت شود.").status_code == 409
    case = step(case, "approve", staff["secretariat"])
    run_tasks()
    letter = case.letters.get()
    assert letter.template == opened
    assert "متن تازه" not in letter.facts_printed.paragraphs


def test_a_template_that_is_gone_before_the_signature_stops_it_with_words(
    client, signed_in, at_signer, staff
):
    LetterTemplate.objects.update(current=False)
    signed_in(client, staff["deputy"])
    page = client.get(key_of(at_signer, "pass_on")).content.decode()
    assert "الگوی نامه مشخص نیست" in page
    answer = sign(client, at_signer, "")
    assert answer.status_code == 409
    assert again(at_signer).stop == "deputy"


def test_what_is_mended_after_the_signature_is_signed_again(at_signer, staff, maryam):
    case = step(at_signer, "pass_on", staff["deputy"])
    before = digest_seen(case)
    case = step(case, "return_for_correction", staff["secretariat"], "توان را اصلاح کنید.")
    case.answers = case.answers | {"requested_power": 300}
    case.save()
    case = step(case, "submit", maryam)
    assert case.stop == "deputy"
    assert digest_seen(case) != before
    case = step(case, "pass_on", staff["deputy"])
    case = step(case, "approve", staff["secretariat"])
    assert case.letters.get().facts["digest"] == digest_seen(case)


def test_a_reissue_after_reopening_is_signed_anew_by_the_template_of_now(
    at_signer, staff, manager, opened, run_tasks
):
    case = step(at_signer, "pass_on", staff["deputy"])
    case = step(case, "approve", staff["secretariat"])
    run_tasks()
    LetterTemplate.objects.filter(pk=opened.pk).update(salutation="سلام")
    case = step(case, "reopen", manager, "اصلاح متن", stop="deputy")
    case = step(case, "pass_on", staff["deputy"])
    case = step(case, "approve", staff["secretariat"])
    first, second = case.letters.order_by("pk")
    assert (first.state, second.state) == (Letter.State.SUPERSEDED, Letter.State.ISSUED)
    assert second.facts["text"]["salutation"] == "سلام"
    assert first.facts["digest"] != second.facts["digest"]


def test_the_head_of_a_desk_initials_and_a_change_since_is_told(
    client, signed_in, submitted, staff, opened, maryam
):
    Seat.objects.filter(user=staff["desk"]).update(head=True)
    signed_in(client, staff["desk"])
    assert "پاراف نامه" in client.get(page_of(submitted)).content.decode()
    said = {
        "expecting": submitted.last_seq,
        "note": "ملاحظه شد",
        "letter_digest": digest_seen(submitted),
    }
    assert client.post(key_of(submitted, "initial"), said).status_code == 302
    done = submitted.history.get(name="initial")
    assert (done.by, done.letter_digest) == (staff["desk"], said["letter_digest"])
    page = client.get(page_of(submitted)).content.decode()
    assert "پس از آن تغییر کرده است" not in page
    reword(client, submitted, "برای {نام متقاضی} مساعدت شود.")
    inspect = reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    assert "پس از آن تغییر کرده است" in client.get(inspect).content.decode()
    signed_in(client, maryam)
    report = client.get(reverse("submissions:report", args=[submitted.tracking_code]))
    assert "پاراف" not in report.content.decode()


def test_only_the_head_initials_and_only_what_was_shown(client, signed_in, submitted, staff):
    signed_in(client, staff["desk"])
    said = {"expecting": submitted.last_seq, "letter_digest": digest_seen(submitted)}
    assert client.post(key_of(submitted, "initial"), said).status_code == 403
    Seat.objects.filter(user=staff["desk"]).update(head=True)
    answer = client.post(key_of(submitted, "initial"), said | {"letter_digest": "0" * 64})
    assert answer.status_code == 409
    assert not Step.objects.filter(name="initial").exists()


def test_a_stand_in_signs_in_the_place_of_somebody(at_signer, staff, run_tasks):
    today = localdate()
    Seat.objects.filter(user=staff["deputy"]).update(
        stand_in=staff["ceo"], away_from=today, away_until=today
    )
    case = step(at_signer, "pass_on", staff["ceo"])
    case = step(case, "approve", staff["secretariat"])
    run_tasks()
    (signer,) = case.letters.get().facts_printed.signers
    assert signer.name == str(staff["ceo"])
    assert signer.standing_in_for == str(staff["deputy"])


def test_two_signers_stand_on_the_letter_in_their_order(service, maryam, staff, opened, run_tasks):
    service.stops.filter(unit__code="technical").update(signs=True)
    case = step(cast.complete_draft(maryam, _publish(service)), "submit", maryam)
    case = pass_desks(case, staff, *SIX_DESKS[:-1])
    digests = set(case.history.exclude(letter_digest="").values_list("letter_digest", flat=True))
    assert len(digests) == 1, "both have signed the same"
    case = step(case, "approve", staff["secretariat"])
    run_tasks()
    signers = case.letters.get().facts_printed.signers
    assert [signer.name for signer in signers] == [str(staff["technical"]), str(staff["deputy"])]
    assert all(signer.post for signer in signers)


@pytest.fixture
def refusing(two_ways, maryam, staff):
    """A request at the desk that may refuse it, of a service whose refusals get a letter."""
    load_letter_templates()
    Service.objects.filter(pk=two_ways.pk).update(refusal_letter=True)
    case = cast.begin(maryam, _publish(two_ways), answers={"polluting": True})
    return pass_desks(step(case, "submit", maryam), staff, "desk")


def test_a_refusal_gets_its_letter_and_stays_a_refusal(
    refusing, staff, client, signed_in, maryam, run_tasks, manager
):
    case = step(refusing, "reject", staff["env"], "پساب واحد تصفیه نمی‌شود.")
    letter = case.letters.get()
    assert letter.purpose == "refusal"
    assert case.history.get(name="reject").letter_digest == letter.facts["digest"]
    signed_in(client, maryam)
    report = reverse("submissions:report", args=[case.tracking_code])
    assert "نامهٔ رد درخواست در دست صدور است" in client.get(report).content.decode()
    run_tasks()
    printed = case.letters.get().facts_printed
    assert again(case).state == State.REJECTED
    assert "دلیل: پساب واحد تصفیه نمی‌شود." in printed.paragraphs
    assert "در دست صدور" not in client.get(report).content.decode()
    assert client.get(reverse("letters:letter", args=[case.tracking_code])).status_code == 200

    case = step(case, "reopen", manager, "بازنگری", stop="deputy")
    case = step(case, "approve", staff["deputy"])
    assert sorted(case.letters.values_list("purpose", "state")) == [
        ("refusal", "issued"), ("result", "issued"),
    ]  # fmt: skip


def test_without_the_services_word_a_refusal_has_no_letter(two_ways, maryam, staff):
    case = cast.begin(maryam, two_ways, answers={"polluting": True})
    case = pass_desks(step(case, "submit", maryam), staff, "desk")
    assert not step(case, "reject", staff["env"], "ممکن نیست.").letters.exists()


def test_the_api_shows_rewords_and_signs_the_same(at_signer, staff):
    deputy, code = Caller(staff["deputy"]), at_signer.tracking_code
    path = f"submissions/{code}/letter-draft/"
    shown = deputy.get(path).json()
    assert shown["digest"] == digest_seen(at_signer)
    assert shown["open_blocks"] == [
        {"block": 1, "text": OPEN.replace("{party_name}", "{نام متقاضی}")}
    ]
    text = {"text": "برای {نام متقاضی} مساعدت شود.", "revision": 0}
    changed = deputy.put(f"{path}blocks/1/", text).json()
    assert (changed["revision"], changed["digest"] != shown["digest"]) == (1, True)
    late = deputy.put(f"{path}blocks/1/", text | {"text": "{نام متقاضی} دیگر"})
    assert (late.status_code, late.json()["code"]) == (409, "reworded_meanwhile")
    assert late.json()["current_text"] == text["text"]

    seen = {"expecting": at_signer.last_seq}
    unseen = deputy.step(code, "pass_on", **seen, detail={})
    assert (unseen.status_code, unseen.json()["code"]) == (422, "letter_unseen")
    stale = deputy.step(code, "pass_on", **seen, detail={"letter_digest": shown["digest"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "letter_changed")
    signed = deputy.step(code, "pass_on", **seen, detail={"letter_digest": changed["digest"]})
    assert signed.status_code == 200
    assert deputy.get(path).json()["signed"]


def test_in_process_callers_say_what_they_have_seen_or_that_they_show_it_to_nobody(
    at_signer, staff
):
    with pytest.raises(LetterUnseen):
        step(at_signer, "pass_on", staff["deputy"], letter_digest="")
    with pytest.raises(LetterChanged):
        step(at_signer, "pass_on", staff["deputy"], letter_digest="0" * 64)
    step(at_signer, "pass_on", staff["deputy"])
    assert at_signer.history.latest("seq").letter_digest == digest_seen(at_signer)


def test_the_difference_of_two_texts_is_told_in_reading_order():
    assert compare_words("یک دو سه", "یک چهار سه پنج") == [
        ("same", "یک"), ("gone", "دو"), ("new", "چهار"), ("same", "سه"), ("new", "پنج"),
    ]  # fmt: skip
