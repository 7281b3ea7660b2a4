"""The tags that pages include their components with."""

from __future__ import annotations

from django.template import engines


def shown(source: str, **context: object) -> str:
    text = engines["django"].from_string("{% load components %}" + source).render(context)
    return " ".join(text.split())


def test_a_component_shows_what_an_include_with_only_shows() -> None:
    words = "اگر کد <درست> است، صبر کنید."
    included = (
        '{% include "components/notice.html" with kind="warning" title=title text=words only %}'
    )
    written = (
        '{% component "notice" kind="warning" title=title %}\n  {{ words }}\n{% endcomponent %}'
    )
    context = {"title": "مهلت کد & نشست", "words": words, "href": "/elsewhere/"}

    assert shown(written, **context) == shown(included, **context)
    assert "&lt;درست&gt;" in shown(written, **context)


def test_the_lines_of_a_text_are_one_line_for_the_reader() -> None:
    text = shown('{% component "notice" kind="info" %}\n  یک\n  دو <b>سه</b>\n{% endcomponent %}')
    assert "<p>یک دو <b>سه</b></p>" in text


def test_a_heading_has_the_level_that_its_page_says() -> None:
    source = '{% heading level|default:"h2" css %}\n  <a href="#">{{ title }}</a>\n{% endheading %}'
    assert shown(source, title="<خدمات>", css="") == '<h2><a href="#">&lt;خدمات&gt;</a></h2>'
    assert shown(source, level="h3", title="راهنما", css="card-link__title") == (
        '<h3 class="card-link__title"><a href="#">راهنما</a></h3>'
    )
