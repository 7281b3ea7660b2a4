"""``manage.py check_files``: files of no row, and rows without their file, all of them at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from work import stray_files


class Command(BaseCommand):
    """Looks at the whole private storage, as the sweeps do little by little."""

    help = "List files of no row and rows whose file is missing; exits with 1 when there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether strays are only listed."""
        parser.add_argument("--remove", action="store_true", help="remove the files of no row")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each stray; missing files stand in the log."""
        strays = self._list_strays()
        if options["remove"]:
            stray_files.remove_files(strays)
        missing = sum(
            stray_files.report_missing_of(field, stray_files.list_rows(field))
            for field in stray_files.file_fields()
        )
        left = 0 if options["remove"] else len(strays)
        stray_files.note_found(stray_files.LEFT, left)
        stray_files.note_found(stray_files.MISSING, missing)
        self.stdout.write(f"files of no row: {len(strays)}\nmissing files: {missing}")
        if left or missing:
            raise CommandError("Files and rows do not agree.")

    def _list_strays(self) -> list[str]:
        strays, progress = [], {"folders": [""], "after": ""}
        while progress["folders"]:
            names, progress = stray_files.next_names(progress)
            strays += stray_files.find_strays(names)
        for name in strays:
            self.stdout.write(f"of no row: {name}")
        return strays
