"""Tasks that leave a trace in a file: who started them, and whether they ended."""

import os
import time
from pathlib import Path

from work import declare_task


@declare_task("chores")
def run_errand(diary: str, seconds: float) -> None:
    """Note the start, take some time, note the end."""
    note(diary, f"started {os.getpid()}")
    time.sleep(seconds)
    note(diary, f"ended {os.getpid()}")


def note(diary: str, line: str) -> None:
    """Append one line in one write, so that two workers never mix theirs."""
    with Path(diary).open("a") as file:
        file.write(f"{line}\n")
