"""A worker killed while it imports: the register has all of the file or nothing, and once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from services_catalog.models import Park
from submissions.contracts.importer import jobs
from submissions.models import Contract, ContractImport, StagedContract
from work.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

LINES = 12 * jobs.BATCH
State = ContractImport.State


@pytest.fixture
def merging() -> Iterator[Path]:
    """Where the worker says that it has merged and not yet committed."""
    said = Path(settings.PRIVATE_ROOT) / "merging.pid"
    said.unlink(missing_ok=True)
    yield said
    said.unlink(missing_ok=True)


@pytest.fixture
def job(house, manager) -> ContractImport:
    park = Park.objects.select_related("province").get(slug="jey")
    lines = ["شمارهٔ قرارداد,استان,شهرک,نام طرف قرارداد,نوع شخص"]
    for number in range(LINES):
        lines.append(f"1402/{number},{park.province.name},{park.name},طرف {number},حقیقی")
    return jobs.begin_import(ContentFile("\n".join(lines).encode(), "contracts.csv"), by=manager)


def again(job: ContractImport) -> ContractImport:
    return ContractImport.objects.get(pk=job.pk)


def test_it_goes_on_where_it_was_killed_and_merges_once(
    job, manager, merging, start_worker, kill, wait_for
):
    worker = start_worker("chores")
    wait_for(lambda: again(job).lines_read)
    kill(worker)

    half = again(job)
    assert half.state == State.READING
    assert 0 < half.good < LINES
    assert half.rows.count() == half.good, "what was read and how far stand together"
    assert not Contract.objects.exists()

    worker = start_worker("chores")
    wait_for(lambda: again(job).state == State.CHECKED)
    read = again(job)
    assert (read.good, read.bad, read.added) == (LINES, 0, LINES)

    jobs.confirm_import(read, by=manager)
    wait_for(merging.exists)
    kill(worker)
    assert again(job).state == State.MERGING
    assert not Contract.objects.exists(), "half a register is none"

    start_worker("chores")
    wait_for(lambda: again(job).state == State.DONE)
    assert again(job).added == LINES
    assert Contract.objects.count() == LINES
    assert AuditEntry.objects.filter(action="import_contracts").count() == 1
    wait_for(lambda: not StagedContract.objects.exists())
