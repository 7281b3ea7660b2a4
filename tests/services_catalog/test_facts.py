"""Stored facts outlive the schema that they were written with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db.models import QuerySet

from services_catalog.facts import read_facts
from services_catalog.models import Service, ServiceVersion

STORED = Path(__file__).parent / "stored_facts"


@pytest.mark.parametrize("stored", sorted(STORED.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_that_was_ever_stored_is_read(stored):
    facts = read_facts(json.loads(stored.read_text("utf-8")))

    assert (facts.code, len(facts.questions), len(facts.documents)) == ("elec-intro", 4, 9)
    assert facts.stop("deputy").not_same_as == ("desk",)


def test_a_field_that_came_later_makes_no_new_version(service):
    """The row is as if it had been written before the schema knew the field."""
    version = service.current_version
    older = {name: fact for name, fact in version.content.items() if name != "schema_version"}
    QuerySet(ServiceVersion).filter(pk=version.pk).update(content=older)

    Service.objects.get(pk=service.pk).save_revision().publish()

    (only,) = ServiceVersion.objects.filter(service=service)
    assert (only.content, only.facts) == (older, version.facts)
