"""Components that are drawn once for the same values, and what may be such a value."""

import pytest
from django.template import Context, Template
from django.utils.functional import lazy
from django.utils.safestring import mark_safe

from web.templatetags.components import place_in_menu


def shown(words: str, **context: object) -> str:
    return Template(words).render(Context(context))


class TestKept:
    def test_shows_what_an_include_shows(self) -> None:
        given = 'href="/services/" label="خدمات" here="/services/"'
        included = f'{{% include "components/nav_item.html" with {given} only %}}'
        assert shown(f'{{% kept "nav_item" {given} %}}') == shown(included)

    def test_knows_nothing_but_what_it_is_given(self) -> None:
        words = '{% kept "nav_item" href="/" here="" %}'
        assert "کارتابل" not in shown(words, label="کارتابل")

    def test_other_values_are_drawn_anew(self) -> None:
        words = '{% kept "brand" office=office %}'
        assert "شرکت یک" in shown(words, office="شرکت یک")
        assert "شرکت دو" in shown(words, office="شرکت دو")

    def test_of_two_equal_texts_the_safe_one_alone_is_not_escaped(self) -> None:
        words = '{% kept "brand" office=office %}'
        assert "<b>شرکت</b>" in shown(words, office=mark_safe("<b>شرکت</b>"))
        assert "&lt;b&gt;شرکت&lt;/b&gt;" in shown(words, office="<b>شرکت</b>")

    def test_what_changes_while_it_stays_the_same_is_drawn_anew(self) -> None:
        names = ["شرکت یک"]
        words = '{% kept "brand" office=office %}'
        for value in (names, lazy(lambda: names[-1], str)()):
            names[:] = ["شرکت یک"]
            assert "شرکت یک" in shown(words, office=value)
            names[:] = ["شرکت دو"]
            assert "شرکت دو" in shown(words, office=value)


@pytest.mark.parametrize(
    ("path", "as_a_menu_has_it"),
    [
        ("/", "/"),
        ("/services/elec-intro/", "/services/elec-intro/"),
        ("/cartable/734284841011/", "/cartable/#"),
        ("/cartable/734284841011/documents/12/", "/cartable/#"),
        ("/cartable/7/", "/cartable/7/"),
    ],
)
def test_a_menu_knows_no_single_case(path: str, as_a_menu_has_it: str) -> None:
    assert place_in_menu(path) == as_a_menu_has_it
