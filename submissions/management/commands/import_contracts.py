from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from persian.digits import to_persian
from submissions.contracts.importer import jobs
from submissions.models import ContractImport
from web.refusals import Refusal

State = ContractImport.State


class Command(BaseCommand):
    help = "Brings the register of contracts up to date from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only check; change nothing")
        parser.add_argument(
            "--skip-bad-lines", action="store_true", help="import the good lines of a faulty file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        job = self._check(options["file"])
        if options["dry_run"]:
            jobs.cancel_import(job, by=None)
            jobs.clear_ended()
            self.stdout.write("بررسی آزمایشی بود و چیزی در دفتر تغییر نکرد.")
            return
        try:
            jobs.confirm_import(job, by=None, skip_bad=options["skip_bad_lines"])
        except Refusal as refusal:
            jobs.cancel_import(job, by=None)
            raise CommandError(f"{refusal.title}؛ چیزی ثبت نشد. (--skip-bad-lines)") from refusal
        jobs.advance_import(job.pk)
        job = self._after(job)
        self.stdout.write(
            f"{to_persian(job.added)} قرارداد افزوده و {to_persian(job.changed)} قرارداد به‌روز شد."
        )

    def _check(self, path: Path) -> ContractImport:
        """Read the whole file into the staging table; say what was found."""
        try:
            with path.open("rb") as content:
                job = jobs.store_job(File(content, name=path.name), by=None)
        except (OSError, Refusal) as error:
            raise CommandError(str(error)) from error
        jobs.advance_import(job.pk)
        job = self._after(job)
        for problem in job.problems.all():
            column = f"، {problem.column}" if problem.column else ""
            self.stderr.write(f"سطر {to_persian(problem.line)}{column}: {problem.text}")
        self.stdout.write(
            f"{to_persian(job.good)} سطر صحیح ({to_persian(job.added)} جدید، "
            f"{to_persian(job.changed)} تغییر)، {to_persian(job.bad)} سطر نادرست."
        )
        return job

    def _after(self, job: ContractImport) -> ContractImport:
        job = ContractImport.objects.get(pk=job.pk)
        if job.state == State.REFUSED:
            raise CommandError(job.problem)
        if job.is_working:
            raise CommandError("این فایل در حال حاضر در دست بررسی است.")
        return job
