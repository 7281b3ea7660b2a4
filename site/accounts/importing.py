"""Import of the old system's people: verified parties and accounts without a password.

A line is taken whole or refused with its number and a reason; a file in which any line
is refused changes nothing. Read twice, it changes nothing the second time.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from accounts.person_kinds import find_kind
from persian.digits import to_persian
from persian.identifiers import InvalidIdentifier, normal_mobile, normal_national_id
from persian.text import clean_text
from spreadsheets.apart import open_table_apart
from spreadsheets.cells import BadCell, as_text
from spreadsheets.columns import Column
from spreadsheets.tables import TableRow
from spreadsheets.values import Cell
from work import audit

COLUMNS: Final = (
    Column(
        "national_id", "کد ملی یا شناسهٔ ملی", "9990000018", True,
        ("کد ملی", "شناسهٔ ملی", "شناسه", "کد/شناسهٔ ملی"),
    ),
    Column("mobile", "شمارهٔ موبایل", "09130000001", True, ("موبایل", "تلفن همراه", "شماره همراه")),
    Column("kind", "نوع شخص", "حقیقی", True, ("نوع", "حقیقی/حقوقی")),
    Column("name", "نام", "مریم", False, ("نام و نام خانوادگی", "نام متقاضی")),
    Column("family_name", "نام خانوادگی", "رضایی"),
)  # fmt: skip
# What a spreadsheet would take for a formula when the list is exported again.
_FORMULA = re.compile(r"^[=+@\-\t\r]")


class Refused(ValueError):
    """A line that cannot be taken; the text is for whoever prepares the file."""


@dataclass(frozen=True)
class Person:
    """One line of the file, checked by itself."""

    national_id: str
    mobile: str
    kind: str
    name: str


@dataclass
class Outcome:
    """What an import did, or would have done."""

    added: int = 0
    known: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def bring_in(raw: bytes, *, dry_run: bool = False) -> Outcome:
    """Take the people of the file ``raw`` in, all of them or none.

    ``raw`` is a CSV or XLSX file. Its columns are national_id, mobile, kind (natural, legal,
    حقیقی, حقوقی) and, if it is there, name, or what these are called in Persian. Raises
    UnreadableSheet for any other file.
    """
    outcome = Outcome()
    with open_table_apart(io.BytesIO(raw), COLUMNS) as table, transaction.atomic():
        for row in table.rows:
            try:
                is_new = _add_person(_parse_person(row))
            except (Refused, InvalidIdentifier, BadCell) as reason:
                outcome.errors.append((row.line, str(reason)))
            else:
                outcome.added += is_new
                outcome.known += not is_new
        if outcome.errors or dry_run:
            transaction.set_rollback(True)
    return outcome


def _parse_person(row: TableRow) -> Person:
    if row.problem:
        raise Refused(row.problem)
    cells = row.cells
    text = {column.name: _read_cell(cells.get(column.name)) for column in COLUMNS}
    if any("\n" in value for value in text.values()):
        # The people of the next lines would be lost in a name.
        raise Refused("علامت نقل‌قول در این سطر بسته نشده است.")
    kind = find_kind(text["kind"])
    if kind is None:
        raise Refused("نوع شخص باید «حقیقی» یا «حقوقی» باشد.")
    name = f"{text['name']} {text['family_name']}".strip()
    if _FORMULA.match(name):
        raise Refused("نام با علامتی شروع شده است که در نام مجاز نیست.")
    number = text["national_id"]
    if kind == Party.Kind.NATURAL and isinstance(cells["national_id"], int | float):
        # A cell of numbers has lost the zeros that a national code may begin with.
        number = number.zfill(10)
    return Person(
        normal_national_id(number, kind),  # type: ignore[arg-type]
        normal_mobile(text["mobile"]),
        kind,
        clean_text(name)[:200],
    )


def _read_cell(cell: Cell) -> str:
    # Typed text is taken as it stands: a mobile number may begin with a plus.
    return cell.strip() if isinstance(cell, str) else as_text(cell)


def _add_person(person: Person) -> bool:
    """Whether anything was added; Refused when the line contradicts what is known."""
    user = User.objects.filter(mobile=person.mobile).first()
    party = Party.objects.filter(national_id=person.national_id).first()
    owner = _owner_of(party)
    if party is not None and party.kind != person.kind:
        raise Refused("این شناسه با نوع دیگری ثبت شده است.")
    if owner is not None:
        if owner != user:
            raise Refused("این شناسه با شمارهٔ موبایل دیگری ثبت شده است.")
        return False
    if user is not None:
        _check_number_is_free_for(person, user)
    party = party or _party_for(person)
    user = user or _user_for(person)
    Membership.objects.create(user=user, party=party, role=Membership.Role.OWNER)
    audit.record_entry(None, "import_account", party, {"kind": person.kind})
    return True


def _check_number_is_free_for(person: Person, user: User) -> None:
    """A manager's number may stand for a person and for companies, never for two persons."""
    if user.is_staff_member:
        raise Refused("این شمارهٔ موبایل به نام یکی از کارکنان است.")
    owned = Party.objects.filter(memberships__user=user)
    if owned.filter(national_id=None).exists():
        raise Refused("دارندهٔ این شمارهٔ موبایل ثبت‌نام کرده و در انتظار تأیید هویت است.")
    if person.kind == Party.Kind.NATURAL and owned.filter(kind=Party.Kind.NATURAL).exists():
        raise Refused("این شمارهٔ موبایل به نام شخص دیگری ثبت شده است.")


def _owner_of(party: Party | None) -> User | None:
    if party is None:
        return None
    owners = party.memberships.filter(role=Membership.Role.OWNER).select_related("user")
    first = owners.order_by("pk").first()
    return first.user if first is not None else None


def _party_for(person: Person) -> Party:
    return Party.objects.create(
        kind=person.kind,
        national_id=person.national_id,
        # Nameless until somebody of the office writes the name of the register.
        name=person.name or f"متقاضی {to_persian(person.national_id)}",
        mobile=person.mobile,
        verified_at=now(),
    )


def _user_for(person: Person) -> User:
    user = User(username=f"applicant-{person.mobile}", mobile=person.mobile)
    user.set_unusable_password()
    user.save()
    return user
