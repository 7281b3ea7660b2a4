"""Who may not do what, and that nothing has happened then."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate
from django_q.models import OrmQ

from accounts.models import Membership, User
from letters.models import Letter
from services_catalog.models import Organisation
from submissions.drafts import editing
from submissions.models import Correction, Filing, Step, Submission
from submissions.refusals import (
    Closed,
    Incomplete,
    MovedMeanwhile,
    NoColleague,
    NoteNeeded,
    UnknownPoint,
)
from submissions.step_details import Mend, ReferDetail, ReopenDetail, ReturnDetail
from submissions.workflow.steps import take_step
from tests.cast import SIX_DESKS, again, make_optional, pass_desks, seat, step
from web.refusals import NotNow


@dataclass
class World:
    """Everybody, and one request."""

    draft: Submission
    maryam: User
    stranger: User
    staff: dict[str, User]
    yazd_desk: User
    manager: User
    admin: User
    nobody: User

    def submitted(self):
        return step(self.draft, "submit", self.maryam)

    def at_the_deputy(self):
        return pass_desks(self.submitted(), self.staff, *SIX_DESKS[:4])


@pytest.fixture
def world(draft, maryam, stranger, staff, yazd_desk, manager, admin, nobody_staff):
    return World(draft, maryam, stranger, staff, yazd_desk, manager, admin, nobody_staff)


def joined(user, party, **facts):
    Membership.objects.create(user=user, party=party, **facts)
    return User.objects.get(pk=user.pk)


# Each arranges things and says: the request, the step, by whom, and what else is given.


def a_stranger_hands_in_what_is_not_theirs(w):
    return w.draft, "submit", w.stranger, {}


def a_stranger_withdraws(w):
    return w.submitted(), "withdraw", w.stranger, {}


def a_reviewer_withdraws_for_the_applicant(w):
    return w.submitted(), "withdraw", w.staff["desk"], {}


def the_applicant_passes_their_own_request_on(w):
    return w.submitted(), "pass_on", w.maryam, {}


def another_desk_passes_on(w):
    return w.submitted(), "pass_on", w.staff["finance"], {}


def an_earlier_desk_passes_on_again(w):
    return pass_desks(w.submitted(), w.staff, "desk"), "pass_on", w.staff["desk"], {}


def the_same_desk_of_another_province_passes_on(w):
    return w.submitted(), "pass_on", w.yazd_desk, {}


def staff_without_a_desk_pass_on(w):
    return w.submitted(), "pass_on", w.nobody, {}


def the_manager_decides_where_the_desk_can(w):
    return w.submitted(), "pass_on", w.manager, {}


def a_superuser_without_a_desk_decides(w):
    return w.submitted(), "pass_on", w.admin, {}


def a_reviewer_decides_on_their_own_partys_request(w):
    case = w.submitted()
    return case, "pass_on", joined(w.staff["desk"], case.party), {}


def a_reviewer_decides_for_a_party_they_have_left(w):
    case = w.submitted()
    left = localdate() - timedelta(days=1)
    return case, "pass_on", joined(w.staff["desk"], case.party, valid_until=left), {}


def a_superuser_decides_on_their_own_partys_request(w):
    case = w.submitted()
    seat(w.admin, "desk")
    return case, "pass_on", joined(w.admin, case.party), {}


def a_manager_reopens_their_own_partys_request(w):
    case = step(w.at_the_deputy(), "reject", w.staff["deputy"], "ممکن نیست")
    return case, "reopen", joined(w.manager, case.party), {"note": "بازبینی"}


def a_reviewer_reopens(w):
    case = step(w.at_the_deputy(), "reject", w.staff["deputy"], "ممکن نیست")
    return case, "reopen", w.staff["deputy"], {"note": "بازبینی"}


def an_agent_withdraws(w):
    case = w.submitted()
    return case, "withdraw", joined(w.stranger, case.party, role="agent"), {}


def an_agent_whose_time_is_over_hands_in(w):
    over = localdate() - timedelta(days=1)
    agent = joined(w.stranger, w.draft.party, role="agent", valid_until=over)
    return w.draft, "submit", agent, {}


def an_agent_whose_time_has_not_come_hands_in(w):
    later = localdate() + timedelta(days=1)
    agent = joined(w.stranger, w.draft.party, role="agent", valid_from=later)
    return w.draft, "submit", agent, {}


def somebody_on_leave_decides(w):
    w.staff["desk"].seats.update(away_from=localdate())
    return w.submitted(), "pass_on", w.staff["desk"], {}


def who_would_stand_in_decides_while_the_colleague_is_there(w):
    w.staff["desk"].seats.update(stand_in=w.staff["env"])
    return w.submitted(), "pass_on", w.staff["env"], {}


def somebody_who_has_left_the_house_decides(w):
    w.staff["desk"].is_active = False
    return w.submitted(), "pass_on", w.staff["desk"], {}


def a_stop_that_may_not_reject_rejects(w):
    return w.submitted(), "reject", w.staff["desk"], {"note": "ممکن نیست"}


def one_person_decides_at_two_stops_that_want_two(w):
    seat(w.staff["desk"], "deputy")
    return w.at_the_deputy(), "pass_on", User.objects.get(username="desk"), {}


def somebody_answers_who_was_not_asked(w):
    case = step(w.submitted(), "refer", w.staff["desk"], "نظر شما؟", people=(w.staff["legal"],))
    return case, "answer", w.staff["env"], {"note": "بله"}


def the_system_passes_on(w):
    return w.submitted(), "pass_on", None, {}


def a_person_completes(w):
    case = pass_desks(w.at_the_deputy(), w.staff, "deputy")
    case = step(case, "approve", w.staff["secretariat"])
    return case, "complete", w.admin, {}


def a_second_click_on_the_same_page(w):
    case = w.submitted()
    seat(w.staff["desk"], "subs")
    pass_desks(case, w.staff, "desk")
    return case, "pass_on", User.objects.get(username="desk"), {"expecting": case.last_seq}


def a_page_from_the_future(w):
    return w.submitted(), "pass_on", w.staff["desk"], {"expecting": 7}


def a_return_without_a_word(w):
    return w.submitted(), "return_for_correction", w.staff["desk"], {"note": "  "}


def a_return_for_a_reason_that_nobody_has_written(w):
    given = {"note": "اصلاح شود", "detail": ReturnDetail(reason="because")}
    return w.submitted(), "return_for_correction", w.staff["desk"], given


def a_return_of_a_document_that_was_not_asked_for(w):
    detail = ReturnDetail(reason="unreadable", mend=(Mend("document", "passport"),))
    given = {"note": "اصلاح شود", "detail": detail}
    return w.submitted(), "return_for_correction", w.staff["desk"], given


def a_return_of_an_answer_that_was_not_asked_for(w):
    w.draft.answers = {**w.draft.answers, "temporary": False}
    w.draft.save()
    detail = ReturnDetail(reason="unreadable", mend=(Mend("answer", "temporary_until"),))
    given = {"note": "اصلاح شود", "detail": detail}
    return w.submitted(), "return_for_correction", w.staff["desk"], given


def a_rejection_without_a_word(w):
    return w.at_the_deputy(), "reject", w.staff["deputy"], {}


def a_referral_without_a_question(w):
    detail = ReferDetail(people=(w.staff["legal"],))
    return w.submitted(), "refer", w.staff["desk"], {"detail": detail}


def a_referral_to_nobody(w):
    return w.submitted(), "refer", w.staff["desk"], {"note": "نظر شما؟"}


def a_referral_to_oneself(w):
    given = {"note": "نظر شما؟", "detail": ReferDetail(people=(w.staff["desk"],))}
    return w.submitted(), "refer", w.staff["desk"], given


def a_referral_to_somebody_outside_the_house(w):
    given = {"note": "نظر شما؟", "detail": ReferDetail(people=(w.stranger,))}
    return w.submitted(), "refer", w.staff["desk"], given


def a_referral_to_a_member_of_the_party(w):
    case = w.submitted()
    relative = joined(w.staff["legal"], case.party)
    return (
        case,
        "refer",
        w.staff["desk"],
        {"note": "نظر شما؟", "detail": ReferDetail(people=(relative,))},
    )


def a_second_referral_to_the_same_colleague(w):
    detail = {"people": (w.staff["legal"],)}
    case = step(w.submitted(), "refer", w.staff["desk"], "نظر شما؟", **detail)
    given = {"note": "پس نظر شما؟", "detail": ReferDetail(**detail)}
    return case, "refer", w.staff["desk"], given


def a_reopening_at_a_stop_that_is_not_on_the_route(w):
    case = step(w.at_the_deputy(), "reject", w.staff["deputy"], "ممکن نیست")
    given = {"note": "بازبینی", "detail": ReopenDetail(stop="ceo")}
    return case, "reopen", w.manager, given


def a_draft_without_a_document(w):
    w.draft.documents.filter(requirement="contract").delete()
    return w.draft, "submit", w.maryam, {}


def a_draft_that_neither_brings_nor_declines_a_declared_document(w):
    make_optional(w.draft.version.service, "building_permit")
    draft = editing.upgrade_draft(w.draft, by=w.maryam)
    draft.documents.filter(requirement="building_permit").delete()
    return draft, "submit", w.maryam, {}


def a_draft_without_an_answer(w):
    w.draft.answers = {"requested_power": 250, "temporary": False}
    w.draft.save()
    return w.draft, "submit", w.maryam, {}


def a_draft_that_lacks_the_answer_that_another_one_asks_for(w):
    w.draft.answers = {**w.draft.answers, "temporary": True}
    w.draft.save()
    return w.draft, "submit", w.maryam, {}


def a_draft_on_somebody_elses_contract(w):
    w.draft.contract.party = w.stranger.parties[0]
    w.draft.contract.save()
    return w.draft, "submit", w.maryam, {}


def a_draft_without_a_word_of_description(w):
    w.draft.description = " "
    w.draft.save()
    return w.draft, "submit", w.maryam, {}


def a_draft_whose_letter_has_no_recipient(w):
    Organisation.objects.update(retired=True)
    return w.draft, "submit", w.maryam, {}


def a_draft_of_a_service_that_was_closed_meanwhile(w):
    w.draft.version.service.unpublish()
    return w.draft, "submit", w.maryam, {}


REFUSED = {
    PermissionDenied: [
        a_stranger_hands_in_what_is_not_theirs,
        a_stranger_withdraws,
        a_reviewer_withdraws_for_the_applicant,
        the_applicant_passes_their_own_request_on,
        another_desk_passes_on,
        an_earlier_desk_passes_on_again,
        the_same_desk_of_another_province_passes_on,
        staff_without_a_desk_pass_on,
        the_manager_decides_where_the_desk_can,
        a_superuser_without_a_desk_decides,
        a_reviewer_decides_on_their_own_partys_request,
        a_reviewer_decides_for_a_party_they_have_left,
        a_superuser_decides_on_their_own_partys_request,
        a_manager_reopens_their_own_partys_request,
        a_reviewer_reopens,
        an_agent_withdraws,
        an_agent_whose_time_is_over_hands_in,
        an_agent_whose_time_has_not_come_hands_in,
        somebody_on_leave_decides,
        who_would_stand_in_decides_while_the_colleague_is_there,
        somebody_who_has_left_the_house_decides,
        a_stop_that_may_not_reject_rejects,
        one_person_decides_at_two_stops_that_want_two,
        somebody_answers_who_was_not_asked,
        the_system_passes_on,
        a_person_completes,
    ],
    MovedMeanwhile: [a_second_click_on_the_same_page, a_page_from_the_future],
    NoteNeeded: [
        a_return_without_a_word,
        a_rejection_without_a_word,
        a_referral_without_a_question,
    ],
    UnknownPoint: [
        a_return_for_a_reason_that_nobody_has_written,
        a_return_of_a_document_that_was_not_asked_for,
        a_return_of_an_answer_that_was_not_asked_for,
    ],
    NoColleague: [
        a_referral_to_nobody,
        a_referral_to_oneself,
        a_referral_to_somebody_outside_the_house,
        a_referral_to_a_member_of_the_party,
        a_second_referral_to_the_same_colleague,
    ],
    NotNow: [a_reopening_at_a_stop_that_is_not_on_the_route],
    Incomplete: [
        a_draft_without_a_document,
        a_draft_that_neither_brings_nor_declines_a_declared_document,
        a_draft_without_an_answer,
        a_draft_that_lacks_the_answer_that_another_one_asks_for,
        a_draft_on_somebody_elses_contract,
        a_draft_without_a_word_of_description,
        a_draft_whose_letter_has_no_recipient,
    ],
    Closed: [a_draft_of_a_service_that_was_closed_meanwhile],
}


@pytest.mark.parametrize(
    ("arrange", "refusal"),
    [pytest.param(a, r, id=a.__name__) for r, arranged in REFUSED.items() for a in arranged],
)
def test_is_refused_and_leaves_no_trace(world, arrange, refusal):
    case, name, by, given = arrange(world)
    given.setdefault("expecting", again(case).last_seq)
    before = traces(case)

    with pytest.raises(refusal):
        take_step(case, name, by=by, **given)

    assert traces(case) == before


def traces(case):
    """All that a step would have left behind."""
    row = Submission.objects.filter(pk=case.pk).values().get()
    tables = (Step, Filing, Letter, Correction, OrmQ)
    return row, [table.objects.count() for table in tables]


def test_whoever_comes_too_late_is_told_what_has_happened(submitted, staff):
    pass_desks(submitted, staff, "desk")
    with pytest.raises(MovedMeanwhile, match="تأیید و ارسال به میز بعدی"):
        take_step(submitted, "pass_on", by=staff["desk"], expecting=submitted.last_seq)


def test_what_is_missing_is_listed_with_the_place_to_mend_it(draft, maryam):
    draft.documents.filter(requirement="contract").delete()
    draft.answers = {}
    draft.save()
    with pytest.raises(Incomplete) as refused:
        step(draft, "submit", maryam)
    assert [(m.group, m.anchor) for m in refused.value.missing] == [
        ("questions", "requested_power"),
        ("questions", "phase"),
        ("questions", "temporary"),
        ("documents", "document-contract"),
    ]
