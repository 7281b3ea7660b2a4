"""The catalog's document by the API, on the page of the admin and by the shell; and for whom."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Service
from tests.api.caller import Caller
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
IMPORT, CHECK = "catalog/import/", "catalog/import/check/"


@pytest.fixture
def catalog(editor: User, service: Service, two_ways: Service) -> dict[str, Any]:
    told: dict[str, Any] = Caller(editor).get("catalog/export/").json()
    return told


def retitle(catalog: dict[str, Any]) -> dict[str, Any]:
    """The document with another title of «two-ways»."""
    rows = [
        row | ({"title": "عنوان تازه"} if row["code"] == "two-ways" else {})
        for row in catalog["services"]
    ]
    return catalog | {"services": rows}


def test_it_is_of_the_published_shape(catalog: dict[str, Any]) -> None:
    schema = Caller().get("catalog/schema/").json()
    jsonschema.validate(catalog, schema)
    kept = Path("docs/catalog.schema.json").read_text("utf-8")
    assert json.loads(kept) == schema, "make it anew: see docs/api.md"


def test_seen_first_and_then_brought_in(editor: User, catalog: dict[str, Any]) -> None:
    me, document = Caller(editor), retitle(catalog)
    told = me.post(CHECK, {"document": document}).json()
    (change,) = told["changes"]
    assert (change["code"], change["kind"], told["unchanged"]) == ("two-ways", "changed", 1)
    assert change["fields"][0]["path"] == "/title"
    assert Service.objects.get(code="two-ways").title != "عنوان تازه"
    said = {"document": document, "expecting": told["digest"]}
    assert me.post(IMPORT, said).status_code == 200
    changed = Service.objects.get(code="two-ways")
    assert (changed.title, changed.latest_revision.user) == ("عنوان تازه", editor)
    assert AuditEntry.objects.filter(action="bring_in").count() == 1
    again = me.post(IMPORT, said)
    assert (again.status_code, again.json()["code"]) == (409, "catalog_moved")


def test_faults_have_their_places(editor: User, catalog: dict[str, Any]) -> None:
    me = Caller(editor)
    position = next(i for i, row in enumerate(catalog["services"]) if row["code"] == "two-ways")
    catalog["services"][position] |= {"category": "nothing"}
    told = me.post(CHECK, {"document": catalog}).json()
    assert told["faults"][0]["pointer"] == f"/services/{position}/category"
    refused = me.post(IMPORT, {"document": catalog, "expecting": told["digest"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "document_unfit")
    assert refused.json()["errors"][0]["pointer"] == f"/document/services/{position}/category"
    unknown = me.post(CHECK, {"document": catalog | {"colour": "آبی"}})
    assert unknown.json()["errors"][0]["pointer"] == "/document/colour"


def test_those_who_publish_and_nobody_else(
    manager: User, admin: User, stranger: User, staff: dict[str, User], catalog: dict[str, Any]
) -> None:
    expected = {manager: 200, admin: 200, stranger: 403, staff["desk"]: 403, None: 401}
    for person, status in expected.items():
        caller = Caller(person)
        assert caller.get("catalog/export/").status_code == status
        assert caller.post(CHECK, {"document": catalog}).status_code == status
        if status != 200:
            said = {"document": catalog, "expecting": ""}
            assert caller.post(IMPORT, said).status_code == status


class TestOnThePage:
    def test_shown_and_then_done(self, editor: User, catalog: dict[str, Any]) -> None:
        client = Client()
        client.force_login(editor)
        page = client.get(reverse("catalog_export"))
        assert json.loads(page.content) == catalog
        text = json.dumps(retitle(catalog))
        shown = self.send(client, text)
        assert shown.status_code == 200
        assert "عنوان تازه" in shown.content.decode()
        form = {"document": text, "expecting": shown.context["found"].digest}
        assert client.post(reverse("catalog_bring_in"), form).status_code == 302
        assert Service.objects.get(code="two-ways").title == "عنوان تازه"
        late = client.post(reverse("catalog_bring_in"), form)
        assert late.status_code == 409
        assert "تغییر کرده است" in late.content.decode()

    @pytest.mark.parametrize("text", ["{", "[]", '{"services": [{"code": 1}]}', "\x00"])
    def test_what_is_no_catalog(self, editor: User, house: None, text: str) -> None:
        client = Client()
        client.force_login(editor)
        assert self.send(client, text).status_code == 422
        form = {"document": text, "expecting": ""}
        assert client.post(reverse("catalog_bring_in"), form).status_code == 422

    def send(self, client: Client, text: str) -> Any:
        file = ContentFile(text.encode(), "catalog.json")
        return client.post(reverse("catalog_exchange"), {"file": file})


def test_by_the_shell(catalog: dict[str, Any], tmp_path: Path) -> None:
    file, out = tmp_path / "catalog.json", io.StringIO()
    call_command("export_catalog", stdout=out)
    assert json.loads(out.getvalue()) == catalog
    file.write_text(json.dumps(retitle(catalog)))
    call_command("import_catalog", str(file), stdout=out)
    assert "two-ways: عنوان" in out.getvalue()
    assert Service.objects.get(code="two-ways").title != "عنوان تازه"
    call_command("import_catalog", str(file), "--apply", stdout=out)
    assert Service.objects.get(code="two-ways").title == "عنوان تازه"
    file.write_text("{")
    with pytest.raises(CommandError):
        call_command("import_catalog", str(file), "--apply", stdout=out)
