"""What Linux does for a parent and its processes beyond POSIX; other systems do without it."""

import ctypes
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# Fields of /proc/self/stat, counted from behind the program's name.
ARGUMENTS_BEGIN, ARGUMENTS_END = 45, 46


def die_with_parent(number: int) -> None:
    """Have the kernel send that signal to this process when its parent has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def adopt_orphans() -> bool:
    """Be the parent of whatever is left behind below this process; False where that cannot be."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def retitle(title: str) -> None:
    """Show ``title`` as the command line of this process, as far as the old one was long."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[ARGUMENTS_BEGIN]), int(fields[ARGUMENTS_END])
    room = end - begin - 1
    if begin and room > 0:
        ctypes.memmove(begin, title.encode()[:room].ljust(room + 1, b"\0"), room + 1)
