"""What browsers report of the content security policy is counted, and cannot be abused."""

import json
import logging

import pytest
from django.test import Client

from web.security import policy_reports

ADDRESS = "/csp-report/"
REPORT = {
    "document-uri": "http://testserver/accounts/login/?next=/desk/",
    "effective-directive": "script-src-elem",
    "blocked-uri": "inline",
    "script-sample": "alert(1)",
}


def send(client, body=None, **changed):
    body = json.dumps({"csp-report": REPORT | changed}) if body is None else body
    return client.post(ADDRESS, body, content_type="application/csp-report").status_code


@pytest.fixture
def logged(db, caplog):
    caplog.set_level(logging.WARNING, "web.security.policy_reports")
    return lambda: [record.getMessage() for record in caplog.records]


def test_the_first_and_the_tenth_of_a_kind_are_logged_without_what_people_wrote(logged):
    sender = Client(enforce_csrf_checks=True)
    for _ in range(11):
        assert send(sender) == 204

    kind = "Content security policy: script-src-elem refused inline on accounts/login/"
    assert logged() == [f"{kind}; times today: {times}" for times in (1, 10)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"blocked-uri": "https://evil.example/x?y"}, "refused evil.example on"),
        ({"blocked-uri": "data"}, "refused data on"),
        ({"effective-directive": None, "violated-directive": "img-src 'self'"}, "img-src refused"),
        ({"document-uri": "http://testserver/verify/ABCD-1234/"}, "on verify/<str:code>/"),
    ],
)
def test_what_is_told_are_hosts_and_routes(client, logged, changed, told):
    assert send(client, **changed) == 204

    [line] = logged()
    assert told in line
    assert "ABCD" not in line


@pytest.mark.parametrize(
    "changed",
    [
        {"blocked-uri": "chrome-extension://abc/x.js"},
        {"blocked-uri": "https://[::1"},
        {"blocked-uri": "https://a\nERROR forged/"},
        {"effective-directive": "script-src\nERROR forged"},
        {"document-uri": "http://[nowhere"},
        {"document-uri": 5},
    ],
)
def test_what_is_no_report_of_ours_leaves_no_line(client, logged, changed):
    assert send(client, **changed) == 204
    assert logged() == []


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', '{"csp-report": []}', "[" * 9000])
def test_nonsense_is_taken_without_a_word(client, logged, body):
    assert send(client, body) == 204
    assert logged() == []


def test_nothing_large_is_read_and_nobody_sends_without_end(client, db):
    assert send(client, "x" * (policy_reports.MOST_BYTES + 1)) == 413
    assert client.get(ADDRESS).status_code == 405
    statuses = [send(client) for _ in range(policy_reports.FROM_ONE.amount + 1)]
    assert statuses[-2:] == [204, 429]
    assert send(Client(REMOTE_ADDR="192.0.2.7")) == 204


def test_everybody_together_has_a_limit_too(client, db, monkeypatch):
    monkeypatch.setattr(policy_reports, "FROM_ALL", policy_reports.Limit("all-reports", 2, 3600))
    answers = [send(Client(REMOTE_ADDR=f"192.0.2.{last}")) for last in (1, 2, 3)]
    assert answers == [204, 204, 429]
