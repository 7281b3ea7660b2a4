"""The print queue of the post: batches, their papers, and what cannot be printed yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from pypdf import PdfReader, PdfWriter

from accounts.models import User
from letters.attachments.printing import bytes_behind, pages_behind
from letters.dispatch.acts import record_act
from letters.dispatch.models import AttemptAct, Channel, Dispatch, DispatchState, PostBatch
from letters.dispatch.refusals import NothingToPrint
from pdf.rendering import as_written, read_stylesheet
from pdf.visitors_press import print_for_visitor
from persian.digits import to_persian
from web.models import OfficeSettings

PRINT: Final = Path(__file__).parents[1] / "print"
# Printed together at most: the papers are made while somebody waits.
AT_ONCE = 30
# Of their attachments, which are all held in memory then.
BYTES_AT_ONCE: Final = 40 * 1024 * 1024
PAPERS = {
    "letters": "نامه‌ها با برگ نشانی",
    "labels": "برچسب پاکت",
    "slip": "فهرست دسته",
}


def waiting_for_post(rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Of ``rows`` what is to be printed, the oldest first."""
    waiting = rows.filter(
        state=DispatchState.QUEUED, channel=Channel.POST, batch=None, letter__state="issued"
    )
    return waiting.order_by("created_at", "pk")


def lacks_address(rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Of ``rows`` what cannot be printed, since the post would not find the recipient."""
    return rows.filter(Q(address="") | Q(postal_code=""))


def waiting_for_barcode(rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Of ``rows`` what was printed and has not been given to the post."""
    printed = rows.filter(state=DispatchState.QUEUED, channel=Channel.POST, batch__isnull=False)
    return printed.order_by("batch", "created_at", "pk")


@transaction.atomic
def make_batch(rows: QuerySet[Dispatch], chosen: Sequence[int], *, by: User) -> PostBatch:
    """Put the chosen ones of ``rows`` into a batch; what a colleague has printed meanwhile is left out.

    Raises NothingToPrint when nothing is left.
    """
    ready = waiting_for_post(rows).exclude(Q(address="") | Q(postal_code=""))
    found = _light_enough(ready.filter(pk__in=chosen[:AT_ONCE]).select_related("letter"))
    batch = PostBatch.objects.create(by=by)
    printed = [dispatch for dispatch in found if _put_into(batch, dispatch, by)]
    if not printed:
        raise NothingToPrint
    return batch


def _light_enough(found: Iterable[Dispatch]) -> list[Dispatch]:
    """The first ones whose attachments are printed together; the others stay in the queue."""
    taken: list[Dispatch] = []
    size = 0
    for dispatch in found:
        size += bytes_behind(dispatch.letter)
        if taken and size > BYTES_AT_ONCE:
            break
        taken.append(dispatch)
    return taken


def _put_into(batch: PostBatch, dispatch: Dispatch, by: User) -> bool:
    still = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.QUEUED, batch=None)
    if not still.update(batch=batch):
        return False
    record_act(dispatch, AttemptAct.PRINTED, by)
    return True


def print_paper(batch: PostBatch, items: Sequence[Dispatch], name: str) -> bytes:
    """One of PAPERS of the batch as a PDF. Raises PressBusy and as ``merge_letters``."""
    printed = _print(batch, items, name)
    return merge_letters(printed, items, batch.made_at) if name == "letters" else printed


def _print(batch: PostBatch, items: Sequence[Dispatch], name: str) -> bytes:
    office = OfficeSettings.load()
    phone = as_written(to_persian(office.phone))
    page: dict[str, Any] = {"batch": batch, "items": items, "office": office, "phone": phone}
    html = render_to_string(f"letters/post/{name}.html", page)
    css = read_stylesheet(PRINT / f"post_{name}.css")
    made: datetime = batch.made_at
    return print_for_visitor(html, css=css, created=made)


def merge_letters(sheets: bytes, items: Sequence[Dispatch], printed_at: datetime) -> bytes:
    """Each address sheet with its letter and what is attached behind it. On paper alone: a seal does
    not survive it. Raises as ``pages_behind``."""
    writer, pages = PdfWriter(), PdfReader(BytesIO(sheets)).pages
    for sheet, dispatch in zip(pages, items, strict=True):
        writer.add_page(sheet)
        with dispatch.letter.file.open("rb") as file:
            for page in PdfReader(BytesIO(file.read())).pages:
                writer.add_page(page)
        for page in pages_behind(dispatch.letter, printed_at):
            writer.add_page(page)
    merged = BytesIO()
    writer.write(merged)
    return merged.getvalue()
