"""An issued letter goes on paper: everything it says, exactly once, whatever people wrote."""

import gc
import os
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from pydantic import ValidationError

from letters.facts import LetterFacts
from letters.rendering import load_press, render_letter
from pdf import economy, rendering
from tests.paper import copied_text, edges, opened, says

PARAGRAPHS = (
    "به استناد قرارداد شمارهٔ 139-91895 مورخ 1402/03/15، متقاضی زیر معرفی می‌شود.",
    "خواهشمند است دستور فرمایید نسبت به واگذاری انشعاب برق اقدام لازم به عمل آید.",
)

FACTS = {
    "template_version": 2,
    "issuer": {
        "above": ["وزارت صنعت، معدن و تجارت", "سازمان صنایع کوچک و شهرک‌های صنعتی ایران"],
        "name": "شرکت شهرک‌های صنعتی استان اصفهان",
        "address": "اصفهان، بلوار شهرک‌های صنعتی، پلاک 12",
        "phone": "031-36284111",
        "extension": "214",
        "site": "isfahan.example.ir",
    },
    "number": "1405/1/23",
    "issued_at": datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    "recipient": {"post": "مدیرعامل محترم", "organisation": "شرکت توزیع نیروی برق استان اصفهان"},
    "subject": "معرفی واحد صنعتی جهت واگذاری انشعاب برق",
    "paragraphs": PARAGRAPHS,
    "rows": [{"label": "شناسهٔ ملی", "value": "10269990012"}],
    "signer": {"name": "محمد رضایی", "post": "معاون فنی"},
    "copies": ["مدیر محترم شهرک صنعتی جی، جهت اطلاع"],
    "verify_code": "7K3M9QWD2HXAP4ZT",
    "verify_url": "https://khedmat.example.ir/verify/7K3M9QWD2HXAP4ZT/",
    "tracking_code": "140509012345",
    "service_code": "elec-intro",
    "service_title": "معرفی به شرکت توزیع برق",
    "party": {"name": "شرکت نمونهٔ سپاهان", "national_id": "10269990012", "kind": "legal"},
}


def facts(**changed) -> LetterFacts:
    return LetterFacts(**{**FACTS, **changed})


@pytest.fixture(scope="module")
def letter() -> bytes:
    return render_letter(facts())


@pytest.mark.parametrize(
    "text",
    [
        "بسمه تعالی",
        "سازمان صنایع کوچک و شهرک‌های صنعتی ایران",
        "شرکت شهرک‌های صنعتی استان اصفهان",
        "۱۴۰۵/۱/۲۳",
        "۱۴۰۵/۰۹/۰۱",
        "پیوست: ندارد",
        "مدیرعامل محترم شرکت توزیع نیروی برق استان اصفهان",
        "موضوع: معرفی واحد صنعتی جهت واگذاری انشعاب برق",
        "با سلام و احترام",
        "اقدام لازم به عمل آید",
        "۱۰۲۶۹۹۹۰۰۱۲",
        "محمد رضایی معاون فنی",
        "این نامه به‌صورت الکترونیکی صادر شده است",
        "رونوشت: – مدیر محترم شهرک صنعتی جی، جهت اطلاع",
        "۰۳۱-۳۶۲۸۴۱۱۱",
        "7K3M 9QWD 2HXA P4ZT",
        "khedmat.example.ir/verify",
        "صفحهٔ ۱ از ۱",
    ],
)
def test_the_page_says(letter, text):
    assert says(letter, text)


def test_numbers_read_in_the_right_order_beside_persian_and_latin_words():
    written = "قرارداد 139-91895 برابر ISO 9001 و مدل IR-120 به نشانی ab12@example.ir شد"
    text = copied_text(render_letter(facts(paragraphs=[written])))

    for whole in ("139-91895", "ISO 9001", "IR-120", "ab12@example.ir", "۱۴۰۵/۱/۲۳"):
        assert whole in text


def test_the_address_of_the_verification_is_a_link(letter):
    links = [
        note["/A"]["/URI"] for page in opened(letter).pages for note in page.get("/Annots") or []
    ]
    assert links == [facts().verify_url]


def test_a_machine_reads_the_same_facts_from_the_file(letter):
    (attached,) = opened(letter).attachments["facts.json"]
    assert LetterFacts.model_validate_json(attached) == facts()


def test_the_title_names_the_letter_and_the_time_is_that_of_issuing(letter):
    metadata = opened(letter).metadata
    assert metadata.title == "نامهٔ شمارهٔ ۱۴۰۵/۱/۲۳ – معرفی واحد صنعتی جهت واگذاری انشعاب برق"
    assert metadata.creation_date == FACTS["issued_at"]


def test_the_same_facts_give_the_same_file_again(letter):
    assert render_letter(facts()) == letter


def test_a_fork_of_a_loaded_press_prints_the_same(letter, tmp_path):
    load_press()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            (tmp_path / "letter.pdf").write_bytes(render_letter(facts()))
        os._exit(0)
    os.waitpid(child, 0)
    assert (tmp_path / "letter.pdf").read_bytes() == letter


class AsTheyAre(economy.Images):
    __setitem__ = dict.__setitem__


def test_emblem_and_code_look_as_their_paths_say(letter, monkeypatch):
    """The strokes of the emblem are repeated, those of the code are written without WeasyPrint."""
    assert render_letter(facts()) == letter
    press = rendering.Press()
    press._images = AsTheyAre()
    monkeypatch.setattr(rendering, "_make_press", lambda: press)
    assert seen(render_letter(facts())) == seen(letter)


def seen(pdf):
    return pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().tobytes()


def test_threads_of_one_process_do_not_mix_letters_up(letter):
    other = facts(number="1405/1/24")
    with ThreadPoolExecutor(4) as pool:
        first, second, third = pool.map(render_letter, [facts(), other, facts()])

    assert first == third == letter
    assert says(second, "۱۴۰۵/۱/۲۴")


def test_a_long_letter_has_a_head_a_foot_and_a_count_on_every_page():
    pdf = render_letter(facts(paragraphs=PARAGRAPHS * 15))
    count = len(opened(pdf).pages)

    assert count >= 2
    for page in range(1, count + 1):
        assert says(pdf, f"صفحهٔ {page} از {count}", page)
        assert says(pdf, "7K3M 9QWD 2HXA P4ZT", page)
        assert says(pdf, "شرکت شهرک‌های صنعتی استان اصفهان", page)
        assert says(pdf, "بسمه تعالی", page) == (page == 1)
        assert says(pdf, "ادامهٔ نامهٔ شمارهٔ ۱۴۰۵/۱/۲۳", page) == (page > 1)


def test_only_what_is_out_of_the_ordinary_is_marked(letter):
    marked = render_letter(facts(classification="محرمانه", priority="فوری", enclosure="دارد"))

    for mark in ("طبقه: محرمانه", "فوریت: فوری", "پیوست: دارد"):
        assert says(marked, mark)
        assert not says(letter, mark)


def test_a_letter_of_the_barest_facts_has_no_empty_headings():
    bare = {"name": "شرکت", "above": []}
    pdf = render_letter(facts(issuer=bare, rows=[], copies=[], recipient={"post": "متقاضی محترم"}))

    assert not says(pdf, "رونوشت")
    assert not says(pdf, "تلفن")
    assert says(pdf, "متقاضی محترم")


@pytest.mark.parametrize(
    ("text", "heart"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("{{ facts.number }} {% now %}", "facts.number"),
        ("&quot; <b>متن</b>", "quot"),
    ],
)
def test_what_people_wrote_is_printed_as_text(text, heart):
    rows = [{"label": "شرح", "value": text}]
    pdf = render_letter(facts(subject=text, paragraphs=[text], rows=rows, copies=[text]))

    assert copied_text(pdf).count(heart) == 4


@pytest.mark.parametrize("word", ["س" * 900, "W" * 900, "1-" * 450, "۹" * 900])
def test_a_word_without_end_stays_between_the_margins(word):
    rows = [{"label": word[:200], "value": word}]
    pdf = render_letter(facts(subject=word[:100], paragraphs=[word], rows=rows))

    # 22 mm on both sides of an A4 page, in points.
    assert all(left >= 62 and right <= 533.5 for left, right in edges(pdf))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "۱۴۰۵/۱/۲۳"},
        {"number": "1405/صB/23"},
        {"issued_at": datetime(2026, 11, 22)},
        {"paragraphs": []},
        {"subject": ""},
        {"verify_code": "7K3M9QWD2HXAP4ZU"},
        {"tracking_code": "12345"},
        {"verify_url": "javascript:alert(1)"},
        {"colour": "red"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_facts_that_cannot_be_printed_are_refused_before_a_number_is_lost(wrong):
    with pytest.raises(ValidationError):
        facts(**wrong)


def test_issued_facts_never_change():
    with pytest.raises(ValidationError):
        facts().subject = "موضوع دیگر"


def test_a_warm_process_is_quick_and_keeps_nothing_of_each_letter():
    def issue(count: int) -> None:
        for number in range(count):
            url = f"https://example.ir/verify/{number}/"
            render_letter(facts(number=f"1405/1/{number}", verify_url=url))
        gc.collect()

    def growth() -> float:
        memory = kilobytes_in_use()
        issue(20)
        return (kilobytes_in_use() - memory) / 20

    issue(10)
    started = time.process_time()
    # The allocator grows in leaps, so the calmest of three rounds counts; a font configuration
    # of its own would keep some 245 kB of each letter in every round.
    assert min(growth() for _ in range(3)) < 120
    assert (time.process_time() - started) / 60 < 2


def kilobytes_in_use() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024
