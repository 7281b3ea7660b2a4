"""What every story starts with: the cast, the worker, and how big the tests are."""

from __future__ import annotations

import functools
import gc
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import connections
from django.db.models.signals import post_migrate
from django.test import Client
from hypothesis import settings as hypothesis
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.models import User
from persian.jalali import TEHRAN
from services_catalog.models import Service
from submissions.contracts import holders
from submissions.documents import inspection
from submissions.models import Submission
from tests import cast, worker
from tests.migrated import place_migrated_database
from tests.recorded import build_once
from web.public_pages.kept_values import kept_values

hypothesis.register_profile("short", derandomize=True, max_examples=60, deadline=None)
hypothesis.register_profile("prove", max_examples=5000, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="the tests at their full size")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.load_profile("prove" if config.getoption("--prove") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Stories that start real things come early, and have a second try, which the summary names.

    What fails in one of them because the machine stood still for a while is told apart from what is
    broken; at full size nothing is tried again.
    """
    real = {item for item in items if {"browser", "services"} & set(item.keywords)}
    if not config.getoption("--prove"):
        for item in real:
            item.add_marker(pytest.mark.flaky(reruns=1))
    if hasattr(config, "workerinput"):
        put_in_order(items, real)


LONGEST = "test_postgres.py"


def put_in_order(items: list[pytest.Item], real: set[pytest.Item]) -> None:
    """The order in which several processes take the files, so that none waits and none is late.

    The longest story is begun first. The file after it makes the migrated database, for which most
    others would have to wait: meanwhile those are read that need none. Of the rest the real ones,
    which take long, come first.
    """
    needing = {item.path for item in items if _needs_database(item)}
    maker = next((item.path for item in items if item in real and item.path in needing), None)

    def turn(item: pytest.Item) -> int:
        if item.path.name == LONGEST:
            return 0
        if item.path == maker:
            return 1
        if item in real:
            return 3
        return 4 if item.path in needing else 2

    items.sort(key=turn)


def _needs_database(item: pytest.Item) -> bool:
    asked_for = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked_for) or item.get_closest_marker("django_db") is not None


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: looking through it for garbage took a fifteenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def size(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """``size(short, full)``: the first number, or the second under ``--prove``."""
    full_size = pytestconfig.getoption("--prove")
    return lambda short, full: full if full_size else short


@pytest.fixture(scope="session", autouse=True)
def _temporary_files_go_together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What browsers, databases and killed processes leave behind goes with this process's folder."""
    tmp_path_factory.getbasetemp()  # stays where pytest puts it
    # PostgreSQL runs as another user and has its own folder below.
    settings.SCRATCH.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(settings.SCRATCH))
        patch.setattr(tempfile, "tempdir", str(settings.SCRATCH))
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The database of the stories begins as a copy of a migrated one."""
    default = connections["default"]
    if default.vendor == "sqlite":
        place_migrated_database(Path(default.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The copy is used as it lies there; it goes with the folder of this process."""
    return connections["default"].vendor == "sqlite"


@pytest.fixture(scope="session", autouse=True)
def _wagtail_survives_a_flush() -> Iterator[None]:
    """A test with real transactions empties all tables; Wagtail's first rows come back."""
    sender = apps.get_app_config("wagtailcore")
    post_migrate.connect(worker.restore_wagtail, sender=sender, dispatch_uid="tests")
    yield
    post_migrate.disconnect(sender=sender, dispatch_uid="tests")


@pytest.fixture(autouse=True)
def _moment(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """The moment of the mark ``at("2026-11-22 10:00")``, in Tehran, where the clock stands still.

    It is set before the cast arrives and lasts until the cast has left. A story that
    travels later, away from rows that were made on the day of the run, passes on that
    day and fails on another.
    """
    mark = request.node.get_closest_marker("at")
    if mark is None:
        yield None
        return
    moment = datetime.fromisoformat(mark.args[0]).replace(tzinfo=TEHRAN)
    with time_machine.travel(moment, tick=mark.kwargs.get("tick", False)) as clock:
        yield clock


@pytest.fixture
def kept_between_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps from page to page, and would ask again in the transaction of a test."""
    kept = functools.cache(holders._read_units_of_claims)
    monkeypatch.setattr(holders, "_read_units_of_claims", kept)


@pytest.fixture
def clock(_moment: time_machine.Traveller | None) -> time_machine.Traveller:
    """Moves the moment of the story's mark ``at``."""
    assert _moment is not None, "The story says by @pytest.mark.at(...) when it begins."
    return _moment


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest, _moment: object) -> None:
    """What one test has used up of its tries is nothing to the next."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """The database of another story may have had the same state with other words."""
    kept_values.forget()


@pytest.fixture(scope="session", autouse=True)
def _looked_at_once() -> Iterator[None]:
    """The same paper is brought in hundreds of stories; a process of its own looks at it once."""
    look, verdicts = inspection.verdict_on, dict[tuple[bytes, str], str]()

    def verdict_on(upload: UploadedFile, kind: str, how: inspection.Look) -> str:
        known = b"".join(upload.chunks()), kind
        if known not in verdicts:
            # Thoroughly, whatever was asked for: no story depends on how busy the machine is.
            verdicts[known] = look(upload, kind, inspection.THOROUGH)
        return verdicts[known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "verdict_on", verdict_on)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Each client of a story has its own middleware, which would go through all folders once more."""
    find, known = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def add_files_from_finders(middleware: WhiteNoiseMiddleware) -> None:
        if not known:
            find(middleware)
            known.update(middleware.files)
        middleware.files.update(known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield


@pytest.fixture
def run_tasks(db: None) -> Callable[[], int]:
    """Do what the worker would do now, until its queue is empty; how many tasks that were."""
    return worker.run_until_idle


@pytest.fixture
def signed_in() -> Callable[[Client, User], Client]:
    def sign_in(client: Client, user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


# --- The house ---------------------------------------------------------------


@pytest.fixture
def house(db: None) -> None:
    """Places, units, desks, recipients of letters, templates and office hours."""
    build_once("house", cast.build_house)


@pytest.fixture
def service(house: None) -> Service:
    """``elec-intro`` as the catalog has it: six desks, five documents, a letter."""
    return _build_service("elec-intro")


@pytest.fixture
def two_ways(house: None) -> Service:
    """Three desks; the one for the environment only when an answer says so."""
    return _build_service("two-ways")


@pytest.fixture
def side_by_side(house: None) -> Service:
    """«خدمت هم‌زمان», with stops that look at it side by side."""
    return _build_service("side-by-side")


def _build_service(code: str) -> Service:
    build_once(code, lambda: cast.build_service(code))
    return Service.objects.get(code=code)


@pytest.fixture
def staff(house: None) -> dict[str, User]:
    """Who sits at the desks of Isfahan, by the code of the unit."""
    build_once("staff", cast.build_staff)
    return {code: User.objects.get(username=code) for code in cast.UNITS}


@pytest.fixture
def yazd_desk(house: None) -> User:
    """The first desk of another province."""
    user = cast.hire("desk-yazd", "reviewer", first="یاسر", last="میرجلیلی")
    cast.seat(user, "desk", province="yazd")
    return user


@pytest.fixture
def manager(db: None) -> User:
    return cast.hire("manager", "manager", "reviewer", first="شیرین", last="دادگر")


@pytest.fixture
def editor(db: None) -> User:
    return cast.hire("editor", "editor", first="نیما", last="پارسا")


@pytest.fixture
def admin(db: None) -> User:
    """A superuser without any role by name."""
    return User.objects.create_superuser("admin", password=cast.PASSWORD)


@pytest.fixture
def nobody_staff(db: None) -> User:
    """May open the admin, and nothing in it."""
    return cast.anybody_at_the_admin_door()


# --- Applicants ----------------------------------------------------------------


@pytest.fixture
def maryam(house: None) -> User:
    """A natural person who holds contract 1402/1001 in the park of Jey."""
    user = cast.arrive("09130000001", "natural", "9990000018", "مریم رضایی")
    cast.register("1402/1001", user.parties[0], file_number="31-14021001")
    return user


@pytest.fixture
def kavir(house: None) -> User:
    """Speaks for a company whose contract nobody has registered yet."""
    return cast.arrive("09130000002", "legal", "10269990012", "شرکت کاشی‌سازان کویر نمونه")


@pytest.fixture
def stranger(house: None) -> User:
    """An applicant of another party."""
    return cast.arrive("09130000009", "natural", "9990000026", "نادر بهرامی")


# --- Requests ------------------------------------------------------------------


@pytest.fixture
def draft(maryam: User, service: Service) -> Submission:
    """A request of Maryam that lacks nothing but being handed in."""
    return cast.complete_draft(maryam, service)


@pytest.fixture
def submitted(draft: Submission, maryam: User, staff: dict[str, User]) -> Submission:
    """Handed in; it waits at the first desk."""
    return cast.step(draft, "submit", maryam)
