"""The written content that a fresh installation is filled with holds together by itself.

No database: the files are judged before anything is loaded from them.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from persian.identifiers import normal_national_id
from services_catalog.facts import Condition, QuestionFacts, QuestionKind

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "parks": "services_catalog/data/parks.json",
    "catalog": "services_catalog/data/catalog.json",
    "organisations": "services_catalog/data/organisations.json",
    "templates": "letters/data/templates.json",
    "guides": "guides/data/guides.json",
    "contracts": "submissions/contracts/data/contracts.json",
}
LETTER_KINDS = {"introduction", "inquiry", "certificate", "permit", "notice"}
# Not found in a table of organisations: the applicant, or whom the applicant names.
NAMED_BY_THE_APPLICANT = {"answer", "bank"}
BLOCKS = {"heading", "paragraph", "steps", "note", "faq", "service"}
HTML_IN_GUIDES = {"p", "b", "ul", "ol", "li", "a"}


def read(name: str) -> dict[str, Any]:
    return json.loads((ROOT / FILES[name]).read_text(encoding="utf-8"))


PARKS, CATALOG, ORGANISATIONS = read("parks"), read("catalog"), read("organisations")
TEMPLATES, GUIDES, CONTRACTS = read("templates"), read("guides"), read("contracts")["contracts"]
SERVICES = CATALOG["services"]

each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service["code"])
each_file = pytest.mark.parametrize("name", FILES)


def codes(rows: list[dict[str, Any]], key: str = "code") -> set[Any]:
    """The codes of the rows; two rows with one code are an error of the data."""
    counted = Counter(row[key] for row in rows)
    assert [code for code, times in counted.items() if times > 1] == []
    return set(counted)


def texts(value: Any) -> Iterator[str]:
    """Every string inside, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in texts(part))


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (PARKS["provinces"], 31),
        (PARKS["parks"], 154),
        (CATALOG["units"], 12),
        (SERVICES, 35),
        (GUIDES["guides"], 5),
    ],
    ids=["provinces", "parks", "units", "services", "guides"],
)
def test_nothing_is_lost_from_the_lists(rows, count):
    assert len(rows) == count


@pytest.mark.parametrize("part", ["categories", "units", "document_types", "return_reasons"])
def test_what_services_name_has_a_code_of_its_own_and_a_title(part):
    codes(CATALOG[part])

    assert all(row["title"] for row in CATALOG[part])


def test_each_reason_for_a_return_says_what_to_do():
    assert len(CATALOG["return_reasons"]) >= 12
    assert all(reason["advice"].startswith("لطفاً ") for reason in CATALOG["return_reasons"])


def test_each_document_type_says_what_a_good_scan_is():
    assert [row["code"] for row in CATALOG["document_types"] if len(row["help"]) < 40] == []


# Letters and joints


@each_file
def test_persian_is_written_with_persian_letters(name):
    wrong = re.compile("[\u064a\u0643\u0649\u06c0\u0640\u0660-\u0669]")

    assert [text for text in texts(read(name)) if wrong.search(text)] == []


@each_file
def test_half_spaces_join_two_letters_and_nothing_else(name):
    loose = re.compile(r"(^|[^\u0600-\u06ff])\u200c|\u200c($|[^\u0600-\u06ff])|\u200c\u200c|  ")

    assert [text for text in texts(read(name)) if loose.search(text)] == []


@each_file
def test_prefixes_and_plurals_keep_their_half_space(name):
    apart = re.compile(
        r"(?<!\S)ن?می [\u0600-\u06ff]|[\u0600-\u06ff] (ها|های|هایی)(?![\u0600-\u06ff])"
    )

    assert [text for text in texts(read(name)) if apart.search(text)] == []


# Places and recipients


def test_a_park_is_once_in_a_province_and_its_province_exists():
    provinces = codes(PARKS["provinces"], "slug")
    pairs = [(park["province"], park["slug"]) for park in PARKS["parks"]]

    assert len(set(pairs)) == len(pairs)
    assert {province for province, _ in pairs} == provinces


def test_every_kind_of_recipient_exists_in_every_province():
    listed = Counter((row["kind"], row["province"]) for row in ORGANISATIONS["organisations"])
    kinds = codes(ORGANISATIONS["kinds"])
    used = {service["recipient"] for service in SERVICES} - NAMED_BY_THE_APPLICANT - {"applicant"}

    assert used <= kinds
    for province in codes(PARKS["provinces"], "slug"):
        assert {kind: listed[kind, province] for kind in kinds} == dict.fromkeys(kinds, 1)


def test_a_recipient_can_be_addressed_on_the_network_and_by_post():
    rows = ORGANISATIONS["organisations"]
    codes(rows, "ece_code")

    assert all(row["addressee"] and "نشانی نمایشی" in row["postal_address"] for row in rows)


# Services


def test_services_have_codes_of_their_own_and_known_categories():
    codes(SERVICES)

    assert {service["category"] for service in SERVICES} == codes(CATALOG["categories"])


@each_service
def test_a_service_says_what_it_is_for_and_what_comes_of_it(service):
    assert 2 <= len(re.findall(r"[.؛]", service["summary"])) <= 5
    assert service["promise_days"] >= 1
    assert service["fee"] in {"free", "fixed", "computed"}
    assert service["fee_note"]
    assert service["letter_kind"] in LETTER_KINDS
    assert service["letter_subject"]
    assert service["applicant"] in {"natural", "legal", "both"}


@each_service
def test_texts_fit_the_columns_they_are_loaded_into(service):
    short = [service["fee_note"], service["letter_subject"], "،".join(service["keywords"])]
    helps = [row["help"] for row in [*service["questions"], *service["documents"]]]

    assert max(map(len, short)) <= 300
    assert max(map(len, helps)) <= 500
    assert not any("،" in word for word in service["keywords"])


@each_service
def test_questions_can_be_asked_as_they_are_written(service):
    codes(service["questions"])
    asked = [QuestionFacts.model_validate(question) for question in service["questions"]]

    assert 2 <= len(asked) <= 5
    for question in asked:
        assert re.fullmatch("[a-z][a-z0-9_]*", question.code)
        assert bool(question.choices) == (question.kind == QuestionKind.CHOICE)
        if question.kind in (QuestionKind.NUMBER, QuestionKind.DECIMAL):
            assert question.unit
            assert question.min < question.max


@each_service
def test_a_condition_names_an_earlier_question_and_one_of_its_answers(service):
    earlier: dict[str, QuestionFacts] = {}
    for row in service["questions"]:
        question = QuestionFacts.model_validate(row)
        if question.shown_when:
            assert possible(question.shown_when, earlier)
        earlier[question.code] = question


def possible(condition: Condition, earlier: dict[str, QuestionFacts]) -> bool:
    """Whether the condition can ever be met by an answer to a question asked before."""
    asked = earlier[condition.question]
    if asked.kind == QuestionKind.YES_NO:
        return isinstance(condition.equals, bool)
    return condition.equals in {choice.value for choice in asked.choices}


def test_several_services_ask_further_only_when_it_concerns_the_applicant():
    further = [s for s in SERVICES if any(question["shown_when"] for question in s["questions"])]

    assert len(further) >= 8


@each_service
def test_whoever_names_the_recipient_is_asked_for_it(service):
    asked = [question for question in service["questions"] if question["code"] == "recipient"]

    assert len(asked) == (service["recipient"] in NAMED_BY_THE_APPLICANT)
    assert all(q["required"] and q["kind"] == "text" and not q["shown_when"] for q in asked)


@each_service
def test_documents_are_of_known_types_and_every_applicant_is_asked_for_papers(service):
    codes(service["documents"])
    kinds = {"natural", "legal"} if service["applicant"] == "both" else {service["applicant"]}
    allowed = {"always", "agent", "declared"} | kinds

    assert {row["type"] for row in service["documents"]} <= codes(CATALOG["document_types"])
    assert {row["required"] for row in service["documents"]} <= allowed
    assert {row["max_mb"] for row in service["documents"]} <= {5, 25}
    assert {"request", "contract"} <= {
        row["code"] for row in service["documents"] if row["required"] == "always"
    }


@each_service
def test_a_route_begins_at_the_desk_and_is_signed_once_by_somebody_else(service):
    stops = service["route"]
    signing = [stop for stop in stops if stop["signs"]]

    assert codes(stops) == {stop["unit"] for stop in stops} <= codes(CATALOG["units"])
    assert stops[0]["code"] == "desk"
    assert len(signing) == 1
    assert signing[0]["not_same_as"] == ["desk"]
    assert signing[0]["code"] == next(
        code
        for code in ("ceo", "deputy", *[stop["code"] for stop in reversed(stops)])
        if code in codes(stops) and code != "secretariat"
    )


@each_service
def test_somebody_on_the_route_may_reject_but_never_the_secretariat(service):
    rejecting = {stop["code"] for stop in service["route"] if stop["may_reject"]}

    assert rejecting
    assert "secretariat" not in rejecting


# Letters


def template_for(service: dict[str, Any]) -> list[dict[str, Any]]:
    """The service's own template, else the general one of its letter kind."""
    of_kind = [t for t in TEMPLATES["templates"] if service["letter_kind"] in t["kinds"]]
    own = [template for template in of_kind if service["code"] in template["services"]]
    return own or [template for template in of_kind if not template["services"]]


@each_service
def test_exactly_one_template_writes_the_letter_of_a_service(service):
    assert len(template_for(service)) == 1


def test_templates_ask_only_for_what_the_letter_knows():
    codes(TEMPLATES["templates"])
    known = set(TEMPLATES["placeholders"])

    for template in TEMPLATES["templates"]:
        parts = [part for text in texts(template) for part in Formatter().parse(text)]
        assert {field for _, field, _, _ in parts if field} <= known
        assert template["body"]
        assert template["copies"]
        assert template["salutation"].startswith("با سلام و احترام")


def test_whoever_signs_on_a_route_has_a_post_to_print():
    signing = {stop["unit"] for s in SERVICES for stop in s["route"] if stop["signs"]}

    assert signing == set(TEMPLATES["signer_posts"])


# Guides


def test_the_guides_carry_the_four_important_notes():
    written = " ".join(texts(GUIDES["guides"]))

    assert [page["slug"] for page in GUIDES["guides"]] == [
        "sign-in",
        "identity",
        "contract",
        "request",
        "follow-up",
    ]
    for number in "۱۲۳۴":
        assert written.count(f"نکتهٔ مهم {number}") == 1


@pytest.mark.parametrize("page", GUIDES["guides"], ids=lambda page: page["slug"])
def test_a_guide_is_made_of_known_blocks_and_plain_html(page):
    tags = set(re.findall(r"</?([a-z0-9]+)", " ".join(texts(page["blocks"]))))
    linked = {block["value"] for block in page["blocks"] if block["type"] == "service"}

    assert {block["type"] for block in page["blocks"]} <= BLOCKS
    assert tags <= HTML_IN_GUIDES
    assert linked <= codes(SERVICES)
    assert page["intro"]
    assert page["reading_minutes"] >= 1


# The register


def test_the_register_is_long_enough_and_its_rows_stand_alone():
    assert len(CONTRACTS) >= 200
    codes(CONTRACTS, "number")
    codes(CONTRACTS, "file_number")
    plots = Counter((row["province"], row["park"], row["plot"]) for row in CONTRACTS)
    assert max(plots.values()) == 1


@pytest.mark.parametrize("row", CONTRACTS, ids=lambda row: row["number"])
def test_a_contract_has_a_park_a_plausible_date_and_a_right_but_unused_holder_id(row):
    places = {(park["province"], park["slug"]) for park in PARKS["parks"]}
    unused = {"natural": ("999",), "legal": ("1026999", "1400999")}[row["holder_kind"]]

    assert (row["province"], row["park"]) in places
    assert normal_national_id(row["holder_id"], row["holder_kind"]) == row["holder_id"]
    assert row["holder_id"].startswith(unused)
    assert re.fullmatch(r"1[34]\d\d/\d{3,4}", row["number"])
    signed = dt.date.fromisoformat(row["signed_on"])
    assert int(row["number"][:4]) == signed.year - (
        621 if signed.timetuple().tm_yday >= 80 else 622
    )
    assert row["area"] > 0


def test_one_holder_id_is_one_name():
    assert len({row["holder_id"] for row in CONTRACTS}) == len(
        {(row["holder_id"], row["holder_name"]) for row in CONTRACTS}
    )


@pytest.mark.parametrize(
    ("holder_id", "number"), [("9990000018", "1402/1001"), ("10269990012", "1401/2002")]
)
def test_the_demo_applicants_hold_their_contracts_in_jey(holder_id, number):
    (row,) = [row for row in CONTRACTS if row["holder_id"] == holder_id]

    assert (row["number"], row["province"], row["park"]) == (number, "isfahan", "jey")


def test_the_catalog_has_stops_side_by_side_joined_in_both_ways():
    stops = [stop for service in SERVICES for stop in service["route"]]

    assert {stop.get("alongside", "") for stop in stops} == {"", "all", "any"}
    assert all(not service["route"][0].get("alongside") for service in SERVICES)
