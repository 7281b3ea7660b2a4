"""What the packages say to people, they say in Persian.

The overlay in ``site/locale`` fills and mends the packages' own catalogues. A new release of a
package brings new sentences: the test that compares the two names them.
"""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation import gettext, ngettext, override
from django.views.i18n import JSONCatalog

OVERLAY = Path(__file__).resolve().parents[2] / "site" / "locale" / "fa" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")

# The packages whose words reach editors, reviewers and applicants, each with the language of the
# catalogue that lists all it says (django-q2 and django-filter ship none in English).
SPEAKERS = {
    "allauth": "fa",
    "django/conf": "en",
    "django/contrib/auth": "en",
    "django/contrib/contenttypes": "en",
    "django_filters": "fa",
    "taggit": "en",
    "wagtail": "en",
    "wagtail/admin": "en",
    "wagtail/contrib/forms": "en",
    "wagtail/contrib/redirects": "en",
    "wagtail/contrib/search_promotions": "en",
    "wagtail/contrib/settings": "en",
    "wagtail/contrib/simple_translation": "en",
    "wagtail/contrib/table_block": "en",
    "wagtail/contrib/typed_table_block": "en",
    "wagtail/documents": "en",
    "wagtail/embeds": "en",
    "wagtail/images": "en",
    "wagtail/locales": "en",
    "wagtail/search": "en",
    "wagtail/sites": "en",
    "wagtail/snippets": "en",
    "wagtail/users": "en",
    "wagtail_modeladmin": "en",
}
# django-q2 has no Persian: only the names that the admin shows are filled, from its German list.
PARTLY_HEARD = {"django_q": "de"}

# Of printf style (`%(name)s`, `%d`) and of brace style (`{name}`).
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]\b|\{\w*\}")
# Arabic yeh, kaf, teh marbuta and digits, and the stretching stroke.
NOT_PERSIAN = re.compile("[\u064a\u0643\u0629\u0660-\u0669\u0640]")

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def said(entry: polib.POEntry) -> list[str]:
    """Every Persian form of a message: one, or one for each plural."""
    if entry.msgid_plural:
        return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def catalogue(package: str, language: str, domain: str) -> Iterator[polib.POEntry]:
    """The living entries that a package ships, none if it ships no such catalogue."""
    root, _, rest = package.partition("/")
    spec = importlib.util.find_spec(root)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / rest / "locale" / language / "LC_MESSAGES"
    if (folder / f"{domain}.po").exists():
        entries = polib.pofile(str(folder / f"{domain}.po"))
        yield from (entry for entry in entries if not entry.obsolete)


@pytest.fixture(scope="module", params=DOMAINS)
def domain(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def overlay(domain: str) -> polib.POFile:
    return polib.pofile(str(OVERLAY / f"{domain}.po"), check_for_duplicates=True)


def test_the_compiled_catalogue_says_what_the_readable_one_says(overlay, domain):
    compiled = polib.mofile(str(OVERLAY / f"{domain}.mo"))

    assert {key(e): said(e) for e in compiled} == {key(e): said(e) for e in overlay}


def test_every_message_is_translated_and_none_is_a_guess(overlay):
    assert [e.msgid for e in overlay if e.fuzzy or not e.translated()] == []


def test_no_placeholder_is_lost_or_made_up(overlay):
    wrong = []
    for entry in overlay:
        needed = placeholders(entry.msgid)
        offered = needed | placeholders(entry.msgid_plural)
        forms = [placeholders(form) for form in said(entry)]
        # The form for one may say «one» where English does; the form for many says how many.
        if any(not needed <= form <= offered for form in forms) or forms[-1] != offered:
            wrong.append(entry.msgid)
    assert wrong == []


def test_every_plural_has_its_two_forms(overlay):
    assert overlay.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"
    assert [e.msgid for e in overlay if e.msgid_plural and len(said(e)) != 2] == []


def test_links_and_marks_within_a_message_survive(overlay):
    def marks(text: str) -> list[str]:
        return sorted(re.findall(r"<[^>]+>", text))

    assert [
        e.msgid for e in overlay if any(marks(form) != marks(e.msgid) for form in said(e))
    ] == []


def test_letters_are_persian_ones(overlay):
    assert [form for e in overlay for form in said(e) if NOT_PERSIAN.search(form)] == []


def test_nothing_that_a_package_says_is_left_untranslated(overlay, domain):
    persian = {key(e) for e in overlay}
    spoken: set[Key] = set()
    for package, language in SPEAKERS.items():
        spoken |= {key(e) for e in catalogue(package, language, domain)}
        persian |= {key(e) for e in catalogue(package, "fa", domain) if e.translated()}

    assert sorted(spoken - persian, key=str) == []


def test_every_message_answers_something_that_a_package_says(overlay, domain):
    spoken: set[Key] = set()
    for package, language in (SPEAKERS | PARTLY_HEARD).items():
        for listed in {language, "fa"}:
            spoken |= {key(e) for e in catalogue(package, listed, domain)}

    assert [e.msgid for e in overlay if key(e) not in spoken] == []


def test_the_overlay_wins_over_the_packages_on_the_page():
    with override("fa"):
        assert gettext("Save draft") == "ذخیرهٔ پیش‌نویس"
        assert gettext("You have signed out.") == "از حساب خود خارج شدید."
        assert ngettext("Delete 1 page", "Delete %(counter)s pages", 3) == "حذف %(counter)s صفحه"


def test_the_overlay_wins_over_the_packages_in_the_browser(rf):
    with override("fa"):
        answer = JSONCatalog.as_view(packages=["wagtail.admin"])(rf.get("/"))

    spoken = json.loads(answer.content)["catalog"]
    assert spoken["Expand all"] == "باز کردن همه"
    assert spoken["Dashboard"] == "پیشخوان"
    assert spoken["%(num)s error"] == ["%(num)s خطا", "%(num)s خطا"]
