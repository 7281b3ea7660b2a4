"""Asks for a print of a register, and makes it: as PDF or as a spreadsheet."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.timezone import now
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from accounts.models import Party, User
from db.file_storage import kept_if_recorded
from letters.incoming.registering import REGISTERING
from letters.registers.printing.lines import Line, Period, lines_of, rows_of
from letters.registers.printing.models import (
    PrintDirection,
    PrintForm,
    PrintState,
    RegisterPrint,
    print_path,
)
from letters.registers.rows import MAIN, Secretariat
from pdf.rendering import read_stylesheet, render_pdf
from persian.digits import to_persian
from web.models import OfficeSettings
from web.refusals import Refusal
from work import audit, declare_task, enqueue

logger = logging.getLogger(__name__)

CSS: Final = Path(__file__).parents[2] / "print" / "register.css"
LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)
MOST_TRIES = 3
#: Letters in one print: what the worker makes well within its time.
MOST: Final = {PrintForm.PDF: 800, PrintForm.SHEET: 20_000}
HEADS: Final = {
    PrintDirection.OUTGOING: ("شماره", "تاریخ", "موضوع", "گیرنده", "منظور", "کد رهگیری", "وضعیت"),
    PrintDirection.INCOMING: (
        *("شمارهٔ ثبت", "تاریخ ثبت", "موضوع", "فرستنده", "شماره و تاریخ فرستنده"),
        *("کد رهگیری", "وضعیت"),
    ),
}


class TooManyLetters(Refusal):
    status = 422
    code = "register_too_long"
    title = "تعداد نامه‌ها بیش از حد یک چاپ است"

    def __init__(self, found: int, most: int) -> None:
        super().__init__(
            f"در این بازه {to_persian(found)} نامه ثبت شده است و هر چاپ حداکثر {to_persian(most)} "
            "نامه دارد. لطفاً بازه را کوتاه‌تر انتخاب کنید."
        )


@transaction.atomic
def ask_for_print(
    *, by: User, direction: str, secretariat: str, since: date, until: date, form: str
) -> RegisterPrint:
    """Have the register of a period printed. Raises PermissionDenied and TooManyLetters."""
    if not by.has_perm(REGISTERING):
        raise PermissionDenied
    asked = RegisterPrint(
        direction=direction, secretariat=secretariat, since=since, until=until, form=form, by=by
    )
    most = MOST[PrintForm(form)]
    if (found := rows_of(asked).count()) > most:
        raise TooManyLetters(found, most)
    asked.save()
    audit.record_entry(by, "print_register", asked, {"direction": direction, "form": form})
    enqueue(make_print, asked.pk)
    return asked


@declare_task("chores")
def make_print(print_id: int) -> None:
    """Make one print; safe to run twice."""
    asked = RegisterPrint.objects.claim(print_id, LEASE)
    if asked is None:
        return
    if asked.tries > MOST_TRIES:
        # It has killed its worker each time.
        asked.finish(state=PrintState.FAILED)
        return
    lines = list(lines_of(asked, _parties_of(asked.by)))
    content = (
        write_sheet(asked, lines) if asked.form == PrintForm.SHEET else write_pdf(asked, lines)
    )
    gaps = sum(line.is_gap for line in lines)
    facts = {"made_at": now(), "lines": len(lines), "gaps": gaps}
    with kept_if_recorded(asked.file.storage) as save_file:
        name = save_file(print_path(asked, ""), ContentFile(content))
        if not asked.finish(state=PrintState.READY, file=name, **facts):
            asked.file.storage.delete(name)


def _parties_of(user: User) -> frozenset[int]:
    return frozenset(Party.objects.acted_for_by(user).values_list("pk", flat=True))


def keeper_title(slug: str) -> str:
    """What a secretariat is called; the main one is there without a row, too."""
    found = Secretariat.objects.filter(slug=slug).first()
    return found.title if found else "دبیرخانهٔ مرکزی" if slug == MAIN else slug


def write_pdf(asked: RegisterPrint, lines: list[Line]) -> bytes:
    """The register on A4 across, its head on every page."""
    page = {
        "asked": asked,
        "lines": lines,
        "gaps": sum(line.is_gap for line in lines),
        "heads": HEADS[PrintDirection(asked.direction)],
        "keeper": keeper_title(asked.secretariat),
        "office": OfficeSettings.load(),
    }
    html = render_to_string("letters/registers/register.html", page)
    return render_pdf(html, css=read_stylesheet(CSS))


def write_sheet(period: Period, lines: list[Line]) -> bytes:
    """The same as a spreadsheet; every cell is text, so that nothing is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=str(PrintDirection(period.direction).label))
    sheet.sheet_view.rightToLeft = True
    for column, width in zip("ABCDEFG", (16, 12, 50, 40, 24, 16, 40), strict=True):
        sheet.column_dimensions[column].width = width
    for row in (HEADS[PrintDirection(period.direction)], *map(_cells_of, lines)):
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _cells_of(line: Line) -> tuple[str, ...]:
    subject = f"{line.subject} ({line.marks})" if line.marks else line.subject
    return (line.number, line.day, subject, line.other, line.theirs, line.request, line.state)
