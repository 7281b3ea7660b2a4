"""HEAD tells the headers of a page and sends no body, of which the web server would warn."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

pytestmark = pytest.mark.django_db


def sent(method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    """What the web server is given: the test client would take a body away by itself."""
    said: list[tuple[str, dict[str, str]]] = []
    environ = RequestFactory().generic(method, path).environ
    answer = WSGIHandler()(environ, lambda status, headers: said.append((status, dict(headers))))
    return *said[0], b"".join(answer)


@pytest.mark.parametrize("path", ["/health/live", "/verify/", "/nowhere/", "/robots.txt"])
def test_head_is_a_get_without_its_body(path: str) -> None:
    status, headers, body = sent("GET", path)
    assert body

    assert sent("HEAD", path)[0] == status
    _status, of_head, nothing = sent("HEAD", path)
    assert nothing == b""
    assert of_head["Content-Type"] == headers["Content-Type"]
    assert int(of_head["Content-Length"]) > 0
