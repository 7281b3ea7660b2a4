"""A manager brings the register of contracts up to date from a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from submissions.contracts.importer import jobs
from submissions.models import Contract, ContractImport, StagedContract
from submissions.models.contract import normal_number, number_key, number_keys
from work import sweeps
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
State = ContractImport.State

HEADINGS = [
    "شماره قرارداد", "استان", "شهرک", "نام طرف قرارداد", "نوع شخص",
    "کد ملی یا شناسه ملی", "قطعه", "مساحت", "تاریخ قرارداد", "شماره پرونده",
]  # fmt: skip
MARYAM = [
    "1402/1001", "اصفهان", "شهرک صنعتی جی", "مریم رضایی", "حقیقی",
    "9990000018", "B-12", "2400", "1402/04/18", "31-14021001",
]  # fmt: skip
KAVIR = [
    "1401/2002", "اصفهان", "جی", "شرکت کاشی‌سازان کویر نمونه", "حقوقی",
    "10269990012", "C-07", "8600", "1401/08/09", "",
]  # fmt: skip


def row(like: list[str] = MARYAM, **changes: object) -> list[object]:
    """A row of the table with some cells changed, named by their place in the heading."""
    names = (
        "number", "province", "park", "name", "kind", "id", "plot", "area", "date", "file",
    )  # fmt: skip
    return [changes.get(name, cell) for name, cell in zip(names, like, strict=True)]


def sheet(*rows: list[object], encoding: str = "utf-8", headings: list[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def workbook(*rows: list[object], headings: list[str] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    for each in [headings, *rows]:
        book.active.append(each)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def check(content: bytes, name: str = "contracts.csv") -> ContractImport:
    """The job as it is after the dry run."""
    job = jobs.store_job(ContentFile(content, name=name), by=None)
    jobs.advance_import(job.pk)
    return ContractImport.objects.get(pk=job.pk)


def bring(content: bytes, **how: bool) -> ContractImport:
    """Check, confirm and merge."""
    job = check(content)
    jobs.confirm_import(job, by=None, **how)
    jobs.advance_import(job.pk)
    return ContractImport.objects.get(pk=job.pk)


def said(job: ContractImport) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.text) for p in job.problems.all()]


@pytest.fixture
def small_batches(monkeypatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)


# --- One contract, however its number is spelled -------------------------------------


@pytest.mark.parametrize("spelled", ["1402-1001", "۱۴۰۲/۱۰۰۱", "14021001", "1402 / 1001"])
def test_another_spelling_of_a_number_is_the_contract_that_is_there(house, spelled):
    bring(sheet(MARYAM))
    job = bring(sheet(row(number=spelled, plot="B-13")))

    contract = Contract.objects.get()
    assert (job.added, job.changed) == (0, 1)
    assert (contract.number, contract.plot) == ("1402/1001", "B-13")


def test_the_same_contract_in_another_spelling_alone_changes_nothing(house):
    bring(sheet(MARYAM))
    job = check(sheet(row(number="1402-1001")))
    assert (job.added, job.changed, job.unchanged) == (0, 0, 1)


@pytest.mark.parametrize("between", [0, 5])
def test_two_spellings_in_one_file_are_a_problem_of_the_second(house, small_batches, between):
    others = [row(number=f"9/{n}") for n in range(between)]
    job = check(sheet(MARYAM, *others, row(number="1402-1001")))

    assert (job.good, job.bad) == (1 + between, 1)
    [(line, column, text)] = said(job)
    assert (line, column) == (3 + between, "شمارهٔ قرارداد")
    assert "سطر ۲" in text


def test_a_number_of_marks_alone_is_refused(house):
    job = check(sheet(row(number="(/)")))
    assert (job.good, job.bad) == (0, 1)


def test_the_register_holds_a_key_once_and_what_stood_twice_before_goes_on(house):
    bring(sheet(MARYAM))
    first = Contract.objects.get()
    second = Contract(
        number="1402-1001",
        park=first.park,
        holder_kind="natural",
        holder_name="مریم رضایی",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    second.repeats_key = True
    second.save()

    job = bring(sheet(row(number="1402-1001", plot="B-14")))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (job.added, job.changed) == (0, 1)
    assert (first.plot, second.plot) == ("B-14", "")


# --- The way through ---------------------------------------------------------------


def test_a_dry_run_says_what_would_happen_and_changes_nothing(house):
    job = check(sheet(MARYAM, KAVIR))

    assert (job.state, job.good, job.bad, job.added, job.changed) == (State.CHECKED, 2, 0, 2, 0)
    assert not Contract.objects.exists()


@pytest.mark.parametrize("make", [sheet, workbook])
def test_what_is_confirmed_stands_in_the_register_with_all_its_columns(house, make):
    job = bring(make(MARYAM, KAVIR))

    contract = Contract.objects.select_related("park").get(number="1402/1001")
    assert (job.state, job.added, job.changed) == (State.DONE, 2, 0)
    assert contract.park.slug == "jey"
    assert (contract.holder_kind, contract.holder_name) == ("natural", "مریم رضایی")
    assert (contract.holder_id, contract.holder_key) == ("9990000018", "مریمرضایی")
    assert (contract.plot, contract.area, contract.file_number) == ("B-12", 2400, "31-14021001")
    assert contract.signed_on == dt.date(2023, 7, 9)
    assert contract.number_key == "14021001"
    assert contract.party is None
    assert AuditEntry.objects.filter(action="import_contracts").count() == 1


def test_nothing_is_left_behind_in_the_staging_table_or_on_the_disk(house):
    job = bring(sheet(MARYAM, KAVIR))

    assert not StagedContract.objects.exists()
    assert not job.file


def test_importing_again_updates_by_number_and_leaves_the_party_alone(maryam):
    before = Contract.objects.get()
    job = bring(sheet(row(number="۱۴۰۲/۱۰۰۱", name="مریم رضایی اصل", plot="B-13"), KAVIR))

    after = Contract.objects.get(number="1402/1001")
    assert (job.added, job.changed) == (1, 1)
    assert (after.pk, after.party_id) == (before.pk, maryam.parties[0].pk)
    assert (after.holder_name, after.plot) == ("مریم رضایی اصل", "B-13")


def test_the_same_file_twice_changes_nothing_the_second_time(house):
    bring(sheet(MARYAM, KAVIR))
    job = bring(sheet(MARYAM, KAVIR))

    assert (job.added, job.changed, job.unchanged) == (0, 0, 2)
    assert Contract.objects.count() == 2


def test_a_confirmed_job_is_not_confirmed_twice(house):
    job = bring(sheet(MARYAM))

    with pytest.raises(jobs.NotNow):
        jobs.confirm_import(job, by=None)


def test_a_job_that_is_left_changes_nothing(house):
    job = check(sheet(MARYAM))
    jobs.cancel_import(job, by=None)
    jobs.advance_import(job.pk)
    jobs.clear_ended()

    assert not Contract.objects.exists()
    assert not StagedContract.objects.exists()


# --- Spellings and encodings -------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_a_file_of_any_windows_is_read(house, encoding):
    # Windows-1256 has no Persian yeh: such files are written with the Arabic one.
    def arabic(cells):
        return [str(cell).replace("ی", "ي").replace("ک", "ك") for cell in cells]

    content = sheet(arabic(MARYAM), headings=arabic(HEADINGS), encoding=encoding)

    assert bring(content).added == 1
    assert Contract.objects.get().holder_name == "مریم رضایی"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_are_recognised(house, delimiter):
    lines = [delimiter.join(HEADINGS), delimiter.join(MARYAM)]

    assert check("\r\n".join(lines).encode()).good == 1


@pytest.mark.parametrize(
    ("number", "id", "date"),
    [
        ("۱۴۰۲/۱۰۰۱", "۹۹۹۰۰۰۰۰۱۸", "۱۴۰۲/۰۴/۱۸"),
        ("١٤٠٢/١٠٠١", "٩٩٩٠٠٠٠٠١٨", "١٤٠٢-٤-١٨"),
        (" 1402 / 1001 ", "999-000001-8", "14020418"),
        ("1402\\1001", "\u200e9990000018\u200e", "2023-07-09"),
    ],
)
def test_every_set_of_digits_and_spacing_means_the_same(house, number, id, date):
    bring(sheet(row(number=number, id=id, date=date)))

    contract = Contract.objects.get()
    assert (contract.number, contract.holder_id) == ("1402/1001", "9990000018")
    assert contract.signed_on == dt.date(2023, 7, 9)


def test_numbers_and_dates_of_a_workbook_lose_their_points_and_clocks(house):
    cells = row(number=14021001.0, id=9990000018.0, area=2400.0, date=dt.datetime(2023, 7, 9))
    bring(workbook(cells, row(number=14021002, date=45116, id=9990000018)))

    one, two = Contract.objects.order_by("number")
    assert (one.number, one.holder_id, one.area) == ("14021001", "9990000018", 2400)
    assert one.signed_on == two.signed_on == dt.date(2023, 7, 9)


def test_zeros_that_excel_has_dropped_from_a_national_code_come_back(house):
    bring(workbook(row(id=12345679)))

    assert Contract.objects.get().holder_id == "0012345679"


def test_the_kind_of_person_follows_from_the_id_and_both_may_be_unknown_to_the_file(house):
    bring(sheet(row(kind=""), row(KAVIR, kind=""), row(number="5", id="")))

    kinds = dict(Contract.objects.values_list("number", "holder_kind"))
    assert kinds == {"1402/1001": "natural", "1401/2002": "legal", "5": "natural"}


def test_empty_lines_and_dashes_for_nothing_are_no_errors(house):
    job = bring(sheet([""] * 10, row(plot="-", file="ندارد"), ["", " "], KAVIR))

    assert (job.good, job.bad) == (2, 0)
    assert Contract.objects.get(number="1402/1001").plot == ""


@pytest.mark.parametrize(
    "typed", ["1402/1001", "۱۴۰۲-۱۰۰۱", "14021001", "1001/1402", "۱۰۰۱ / ۱۴۰۲"]
)
def test_a_typed_number_meets_the_stored_one_also_read_from_the_right(typed):
    assert number_key(normal_number("1402/1001")) in number_keys(typed)


# --- What is wrong with a line -------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (row(id="9990000019"), "کد ملی یا شناسهٔ ملی", "معتبر نیست"),
        (row(id="1111111111"), "کد ملی یا شناسهٔ ملی", "معتبر نیست"),
        (row(KAVIR, id="10269990013"), "کد ملی یا شناسهٔ ملی", "معتبر نیست"),
        (row(kind="حقوقی"), "کد ملی یا شناسهٔ ملی", "یازده رقم"),
        (row(kind="", id=""), "نوع شخص", "حقیقی"),
        (row(kind="دولتی"), "نوع شخص", "شناسایی نشد"),
        (row(park="شهرک صنعتی ناکجا"), "شهرک", "شناسایی نشد"),
        (row(province="ناکجا"), "استان", "شناسایی نشد"),
        (row(province="یزد"), "شهرک", "شناسایی نشد"),
        (row(number=""), "شمارهٔ قرارداد", "خالی است"),
        (row(name=" "), "نام طرف قرارداد", "خالی است"),
        (row(name="؟!"), "نام طرف قرارداد", "خوانا نیست"),
        (row(name="ن" * 201), "نام طرف قرارداد", "کاراکتر"),
        (row(area="دوهزار"), "مساحت", "عدد نیست"),
        (row(area="-5"), "مساحت", "فرمول"),
        (row(area="۲۴۰,۵"), "مساحت", "«۲۴۰,۵» عدد نیست"),
        (row(area="2ـ5"), "مساحت", "عدد نیست"),
        (row(date="1402/13/01"), "تاریخ قرارداد", "تقویم"),
        (row(date="فردا"), "تاریخ قرارداد", "سال، ماه و روز"),
    ],
)
def test_each_error_names_its_line_and_column_in_persian(house, cells, column, words):
    job = check(sheet(KAVIR if cells[0] != KAVIR[0] else MARYAM, cells))

    ((line, where, text),) = said(job)
    assert (line, where) == (3, column)
    assert words in text
    assert (job.good, job.bad) == (1, 1)


@pytest.mark.parametrize(
    "name",
    ['=HYPERLINK("http://evil")', "+98", "-1+1", "@SUM(A1)", " =1", "\u200f=1", "\t=1", "＝1"],
)
@pytest.mark.parametrize("make", [sheet, workbook])
def test_what_a_spreadsheet_would_calculate_is_refused_and_said(house, make, name):
    job = check(make(KAVIR, row(name=name)))

    assert [(line, column) for line, column, _ in said(job)] == [(3, "نام طرف قرارداد")]
    assert "فرمول" in said(job)[0][2]


def test_a_number_that_stands_twice_is_an_error_of_the_second_line(house, small_batches):
    others = [row(number=f"9/{n}") for n in range(5)]
    job = check(sheet(MARYAM, *others, row(number="۱۴۰۲/ ۱۰۰۱")))

    assert [(line, column) for line, column, _ in said(job)] == [(8, "شمارهٔ قرارداد")]
    assert "سطر ۲" in said(job)[0][2]
    assert (job.good, job.bad) == (6, 1)


def test_a_file_with_errors_is_imported_only_when_leaving_them_out_is_said(house):
    job = check(sheet(MARYAM, row(KAVIR, id="1")))
    with pytest.raises(jobs.HasProblems):
        jobs.confirm_import(job, by=None)
    assert not Contract.objects.exists()

    jobs.confirm_import(job, by=None, skip_bad=True)
    jobs.advance_import(job.pk)
    assert Contract.objects.get().number == "1402/1001"


def test_lines_are_counted_as_the_file_has_them_whatever_a_cell_holds(house):
    job = check(sheet(row(name="مریم\nرضایی"), row(KAVIR, id="1")))

    assert [line for line, _, _ in said(job)] == [4]


# --- What is no such file ------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (sheet(headings=HEADINGS), "سطری ندارد"),
        (sheet(MARYAM, headings=["شمارهٔ قرارداد", *["؟"] * 9]), "«استان»، «شهرک»"),
        (sheet(MARYAM, headings=["شمارهٔ قرارداد", *HEADINGS[:-1]]), "دو بار"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "XLS"),
        (b"PK\x03\x04 not a workbook", "اکسل"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "این فایل متن نیست"),
        (sheet(MARYAM) + b'"' + b"x" * 200_000, "متوقف شد"),
        (b"\n\n\n", "هیچ سطری نیست"),
    ],
)
def test_other_files_are_refused_with_the_reason(house, content, words):
    job = check(content)

    assert job.state == State.REFUSED
    assert words in job.problem
    assert not StagedContract.objects.exists()


def test_an_empty_file_is_refused_at_the_door(house):
    with pytest.raises(jobs.FileRefused):
        jobs.store_job(ContentFile(b"", name="a.csv"), by=None)


# --- The worker ------------------------------------------------------------------------


def test_a_job_goes_on_where_the_killed_worker_stopped(house, small_batches, monkeypatch):
    content = sheet(*[row(number=f"7/{n}") for n in range(9)])
    job = jobs.store_job(ContentFile(content, name="a.csv"), by=None)
    kept = jobs._keep_batch

    def killed_in_the_third_batch(job, batch):
        if job.lines_read >= 5:
            raise SystemExit("killed")
        kept(job, batch)

    monkeypatch.setattr(jobs, "_keep_batch", killed_in_the_third_batch)
    with pytest.raises(SystemExit):
        jobs.advance_import(job.pk)
    monkeypatch.setattr(jobs, "_keep_batch", kept)
    assert StagedContract.objects.count() == 4

    jobs.advance_import(job.pk)  # still held by the one who was killed
    assert StagedContract.objects.count() == 4
    ContractImport.objects.update(claimed_until=now() - dt.timedelta(seconds=1), not_before=None)
    jobs.advance_import(job.pk)

    job = ContractImport.objects.get()
    assert (job.state, job.good, job.bad, job.added) == (State.CHECKED, 9, 0, 9)


def test_a_long_file_is_read_in_slices_that_queue_each_other(
    house, small_batches, monkeypatch, run_tasks, manager
):
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 0.0)
    content = sheet(*[row(number=f"7/{n}") for n in range(9)])
    jobs.begin_import(ContentFile(content, name="a.csv"), by=manager)

    assert run_tasks() >= 5
    assert ContractImport.objects.get().state == State.CHECKED


def test_a_worker_that_lost_its_claim_keeps_nothing_more(house, small_batches, monkeypatch):
    content = sheet(*[row(number=f"7/{n}") for n in range(9)])
    job = jobs.store_job(ContentFile(content, name="a.csv"), by=None)
    kept = jobs._keep_batch

    def cancelled_meanwhile(job, batch):
        kept(job, batch)
        ContractImport.objects.filter(pk=job.pk).update(state=State.CANCELLED, claimed_until=None)

    monkeypatch.setattr(jobs, "_keep_batch", cancelled_meanwhile)
    jobs.advance_import(job.pk)

    assert ContractImport.objects.get().state == State.CANCELLED
    assert StagedContract.objects.count() == 2


def test_a_forgotten_import_is_found_by_the_sweep(house, run_tasks):
    job = jobs.store_job(ContentFile(sheet(MARYAM), name="a.csv"), by=None)
    ContractImport.objects.update(queued_at=now() - dt.timedelta(hours=1))
    sweeps.sweep()
    run_tasks()

    assert ContractImport.objects.get(pk=job.pk).state == State.CHECKED


# --- The command -----------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], str]:
    def write(content: bytes) -> str:
        path = tmp_path / "contracts.csv"
        path.write_bytes(content)
        return str(path)

    return write


def test_the_command_imports_in_one_go(house, written, capsys):
    call_command("import_contracts", written(sheet(MARYAM, KAVIR)))

    assert Contract.objects.count() == 2
    assert "۲ قرارداد افزوده" in capsys.readouterr().out


def test_the_dry_run_of_the_command_leaves_no_trace_in_the_register(house, written, capsys):
    call_command("import_contracts", written(sheet(MARYAM, row(KAVIR, id="1"))), "--dry-run")

    told = capsys.readouterr()
    assert "سطر ۳، کد ملی یا شناسهٔ ملی" in told.err
    assert not Contract.objects.exists()
    assert not StagedContract.objects.exists()


def test_the_command_refuses_a_faulty_file_unless_told_to_skip(house, written):
    path = written(sheet(MARYAM, row(KAVIR, id="1")))
    with pytest.raises(CommandError):
        call_command("import_contracts", path)
    assert not Contract.objects.exists()

    call_command("import_contracts", path, "--skip-bad-lines")
    assert Contract.objects.count() == 1


# --- The managers' pages -----------------------------------------------------------------


@pytest.fixture
def desk(client, manager, signed_in):
    return signed_in(client, manager)


def upload(client, content: bytes):
    return client.post(reverse("contract_imports"), {"file": ContentFile(content, name="دفتر.csv")})


def test_a_manager_uploads_reads_the_errors_and_confirms(desk, house, run_tasks):
    page = upload(desk, sheet(MARYAM, row(KAVIR, id="1")))
    address = page["Location"]
    assert "hx-get" in desk.get(address).content.decode()
    run_tasks()

    told = desk.get(address).content.decode()
    assert "یازده رقم" in told
    assert "۱ سطر نادرست نادیده گرفته شود" in told
    assert "hx-get" not in told
    assert desk.post(address).status_code == 422
    desk.post(address, {"skip_bad": "on"})
    run_tasks()

    assert Contract.objects.get().number == "1402/1001"
    assert "ثبت شد" in desk.get(address + "progress/").content.decode()


def test_a_file_that_is_no_table_is_answered_on_the_page(desk, house, run_tasks):
    address = upload(desk, b"PK\x03\x04 no")["Location"]
    run_tasks()

    assert "قالب XLSX" in desk.get(address).content.decode()


def test_an_upload_may_be_left(desk, house, run_tasks):
    address = upload(desk, sheet(MARYAM))["Location"]
    run_tasks()
    desk.post(address, {"cancel": "1"})
    run_tasks()

    assert ContractImport.objects.get().state == State.CANCELLED
    assert not Contract.objects.exists()


def test_without_a_file_the_page_says_so(desk):
    page = desk.post(reverse("contract_imports"))

    assert page.status_code == 422
    assert "لطفاً فایل را انتخاب کنید." in page.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_file_that_the_import_takes(desk, house, kind):
    template = desk.get(reverse("contract_import_template", args=[kind]))

    assert bring(template.content).added == 1


def test_only_managers_see_the_pages(client, house, staff, maryam, manager, signed_in):
    addresses = [
        reverse("contract_imports"),
        reverse("contract_import_template", args=["csv"]),
        reverse("contract_import", args=[check(sheet(MARYAM)).pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 302
    for user in (staff["contracts"], maryam):
        signed_in(client, user)
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 302
            assert not page["Location"].startswith("/admin/contracts/")
    assert signed_in(client, manager).get(addresses[0]).status_code == 200
