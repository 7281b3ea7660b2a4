"""A request's number in its answer, its log, its tasks; and nobody in the log."""

from __future__ import annotations

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django_q.models import OrmQ
from django_q.signals import post_execute_in_worker, pre_execute
from django_q.signing import SignedPackage

from accounts.models import SmsMessage
from tests import worker
from web import health
from web.monitoring import error_reports
from web.monitoring.error_reports import clean_report
from work import declare_task, enqueue, tracing
from work.logs import JsonFormatter, LineFormatter, blot_people

OF_THE_PROXY = "5f0c9d2e7ab14c338d0b"


@declare_task("chores")
def report_line(pk: int) -> None:
    logging.getLogger("work").warning("Worked on %s", pk)


@pytest.fixture
def lines(caplog):
    """What every logger says, down to the last detail, as JSON."""
    caplog.set_level(logging.DEBUG)
    said = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(json.loads(JsonFormatter().format(record)))

    handler = Kept()
    names = ["", "web.requests", *(n for n in logging.Logger.manager.loggerDict)]
    loggers = {logging.getLogger(name) for name in names}
    silent = {one for one in loggers if not one.propagate}
    levels = {one: one.level for one in loggers}
    for one in loggers:
        one.setLevel(logging.DEBUG)
    for one in {logging.getLogger(), *silent}:
        one.addHandler(handler)
    yield said
    for one, level in levels.items():
        one.setLevel(level)
        one.removeHandler(handler)


# --- The number ------------------------------------------------------------------


def test_every_answer_bears_a_number_of_its_own(client):
    first, second = (client.get("/health/live")["X-Request-ID"] for _ in range(2))
    assert tracing.WELL_FORMED.fullmatch(first)
    assert first != second
    assert tracing.current_id() == ""


@pytest.mark.parametrize(
    ("given", "proxies", "is_taken"),
    [
        (OF_THE_PROXY, 1, True),
        (OF_THE_PROXY, 0, False),
        ("short", 1, False),
        ("x" * 65, 1, False),
        ("abcdefgh\n<script>", 1, False),
    ],
)
def test_the_number_is_a_trusted_proxys_when_it_is_one(client, settings, given, proxies, is_taken):
    settings.TRUSTED_PROXIES = proxies
    answer = client.get("/health/live", HTTP_X_REQUEST_ID=given)
    assert (answer["X-Request-ID"] == given) is is_taken


def test_an_error_page_shows_the_number_under_which_the_log_has_the_error(
    client, monkeypatch, lines
):
    def broken(checks):
        raise RuntimeError("کد ملی 9990000018, mobile +989130000001")

    monkeypatch.setattr(health, "ask_checks", broken)
    client.raise_request_exception = False
    answer = client.get("/health/ready")
    number = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert f"کد پیگیری خطا: <bdi>{number}</bdi>" in answer.content.decode()
    [error] = [line for line in lines if line["level"] == "ERROR"]
    assert error["request_id"] == number
    assert "RuntimeError: کد ملی ***, mobile ***" in error["traceback"]


def test_a_request_is_told_by_its_view_and_by_no_word_of_the_visitor(client, lines):
    answer = client.get("/health/ready?q=09130000001")
    [line] = [line for line in lines if line["logger"] == "web.requests"]
    assert tracing.current_id() == ""
    assert {name: line[name] for name in ("method", "view", "status")} == {
        "method": "GET",
        "view": "health_ready",
        "status": answer.status_code,
    }
    assert line["ms"] > 0
    assert line["request_id"]


@pytest.mark.django_db
def test_djangos_own_word_about_an_answer_bears_the_number_too(client, lines):
    number = client.get("/health/work", REMOTE_ADDR="203.0.113.9")["X-Request-ID"]
    [word] = [line for line in lines if line["logger"] == "django.request"]
    assert (word["message"], word["request_id"]) == ("Not Found: /health/work", number)


# --- On its way to the worker -----------------------------------------------------


@pytest.mark.django_db
def test_a_task_goes_on_under_the_number_of_the_request_that_asked_for_it(lines):
    tracing.begin_trace(OF_THE_PROXY)
    enqueue(report_line, 7)
    tracing.end_trace()
    task = SignedPackage.loads(OrmQ.objects.get().payload)
    assert task["args"] == (7,)

    # As django-q's worker does it.
    pre_execute.send(sender="django_q", func=report_line, task=task)
    report_line(7)
    post_execute_in_worker.send(sender="django_q", func=report_line, task=task)
    report_line(8)
    numbers = {line["message"]: line.get("request_id") for line in lines}
    assert numbers["Worked on 7"] == OF_THE_PROXY
    assert numbers["Worked on 8"] is None


@pytest.mark.django_db
def test_what_nobody_asked_for_gets_a_number_of_its_own():
    enqueue(report_line, 7)
    task = SignedPackage.loads(OrmQ.objects.get().payload)
    pre_execute.send(sender="django_q", func=report_line, task=task)
    assert tracing.WELL_FORMED.fullmatch(tracing.current_id())
    tracing.end_trace()


# --- Nobody in the log ------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        *("09130000001", "9130000001", "+989130000001", "00989130000001", "989130000001"),
        *("9990000018", "10269990012", "۰۹۱۳۰۰۰۰۰۰۱", "٠٩١٣٠٠٠٠٠٠١"),
    ],
)
def test_numbers_of_people_are_blotted_out(number):
    said = f"Key (mobile)=({number}) exists, {number}."
    assert blot_people(said) == "Key (mobile)=(***) exists, ***."


def test_other_numbers_stay():
    said = "815 of 123456789, 4b091300000012, 20261129142152, 1402/1001"
    assert blot_people(said) == said


def test_a_line_for_people_ends_with_the_number_of_its_request():
    record = logging.makeLogRecord({"name": "web", "msg": "%s waits", "args": ("09130000001",)})
    tracing.begin_trace(OF_THE_PROXY)
    line = LineFormatter("%(name)s %(message)s").format(record)
    tracing.end_trace()
    assert line == f"web *** waits [{OF_THE_PROXY}]"


def test_a_whole_sign_in_leaves_nobody_in_the_log(client, maryam, lines):
    client.post(reverse("account_login"), {"mobile": maryam.mobile, "phone": maryam.mobile})
    client.post(reverse("account_login"), {"login": maryam.mobile, "password": "wrong-Passw0rd"})
    worker.run_until_idle()
    codes = set(SmsMessage.objects.exclude(code="").values_list("code", flat=True))
    assert codes
    for code in codes:
        client.post(reverse("account_confirm_login_code"), {"code": code})
    client.get("/desk/", {"q": maryam.mobile})
    said = json.dumps(lines, ensure_ascii=False)
    assert len(lines) > 10
    held = {maryam.mobile, maryam.username, "9990000018", "wrong-Passw0rd", *codes}
    assert [word for word in held if word in said] == []


# --- Reports to elsewhere ---------------------------------------------------------


def test_a_report_names_nobody():
    tracing.begin_trace(OF_THE_PROXY)
    report = clean_report(
        {
            "message": "no party 9990000018",
            "user": {"username": "09130000001", "ip_address": "203.0.113.9"},
            "request": {
                "url": "https://eservice.example.ir/verify/123",
                "method": "POST",
                "query_string": "q=x",
                "cookies": {"sessionid": "s"},
                "data": {"name": "مریم"},
                "headers": {"X-Forwarded-For": "203.0.113.9"},
            },
            "exception": {"values": [{"type": "IntegrityError", "value": "=(09130000001)"}]},
        },
        {},
    )
    tracing.end_trace()
    assert report == {
        "message": "no party ***",
        "request": {"method": "POST"},
        "exception": {"values": [{"type": "IntegrityError", "value": "=(***)"}]},
        "tags": {"request_id": OF_THE_PROXY},
    }


def test_without_its_library_the_start_is_stopped_with_the_way_to_get_it(settings, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(error_reports.importlib, "import_module", missing)
    error_reports.start_reports()
    settings.SENTRY_DSN = "https://key@reports.example.ir/1"
    with pytest.raises(ImproperlyConfigured, match=r"requirements-sentry\.txt"):
        error_reports.start_reports()
