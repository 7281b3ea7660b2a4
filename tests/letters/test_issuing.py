"""A numbered letter becomes paper later, once, whatever goes wrong in between."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils.timezone import now

from accounts.models import Notice
from letters import tasks
from letters.composition import NoIssuer, compose_letter
from letters.models import Letter, LetterTemplate
from submissions.states import State
from tests.cast import again, begin, pass_desks, step
from tests.worker import queued
from web.models import OfficeSettings
from work import sweeps


@pytest.fixture
def approved(two_ways, maryam, staff):
    """«تأیید شده، نامه در دست صدور»: numbered, not yet on paper."""
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    return step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])


@pytest.fixture
def broken_printer(monkeypatch):
    """Rendering fails until the list is emptied; it holds what goes wrong."""
    faults = ["the font is gone"]
    render = tasks.render_letter

    def fail_or_render(facts):
        if faults:
            raise OSError(faults[0])
        return render(facts)

    monkeypatch.setattr(tasks, "render_letter", fail_or_render)
    return faults


def test_the_approval_renders_nothing_itself(approved):
    letter = approved.letters.get()
    assert (letter.file.name, letter.printed, letter.rendered_at) == ("", None, None)
    assert ("letters.tasks.issue_letter", (letter.pk,)) in queued()
    assert again(approved).get_state_display() == "تأیید شده، نامه در دست صدور"


def test_a_failed_rendering_keeps_the_number_and_is_tried_again(
    approved, broken_printer, run_tasks
):
    run_tasks()
    letter = approved.letters.get()
    assert again(approved).state == State.APPROVED
    assert (letter.number, letter.rendered_at, letter.tries) == (1, None, 1)
    assert "the font is gone" in letter.last_error
    assert letter.not_before > now()

    broken_printer.clear()
    with time_machine.travel(now() + timedelta(minutes=5)):
        sweeps.sweep()
        run_tasks()
    letter = approved.letters.get()
    assert again(approved).state == State.COMPLETED
    assert (letter.number, letter.tries, letter.last_error) == (1, 2, "")
    assert letter.file.open().read(5) == b"%PDF-"


def test_between_two_tries_the_letter_rests(approved, broken_printer, run_tasks):
    run_tasks()
    letter = approved.letters.get()
    tasks.issue_letter(letter.pk)
    assert approved.letters.get().tries == 1
    sweeps.sweep()
    assert ("letters.tasks.issue_letter", (letter.pk,)) not in queued()


def test_the_task_run_twice_issues_once(approved, maryam, run_tasks):
    run_tasks()
    before = approved.letters.get()
    told = Notice.objects.filter(recipient=maryam).count()

    tasks.issue_letter(before.pk)
    run_tasks()

    after = approved.letters.get()
    assert (after.file.name, after.sha256, after.tries) == (before.file.name, before.sha256, 1)
    assert again(approved).history.filter(name="complete").count() == 1
    assert Notice.objects.filter(recipient=maryam).count() == told


def test_a_second_worker_that_was_faster_leaves_one_paper(approved, monkeypatch, run_tasks):
    render = tasks.render_letter
    others = []

    def overtaken(facts):
        pdf = render(facts)
        if not others:
            others.append(True)
            # The lease ran out while this one was rendering: another one has taken over.
            Letter.objects.update(claimed_until=None, not_before=None)
            tasks.issue_letter(approved.letters.get().pk)
        return pdf

    monkeypatch.setattr(tasks, "render_letter", overtaken)
    before = papers()
    run_tasks()

    letter = approved.letters.get()
    assert papers() - before == {letter.file.path}, "the slower one took its paper back"
    assert again(approved).history.filter(name="complete").count() == 1


def papers():
    """All letters that lie in the private folder."""
    folder = Path(settings.PRIVATE_ROOT) / "letters"
    return {str(path) for path in folder.rglob("*.pdf")}


def test_a_paper_that_could_not_be_recorded_is_not_left_lying_about(
    approved, monkeypatch, run_tasks
):
    def refuse(*args, **kwargs):
        raise OSError("the database is away")

    monkeypatch.setattr(tasks, "take_step", refuse)
    before = papers()
    run_tasks()
    assert papers() == before
    letter = approved.letters.get()
    assert (letter.rendered_at, letter.file.name) == (None, "")


def test_a_lost_task_is_found_by_the_sweep(approved, run_tasks):
    from django_q.models import OrmQ

    OrmQ.objects.all().delete()
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert sweeps.sweep()["letters"] == 1
        run_tasks()
    assert again(approved).state == State.COMPLETED


def test_the_sweep_looks_for_what_waits_in_an_index_of_that_alone(db):
    waiting = Letter.objects.forgotten(now(), timedelta(minutes=1))
    assert "letter_unrendered" in waiting.explain()


def test_what_stands_on_the_paper_was_decided_with_the_number(approved, maryam, run_tasks):
    party = approved.party
    party.name = "نام جدید"
    party.save()
    run_tasks()
    assert approved.letters.get().facts_printed.party.name == "مریم رضایی"


def test_the_letterhead_is_the_offices_of_the_decision_and_stays_so(approved, run_tasks):
    OfficeSettings.objects.update(name="نام جدید", phone="۰۲۱-۱")
    run_tasks()
    letter = approved.letters.get()
    issued = letter.printed, letter.sha256
    issuer = letter.facts_printed.issuer
    assert (issuer.name, issuer.phone) == (
        "شرکت شهرک‌های صنعتی استان اصفهان", "۰۳۱-۳۲۶۴۷۳۰۰ تا ۲",
    )  # fmt: skip

    OfficeSettings.objects.update(phone="۰۲۱-۲", extension="۷", address="جای جدید")
    tasks.issue_letter(letter.pk)
    letter = approved.letters.get()
    assert (letter.printed, letter.sha256) == issued


def test_a_letter_decided_before_letterheads_were_copied_takes_todays(approved, run_tasks):
    letter = approved.letters.get()
    del letter.facts["issuer"]
    OfficeSettings.objects.update(phone="", extension="۷", parent="", site="")
    issuer = compose_letter(letter).issuer
    assert (issuer.above, issuer.phone, issuer.extension, issuer.site) == ((), "", "", "")


@pytest.mark.parametrize(
    ("kind", "named"), [("natural", "کد ملی: ۹۹۹۰۰۰۰۰۱۸"), ("legal", "شناسهٔ ملی: ۹۹۹۰۰۰۰۰۱۸")]
)
@pytest.mark.parametrize("written", ["شناسه: {party_id}", "{party_code}"])
def test_codes_are_written_for_people_and_words_stay_as_typed(approved, kind, named, written):
    letter = approved.letters.get()
    del letter.facts["text"]  # as letters were that were decided before it was kept
    letter.facts |= {
        "party": {"name": "شرکت ایمن 2000", "national_id": "9990000018", "kind": kind},
        "contract": "1402/1001",
        "plot": "B-12",
    }
    letter.template.paragraphs = [
        "ISO 9001، {party_name}، " + written + "، {contract_number}، {plot}"
    ]

    [said] = compose_letter(letter).paragraphs

    assert said == f"ISO 9001، شرکت ایمن 2000، {named}، ۱۴۰۲/۱۰۰۱، B-12"


def test_no_letter_goes_out_under_no_name(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = pass_desks(case, staff, "desk")
    OfficeSettings.objects.update(name="")
    with pytest.raises(NoIssuer):
        step(case, "approve", staff["deputy"])


def test_a_new_wording_does_not_reach_a_letter_that_is_printed(approved, run_tasks):
    run_tasks()
    template = LetterTemplate.objects.get(kind="notice")
    template.paragraphs = ["متن جدید"]
    template.save()
    assert approved.letters.get().facts_printed.paragraphs != ("متن جدید",)


@pytest.mark.parametrize(
    "change", [{"facts": {}}, {"number": 7}, {"verify_code": "0" * 16}, {"issued_at": now()}]
)
def test_what_was_decided_is_never_written_over(approved, change):
    letter = approved.letters.get()
    with pytest.raises(TypeError):
        Letter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(TypeError):
        letter.save()


def test_a_letter_is_never_deleted(approved):
    with pytest.raises(TypeError):
        approved.letters.get().delete()
