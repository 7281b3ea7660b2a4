"""What a filing freezes beside the applicant's words: the party, and the contract in the register.

A letter, a copy and a comparison read it here and no longer look anything up, so that they never
show the register of one day beside that of another.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from services_catalog.facts import FrozenFacts

if TYPE_CHECKING:
    from submissions.models.contract import Contract
    from submissions.models.submission import Submission


class FiledParty(FrozenFacts):
    """The applicant as the portal knew them when it was handed in."""

    kind: str
    name: str
    national_id: str = ""


class FiledContract(FrozenFacts):
    """One row of the register, all of one moment; ``park`` and ``province`` by their names."""

    number: str
    park: str
    province: str
    plot: str = ""
    area: int | None = None
    signed_on: dt.date | None = None
    file_number: str = ""
    holder_kind: str = ""
    holder_name: str = ""
    holder_id: str = ""

    @classmethod
    def of(cls, contract: Contract) -> FiledContract:
        names = cls.model_fields.keys() - {"park", "province"}
        return cls(
            **{name: getattr(contract, name) for name in names},
            park=contract.park.name,
            province=contract.park.province.name,
        )


class FiledFacts(FrozenFacts):
    """All of it. ``park`` and ``province`` are the place that was handed in, contract or not."""

    schema_version: Literal[1] = 1
    party: FiledParty
    contract: FiledContract | None = None
    park: str = ""
    province: str = ""

    @property
    def plot_place(self) -> FiledContract | FiledFacts:
        """Where the plot lies: the contract's place belongs to its plot, and to no other."""
        return self.contract or self


def facts_of(submission: Submission) -> FiledFacts:
    """The facts as they stand now; its contract should come with park and province."""
    party, contract = submission.party, submission.contract
    return FiledFacts(
        party=FiledParty(kind=party.kind, name=party.name, national_id=party.national_id or ""),
        contract=FiledContract.of(contract) if contract else None,
        park=submission.park.name if submission.park else "",
        province=submission.province.name if submission.province else "",
    )
