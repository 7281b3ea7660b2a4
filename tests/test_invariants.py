"""What must always hold is kept by the database, whoever writes to it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint
from django.utils.timezone import now

from accounts.models import Membership, Party
from letters.models import Letter, LetterBook
from services_catalog.models import Service
from submissions.models import (
    Contract,
    CorrectionItem,
    Document,
    Step,
    Submission,
    WorkItem,
)
from submissions.step_details import Mend
from tests.cast import SIX_DESKS, pass_desks, step

COLUMNS = [
    pytest.param(model, field, id=f"{model.__name__}.{field.name}")
    for app in settings.PORTAL_APPS
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.concrete_fields
    # The kind of a service stays open: any app may bring a handler for another one.
    if field.choices and (model, field.name) != (Service, "kind")
]


def words_kept(model, field):
    """The words that the database takes for a column, by the rule of the model that says so."""
    for rule in model._meta.constraints:
        if isinstance(rule, CheckConstraint) and len(rule.condition.children) == 1:
            (said,) = rule.condition.children
            if said[0] == f"{field.name}__in":
                return rule.name, set(said[1])
    return "", set()


@pytest.mark.parametrize(("model", "field"), COLUMNS)
def test_the_database_knows_each_word_of_a_column_and_no_other(db, model, field):
    rule, kept = words_kept(model, field)

    empty = {""} if field.blank else set()
    assert kept == {value for value, label in field.flatchoices} | empty
    with connection.cursor() as cursor:
        rules = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert rules[rule]["check"]


@pytest.fixture
def returned(submitted, staff):
    """Sent back by the first desk, for one of its papers."""
    mend = (Mend("document", "contract"),)
    return step(submitted, "return_for_correction", staff["desk"], "خوانا نیست", mend=mend)


@pytest.fixture
def passed_once(submitted, staff):
    """One desk is done with it."""
    return pass_desks(submitted, staff, "desk")


@pytest.fixture
def asked(submitted, staff):
    """A colleague's opinion is asked for."""
    return step(submitted, "refer", staff["desk"], "نظر شما چیست؟", people=(staff["legal"],))


@pytest.fixture
def numbered(submitted, staff):
    """Approved: the letter has its number and waits for its paper."""
    case = pass_desks(submitted, staff, *SIX_DESKS[:-1])
    return step(case, "approve", staff[SIX_DESKS[-1]])


REFUSED = [
    ("submission_state_known", "draft", Submission, {"state": "lost"}),
    ("in_review_has_due_time", "submitted", Submission, {"due_at": None}),
    ("in_review_has_due_time", "submitted", Submission, {"submitted_at": None}),
    ("in_review_has_due_time", "submitted", Submission, {"stop": ""}),
    ("ended_has_its_time", "submitted", Submission, {"archived_at": now}),
    ("ended_has_its_time", "draft", Submission, {"state": "withdrawn"}),
    ("returned_has_its_time", "returned", Submission, {"returned_at": None}),
    ("closed_item_has_outcome", "submitted", WorkItem, {"outcome": "passed"}),
    ("closed_item_has_outcome", "passed_once", WorkItem, {"outcome": ""}),
    ("item_outcome_known", "passed_once", WorkItem, {"outcome": "lost"}),
    ("decision_at_a_stop", "submitted", WorkItem, {"stop": ""}),
    ("decision_at_a_stop", "submitted", WorkItem, {"purpose": "opinion"}),
    ("item_purpose_known", "submitted", WorkItem, {"purpose": "lost"}),
    ("asked_of_somebody", "asked", WorkItem, {"person": None, "desk": None}),
    ("step_name_known", "submitted", Step, {"name": "jump"}),
    ("step_to_known", "submitted", Step, {"to_state": "lost"}),
    ("document_has_size_and_hash", "submitted", Document, {"size": 0}),
    ("document_has_size_and_hash", "submitted", Document, {"sha256": "short"}),
    ("correction_item_kind_known", "returned", CorrectionItem, {"kind": "all"}),
    ("letter_state_known", "numbered", Letter, {"state": "lost"}),
    ("rendered_letter_is_whole", "numbered", Letter, {"rendered_at": now}),
    ("book_year_is_jalali", "numbered", LetterBook, {"year": 2026}),
    ("service_fee_known", "service", Service, {"fee": "dear"}),
    ("membership_role_known", "maryam", Membership, {"role": "guest"}),
    ("party_kind_known", "maryam", Party, {"kind": "ghost"}),
    ("contract_holder_kind_known", "maryam", Contract, {"holder_kind": "ghost"}),
]


@pytest.mark.parametrize(("rule", "there", "model", "bad"), REFUSED)
def test_the_database_refuses_the_bad_row(request, rule, there, model, bad):
    request.getfixturevalue(there)
    facts = {name: value() if callable(value) else value for name, value in bad.items()}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.update(**facts)
