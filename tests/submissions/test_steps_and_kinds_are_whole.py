"""Adding a step or a kind: what is forgotten stops the start, what is complete just works."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from services_catalog import kinds as known_kinds
from services_catalog.kinds import KindSpec, kind_choices
from services_catalog.models import Service, ServiceVersion
from submissions import checks, kinds
from submissions.kinds import KindHandler
from submissions.signing_details import SignDetail
from submissions.states import StepName
from submissions.step_table import STEP_TABLE
from submissions.steps import ReturnDetail, take_step
from tests.cast import begin


def test_all_that_is_said_of_steps_and_kinds_is_said_everywhere():
    assert checks.steps_are_whole() == []
    assert checks.kinds_are_whole() == []


@pytest.mark.parametrize(
    ("place", "told"),
    [("EFFECTS", "step_effects"), ("FORMS", "decision_forms"), ("STEP_TABLE", "step_table")],
)
def test_a_step_that_was_forgotten_somewhere_is_named(monkeypatch, place, told):
    whole = getattr(checks, place)
    monkeypatch.setattr(checks, place, {n: row for n, row in whole.items() if n != "reject"})

    (error,) = [found for found in checks.steps_are_whole() if "lacks" in found.msg]

    assert (error.id, told in error.msg, "reject" in error.msg) == ("submissions.E001", True, True)


def test_a_message_that_does_not_exist_is_named(monkeypatch):
    monkeypatch.setattr(checks.texts, "read_contents", dict)

    lacking = {error.msg for error in checks.steps_are_whole()}

    wanted = set().union(*(spec.messages for spec in STEP_TABLE.values()))
    assert len(lacking) == len(wanted) == 9


def test_a_kind_that_nobody_handles_is_named(complaint, monkeypatch):
    monkeypatch.delitem(kinds._handlers, "complaint")

    (error,) = checks.kinds_are_whole()

    assert (error.id, "complaint" in error.msg) == ("submissions.E002", True)


@pytest.fixture
def complaint(monkeypatch) -> KindSpec:
    """A kind as another app brings it along."""
    spec = KindSpec("complaint", "شکایت", listed=True)
    monkeypatch.setattr(known_kinds, "_known", {**known_kinds._known})
    monkeypatch.setattr(kinds, "_handlers", {**kinds._handlers})
    known_kinds.register_kind(spec)
    kinds.register_handler(spec.code, KindHandler())
    return spec


def test_a_service_of_a_new_kind_is_published_listed_and_asked_for(complaint, service, maryam):
    assert ("complaint", "شکایت") in kind_choices()
    service = Service.objects.get(pk=service.pk)
    service.kind, service.letter_kind = complaint.code, ""
    service.save_revision().publish()

    version = ServiceVersion.objects.offered().get(service=service)

    assert version.facts.kind == "complaint"
    assert begin(maryam, service).kind_spec == complaint


def test_a_kind_that_no_app_knows_is_refused_and_cannot_be_made_known_twice(complaint, service):
    service = Service.objects.get(pk=service.pk)
    service.kind = "nowhere"
    with pytest.raises(ValidationError, match="nowhere"):
        service.full_clean()
    with pytest.raises(LookupError):
        known_kinds.kind_spec("nowhere")
    with pytest.raises(ValueError, match="complaint"):
        known_kinds.register_kind(complaint)


def test_a_step_takes_no_detail_of_another_one(submitted, staff):
    with pytest.raises(TypeError, match="SignDetail"):
        take_step(submitted, StepName.PASS_ON, by=staff["desk"], expecting=1, detail=ReturnDetail())
    take_step(submitted, StepName.PASS_ON, by=staff["desk"], expecting=1, detail=SignDetail())
