"""What people write into letters comes out of the PDF as it went in, in three readers of it.

Sixty phrases of the kinds that break: half-spaces, lam-alef, dates, amounts, brackets, Latin, e-mail.
"""

import re
import subprocess

import pypdfium2
import pytest

from letters.rendering import render_letter
from tests.letters.test_rendering import facts
from tests.paper import copied_text

PHRASES = (
    # Half-spaces and ligatures.
    "می‌شود و نمی‌تواند برنامه‌ریزی‌های سال‌های گذشته را",
    "سلام علیکم؛ احوال کلیهٔ کارکنان گرامی",
    "الزام به انجام اصلاحات لازم در سالن‌ها",
    "کالاهای بلااستفاده و پلاک‌های فلزی",
    "نامهٔ شرکت، پروانهٔ بهره‌برداری و خانهٔ شمارهٔ ۷",
    "مسئول رسیدگی، رئیس هیئت‌مدیره و مؤسسهٔ مالی",
    "تأیید، تأخیر، قرآن، آب و الآن",
    "«نقل‌قول فارسی» در متن نامه",
    "نام‌گذاری‌های بین‌المللی، پیش‌فرض‌ها",
    "لابه‌لای کلاف، ملال و جلال",
    # Digits, dates, numbers of several parts.
    "قرارداد شمارهٔ ۱۳۹-۹۱۸۹۵ منعقد شد",
    "مورخ ۱۴۰۵/۰۹/۰۲ صادر گردید",
    "نامهٔ شمارهٔ ۱۴۰۵/۱/۲۳ مورخ ۱۴۰۵/۰۸/۳۰",
    "از ۱۴۰۴/۱۲/۲۹ تا ۱۴۰۵/۰۱/۱۴ تعطیل است",
    "پروندهٔ 1402-15-88 بایگانی شد",
    "بازهٔ ۸:۳۰ تا ۱۴:۴۵ روزهای شنبه",
    "ساعت ۰۷:۰۵ بامداد",
    "درصد پیشرفت ۸۵٪ و ۱۲/۵ درصد",
    "مادهٔ ۱۲، تبصرهٔ ۳، بند «الف»",
    "شناسهٔ ملی 10260304050 ثبت است",
    # Amounts and measures.
    "مبلغ ۱۲٬۵۰۰٬۰۰۰ ریال پرداخت شد",
    "مبلغ 1,250,000 ریال (یک میلیون)",
    "مساحت ۲۵۰۰ متر مربع (۵۰×۵۰)",
    "قدرت ۲۵۰ کیلووات، ولتاژ ۲۰kV",
    "بهای هر متر: ۳۵۰,۰۰۰ تومان",
    "دما ۵- تا ۴۰+ درجه",
    "نسبت ۳/۴ سهم از کل",
    "وزن ۱٫۵ تن",
    "معادل 2.5 مگاوات",
    "جمع: ۱۰ + ۵ = ۱۵",
    # Brackets.
    "شرکت نمونه (سهامی خاص) واقع در شهرک",
    "شرکت نمونه (سهامی خاص)",
    "قطعهٔ ۱۲ (بلوک ب) فاز ۲",
    "(پیوست دارد)",
    "متن [داخل کروشه] و {داخل آکولاد}",
    "شرکت آریا (Aria Co.) در اصفهان",
    "ظرفیت (۱۰۰۰ تن در سال)",
    "بند (۱) و بند (۲) مادهٔ (۳)",
    # Latin words, codes, addresses.
    "استاندارد ISO 9001 دریافت شد",
    "دستگاه CNC مدل DMG-50 ساخت آلمان",
    "گواهی CE و RoHS برای محصول",
    "نرم‌افزار AutoCAD 2024 نصب است",
    "پست الکترونیکی info@example.ir اعلام شد",
    "رایانامهٔ sales.dept@my-company.co.ir",
    "نشانی www.example.ir را ببینید",
    "نشانی https://khedmat.example.ir/verify/ معتبر است",
    "کد IR-120/B ثبت شد",
    "فایل plan-v2.pdf ارسال شد",
    "تجهیزات Siemens S7-1200 PLC",
    "خط تولید PVC/UPVC راه‌اندازی شد",
    "کد پستی ۸۱۷۴۶-۷۳۴۴۱",
    # Telephones.
    "تلفن ۰۳۱-۳۶۲۸۴۱۱۱ داخلی ۲۱۴",
    "تلفن: 021-88776655",
    "همراه ۰۹۱۳۰۰۰۰۰۰۱",
    "تلفن +۹۸ ۳۱ ۳۶۲۸ ۴۱۱۱",
    "تلفن (۰۳۱) ۳۶۲۸۴۱۱۱",
    # Punctuation and mixture.
    "آیا تأیید می‌شود؟ بله؛ ثبت شد.",
    "شهرک صنعتی جی/فاز دو، خیابان اول",
    "تولید آب‌معدنی/نوشابه و غیره...",
    "خریدار: شرکت الف؛ فروشنده: شرکت ب",
)

# Marks of direction, which a reader adds and nobody sees.
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))


def read_by_poppler(pdf: bytes) -> str:
    return copied_text(pdf)


def read_by_pdfium(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def read_by_mupdf(pdf: bytes, folder) -> str:
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    command = ["mutool", "draw", "-q", "-F", "txt", "-o", "-", str(path)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def phrases_on_paper() -> bytes:
    return render_letter(facts(paragraphs=PHRASES))


@pytest.mark.parametrize(
    ("reader", "at_odds"),
    [
        # An «آ» beside the hidden characters gets a space that nobody wrote.
        ("poppler", {"متن [داخل کروشه] و {داخل آکولاد}", "دستگاه CNC مدل DMG-50 ساخت آلمان"}),
        # A Latin word without a space on both sides cannot be set apart: its parts change places.
        (
            "pdfium",
            {
                "شرکت آریا (Aria Co.) در اصفهان",
                "نشانی https://khedmat.example.ir/verify/ معتبر است",
            },
        ),
        # A Latin word right behind a bracket begins a new line.
        ("mupdf", {"شرکت آریا (Aria Co.) در اصفهان"}),
    ],
)
def test_phrases_come_out_as_they_went_in(phrases_on_paper, tmp_path, reader, at_odds):
    read = {
        "poppler": read_by_poppler,
        "pdfium": read_by_pdfium,
        "mupdf": lambda pdf: read_by_mupdf(pdf, tmp_path),
    }[reader]
    said = squeeze(read(phrases_on_paper))

    missing = {phrase for phrase in PHRASES if squeeze(phrase) not in said}
    assert missing <= at_odds
    assert len(PHRASES) - len(missing) >= 54


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(MARKS)).strip()
