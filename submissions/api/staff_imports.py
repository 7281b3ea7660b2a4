"""The import of the register: a file comes in, is checked, confirmed and merged; what stands twice."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Schema, Status, UploadedFile

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from spreadsheets.files import MAX_BYTES
from submissions.api.cartable import PageQuery
from submissions.api.shared import office, require_right, with_file
from submissions.api.step_bodies import StrictSchema
from submissions.contracts.importer import jobs
from submissions.contracts.importer.holder_changes import HolderChange
from submissions.contracts.repeats import drop_contract, find_repeats, prefer_contract
from submissions.models import Contract, ContractImport
from submissions.models.contract_import import ImportState
from submissions.staff import contract_import_views as pages
from web.pagination import keyset_page
from web.requests import UserRequest

RIGHT = "submissions.add_contractimport"
TOO_LARGE = jobs.FileRefused("حجم فایل بیش از ۵۰ مگابایت است. لطفاً آن را به چند فایل بخش کنید.")
JOB = "staff/imports/{int:job_id}/"


class ImportOut(Schema):
    """One file. ``state``: reading, checked (waits to be confirmed), merging, done, refused, cancelled."""

    id: int
    name: str
    by: str
    created_at: datetime
    finished_at: datetime | None
    state: ImportState
    percent: int
    lines_total: int
    lines_read: int
    good: int
    bad: int
    added: int
    changed: int
    unchanged: int
    asked: int
    delayed: bool
    problem: str


class ProblemOut(Schema):
    line: int
    column: str
    text: str


class HolderChangeOut(Schema):
    """A contract with a party of which the file names another holder."""

    contract: str
    party: str
    holder: str


class ImportDetail(ImportOut):
    """``problems``: the first 200, all of them are in a file; ``questions``: for the office, after it."""

    problems: list[ProblemOut]
    questions: list[HolderChangeOut]


class ImportPage(Schema):
    items: list[ImportOut]
    after: str
    before: str


class ConfirmBody(StrictSchema):
    """``skip_bad``: whether lines with problems are left out; without it they stop the whole."""

    skip_bad: bool = False


class RegisterRow(Schema):
    id: int
    number: str
    holder: str
    park: str
    plot: str
    party: str
    requests: int


class RepeatOut(Schema):
    """A contract that is marked as a second spelling, beside the one that goes on."""

    marked: RegisterRow
    other: RegisterRow | None


@office.get("staff/imports/", response=ImportPage, summary="ورودهای دفتر قراردادها")
@asks_for(Scope.STAFF_READ)
def list_imports(request: UserRequest, asked: Query[PageQuery]) -> ImportPage:
    """The files that were brought, the newest first."""
    require_right(request, RIGHT)
    rows = ContractImport.objects.select_related("by")
    page = keyset_page(
        rows, "created_at", newest_first=True, after=asked.after, before=asked.before
    )
    items = [_tell_import(job) for job in page.rows]
    return ImportPage(items=items, after=page.after, before=page.before)


@office.post(
    "staff/imports/",
    response={202: ImportDetail},
    auth=with_file(MAX_BYTES, TOO_LARGE),
    summary="بارگذاری فایل قراردادها",
)
@asks_for(Scope.STAFF_ACT)
def begin_import(request: UserRequest, file: File[UploadedFile]) -> Status[ImportDetail]:
    """An XLSX or CSV in a form (multipart); the worker reads and checks it, nothing is changed yet."""
    user = require_right(request, RIGHT)
    return Status(202, _detail_of(jobs.begin_import(file, by=user)))


@office.get("staff/imports/template/{str:kind}/", response={200: bytes}, summary="فایل نمونه")
@asks_for(Scope.STAFF_READ)
def show_template(request: UserRequest, kind: str) -> HttpResponse:
    """An empty table with the headings and one example: ``csv`` or ``xlsx``."""
    require_right(request, RIGHT)
    return pages.serve_template(request, kind)


@office.get(JOB, response=ImportDetail, summary="پیشرفت و نتیجهٔ ورود قراردادها")
@asks_for(Scope.STAFF_READ)
def show_import(request: UserRequest, job_id: int) -> ImportDetail:
    """How far it is, what is wrong with it, what it would change or has changed."""
    return _detail_of(_find_job(request, job_id))


@office.post(f"{JOB}confirm/", response={202: ImportDetail}, summary="تأیید و ثبت در دفتر")
@asks_for(Scope.STAFF_ACT)
def confirm_import(request: UserRequest, job_id: int, said: ConfirmBody) -> Status[ImportDetail]:
    """Have a checked file merged into the register; 409 when it does not wait for this."""
    jobs.confirm_import(_find_job(request, job_id), by=request.user, skip_bad=said.skip_bad)
    return Status(202, show_import(request, job_id))


@office.post(f"{JOB}cancel/", response=ImportDetail, summary="حذف فایل واردشده")
@asks_for(Scope.STAFF_ACT)
def cancel_import(request: UserRequest, job_id: int) -> ImportDetail:
    """Leave a file that is not merged yet; the register stays as it is."""
    jobs.cancel_import(_find_job(request, job_id), by=request.user)
    return show_import(request, job_id)


@office.get(f"{JOB}problems/", response={200: bytes}, summary="فایل ایرادهای سطرها")
@asks_for(Scope.STAFF_READ)
def show_problems(request: UserRequest, job_id: int) -> HttpResponse:
    """What is wrong with which line, as CSV: at most a thousand of them are kept."""
    return pages.serve_problems(_find_job(request, job_id))


@office.get("staff/contracts/repeated/", response=list[RepeatOut], summary="قراردادهای تکراری دفتر")
@asks_for(Scope.STAFF_READ)
def list_repeats(request: UserRequest) -> list[RepeatOut]:
    """Contracts that stand twice, under two spellings of one number; at most a hundred."""
    require_right(request, RIGHT)
    return [
        RepeatOut(
            marked=_tell_row(each.marked), other=_tell_row(each.other) if each.other else None
        )
        for each in find_repeats()
    ]


@office.post(
    "staff/contracts/repeated/{int:contract}/prefer/",
    response={204: None},
    summary="ردیف تکراری اصلی شود",
)
@asks_for(Scope.STAFF_ACT)
def prefer_repeat(request: UserRequest, contract: int) -> HttpResponse:
    """Let the marked contract go on in place of the other one."""
    prefer_contract(_find_repeat(request, contract), by=request.user)
    return HttpResponse(status=204)


@office.post(
    "staff/contracts/repeated/{int:contract}/drop/",
    response={204: None},
    summary="حذف ردیف تکراری",
)
@asks_for(Scope.STAFF_ACT)
def drop_repeat(request: UserRequest, contract: int) -> HttpResponse:
    """Take the marked contract out of the register; 409 while anything hangs on it."""
    drop_contract(_find_repeat(request, contract), by=request.user)
    return HttpResponse(status=204)


def _find_repeat(request: UserRequest, key: int) -> Contract:
    require_right(request, RIGHT)
    marked = Contract.objects.filter(repeats_key=True)
    return get_object_or_404(marked if key < 2**63 else marked.none(), pk=key)


def _find_job(request: UserRequest, key: int) -> ContractImport:
    require_right(request, RIGHT)
    kept = ContractImport.objects.select_related("by")
    return get_object_or_404(kept if key < 2**63 else kept.none(), pk=key)


def _tell_import(job: ContractImport) -> ImportOut:
    told = {"id", "name", "by", "delayed"}
    facts = {name: getattr(job, name) for name in ImportOut.model_fields if name not in told}
    return ImportOut(
        id=job.pk, name=job.original_name, by=str(job.by or ""), delayed=job.is_delayed, **facts
    )


def _detail_of(job: ContractImport) -> ImportDetail:
    problems = job.problems.all()[: pages.SHOWN_PROBLEMS]
    return ImportDetail(
        **_tell_import(job).dict(),
        problems=[ProblemOut(line=p.line, column=p.column, text=p.text) for p in problems],
        questions=[_tell_question(change) for change in pages.list_questions(job)],
    )


def _tell_question(change: HolderChange) -> HolderChangeOut:
    party = change.contract.party
    return HolderChangeOut(
        contract=change.contract.number, party=party.name if party else "", holder=change.new.name
    )


def _tell_row(contract: Contract) -> RegisterRow:
    return RegisterRow(
        id=contract.pk,
        number=contract.number,
        holder=contract.holder_name,
        park=contract.park.name if contract.park else "",
        plot=contract.plot,
        party=contract.party.name if contract.party else "",
        requests=getattr(contract, "requests", 0),
    )
