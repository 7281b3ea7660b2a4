"""What somebody reads when nothing can be done: always in Persian, always with a way on."""

import pytest
from django.test import RequestFactory

from doors.views import server_error


@pytest.mark.parametrize(
    ("path", "way_on"), [("/cartable/", 'href="/"'), ("/admin/letters/letter/", 'href="/admin/"')]
)
def test_what_broke_is_told_without_database_and_leads_back(path, way_on):
    # No mark of the database here: a query would fail this story.
    answer = server_error(RequestFactory().get(path))

    words = answer.content.decode()
    assert answer.status_code == 500
    assert "سامانه نتوانست پاسخ دهد" in words
    assert f'<a class="btn btn-primary" {way_on}>' in words
