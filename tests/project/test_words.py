"""Whatever people read is written in one administrative register, one form for each word.

The glossary names the forms that are not written and what is written instead. It is held over the
templates, the texts in code, the data that a new installation begins with, the scripts, the
overlay of translations and the editors' guide.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

HOUSE = Path(__file__).resolve().parents[2]
PLACES = ("site", "guides", "home", "letters", "services_catalog", "submissions")

#: The form not to write, as a regular expression, and the one to write.
GLOSSARY = {
    # ordinary words instead of purisms
    "تازه": "جدید",
    "نخست": "ابتدا، اول",
    "نخستین": "اولین",
    "پیشین": "قبلی",
    "پیش‌تر": "قبلاً",
    "گام": "مرحله",
    "گامی": "مرحله‌ای",
    "گام‌به‌گام": "راهنمای مراحل",
    "ایستگاه": "مرحله",
    "آغاز": "شروع",
    "برگزینید": "انتخاب کنید",
    "بسنجید": "تطبیق دهید",
    "می‌سنجد|می‌سنجند": "بررسی می‌کند",
    "درنگ|بی‌درنگ|همان‌دم": "صبر، بلافاصله",
    "خودبه‌خود": "به‌صورت خودکار",
    "هم‌اکنون": "در حال حاضر",
    "بر پایهٔ|بر پایه": "بر اساس",
    "برابر (?:مقررات|ضوابط|مفاد|مجوز)": "مطابق",
    "دست‌کم|کمینه|کمینهٔ": "حداقل",
    "بیشینه|بیشینهٔ": "حداکثر",
    "نویسه|نویسهٔ": "کاراکتر",
    "رمزینه|رمزینهٔ": "بارکد",
    "کنونی": "فعلی",
    "بازنشسته": "غیرفعال",
    "گونهٔ": "نوع",
    "تنها": "فقط",
    "بیفزایید": "اضافه کنید",
    "شمار": "تعداد",
    "وبگاه": "سایت",
    "دیرکرد": "تأخیر",
    "نام‌برده": "مذکور",
    "آگاهی|آگاه": "اطلاع",
    "پرتکرار": "متداول",
    "چون‌ساخت(?!\\))": "ازبیلت (چون‌ساخت)",
    # sending, finding, keeping
    "بفرستید|می‌فرستید|می‌فرستم|فرستاده": "ارسال کنید، ارسال",
    "پیدا (?:شد|نشد|نمی‌شود)": "یافت شد",
    "نگه داشته (?:شد|می‌شود|شده است)": "محفوظ است",
    "نوشته‌های شما": "اطلاعات واردشدهٔ شما",
    "از اندازه گذشت|به سقف رسیده": "بیش از حد مجاز است",
    "از میان نرفته": "محفوظ است",
    "بی‌تغییر": "بدون تغییر",
    # sentences of the pages
    "آنچه گذشته است": "سوابق درخواست",
    "آنچه فرستاده|آنچه تا اینجا": "اطلاعات و مدارک ارسالی",
    "پس از این چه می‌شود": "مراحل بعدی",
    "پیامکی نرسید": "پیامک دریافت نکردید؟",
    "مربوط به من نیست": "شامل من نمی‌شود",
    "نشست‌ها|نشست": "دستگاه‌ها و ورودهای اخیر، اعتبار ورود",
    "مندرجات": "مشخصات درخواست",
    "به عمل آید": "معمول گردد",
    "رونوشت (?:کد|درخواست|شد)": "کپی کد، نسخهٔ PDF درخواست",
    "دقیقه خواندن": "زمان مطالعه",
    "از آن (?:خود|متقاضی|شما|شرکت)|از آنِ": "متعلق به",
    "چه کنم|کی بیاورم": "چه باید کرد",
    "به کار می‌آید": "کاربرد دارد",
    # a computer's file is no case
    "(?:این|نام|همین|چند|حجم|خواندن) پرونده|پروندهٔ (?:PDF|نمونه)|در یک پرونده": "فایل",
    # a case is returned with one word
    "برای اصلاح (?:بازگشت|برگشت|برگردان|بازگرد)\\S*": "عودت",
    # one spelling
    "شماره (?:موبایل|قرارداد|پرونده|قطعه|ثبت|وکالت‌نامه)": "شمارهٔ …",
    "صفحه (?:ورود|اصلی|اول|دوم|قبل|جدید|مستعار|والد|مقصد)": "صفحهٔ …",
    "شناسه (?:ملی|درگاه|کاربر)": "شناسهٔ …",
    "گذرواژه (?:جدید|خود|شما|فعلی|یک‌بارمصرف)": "گذرواژهٔ …",
    "همه (?:صفحه‌ها|مجوزها|موارد|کاربران)": "همهٔ …",
    "مدیر عامل": "مدیرعامل",
    "متر مربع": "مترمربع",
    "تایید": "تأیید",
    "به صورت": "به‌صورت",
    "آنها": "آن‌ها",
    "خدمت‌گیرندگان": "خدمت گیرندگان",
    "مانند «?[0-9]\\S*": "رقم فارسی",
}

#: What stands although the glossary forbids it, and why.
EXCEPTIONS = {
    "شماره موبایل را صحیح وارد کنید!": "the guide's own message, word for word",
    "{شماره قرارداد}": "a placeholder that the stored texts of installations name",
    '"شماره قرارداد"': "the same placeholder, where it is defined",
    "برگشت پول": "a word that people search by",
}

_LETTER = "\u0621-\u063a\u0641-\u065f\u066e-\u06d3\u06d5-\u06df\u06ee-\u06fc\u200c"
_ENDINGS = "(?:\u200c(?:ها|های|هایی|ای|تر|تری|ترین))?\u0654?"
FORBIDDEN = {
    form: re.compile(f"(?<![{_LETTER}])(?:{form}){_ENDINGS}(?![{_LETTER}])") for form in GLOSSARY
}
PERSIAN = re.compile("[\u0600-\u06ff]")


def texts_in_code(path: Path) -> Iterator[str]:
    """The Persian strings of a module; not what its docstrings quote."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        node.value
        for parent in ast.walk(tree)
        for node in ast.iter_child_nodes(parent)
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
            yield node.value


def texts_in_data(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (f'"{inner}"',) if name == "name" else texts_in_data(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in_data(inner)
    elif isinstance(value, str):
        yield value


def all_texts() -> Iterator[tuple[Path, str]]:
    for place in PLACES:
        for path in sorted((HOUSE / place).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((path, text) for text in texts_in_code(path))
        for path in sorted((HOUSE / place).rglob("data/*.json")):
            yield from ((path, text) for text in texts_in_data(json.loads(path.read_text("utf-8"))))
    contents = HOUSE / "templates" / "messages" / "contents.json"
    yield from ((contents, text) for text in texts_in_data(json.loads(contents.read_text("utf-8"))))
    for path in (*(HOUSE / "templates").rglob("*.html"), *(HOUSE / "templates").rglob("*.txt")):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.S)
        yield path, text
    for path in (HOUSE / "site" / "static" / "portal").glob("*.js"):
        yield path, path.read_text("utf-8")
    yield HOUSE / "docs" / "editors.md", (HOUSE / "docs" / "editors.md").read_text("utf-8")
    for path in (HOUSE / "site" / "locale").rglob("*.po"):
        for entry in polib.pofile(str(path)):
            yield from ((path, said) for said in (entry.msgstr, *entry.msgstr_plural.values()))


@pytest.fixture(scope="module")
def texts() -> list[tuple[Path, str]]:
    """All that people read, blanks and line breaks as one blank, without what is excepted."""
    read = []
    for path, text in all_texts():
        if PERSIAN.search(text):
            for excepted in EXCEPTIONS:
                text = text.replace(excepted, "…")
            read.append((path.relative_to(HOUSE), re.sub(r"\s+", " ", text)))
    return read


@pytest.mark.parametrize("form", GLOSSARY)
def test_one_form_for_each_word(form: str, texts: list[tuple[Path, str]]) -> None:
    found = [
        f"{path}: …{text[max(hit.start() - 40, 0) : hit.end() + 40]}…"
        for path, text in texts
        for hit in FORBIDDEN[form].finditer(text)
    ]
    assert found == [], f"write «{GLOSSARY[form]}»"


def help_texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg in ("help_text", "help"):
            words = [
                part.value
                for part in ast.walk(node.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if words and PERSIAN.search(words[-1]):
                yield words[-1]


def test_hints_are_whole_sentences() -> None:
    in_code = [
        text
        for place in PLACES
        for path in (HOUSE / place).rglob("*.py")
        if "migrations" not in path.parts
        for text in help_texts(path)
    ]
    assert [text for text in in_code if text.strip()[-1] not in ".:(«)؟"] == []


@pytest.mark.parametrize("name", ["catalog.json", "stages.json"])
def test_hints_of_the_catalog_are_whole_sentences(name: str) -> None:
    def hints(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (v for k, v in value.items() if k in ("help", "advice", "summary") and v)
        for inner in value.values() if isinstance(value, dict) else value:
            if isinstance(inner, (dict, list)):
                yield from hints(inner)

    data = json.loads((HOUSE / "services_catalog" / "data" / name).read_text("utf-8"))
    assert [hint for hint in hints(data) if not hint.endswith((".", "؟"))] == []
