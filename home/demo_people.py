"""The people of the demo (development only): staff of all desks and offices, applicants."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from services_catalog.models import Desk, Seat
from submissions.models import Contract

PASSWORD = "demo-Passw0rd!"


@dataclass(frozen=True)
class Colleague:
    """A member of staff: where they sit is told by the unit and the province."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    unit: str = ""
    province: str = "isfahan"
    superuser: bool = False


REVIEWER = ("reviewer",)
SIGNER = ("reviewer", "signer")
STAFF = (
    Colleague("desk", "سارا", "کریمی", REVIEWER, "desk"),
    Colleague("park", "حسین", "رحیمی", REVIEWER, "park"),
    Colleague("contracts", "لیلا", "صادقی", REVIEWER, "contracts"),
    Colleague("planning", "امیر", "توکلی", REVIEWER, "planning"),
    Colleague("technical", "رضا", "موسوی", REVIEWER, "technical"),
    Colleague("env", "نرگس", "باقری", REVIEWER, "env"),
    Colleague("subs", "مهدی", "جعفری", REVIEWER, "subs"),
    Colleague("finance", "زهرا", "نادری", REVIEWER, "finance"),
    Colleague("legal", "کاوه", "شریفی", REVIEWER, "legal"),
    Colleague("deputy", "مجید", "احمدی", SIGNER, "deputy"),
    Colleague("ceo", "فرهاد", "کیانی", SIGNER, "ceo"),
    Colleague("secretariat", "الهام", "یوسفی", ("reviewer", "secretariat"), "secretariat"),
    Colleague("desk-yazd", "یاسر", "میرجلیلی", REVIEWER, "desk", province="yazd"),
    Colleague("editor", "نیما", "پارسا", ("editor",)),
    Colleague("manager", "شیرین", "دادگر", ("manager", "reviewer")),
    Colleague("admin", "بهرام", "آذری", (), superuser=True),
)


@dataclass(frozen=True)
class Applicant:
    mobile: str
    kind: str
    national_id: str
    party: str
    first_name: str
    last_name: str
    contract: str = ""
    note: str = ""


APPLICANTS = (
    Applicant(
        "09130000001",
        "natural",
        "9990000018",
        "مریم رضایی",
        "مریم",
        "رضایی",
        contract="1402/1001",
        note="حقیقی، تأییدشده، دارای قرارداد در شهرک صنعتی جی",
    ),
    Applicant(
        "09130000002",
        "legal",
        "10269990012",
        "شرکت کاشی‌سازان کویر نمونه",
        "بابک",
        "کویری",
        note="حقوقی، تأییدشده، قرارداد هنوز ثبت نشده",
    ),
)
# A number that the portal has never seen: whoever signs in with it is new.
NEWCOMER = "09130000003"


def load_demo_people() -> None:
    """Make whoever is missing; people who are there keep their password and their seats."""
    hashed = make_password(PASSWORD)
    for colleague in STAFF:
        _hire_colleague(colleague, hashed)
    for applicant in APPLICANTS:
        _add_applicant(applicant)


def _hire_colleague(colleague: Colleague, hashed: str) -> None:
    user, _ = User.objects.get_or_create(
        username=colleague.username,
        defaults={
            "first_name": colleague.first_name,
            "last_name": colleague.last_name,
            "password": hashed,
            "is_staff": True,
            "is_superuser": colleague.superuser,
        },
    )
    user.groups.add(*Group.objects.filter(name__in=colleague.roles))
    if colleague.unit:
        # The manager of a park also sits at the desk of the province, for parks without their own.
        for desk in Desk.objects.filter(
            unit__code=colleague.unit, province__slug=colleague.province
        ):
            Seat.objects.get_or_create(desk=desk, user=user)


def _add_applicant(applicant: Applicant) -> None:
    user, _ = User.objects.get_or_create(
        mobile=applicant.mobile,
        defaults={
            "username": applicant.mobile,
            "mobile_verified": True,
            "first_name": applicant.first_name,
            "last_name": applicant.last_name,
            "password": make_password(None),
        },
    )
    party, _ = Party.objects.get_or_create(
        national_id=applicant.national_id,
        defaults={
            "kind": applicant.kind,
            "name": applicant.party,
            "mobile": applicant.mobile,
            "verified_at": now(),
        },
    )
    Membership.objects.get_or_create(user=user, party=party)
    if applicant.contract:
        Contract.objects.filter(number=applicant.contract, party=None).update(party=party)


def sign_ins() -> str:
    """The table of sign-ins, for the terminal."""
    lines = [
        f"کارکنان (نشانی /admin/، گذرواژهٔ همه: {PASSWORD})",
        *[f"  {c.username:<12} {c.first_name} {c.last_name}" for c in STAFF],
        "متقاضیان (کد ورود در نشانی /dev/sms/ نمایش داده می‌شود)",
        *[f"  {a.mobile:<12} {a.party}؛ {a.note}" for a in APPLICANTS],
        f"  {NEWCOMER:<12} شمارهٔ جدید، برای اولین ورود",
    ]
    return "\n".join(lines)
