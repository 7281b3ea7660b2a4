"""The catalog goes out as one document and comes back: nothing lost, nothing half done."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from accounts.models import User
from services_catalog import seed
from services_catalog.exchange.bringing_in import (
    CatalogMoved,
    Comparison,
    Unfit,
    bring_in,
    compare_document,
)
from services_catalog.exchange.document import (
    CatalogDocument,
    digest_of,
    export_catalog,
    read_document,
    services_with_rows,
)
from services_catalog.models import Service, ServiceVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog(service: Service, two_ways: Service, side_by_side: Service) -> dict[str, Any]:
    """The document of three services, to be changed."""
    return written()


def written() -> dict[str, Any]:
    return export_catalog().model_dump(mode="json")


def read(rows: dict[str, Any]) -> CatalogDocument:
    return read_document(json.dumps(rows))


def part(catalog: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in catalog["services"] if row["code"] == code)


def bring(catalog: dict[str, Any], by: User | None = None) -> Comparison:
    document = read(catalog)
    return bring_in(document, by=by, expecting=compare_document(document, by=by).digest)


class TestRoundTrip:
    def test_what_was_taken_out_changes_nothing(self, catalog: dict[str, Any]) -> None:
        versions = ServiceVersion.objects.count()
        done = bring(catalog)
        assert (done.changes, done.faults, done.unchanged) == ([], [], 3)
        assert ServiceVersion.objects.count() == versions

    def test_the_whole_catalog_as_it_is_shipped(self, house: None) -> None:
        for order, row in enumerate(
            [*seed.stage_services(), seed.read_seed("catalog")["services"][3]]
        ):
            seed.load_service(row, order)
        rows = written()
        assert len(rows["services"]) == 5
        assert compare_document(read(rows), by=None).changes == []

    def test_whatever_is_changed_is_what_comes_out(self, catalog: dict[str, Any]) -> None:
        chance = Random(14030707)
        for _ in range(6):
            for row in catalog["services"]:
                change_something(row, chance)
            expected = read(catalog).model_dump(mode="json")
            done = bring(catalog)
            assert done.faults == []
            found = {row["code"]: row for row in written()["services"]}
            assert found == {row["code"]: row for row in expected["services"]}
            assert compare_document(read(catalog), by=None).changes == []

    def test_rows_that_stay_keep_their_keys(
        self, catalog: dict[str, Any], service: Service
    ) -> None:
        keys = dict(service.documents.values_list("code", "pk"))
        part(catalog, service.code)["documents"][0]["max_mb"] = 9
        bring(catalog)
        assert dict(Service.objects.get(pk=service.pk).documents.values_list("code", "pk")) == keys


def change_something(row: dict[str, Any], chance: Random) -> None:
    """One of the things that an editor does to a service."""
    number = chance.randrange(10**6)
    question = {"code": f"q{number}", "label": f"پرسش {number}", "kind": "number", "max": 12.5}
    paper = {"code": f"d{number}", "type": "contract", "max_mb": 1 + number % 40}
    chance.choice(
        [
            lambda: row.update(title=f"عنوان {number}", keywords=["برق", f"واژه {number}"]),
            lambda: row.update(promise_days=number % 20, fee="fixed", fee_note="طبق تعرفه"),
            lambda: row["questions"].append(question),
            lambda: row["documents"].append(paper),
            lambda: chance.shuffle(row["documents"]),
            lambda: row.update(preconditions=[f"شرط {i}" for i in range(number % 4)]),
            lambda: row["stops"].append({"code": f"s{number}", "unit": "legal"}),
        ]
    )()


class TestDifferences:
    def test_each_change_in_words_and_as_data(self, catalog: dict[str, Any]) -> None:
        row = part(catalog, "two-ways")
        row["promise_days"] = 5
        row["questions"][0]["required"] = False
        row["stops"].pop(1)
        (change,) = compare_document(read(catalog), by=None).changes
        assert (change.code, change.kind) == ("two-ways", "changed")
        assert [list(field) for field in change.fields[:2]] == [
            ["/promise_days", 1, 5],
            ["/questions/polluting/required", True, False],
        ]
        assert change.words[0] == "مهلت پاسخ (روز کاری): «۱» به «۵» تغییر می‌کند."
        assert "الزامی: «بله» به «خیر»" in change.words[1]
        assert "حذف می‌شود" in change.words[2]

    def test_what_the_document_has_not_is_withdrawn_and_comes_again(
        self, catalog: dict[str, Any], two_ways: Service
    ) -> None:
        without = catalog | {
            "services": [row for row in catalog["services"] if row["code"] != two_ways.code]
        }
        done = bring(without)
        assert [(change.code, change.kind) for change in done.changes] == [("two-ways", "removed")]
        assert not Service.objects.get(pk=two_ways.pk).live
        again = bring(catalog)
        assert [(change.code, change.kind) for change in again.changes] == [("two-ways", "added")]
        assert Service.objects.get(pk=two_ways.pk).live

    def test_the_stages_of_the_desk_stay_without_being_named(self, catalog: dict[str, Any]) -> None:
        seed.load_service(seed.stage_services()[0], 90)
        assert compare_document(read(catalog), by=None).changes == []

    def test_a_draft_is_told_of(self, catalog: dict[str, Any], two_ways: Service) -> None:
        two_ways.title = "پیش‌نویس"
        two_ways.save_revision()
        part(catalog, two_ways.code)["title"] = "عنوان جدید"
        (change,) = compare_document(read(catalog), by=None).changes
        assert "پیش‌نویس" in change.words[-1]


class TestNothingOrAll:
    def test_a_state_that_has_moved(self, catalog: dict[str, Any], two_ways: Service) -> None:
        part(catalog, "elec-intro")["title"] = "عنوان جدید"
        document = read(catalog)
        digest = compare_document(document, by=None).digest
        two_ways.save_revision()
        with pytest.raises(CatalogMoved):
            bring_in(document, by=None, expecting=digest)
        assert Service.objects.get(code="elec-intro").title != "عنوان جدید"

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"category": "nothing"}, ("category",)),
            ({"stops": []}, ()),
            ({"letter_kind": ""}, ()),
            ({"kind": "identity"}, ("kind",)),
            ({"documents": [{"code": "a", "type": "nothing"}]}, ("documents", 0, "type")),
            ({"questions": [{"code": "a", "label": "؟", "kind": "choice"}]}, ()),
            ({"stops": [{"code": "a", "unit": "desk", "share": 101}]}, ()),
            (
                {"questions": [{"code": "a", "label": "؟", "kind": "yes_no"}],
                 "stops": [{"code": "a", "unit": "desk",
                            "condition": {"question": "a", "equals": "شاید"}}]},
                (),
            ),
            ({"recipient": "answer", "questions": []}, ()),
        ],
    )  # fmt: skip
    def test_what_an_editor_could_not_publish(
        self, catalog: dict[str, Any], change: dict[str, Any], path: tuple[str | int, ...]
    ) -> None:
        part(catalog, "two-ways").update({"title": "دیگر"})
        row = part(catalog, "side-by-side")
        row.update({"questions": [], "stops": [{"code": "a", "unit": "desk"}]} | change)
        before = digest_of(list(services_with_rows()))
        with pytest.raises(Unfit) as refusal:
            bring(catalog)
        place = ("services", catalog["services"].index(row), *path)
        assert [fault.path for fault in refusal.value.faults] == [place]
        assert digest_of(list(services_with_rows())) == before

    def test_a_service_twice_and_a_new_one_of_a_stage(self, catalog: dict[str, Any]) -> None:
        row = part(catalog, "two-ways")
        catalog["services"] += [row, row | {"code": "another", "kind": "identity"}]
        faults = compare_document(read(catalog), by=None).faults
        assert [fault.path[2] for fault in faults] == ["code", "kind"]

    def test_what_waits_for_its_approval_stays(
        self, catalog: dict[str, Any], two_ways: Service, editor: User, manager: User
    ) -> None:
        workflow = Workflow.objects.create(name="تأیید")
        task = GroupApprovalTask.objects.create(name="مدیر")
        task.groups.set(manager.groups.filter(name="manager"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        two_ways.save_revision(user=editor)
        workflow.start(two_ways, editor)
        part(catalog, two_ways.code)["title"] = "عنوان جدید"
        (fault,) = compare_document(read(catalog), by=editor).faults
        assert "تأیید" in fault.detail
        assert compare_document(read(catalog), by=manager).faults == []


def test_few_queries_for_many_services(
    catalog: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        compare_document(read(catalog), by=None)
