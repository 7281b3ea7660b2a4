"""«گزارش درخواست»: what happened, who did it, what is asked for, and nothing internal."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.models import Membership, User
from submissions.models import InternalNote, Submission
from submissions.reports.report import Report
from submissions.step_details import Mend
from tests import cast
from tests.paper import says

MEND = (
    Mend("document", "power_form", "مهر و امضا ندارد."),
    Mend("answer", "phase", "با قدرت درخواستی نمی‌خواند."),
    Mend("description", "", "دلیل درخواست را بنویسید."),
)


def address(case, more=""):
    return f"/cartable/{case.tracking_code}/{more}"


@pytest.fixture
def read(client, signed_in):
    """The page as somebody reads it."""

    def get(case, user, more=""):
        return signed_in(client, user).get(address(case, more))

    return get


@pytest.fixture
def returned(submitted, staff):
    return cast.step(
        submitted,
        "return_for_correction",
        staff["desk"],
        "سه مورد نیاز به اصلاح دارد.",
        reason="unreadable",
        mend=MEND,
    )


@pytest.fixture
def mended(returned, maryam):
    """Handed in again with everything that was asked for."""
    cast.bring(returned, "power_form", cast.PDF + b"% stamped")
    case = cast.again(returned)
    case.documents.current().filter(requirement="power_form").update(original_name="مهرشده.pdf")
    case.answers = {**case.answers, "phase": "single"}
    case.description = "برای خط تولید دوم."
    case.save()
    return cast.step(case, "submit", maryam)


@pytest.fixture
def agent(maryam):
    """Acts for Maryam's party with a letter of attorney."""
    user = User.objects.create_user("agent", mobile="09130000055", first_name="پویا")
    Membership.objects.create(user=user, party=maryam.acting_for, role="agent")
    return user


# --- Who may read --------------------------------------------------------------


@pytest.mark.parametrize("more", ["", "copy/", "withdraw/", "letter/"])
def test_somebody_not_signed_in_learns_nothing_from_a_code(client, submitted, more):
    real = client.get(address(submitted, more))
    unreal = client.get(f"/cartable/999999999999/{more}")

    assert (real.status_code, unreal.status_code) == (302, 302)
    assert real.url.replace(submitted.tracking_code, "999999999999") == unreal.url


@pytest.mark.parametrize("more", ["", "copy/", "withdraw/", "letter/"])
def test_another_applicant_does_not_find_it(read, submitted, stranger, more):
    assert read(submitted, stranger, more).status_code == 404


@pytest.mark.parametrize("who", ["subs", "yazd"])
def test_a_desk_that_it_has_not_reached_does_not_find_it(read, submitted, staff, yazd_desk, who):
    assert read(submitted, {**staff, "yazd": yazd_desk}[who]).status_code == 404


def test_a_desk_reads_it_without_any_key_of_the_applicant(read, returned, staff):
    html = read(returned, staff["desk"]).content.decode()

    assert "برای اصلاح عودت داده شده است" in html
    assert "btn-action" not in html
    assert "انصراف از درخواست" not in html
    assert "/desk/request/" not in html


# --- What it says --------------------------------------------------------------


def test_the_head_says_what_was_asked_for_and_by_when(read, submitted, maryam):
    html = read(submitted, maryam).content.decode()

    for words in ("مریم رضایی", "۱۴۰۲/۱۰۰۱", "جی", "اصفهان", "پاسخ تا پایان", "در حال بررسی"):
        assert words in html
    assert "۲۵۰ کیلووات" in html
    assert "سه‌فاز" in html
    assert "power_form.pdf" in html
    assert "به اظهار متقاضی، شامل این درخواست نمی‌شود" in html


def test_the_promise_and_the_desk_stand_before_the_history(read, submitted, maryam, staff):
    above, _, below = read(submitted, maryam).content.decode().partition("سوابق درخواست")

    assert "پاسخ تا پایان" in above
    assert "نزد میز خدمت" in above
    assert "در حال حاضر اقدامی از سوی شما لازم نیست" in above
    assert "پاسخ تا پایان" not in below
    assert "اقدامی از سوی شما" not in read(submitted, staff["desk"]).content.decode()


def test_the_route_shows_how_far_it_has_come(submitted, staff):
    case = cast.pass_desks(submitted, staff, "desk", "subs")

    assert [stage.state for stage in Report(case).stages] == [
        "done",
        "done",
        "current",
        "todo",
        "todo",
        "todo",
    ]


def test_a_desk_left_out_by_the_answers_is_no_stage(two_ways, maryam, staff):
    clean = cast.begin(maryam, two_ways, answers={"polluting": False})
    dirty = cast.begin(maryam, two_ways, answers={"polluting": True})

    stages = [len(Report(cast.step(case, "submit", maryam)).stages) for case in (clean, dirty)]

    assert stages == [2, 3]


def test_the_history_names_unit_and_person_newest_first(submitted, staff):
    case = cast.step(submitted, "pass_on", staff["desk"], "مدارک کامل است.")

    newest, oldest = Report(case).entries

    assert (newest.who, newest.desk) == ("سارا کریمی", "میز خدمت (امور متقاضیان)")
    assert newest.note == "مدارک کامل است."
    assert (oldest.title, oldest.who, oldest.desk) == ("درخواست ثبت شد", "مریم رضایی", "")


def test_an_agents_step_names_whom_it_was_taken_for(draft, agent, staff):
    cast.bring(draft, "poa")
    case = cast.step(draft, "submit", agent)

    assert Report(case).entries[0].who == "پویا (به نمایندگی از مریم رضایی)"


def test_what_the_system_did_says_so(submitted, staff, run_tasks):
    case = cast.pass_desks(submitted, staff, "desk", "subs", "finance", "technical", "deputy")
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()

    report = Report(cast.again(case))

    assert report.entries[0].who == "سامانه"
    assert {stage.state for stage in report.stages} == {"done"}


def test_a_return_says_what_to_mend_why_and_where(read, returned, maryam):
    html = read(returned, maryam).content.decode()

    assert "تصویر خوانا نیست" in html
    assert "اسکن و بارگذاری کنید" in html
    assert "سه مورد نیاز به اصلاح دارد." in html
    for point in ("نوع انشعاب", "شرح درخواست", "مهر و امضا ندارد."):
        assert point in html
    assert f"/desk/request/{returned.tracking_code}/documents/#document-power_form" in html
    assert 'class="btn btn-action"' in html


def test_the_words_of_the_expert_stand_above_the_orange_key(read, returned, maryam):
    above, _, _ = read(returned, maryam).content.decode().partition('class="btn btn-action"')

    assert "سه مورد نیاز به اصلاح دارد." in above


def test_a_resubmission_shows_the_old_beside_the_new(mended):
    changes = {
        change.label: (change.old, change.new) for change in Report(mended).entries[0].changes
    }

    power_form = mended.facts.document("power_form").title
    assert changes == {
        "نوع انشعاب": ("سه‌فاز", "تک‌فاز"),
        "شرح درخواست": ("لطفاً رسیدگی فرمایید.", "برای خط تولید دوم."),
        power_form: ("power_form.pdf", "مهرشده.pdf"),
    }


def test_while_it_is_being_mended_the_report_shows_what_was_handed_in(returned):
    returned.description = "نیمه‌کاره"
    returned.save()

    assert Report(cast.again(returned)).description == "لطفاً رسیدگی فرمایید."


def test_words_of_a_note_are_shown_as_they_are_and_never_run(read, submitted, staff, maryam):
    note = "<script>alert(1)</script>\nخط دوم"
    case = cast.step(submitted, "pass_on", staff["desk"], note)

    html = read(case, maryam).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nخط دوم" in html


@pytest.mark.parametrize("reader", ["maryam", "desk"])
def test_what_colleagues_tell_each_other_is_not_in_it(read, submitted, maryam, staff, reader):
    InternalNote.objects.create(submission=submitted, by=staff["desk"], text="محرمانه‌ها")
    case = cast.step(
        submitted, "refer", staff["desk"], "پرسش درون‌سازمانی", people=(staff["legal"],)
    )
    case = cast.step(case, "answer", staff["legal"], "پاسخ درون‌سازمانی")

    html = read(case, {**staff, "maryam": maryam}[reader]).content.decode()

    assert "به همکار دیگری ارجاع شد" in html
    assert "محرمانه‌ها" not in html
    assert "درون‌سازمانی" not in html


def test_who_answers_a_referral_stands_at_their_own_unit_not_at_the_desk_that_asked(
    submitted, staff
):
    case = cast.step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    case = cast.step(case, "answer", staff["legal"], "مانعی نیست.")

    answered, asked = Report(case).entries[:2]

    assert (answered.who, answered.desk) == (staff["legal"].get_full_name(), "کارشناس امور حقوقی")
    assert asked.desk == cast.desk_of(case).unit.title


def test_a_refusal_gives_its_reason_and_how_to_object(read, submitted, maryam, staff):
    case = cast.pass_desks(submitted, staff, "desk")
    case = cast.step(case, "reject", staff["subs"], "ظرفیت شبکه کافی نیست.")

    html = read(case, maryam).content.decode()

    assert "ظرفیت شبکه کافی نیست." in html
    assert "حق اعتراض" in html
    assert "۰۳۱-۳۲۶۴۷۳۰۰" in html
    assert "۴۴۴" in html


def test_a_late_answer_is_excused_with_its_date(read, submitted, maryam):
    Submission.objects.filter(pk=submitted.pk).update(due_at=now() - timedelta(days=2))

    html = read(submitted, maryam).content.decode()

    assert "از این تأخیر پوزش می‌خواهیم" in html
    assert "نزد میز خدمت (امور متقاضیان)" in html


def test_between_approval_and_letter_it_says_that_the_letter_is_on_its_way(
    read, submitted, maryam, staff, run_tasks
):
    case = cast.pass_desks(submitted, staff, "desk", "subs", "finance", "technical", "deputy")
    case = cast.step(case, "approve", staff["secretariat"])

    before = read(case, maryam).content.decode()
    run_tasks()
    after = read(case, maryam).content.decode()

    assert "نامه در دست صدور است" in before
    assert "دریافت نامه" not in before
    assert "دریافت نامه" in after
    assert address(case, "letter/") in after


def test_a_draft_says_that_it_has_not_been_sent(read, draft, maryam):
    html = read(draft, maryam).content.decode()

    assert "این درخواست هنوز ارسال نشده است" in html
    assert f"/desk/request/{draft.tracking_code}/documents/" in html


def test_a_long_story_costs_at_most_fifteen_questions(
    client, mended, maryam, staff, signed_in, django_assert_max_num_queries
):
    again = cast.step(
        mended, "return_for_correction", staff["desk"], "باز هم", reason="unreadable", mend=MEND[:1]
    )
    for user in (maryam, staff["desk"]):
        signed_in(client, user)
        with django_assert_max_num_queries(15):
            assert client.get(address(again)).status_code == 200


# --- The copy ------------------------------------------------------------------


def test_the_copy_on_paper_holds_what_was_handed_in(read, submitted, maryam):
    response = read(submitted, maryam, "copy/")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="request-')
    copy = response.getvalue()
    assert says(copy, "۱۴۰۲/۱۰۰۱")
    assert says(copy, "۲۵۰ کیلووات")


def test_there_is_no_copy_of_what_was_never_handed_in(read, draft, maryam):
    assert read(draft, maryam, "copy/").status_code == 404


# --- Giving it up --------------------------------------------------------------


def test_the_owner_gives_a_request_up_after_being_asked(client, read, submitted, maryam):
    asked = read(submitted, maryam, "withdraw/")
    assert "قابل لغو نیست" in asked.content.decode()

    response = client.post(address(submitted, "withdraw/"), {"expecting": submitted.last_seq})

    assert response.url == address(submitted)
    assert cast.again(submitted).state == "withdrawn"


def test_an_agent_reads_it_but_cannot_give_it_up(client, read, submitted, agent):
    assert "انصراف از درخواست" not in read(submitted, agent).content.decode()
    assert read(submitted, agent, "withdraw/").status_code == 403

    response = client.post(address(submitted, "withdraw/"), {"expecting": 1})

    assert response.status_code == 403
    assert cast.again(submitted).state == "in_review"


@pytest.mark.parametrize("expecting", ["0", "", "-1", "یک", "99999999999999999999999"])
def test_what_has_moved_since_the_page_was_shown_is_not_given_up(
    client, submitted, maryam, signed_in, expecting
):
    response = signed_in(client, maryam).post(
        address(submitted, "withdraw/"), {"expecting": expecting}
    )

    assert response.status_code == 409
    assert "در این فاصله تغییر کرده است" in response.content.decode()
    assert address(submitted) in response.content.decode()
    assert cast.again(submitted).state == "in_review"


def test_what_is_over_cannot_be_given_up(client, read, submitted, maryam):
    case = cast.step(submitted, "withdraw", maryam)

    assert read(case, maryam, "withdraw/").status_code == 409
    again = client.post(address(case, "withdraw/"), {"expecting": case.last_seq})

    assert again.status_code == 409
    assert cast.again(case).last_seq == case.last_seq
