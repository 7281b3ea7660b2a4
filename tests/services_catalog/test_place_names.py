"""A park is renamed and stays known; no two of a province have one name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Park, Province
from spreadsheets.cells import BadCell
from submissions.contracts.importer.rows import Places

pytestmark = pytest.mark.django_db


@pytest.fixture
def managing(client: Client, manager: User, house: None) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def jey(house: None) -> Park:
    return Park.objects.select_related("province").get(slug="jey")


def find(province: str, park: str) -> int:
    return Places(Park.objects.select_related("province")).find(province, park)


def send(client: Client, place: Park | Province, **changed: Any) -> Any:
    """The place's form with some fields changed, confirmed where that is asked for."""
    names = ("name", "slug", "kind", "county", "capital", "dial_code", "former_names")
    said = {name: getattr(place, name) for name in names if hasattr(place, name)}
    if isinstance(place, Park):
        said["province"] = place.province_id
    table = place._meta.model_name
    address = reverse(f"wagtailsnippets_services_catalog_{table}:edit", args=[place.pk])
    return client.post(address, said | {"confirmed": "yes"} | changed)


def test_a_renamed_park_is_found_under_both_names(managing: Client, jey: Park) -> None:
    before = jey.name
    answer = send(managing, jey, name="شهرک صنعتی رازی")
    assert answer.status_code == 302, answer.context["form"].errors

    assert Park.objects.get(pk=jey.pk).former == [before]
    for name in (before, "جی", "شهرک صنعتی رازی", "رازي", "jey"):
        assert find("اصفهان", name) == jey.pk

    send(managing, Park.objects.get(pk=jey.pk), name=before)
    assert Park.objects.get(pk=jey.pk).former == ["شهرک صنعتی رازی"]


def test_a_renamed_province_is_found_under_both_names(managing: Client, jey: Park) -> None:
    send(managing, jey.province, name="سپاهان")

    assert find("اصفهان", jey.name) == find("سپاهان", jey.name) == jey.pk


@pytest.mark.parametrize("name", ["شهرک صنعتی جی", "شهرك  صنعتي جي", "شهرک‌صنعتی‌جی"])
def test_two_parks_of_a_province_never_have_one_name(
    managing: Client, jey: Park, name: str
) -> None:
    other = Park.objects.get(slug="mahmoudabad")

    answer = send(managing, other, name=name)

    assert list(answer.context["form"].errors) == ["name"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Park.objects.create(province=jey.province, slug="another", name=name)


def test_a_park_of_another_province_may_have_the_name(managing: Client, jey: Park) -> None:
    other = Park.objects.get(province__slug="yazd")

    assert send(managing, other, name=jey.name).status_code == 302
    assert find("یزد", jey.name) == other.pk
    assert find("اصفهان", jey.name) == jey.pk


def test_a_former_name_is_nobody_elses_until_it_is_given_up(managing: Client, jey: Park) -> None:
    before, other = jey.name, Park.objects.get(slug="mahmoudabad")
    send(managing, jey, name="شهرک صنعتی رازی")

    assert list(send(managing, other, name=before).context["form"].errors) == ["name"]

    send(managing, Park.objects.get(pk=jey.pk), former_names="")
    assert send(managing, other, name=before).status_code == 302
    assert find("اصفهان", before) == other.pk
    # What the other one was called last stays with it.
    renamed = Park.objects.get(pk=jey.pk)
    refused = send(managing, renamed, former_names=Park.objects.get(pk=other.pk).name)
    assert list(refused.context["form"].errors) == ["former_names"]


def test_parks_that_had_one_name_before_the_rule_stay_and_are_told_apart(
    managing: Client, jey: Park
) -> None:
    twin = Park.objects.create(province=jey.province, slug="twin", name=jey.name, repeats_name=True)
    Park.objects.update(name_key="", repeats_name=False)
    import_module("services_catalog.migrations.0008_former_names").fold_names(apps, None)

    marked = Park.objects.filter(repeats_name=True)
    assert list(marked) == [twin]
    with pytest.raises(BadCell, match="چند شهرک"):
        find("اصفهان", jey.name)

    # Something else of it can be changed meanwhile; a new name ends the matter.
    assert send(managing, twin, county="اصفهان").status_code == 302
    assert send(managing, twin, name="شهرک صنعتی رازی", former_names="").status_code == 302
    assert not Park.objects.get(pk=twin.pk).former
    assert not Park.objects.filter(repeats_name=True)
    assert find("اصفهان", jey.name) == jey.pk
