"""The house stands as agreed: the folder `site`, the three settings modules, the queue's."""

import os
import re
import site
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from signin.checks import provider_addresses
from web.checks import site_address
from work.checks import queue_settings

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PRODUCTION = {
    "SECRET_KEY": "a secret of fifty characters or more, made for this test only",
    "AUDIT_KEY": "another secret of fifty characters or more, for this test only",
    "SECRETS_KEYS": "a third secret of at least thirty-two characters for this test only",
    "SITE_URL": "https://portal.example.ir",
    "ALLOWED_HOSTS": "portal.example.ir",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:5432/portal",
}
MAKE_THE_DATABASE = "from django.db import connection; connection.cursor()"


def load(module: str, show: str = "__name__", **environment: str) -> subprocess.CompletedProcess:
    """Load one settings module in a process of its own, with nothing but ``environment``."""
    words = f"import django; django.setup(); import {module} as loaded; print(loaded.{show})"
    return subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": module,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_our_folder_never_hides_the_standard_module():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert callable(site.getsitepackages)


@pytest.mark.parametrize("name", ["development", "test"])
def test_the_settings_load_with_an_empty_environment(name):
    loaded = load(f"config.settings.{name}")

    assert loaded.returncode == 0, loaded.stderr


def test_production_loads_once_its_environment_is_given():
    loaded = load("config.settings.production", **PRODUCTION)

    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "AUDIT_KEY", "SECRETS_KEYS", "SITE_URL", "DATABASE_URL"]
)
def test_production_refuses_to_start_without_what_only_it_knows_and_says_which(name):
    loaded = load("config.settings.production", **{**PRODUCTION, name: ""})

    assert loaded.returncode != 0
    assert f"The environment must give {name}" in loaded.stderr


def test_the_host_of_the_public_address_is_allowed_by_itself():
    shown = load(
        "config.settings.production", **{**PRODUCTION, "ALLOWED_HOSTS": ""}, show="ALLOWED_HOSTS"
    )

    assert shown.stdout == "['portal.example.ir', '127.0.0.1', 'localhost']\n"


def test_nothing_of_production_is_answered_in_the_clear_but_health_and_metrics():
    shown = load("config.settings.production", **PRODUCTION, show="SECURE_SSL_REDIRECT")
    assert shown.stdout == "True\n"
    shown = load("config.settings.production", **PRODUCTION, show="SECURE_REDIRECT_EXEMPT")
    assert shown.stdout == "['^health/', '^metrics$']\n"


def test_the_queue_can_be_kept_in_redis_by_the_environment():
    redis = {"WORK_BROKER": "redis", "REDIS_URL": "redis://127.0.0.1:6379/1"}
    shown = load("config.settings.production", **PRODUCTION, **redis, show="Q_CLUSTER")
    assert "'redis': 'redis://127.0.0.1:6379/1'" in shown.stdout
    assert "'orm'" not in shown.stdout

    refused = load("config.settings.production", **PRODUCTION, WORK_BROKER="redis")
    assert "The environment must give REDIS_URL" in refused.stderr


def test_whatever_the_folder_is_called_the_database_lies_in_it(tmp_path):
    folder = tmp_path / "داده‌ها 100%25 #1?"
    shown = load(
        "config.settings.development", DATA_DIR=str(folder), show="DATABASES['default']['NAME']"
    )

    assert shown.stdout == f"{folder}/portal.sqlite3\n"


def test_a_server_that_is_told_nothing_is_never_the_one_of_development():
    started = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "The environment must give" in started.stderr


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"]),
    ],
    ids=["production", "development", "tools"],
)
def test_everything_the_project_asks_for_is_pinned_with_hashes(lock, wanted):
    pins = dict(re.findall(r"^([\w.-]+)(?:\[.*?\])?==(.+)", (ROOT / lock).read_text(), re.M))

    names = [re.match(r"[\w.-]+", need)[0].lower() for need in wanted]
    assert [name for name in names if name not in pins] == []
    assert [name for name, pin in pins.items() if not pin.endswith("\\")] == []


def test_no_story_travels_to_a_fixed_day_away_from_the_day_its_cast_arrived_on():
    """Such a story passes on some days only; the mark ``at`` takes the cast along."""
    travels = re.compile(r"travel\((?!now\(\)|timezone\.now\(\))|time_machine\.move_to")
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if travels.search(path.read_text()) and path != Path(__file__).resolve()
    }
    # The last one is no story: its processes live on the day of the office that they upgrade.
    assert found == {"tests/conftest.py", "tests/project/upgrade/settings.py"}


def test_make_lists_every_target_that_a_person_may_call():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    targets = re.findall(r"^make ([a-z]+) +\S", listed.stdout, re.M)
    assert {"run", "test", "check", "prove"} <= set(targets)


def test_the_queues_settings_agree_with_each_other():
    assert queue_settings() == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"timeout": 90, "retry": 60}, "work.E003"),
        ({"timeout": None}, "work.E003"),
        ({"ack_failures": False}, "work.E004"),
        ({"redis": "redis://localhost"}, "work.E002"),
    ],
)
def test_contradicting_queue_settings_are_refused(settings, change, error):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, **change}

    assert [message.id for message in queue_settings()] == [error]


def test_an_unknown_broker_is_refused(settings):
    settings.WORK_BROKER = "rabbit"

    assert "work.E001" in [message.id for message in queue_settings()]


def test_the_worker_reports_to_the_process_that_serves():
    assert settings.Q_CLUSTER["broker_class"].startswith("work.brokers.")


def test_a_public_address_in_the_clear_is_warned_of(settings):
    settings.DEVELOPMENT = False
    settings.SITE_URL = "http://portal.example.ir"
    assert [found.id for found in site_address()] == ["accounts.W004"]
    settings.SITE_URL = "https://portal.example.ir"
    assert site_address() == []
    settings.ALLOWED_HOSTS = ["elsewhere.example.ir"]
    assert [found.id for found in site_address()] == ["accounts.E004"]
    settings.ALLOWED_HOSTS = [".example.ir"]
    assert site_address() == []


def test_the_provider_of_sign_ins_is_spoken_to_in_secret(settings):
    settings.DEVELOPMENT = False
    settings.DOLAT = {"token_url": "http://sso.example.ir/token", "userinfo_url": "", "claims": {}}
    assert [found.id for found in provider_addresses()] == ["accounts.W005"]
    settings.DOLAT = {**settings.DOLAT, "token_url": "https://sso.example.ir/token"}
    assert provider_addresses() == []


def test_what_is_private_is_for_the_portals_own_user_alone(settings, tmp_path):
    before = os.umask(0o022)
    try:
        storage = storages.create_storage(
            {
                **settings.STORAGES["private"],
                "OPTIONS": {**settings.STORAGES["private"]["OPTIONS"], "location": tmp_path / "p"},
            }
        )
        name = storage.save("letters/1/letter.pdf", ContentFile(b"%PDF"))
    finally:
        os.umask(before)
    made = [tmp_path / "p", *(tmp_path / "p").rglob("*")]
    assert len(made) == 4, name
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_the_database_file_is_for_the_portals_own_user_alone(tmp_path):
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE_THE_DATABASE],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        check=True,
        timeout=120,
    )
    assert (tmp_path / "portal.sqlite3").stat().st_mode & 0o077 == 0
