"""Loads missing contracts from the app's data file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from persian.text import fold_key
from services_catalog.models import Park
from submissions.models import Contract
from submissions.models.contract import number_key

DATA = Path(__file__).parent / "data"
# What the register says; whose claim was approved (``party``) is not the file's to say.
FROM_THE_FILE = (
    "number_key", "park", "plot", "area", "signed_on", "file_number",
    "holder_kind", "holder_name", "holder_key", "holder_id",
)  # fmt: skip


def load_contracts(*, reset: bool = False) -> None:
    """Add the contracts of the file; ``reset`` brings those with the same number up to date."""
    rows = json.loads((DATA / "contracts.json").read_text("utf-8"))["contracts"]
    parks = {(p.province.slug, p.slug): p for p in Park.objects.select_related("province")}
    contracts = [_make_contract(row, parks[row["province"], row["park"]]) for row in rows]
    if not reset:
        Contract.objects.bulk_create(contracts, ignore_conflicts=True)
        return
    Contract.objects.bulk_create(
        contracts,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=FROM_THE_FILE,
    )


def _make_contract(row: dict[str, Any], park: Park) -> Contract:
    facts = {name: value for name, value in row.items() if name not in ("province", "park")}
    return Contract(
        park=park,
        number_key=number_key(row["number"]),
        holder_key=fold_key(row["holder_name"])[:200],
        **facts,
    )
