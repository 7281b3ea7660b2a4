"""A neighbour of the portal fails: what people read, and what becomes of their words."""

from __future__ import annotations

import errno
import json
import logging
import sys
from io import BytesIO

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from db.cache import CacheAway
from web import rate_limits
from web.outages import answers as outages
from web.outages.answers import find_outage
from work.logs import JsonFormatter, LineFormatter

LONG = "به پیوست تصویر قرارداد تقدیم می‌شود؛ خواهشمند است دستور فرمایید."


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def database_away(db):
    """From now on the database answers nobody."""
    with connection.execute_wrapper(_refuse):
        yield


def _refuse(*args):
    raise OperationalError("server closed the connection unexpectedly")


def _ask_wrongly(execute, sql, params, many, context):
    return execute("SELECT no_such_column FROM no_such_table", None, False, context)


def test_reading_while_the_database_is_away(visitor, database_away):
    answer = visitor.get("/services/?q=برق")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert "سامانه موقتاً پاسخ‌گو نیست" in page
    assert "تلاش دوباره" in page


def test_typed_words_come_back_and_are_sent_again_by_one_key(visitor, db, draft, maryam):
    visitor.force_login(maryam)
    address = reverse("submissions:draft", args=[draft.tracking_code, "request"])
    words = {"subject": "انشعاب", "postal_code": "8158", "text": f'{LONG} "><b>'}
    words["csrfmiddlewaretoken"] = token = "t" * 64

    with connection.execute_wrapper(_refuse):
        answer = visitor.post(address, words)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert f'action="{address}"' in page
    assert 'name="postal_code" value="8158"' in page
    assert 'name="subject" value="انشعاب"' in page
    assert f"{LONG} &quot;&gt;&lt;b&gt;" in page
    assert page.count(token) == 1
    assert page.count(LONG) == 2  # to be sent again, and to be read


@pytest.mark.parametrize("address", ["/admin/pages/", "/desk/contract/", "/desk/identity/"])
def test_every_room_gives_the_words_back(visitor, database_away, address):
    visitor.cookies["sessionid"] = "x" * 32
    answer = visitor.post(address, {"text": LONG})
    assert (answer.status_code, answer.content.decode().count(LONG)) == (503, 2)


def test_a_file_must_be_chosen_again(visitor, database_away):
    visitor.cookies["sessionid"] = "x" * 32
    answer = visitor.post("/admin/contracts/import/", {"file": BytesIO(b"1"), "text": LONG})

    assert answer.status_code == 503
    assert "فایل انتخاب‌شده ذخیره نشده است" in answer.content.decode()
    assert "ارسال دوباره" not in answer.content.decode()


def test_no_secret_is_put_into_a_page(visitor, database_away):
    visitor.cookies["sessionid"] = "x" * 32
    words = {"username": "desk", "password": "demo-Passw0rd!"}
    answer = visitor.post("/admin/login/", words)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "demo-Passw0rd!" not in page
    assert "بازگشت به همان صفحه" in page


def test_a_script_is_told_in_its_own_words(visitor, database_away):
    answer = visitor.get("/services/", headers={"X-Requested-With": "XMLHttpRequest"})

    said = json.loads(answer.content)
    assert answer.status_code == said["status"] == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said["code"] == "database_away"
    assert said["detail"].endswith(outages.DATABASE.message)


def test_a_fault_of_the_program_is_no_outage(visitor, db):
    with connection.execute_wrapper(_ask_wrongly):
        answer = visitor.get("/services/")
    assert answer.status_code == 500


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (errno.ENOSPC, 507),
        (errno.EDQUOT, 507),
        (errno.EROFS, 503),
        (errno.EACCES, 503),
        (errno.ESTALE, 503),
        (errno.ENOTCONN, 503),
        (errno.ENOENT, None),
    ],
)
def test_what_a_disk_says(number, status):
    outage = find_outage(OSError(number, "no"))
    assert (outage and outage.status) == status


def test_the_cache_does_not_count(visitor, house, monkeypatch):
    """Pages go on; a door that counts tries is shut until it can count again."""

    def away(*args, **kwargs):
        raise CacheAway("refused")

    monkeypatch.setattr(type(caches["counters"]), "add", away)
    assert visitor.get("/services/").status_code == 200
    with pytest.raises(CacheAway):
        rate_limits.Limit("tries", 3, 60).take("somebody")
    answer = visitor.post(reverse("account_login"), {"mobile": "09130000001"})

    assert answer.status_code == 503
    assert "شمارش تعداد تلاش‌ها ممکن نیست" in answer.content.decode()
    assert 'value="09130000001"' in answer.content.decode()


@pytest.mark.parametrize("formatter", [LineFormatter("%(message)s"), JsonFormatter()])
def test_the_log_has_a_line_and_no_traceback_for_each_request(formatter):
    """Minutes of an outage would fill it; a fault of the program is told as a whole."""
    away = written(formatter, OperationalError("server closed the connection\nunexpectedly"))
    assert "database_away: OperationalError: server closed the connection" in away
    assert "Traceback" not in away
    assert "unexpectedly" not in away
    assert "Traceback" in written(formatter, ZeroDivisionError("division by zero"))


def written(formatter: logging.Formatter, error: Exception) -> str:
    try:
        raise error
    except type(error):
        about = sys.exc_info()
    record = logging.LogRecord("web", logging.ERROR, __file__, 1, "Said", (), about)
    return formatter.format(record)
