"""What edits of desks, places and people do to the requests that hang on them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db.models import Q

from accounts.models import User
from services_catalog.models import Desk, Park, Province, Seat, ServiceVersion, Unit
from submissions.models import Contract, Submission, WorkItem
from submissions.models.work_item import WorkItemQuerySet
from submissions.states import OPEN, REFERRED, UNDECIDED
from submissions.workflow.seating import count_movable
from web.consequences import register_measure

Counts = dict[str, int]

MOVED = "{count} درخواست در حال بررسی به میز دیگری از همان واحد منتقل می‌شود."
LEFT = "{count} درخواست در حال بررسی روی میزی می‌ماند که دایر نیست یا همکاری برای تصمیم‌گیری ندارد."
ABSENT = "{count} درخواست در حال بررسی روی میزی است که امروز همکاری برای تصمیم‌گیری در آن نیست."
ELSEWHERE = "{count} درخواست در حال بررسی روی همین میز می‌ماند، هرچند واحد یا محل میز تغییر می‌کند."
ASKED = "{count} ارجاع بی‌پاسخ نزد همکاری می‌ماند که دیگر نمی‌تواند پاسخ دهد."
ASKED_THERE = "{count} ارجاع بی‌پاسخ روی میزی می‌ماند که دایر نیست یا همکاری برای پاسخ ندارد."
HELD = (
    "{count} کار به نام همکاری است که دیگر در این میز نیست؛ این کارها به جانشین او یا به میز می‌رسد."
)
OWNED = "{count} کار به نام همکاری می‌ماند که دیگر نمی‌تواند تصمیم بگیرد؛ آن را از «تحویل کارها» منتقل کنید."
STOPS = "{count} خدمت منتشرشده تا انتشار بعدی، این واحد را با عنوان قبلی نشان می‌دهد."
SIGNED = "نامهٔ {count} درخواست بررسی‌نشده با سمت جدید امضا می‌شود."
CONTRACTS = "{count} قرارداد از این پس با نام جدید نمایش داده می‌شود."
REQUESTS = "{count} درخواست باز از این پس با نام جدید نمایش داده می‌شود."
OTHER_PROVINCE = "{count} درخواست باز در استان قبلی ثبت شده است و در همان استان می‌ماند."


def register_measures() -> None:
    """Have the admin ask before what the functions below count."""
    register_measure(Desk, measure_desk)
    register_measure(User, measure_colleague)
    register_measure(Group, lambda before, now: _lying_at(Desk.objects.all()))
    register_measure(Unit, measure_unit)
    register_measure(Park, measure_park)
    register_measure(Province, measure_province)


def measure_desk(before: Desk, now: Desk) -> Counts:
    """What lies at the desk when it is closed, emptied or moved."""
    there = ("unit_id", "province_id", "park_id")
    is_moved = any(getattr(before, name) != getattr(now, name) for name in there)
    lying = WorkItem.objects.open().decides().filter(desk=now).count() if is_moved else 0
    sitting = Seat.objects.filter(desk=now).values("user")
    taken = WorkItem.objects.taken_at([now.pk]).exclude(person__in=sitting)
    return _lying_at([now]) | {ELSEWHERE: lying, HELD: taken.count()}


def measure_colleague(before: User, now: User) -> Counts:
    """What lies at the desks of somebody, and what they were asked."""
    seats = Seat.objects.filter(Q(user=now) | Q(stand_in=now))
    lost = not User.objects.deciding().filter(pk=now.pk).exists()
    by_name = WorkItem.objects.open().filter(person=now)
    counts = {ASKED: by_name.filter(desk=None), OWNED: by_name.filter(desk__isnull=False)}
    found = {words: items.count() if lost else 0 for words, items in counts.items()}
    return _lying_at(Desk.objects.filter(pk__in=seats.values("desk"))) | found


def _lying_at(desks: Iterable[Desk]) -> Counts:
    """How much of what waits at ``desks`` nobody there can take up, by what becomes of it."""
    keys = {desk.pk for desk in desks}
    staffed = set(Desk.objects.staffed().filter(pk__in=keys).values_list("pk", flat=True))
    absent = Desk.objects.unattended().filter(pk__in=staffed)
    waiting = WorkItem.objects.open().decides().filter(person=None)
    left = waiting.filter(desk__in=keys - staffed)
    movable = count_movable(left)
    return {
        MOVED: movable,
        LEFT: left.count() - movable,
        ABSENT: waiting.filter(desk__in=absent).count(),
        ASKED_THERE: _open_referrals().filter(person=None, desk__in=keys - staffed).count(),
    }


def _open_referrals() -> WorkItemQuerySet:
    """What colleagues were asked and have not answered."""
    return WorkItem.objects.open().filter(purpose__in=REFERRED)


def measure_unit(before: Unit, now: Unit) -> Counts:
    """Where the unit's title and its post in letters are read."""
    if (before.title, before.signing_post) == (now.title, now.signing_post):
        return {}
    naming, signing = set(), set()
    for version in ServiceVersion.objects.iterator():
        stops = [stop for stop in version.facts.route if stop.unit == now.code]
        naming |= {version.service_id} if stops and version.current else set()
        signing |= {version.pk} if any(stop.signs for stop in stops) else set()
    open_ones = Submission.objects.filter(state__in=UNDECIDED, version__in=signing)
    return {
        STOPS: len(naming) if before.title != now.title else 0,
        SIGNED: open_ones.count() if before.signing_post != now.signing_post else 0,
    }


def measure_park(before: Park, now: Park) -> Counts:
    """What is shown with the name of the park, and in which province."""
    contracts, requests = Contract.objects.filter(park=now), Submission.objects.filter(park=now)
    found = _renamed(before, now, contracts.count(), requests.filter(state__in=OPEN).count())
    if before.province_id != now.province_id:
        found[OTHER_PROVINCE] = requests.filter(state__in=OPEN).count()
    return found


def measure_province(before: Province, now: Province) -> Counts:
    """What is shown with the name of the province."""
    contracts = Contract.objects.filter(park__province=now)
    requests = Submission.objects.filter(province=now, state__in=OPEN)
    return _renamed(before, now, contracts.count(), requests.count())


def _renamed(
    before: Park | Province, now: Park | Province, contracts: int, requests: int
) -> Counts:
    return {} if before.name == now.name else {CONTRACTS: contracts, REQUESTS: requests}
