"""Import of the old system's people: verified parties and accounts without a password.

A line is taken whole or refused with its number and a reason; a file in which any line
is refused changes nothing. Read twice, it changes nothing the second time.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from persian.digits import to_persian
from persian.identifiers import InvalidIdentifier, normal_mobile, normal_national_id
from persian.text import clean_text
from work import audit

COLUMNS = ("national_id", "mobile", "kind", "name")
_KINDS = {"natural": "natural", "حقیقی": "natural", "legal": "legal", "حقوقی": "legal"}
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


def text_of(raw: bytes) -> str:
    """The words of a CSV file in UTF-8, with or without a mark, or in Windows-1256."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1256")


def bring_in(raw: bytes, *, dry_run: bool = False) -> Outcome:
    """Take the people of the file ``raw`` in, all of them or none.

    The columns are national_id, mobile, kind (natural, legal, حقیقی, حقوقی) and, if it is
    there, name; the first line names them. Raises Refused when it does not.
    """
    outcome = Outcome()
    with transaction.atomic():
        for number, row in _read_rows(text_of(raw)):
            try:
                is_new = _add_person(_parse_person(row))
            except (Refused, InvalidIdentifier) as reason:
                outcome.errors.append((number, str(reason)))
            else:
                outcome.added += is_new
                outcome.known += not is_new
        if outcome.errors or dry_run:
            transaction.set_rollback(True)
    return outcome


def _read_rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or [])]
    if missing:
        raise Refused(f"The first line must name the columns: {', '.join(missing)}")
    try:
        for row in reader:
            if any((value or "").strip() for value in row.values() if isinstance(value, str)):
                yield reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}
    except csv.Error as error:
        raise Refused(f"line {reader.line_num}: {error}") from error


def _parse_person(row: dict[str, str]) -> Person:
    if any("\n" in value for value in row.values()):
        # The people of the next lines would be lost in a name.
        raise Refused("نشانه نقل‌قولی در این سطر بسته نشده است.")
    kind = _KINDS.get(row["kind"].lower())
    if kind is None:
        raise Refused("نوع شخص باید «حقیقی» یا «حقوقی» باشد.")
    if _FORMULA.match(row["name"]):
        raise Refused("نام با نشانه‌ای آغاز شده است که در نام‌ها نیست.")
    return Person(
        normal_national_id(row["national_id"], kind),  # type: ignore[arg-type]
        normal_mobile(row["mobile"]),
        kind,
        clean_text(row["name"])[:200],
    )


def _add_person(person: Person) -> bool:
    """Whether anything was added; Refused when the line contradicts what is known."""
    user = User.objects.filter(mobile=person.mobile).first()
    party = Party.objects.filter(national_id=person.national_id).first()
    owner = _owner_of(party)
    if party is not None and party.kind != person.kind:
        raise Refused("این شناسه با نوع دیگری ثبت شده است.")
    if owner is not None:
        if owner != user:
            raise Refused("این شناسه با شماره موبایل دیگری ثبت شده است.")
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
        raise Refused("این شماره موبایل به نام یکی از کارکنان است.")
    owned = Party.objects.filter(memberships__user=user)
    if owned.filter(national_id=None).exists():
        raise Refused("دارنده این شماره موبایل خود ثبت‌نام کرده و در انتظار تأیید هویت است.")
    if person.kind == Party.Kind.NATURAL and owned.filter(kind=Party.Kind.NATURAL).exists():
        raise Refused("این شماره موبایل به نام شخص دیگری ثبت است.")


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
