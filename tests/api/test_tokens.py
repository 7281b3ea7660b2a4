"""Programs with tokens: what they open, for whom, and until when."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import APIToken

from accounts.models import AccessToken, Membership, Scope, User
from signin.sessions import clear_sign_in_traces, end_all
from signin.tokens.recognition import digest_of
from submissions.models import Submission
from tests.api.caller import Caller, Program
from work.models import AuditEntry

pytestmark = pytest.mark.django_db

# Behind sign-in, and for whoever has signed in alone: a token issues and ends no tokens.
BY_SESSION_ALONE = ("/api/v3/tokens/", "/api/v3/session", "/api/v3/webhooks/")
# Wagtail's own content, to which its own tokens belong.
OF_WAGTAIL = ("/api/v3/pages/", "/api/v3/images/")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Address, method and what the document says of every operation of ours."""
    for path, ways in Caller().get("openapi.json").json()["paths"].items():
        if not path.startswith(OF_WAGTAIL):
            yield from ((path, method, operation) for method, operation in ways.items())


def kind_of(operation: dict[str, Any]) -> str:
    """The content type that the operation reads."""
    return next(iter(operation.get("requestBody", {}).get("content", {})), "application/json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


class TestScopes:
    def test_every_endpoint_behind_sign_in_asks_for_one_scope_or_for_the_person(self) -> None:
        for path, method, operation in operations():
            ways = {
                name: told for way in operation.get("security", []) for name, told in way.items()
            }
            asked, named = operation.get("x-scope"), [told for told in ways.values() if told]
            if not ways or path.startswith(BY_SESSION_ALONE):
                assert (asked, named) == (None, []), (method, path)
            else:
                assert asked in Scope.values, (method, path)
                assert named == [[asked]], (method, path)

    def test_a_scope_opens_what_asks_for_it_and_nothing_else(self, submitted: Submission) -> None:
        owner = submitted.filed_by or User.objects.get(mobile="09130000001")
        programs = {scope: Program(owner, scope) for scope in Scope.values}
        asking = [(p, m, o) for p, m, o in operations() if "x-scope" in o]
        assert asking

        for path, method, operation in asking:
            asked, kind = operation["x-scope"], kind_of(operation)
            address = path.replace("{tracking_code}", submitted.tracking_code)
            address = address.replace("{document_id}", "1").replace("{code}", "deed")
            address = re.sub(
                r"\{(\w+_id|giver|item|contract|block|scan|index)\}", "999999", address
            )
            address = address.replace("/parts/{key}/", f"/parts/{uuid4()}/")
            for scope, program in programs.items():
                answer = program.call(method, address, kind)
                # An answer to HEAD has no body to tell why.
                is_shut = answer.status_code == 403 and (
                    method == "head" or answer.json()["code"] == "out_of_scope"
                )
                assert is_shut == (scope != asked), (method, path, scope, answer.status_code)
                assert answer.status_code not in (401, 500), (method, path, scope)

    def test_a_token_does_no_more_than_its_owner(
        self, submitted: Submission, stranger: User, staff: dict[str, User]
    ) -> None:
        code = submitted.tracking_code
        everything = [scope.value for scope in Scope]

        assert Program(stranger, *everything).get(f"submissions/{code}/").status_code == 404
        assert Program(stranger, *everything).get("staff/queue/").status_code == 403
        assert Program(staff["legal"], *everything).get(f"submissions/{code}/").status_code == 404
        passed = Program(staff["desk"], "submissions:act").step(
            code, "pass_on", expecting=submitted.last_seq
        )
        assert passed.status_code == 200

    def test_what_a_program_did_names_its_token(self, draft: Submission, maryam: User) -> None:
        program = Program(maryam, "submissions:read", "submissions:act", name="نرم‌افزار مالی")

        assert program.step(draft.tracking_code, "withdraw").status_code == 200

        entry = AuditEntry.objects.get(action="withdraw")
        assert entry.actor_id == maryam.pk
        assert entry.facts["token"] == f"{program.token.pk}: نرم‌افزار مالی"


class TestOneParty:
    def test_of_other_parties_there_is_nothing(
        self, draft: Submission, maryam: User, kavir: User
    ) -> None:
        Membership.objects.create(user=kavir, party=draft.party, role=Membership.Role.AGENT)
        kavir = User.objects.get(pk=kavir.pk)
        own, other = (p for p in sorted(kavir.parties, key=lambda p: p.pk == draft.party_id))
        scopes = ("account:read", "submissions:read", "submissions:act")
        free, bound = Program(kavir, *scopes), Program(kavir, *scopes, party=own)
        at = f"submissions/{draft.tracking_code}/"

        assert free.get(at).status_code == 200
        assert code_of(bound.get(at)) == (404, "not_found")
        named = {"X-Acting-Party": str(other.pk)}
        assert free.get("me/", **named).json()["acting_for"]["id"] == other.pk
        assert code_of(bound.get("me/", **named)) == (403, "not_a_member")
        assert [party["id"] for party in bound.get("me/").json()["parties"]] == [own.pk]
        assert bound.get("submissions/").json()["counts"]["awaiting"] == 0

    def test_it_goes_with_the_membership(self, draft: Submission, maryam: User) -> None:
        bound = Program(maryam, "submissions:read", party=draft.party)
        at = f"submissions/{draft.tracking_code}/"
        assert bound.get(at).status_code == 200

        Membership.objects.filter(user=maryam).delete()

        assert bound.get(at).status_code == 404

    def test_whoever_comes_to_work_here_has_no_such_token(self, maryam: User) -> None:
        bound = Program(maryam, "account:read", party=maryam.parties[0])
        User.objects.filter(pk=maryam.pk).update(is_staff=True)

        assert code_of(bound.get("me/")) == (401, "token_revoked")


class TestRefused:
    def test_a_wrong_one_is_told(self, maryam: User) -> None:
        signed_in = Caller(maryam)
        for secret in ("mk_" + "A" * 43, "wagtail_x", "", "پیام"):
            answer = signed_in.get("me/", Authorization=f"Bearer {secret}")
            # Also to somebody with a session: a program would not notice whom it acts for.
            assert code_of(answer) == (401, "token_unknown")
        assert code_of(Caller().get("me/", Authorization="Basic bWs6")) == (401, "not_signed_in")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"is_active": False}, "account_closed"),
            ({"must_prove_id": True}, "account_closed"),
        ],
    )
    def test_that_of_an_account_that_is_shut_opens_nothing(
        self, maryam: User, change: dict[str, bool], code: str
    ) -> None:
        program = Program(maryam, "account:read")
        User.objects.filter(pk=maryam.pk).update(**change)

        assert code_of(program.get("me/")) == (401, code)

    def test_revoked(self, maryam: User) -> None:
        program = Program(maryam, "account:read")
        Caller(maryam).client.post(f"/accounts/tokens/{program.token.pk}/end/")

        assert code_of(program.get("me/")) == (401, "token_revoked")

    @pytest.mark.at("2026-11-22 10:00")
    def test_it_runs_out(self, maryam: User, clock: time_machine.Traveller) -> None:
        program = Program(maryam, "account:read", days=2)
        clock.shift(2 * 86400 - 1)
        assert program.get("me/").status_code == 200
        clock.shift(1)
        assert code_of(program.get("me/")) == (401, "token_expired")
        # Its name is free again.
        Program(maryam, "account:read", name=program.token.name)

    @pytest.mark.at("2026-11-22 10:00")
    def test_what_ended_long_ago_is_swept_away(
        self, maryam: User, clock: time_machine.Traveller
    ) -> None:
        Program(maryam, "account:read", days=1)
        clock.shift(400 * 86400)
        clear_sign_in_traces()
        assert AccessToken.objects.exists()
        clock.shift(2 * 86400)
        clear_sign_in_traces()
        assert not AccessToken.objects.exists()

    def test_a_new_password_ends_them_by_whatever_door(self, maryam: User) -> None:
        program = Program(maryam, "account:read")
        maryam = User.objects.get(pk=maryam.pk)
        maryam.save()
        assert program.get("me/").status_code == 200

        maryam.set_password("New-passw0rd!")
        maryam.save()

        assert code_of(program.get("me/")) == (401, "token_revoked")

    def test_leaving_other_devices_keeps_them_and_the_office_ends_them_all(
        self, maryam: User
    ) -> None:
        program, browser = Program(maryam, "account:read"), Caller(maryam).client
        browser.post("/accounts/security/end/", {"which": "others"})
        assert program.get("me/").status_code == 200

        end_all(maryam)

        assert code_of(program.get("me/")) == (401, "token_revoked")


class TestSecondFactor:
    def test_it_counts_where_the_token_was_issued(
        self, staff: dict[str, User], settings: Any
    ) -> None:
        without = Program(staff["desk"], "staff:read")
        with_it = Program(staff["desk"], "staff:read", second_factor=True)
        assert without.get("staff/queue/").status_code == 200

        settings.STAFF_SECOND_FACTOR = True

        assert code_of(without.get("staff/queue/")) == (401, "second_factor_needed")
        assert with_it.get("staff/queue/").status_code == 200

    def test_a_session_without_it_issues_none(self, staff: dict[str, User], settings: Any) -> None:
        settings.STAFF_SECOND_FACTOR = True
        colleague = Caller(staff["desk"])
        page = colleague.client.post("/accounts/tokens/", {"name": "x", "scopes": "staff:read"})
        asked = colleague.post("tokens/", {"name": "x", "scopes": ["staff:read"], "days": 1})

        assert (page.status_code, asked.status_code) == (401, 401)
        assert not AccessToken.objects.exists()


class TestTraces:
    @pytest.mark.at("2026-11-22 10:00")
    def test_the_last_use_is_written_once_a_minute(
        self, maryam: User, clock: time_machine.Traveller
    ) -> None:
        program = Program(maryam, "account:read")
        seen = []
        for wait in (0, 30, 29, 1):
            clock.shift(wait)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                program.get("me/")
            seen.append(sum(q["sql"].startswith("UPDATE") for q in queries.captured_queries))

        assert seen == [1, 0, 0, 1]

    def test_a_list_stays_within_its_queries(self, draft: Submission, maryam: User) -> None:
        program = Program(maryam, "submissions:read")
        with CaptureQueriesContext(connection) as queries:
            assert program.get("submissions/").status_code == 200
        assert len(queries) <= 15

    def test_the_secret_is_nowhere(
        self, maryam: User, admin: User, caplog: pytest.LogCaptureFixture, settings: Any
    ) -> None:
        settings.DEBUG = True
        caplog.set_level(logging.DEBUG)
        program = Program(maryam, "account:read")
        program.get("me/")
        program.get("staff/queue/")
        program.get("me/", Authorization=f"Token {program.secret}")
        dump = StringIO()
        there = connection.introspection.table_names()
        kept = [
            found._meta.label
            for label in ("accounts", "work")
            for found in apps.get_app_config(label).get_models()
            if found._meta.db_table in there
        ]
        call_command("dumpdata", *kept, stdout=dump)
        root = Caller(admin).client
        pages = [
            root.get(f"/admin/accounts/accesstoken/{path}").content.decode()
            for path in ("", f"inspect/{program.token.pk}/")
        ]
        pages.append(Caller(maryam).client.get("/accounts/tokens/").content.decode())

        assert program.token.name in pages[0]
        for text in (caplog.text, dump.getvalue(), *pages):
            assert program.secret not in text
            assert program.secret[3:] not in text
        assert all(digest_of(program.secret) not in page for page in pages)


class TestOverTheApi:
    ASKED = {"name": "نرم‌افزار مالی", "scopes": ["account:read", "submissions:read"], "days": 30}

    def test_a_person_issues_looks_and_revokes(self, maryam: User, stranger: User) -> None:
        person = Caller(maryam)
        answer = person.post("tokens/", self.ASKED)
        made = answer.json()
        assert answer.status_code == 201
        assert "no-store" in answer["Cache-Control"]
        assert made["secret"].startswith("mk_")

        program = Caller()
        by_token = {"Authorization": f"Bearer {made['secret']}"}
        assert program.get("me/", **by_token).json()["name"] == str(maryam)
        (listed,) = person.get("tokens/").json()
        assert listed == {name: told for name, told in made.items() if name != "secret"} | {
            "last_used_at": listed["last_used_at"]
        }
        assert listed["last_used_at"]
        # A token issues, lists and ends none.
        for method in ("get", "post"):
            told = program.client.generic(
                method.upper(), "/api/v3/tokens/", content_type="application/json", headers=by_token
            )
            assert told.status_code == 401
        at = f"/api/v3/tokens/{made['id']}/"
        assert program.client.delete(at, headers=by_token).status_code == 401

        assert Caller(stranger).client.delete(at).status_code == 404
        assert person.client.delete(at).status_code == 204
        assert person.get("tokens/").json() == []

    def test_it_needs_the_csrf_token(self, maryam: User) -> None:
        assert Caller(maryam, csrf=True).post("tokens/", self.ASKED).status_code == 403

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"days": 366}, "/days"),
            ({"days": 0}, "/days"),
            ({"name": " "}, "/name"),
            ({"scopes": []}, "/scopes"),
            ({"scopes": ["everything"]}, "/scopes/0"),
            ({"scopes": ["staff:read"]}, "/scopes"),
            ({"party": 987654}, "/party"),
            ({"user": 1}, "/user"),
        ],
    )
    def test_what_cannot_be_had(self, maryam: User, wrong: dict[str, Any], pointer: str) -> None:
        answer = Caller(maryam).post("tokens/", self.ASKED | wrong)

        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
        assert not AccessToken.objects.exists()

    def test_two_of_a_name_and_too_many(self, maryam: User) -> None:
        person = Caller(maryam)
        for number in range(20):
            answer = person.post("tokens/", self.ASKED | {"name": f"برنامهٔ {number}"})
            assert answer.status_code == 201
        twice = person.post("tokens/", self.ASKED | {"name": "برنامهٔ 7"})
        assert twice.json()["errors"][0]["code"] == "token_name_taken"
        assert code_of(person.post("tokens/", self.ASKED)) == (409, "too_many_tokens")


class TestTwoKindsOfTokens:
    def test_those_of_wagtail_open_nothing_of_ours(self, admin: User) -> None:
        _, secret = APIToken.create_token(user=admin, name="ویراستار")
        answer = Caller().get("me/", Authorization=f"Bearer {secret}")
        assert code_of(answer) == (401, "token_unknown")

    def test_ours_make_nobody_an_editor(self, admin: User) -> None:
        program = Program(admin, *Scope.values)
        assert program.get("pages/").status_code == 200
        assert program.call("post", "/api/v3/pages/").status_code in (401, 403)

    def test_no_page_issues_those_of_wagtail(self, admin: User) -> None:
        """They have neither scope nor end: whoever has the server makes them, by its command."""
        assert Caller(admin).client.get("/admin/api-tokens/new/").status_code == 404
        assert not Permission.objects.filter(
            group__isnull=False, content_type__model="apitoken"
        ).exists()
