"""A person acts for one party at a time, and for none that is not theirs."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils.timezone import localdate

from accounts.models import Membership, Party, User
from signin.acting_party import ACTING_PARTY, ActingPartyMiddleware

ACTING = "/accounts/acting/"


@pytest.fixture
def acting_for(maryam):
    """The party for which Maryam's next request would act."""

    def read(browser):
        request = RequestFactory().get("/")
        request.session, request.user = browser.session, User.objects.get(pk=maryam.pk)
        ActingPartyMiddleware(lambda request: None)(request)
        return request.user.acting_for

    return read


@pytest.fixture
def signed_in(browser, maryam):
    browser.force_login(maryam)
    return browser


def test_the_first_party_is_acted_for_until_another_is_chosen(signed_in, company, acting_for):
    assert acting_for(signed_in).name == "مریم رضایی"

    switched = signed_in.post(ACTING, {"party": company.pk})

    assert switched.url == "/desk/"
    assert acting_for(signed_in) == company


def test_the_switch_leads_back_but_never_out_of_the_house(signed_in, company):
    back = signed_in.post(ACTING, {"party": company.pk, "next": "/cartable/"})
    out = signed_in.post(ACTING, {"party": company.pk, "next": "https://evil.example/"})

    assert (back.url, out.url) == ("/cartable/", "/desk/")


def test_a_party_of_others_cannot_be_told_from_one_that_is_not_there(signed_in, acting_for):
    foreign = Party.objects.create(kind="legal", name="شرکت دیگران")

    for wanted in (foreign.pk, 999_999, "", "x"):
        assert signed_in.post(ACTING, {"party": wanted}).status_code == 404
    assert acting_for(signed_in).name == "مریم رضایی"


def test_an_agency_that_has_ended_falls_back_to_the_first_party(signed_in, company, acting_for):
    signed_in.post(ACTING, {"party": company.pk})
    Membership.objects.filter(party=company).update(valid_until=localdate() - timedelta(days=1))

    assert acting_for(signed_in).name == "مریم رضایی"
    assert signed_in.post(ACTING, {"party": company.pk}).status_code == 404


def test_only_a_signed_in_person_switches_and_only_by_a_press(browser, signed_in, company):
    assert signed_in.get(ACTING).status_code == 405
    signed_in.logout()
    assert signed_in.post(ACTING, {"party": company.pk}).url.startswith("/accounts/login/")


def test_a_page_that_asks_for_nobody_costs_no_query(maryam, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.session = SessionStore("no-such-session")
    request.user = AnonymousUser()

    with django_assert_num_queries(0):
        ActingPartyMiddleware(lambda request: None)(request)

    assert not request.session.accessed


def test_an_anonymous_visitor_stays_anonymous(browser):
    request = RequestFactory().get("/")
    request.session, request.user = {ACTING_PARTY: 1}, AnonymousUser()

    ActingPartyMiddleware(lambda request: None)(request)

    assert not request.user.is_authenticated
