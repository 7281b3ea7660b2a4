"""Renders HTML as an archivable, tagged PDF.

Every file is marked PDF/A-3a (for the archive, with its facts attached) and PDF/UA-1 (for screen
readers). One warm press per process: importing WeasyPrint takes two seconds, and a font
configuration of its own for each letter would never be given back.
"""

import functools
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pdf import economy, persian_text
from work import temporary_folders

if TYPE_CHECKING:
    from weasyprint import CSS, Document

PRINT_DIR: Final = Path(__file__).parent / "print"

# Pango's font map is not safe to share between threads, and the press is set up only once.
ONE_AT_A_TIME: Final = threading.Lock()

# What is loaded with the first page is there before a letter comes.
FIRST_PAGE: Final = '<html lang="fa" dir="rtl"><head><title>۱</title></head><body><p><b>میز</b> ‌خدمت</p></body></html>'

# A number of several parts («۱۳۹-۹۱۸۹۵»): beside Persian words its parts would change places.
# Bounded, because it is not broken over lines.
REFERENCE: Final = re.compile(
    r"(?<![0-9۰-۹٠-٩A-Za-z/-])[0-9۰-۹٠-٩]{1,12}(?:[-/][0-9۰-۹٠-٩]{1,12}){1,3}(?![0-9۰-۹٠-٩A-Za-z/-])"
)


@dataclass(frozen=True)
class AttachedFile:
    """A file that travels inside the PDF, as the data from which the page was made."""

    name: str
    content: str
    description: str


def render_pdf(
    html: str,
    *,
    css: str,
    attachments: Iterable[AttachedFile] = (),
    created: datetime | None = None,
) -> bytes:
    """Print ``html`` and return the PDF.

    ``html`` is a whole document with ``lang``, ``dir`` and a title; ``css`` is laid over
    ``print/base.css`` and is remembered, so give the same few texts again and again. Addresses in
    both are relative to ``print/``; nothing outside that folder is ever fetched. ``created``
    (aware; now, when left out) is the only time noted in the file.
    """
    with ONE_AT_A_TIME:
        return _make_press().print(html, css, tuple(attachments), created or datetime.now(UTC))


@functools.cache
def read_stylesheet(path: Path) -> str:
    """The text of a stylesheet file, read once per process."""
    return path.read_text(encoding="utf-8")


def qr_code(text: str) -> str:
    """``text`` as a QR code for an ``<img>``: a data URI of an SVG, quiet zone of one module.

    The mask is fixed because trying all eight takes five times longer, and a letter's address is
    short enough to scan with any of them.
    """
    code = segno.make(text, error="m", mask=3, boost_error=False)
    return code.svg_data_uri(border=1, dark="#000", nl=False)


def as_written(text: str) -> SafeString:
    """``text`` as HTML, verbatim; only references are kept whole."""
    return mark_safe(REFERENCE.sub(r'<span class="ltr">\g<0></span>', escape(text)))


class Press:
    """WeasyPrint, set up once: fonts, parsed stylesheets and the images that do not change."""

    def __init__(self) -> None:
        persian_text.mend_weasyprint()
        self._fonts = _own_fonts()
        self._images = economy.Images()
        self._parsed: dict[str, CSS] = {}
        self._fetcher = _fetcher_of_own_files()
        self._xmp = (PRINT_DIR / "pdfua.xmp").read_bytes()

    def print(
        self, html: str, css: str, attachments: tuple[AttachedFile, ...], created: datetime
    ) -> bytes:
        with economy.rare_collections():
            document = self._lay_out(html, css)
            self._describe(document, attachments, created)
            pdf = document.write_pdf(pdf_variant="pdf/a-3a", finisher=_finish)
        assert isinstance(pdf, bytes)  # None only when a target file is named.
        return pdf

    def _lay_out(self, html: str, css: str) -> "Document":
        from weasyprint import HTML

        self._images.forget_passing()
        page = HTML(string=html, base_url=f"{PRINT_DIR}/", url_fetcher=self._fetcher)
        sheets = [self._parse(read_stylesheet(PRINT_DIR / "base.css")), self._parse(css)]
        return page.render(font_config=self._fonts, stylesheets=sheets, cache=self._images)

    def _parse(self, css: str) -> "CSS":
        from weasyprint import CSS

        if css not in self._parsed:
            self._parsed[css] = CSS(
                string=css,
                font_config=self._fonts,
                base_url=f"{PRINT_DIR}/",
                url_fetcher=self._fetcher,
            )
        return self._parsed[css]

    def _describe(
        self, document: "Document", attachments: tuple[AttachedFile, ...], created: datetime
    ) -> None:
        from weasyprint import Attachment

        moment = created.astimezone(UTC)
        metadata = document.metadata
        metadata.created = metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata.attachments = [
            Attachment(
                string=file.content,
                name=file.name,
                description=file.description,
                created=moment,
                modified=moment,
                relationship="Data",
            )
            for file in attachments
        ]
        # WeasyPrint would put added XMP behind the closing rdf:RDF, where no reader looks for it.
        as_pdfa = metadata.generate_rdf_metadata
        closing = b"</rdf:RDF>"
        metadata.generate_rdf_metadata = lambda *args: as_pdfa(*args).replace(
            closing, self._xmp + closing
        )


@functools.cache
def _make_press() -> Press:
    press = Press()
    press.print(FIRST_PAGE, "", (), datetime.now(UTC))
    economy.freeze_loaded()
    return press


def _own_fonts() -> Any:
    """Fonts whose folder goes with the process, also with a worker's child that is replaced."""
    from weasyprint.text.fonts import FontConfiguration

    class OwnFonts(FontConfiguration):
        def __del__(self) -> None:
            """WeasyPrint removes the folder here, which at the end of a process it no longer can."""

    fonts = OwnFonts()
    fonts._folder = temporary_folders.make_folder("miz-fonts")
    return fonts


def _fetcher_of_own_files() -> Any:
    """A fetcher that opens data URIs and files of ``print/``, and nothing a text could point at."""
    from weasyprint.urls import URLFetcher

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not _is_own(url):
                raise ValueError(f"Not a file of the printing folder: {url[:200]}")
            return super().fetch(url, headers)

    return OwnFiles()


def _is_own(url: str) -> bool:
    address = urlsplit(url)
    if address.scheme == "file" and not address.netloc:
        return Path(unquote(address.path)).resolve().is_relative_to(PRINT_DIR.resolve())
    return address.scheme == "data"


def _finish(document: "Document", pdf: Any) -> None:
    # WeasyPrint names each attachment twice in the catalog's /AF; a strict checker minds.
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    economy.write_once(pdf)
