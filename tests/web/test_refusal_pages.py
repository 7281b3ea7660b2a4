"""What somebody reads when nothing can be done: always in Persian, always with a way on."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from web.error_views import server_error
from web.middleware import RefusalMiddleware
from web.refusals import NotNow


@pytest.mark.parametrize(
    ("path", "way_on"), [("/cartable/", 'href="/"'), ("/admin/letters/letter/", 'href="/admin/"')]
)
def test_what_broke_is_told_without_database_and_leads_back(path, way_on):
    # No mark of the database here: a query would fail this story.
    answer = server_error(RequestFactory().get(path))

    words = answer.content.decode()
    assert answer.status_code == 500
    assert "خطایی در سامانه رخ داده است" in words
    assert f'<a class="btn btn-primary" {way_on}>' in words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "way_on"), [("/desk/", 'href="/cartable/"'), ("/admin/letters/", 'href="/admin/"')]
)
def test_a_refusal_leads_back_to_where_one_works(path, way_on):
    request = RequestFactory().get(path)
    request.user, request.session = AnonymousUser(), {}

    answer = RefusalMiddleware(lambda _: None).process_exception(request, NotNow())

    assert answer.status_code == 409
    assert f'<a class="btn btn-primary" {way_on}>' in answer.content.decode()
