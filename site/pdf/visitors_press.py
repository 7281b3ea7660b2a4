"""A PDF for somebody who waits for it: printed in a program beside the web process.

Printing holds the interpreter for as long as it takes, and no thread beside it goes on. So each web
process keeps a warm press of its own as a program of low priority; it prints in a place of the host
(:mod:`work.places`), with so many seconds of the processor. Who finds no place is told to come again.
"""

import json
import logging
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from pdf import press_program
from pdf.press_program import receive, send
from web.refusals import Refusal
from work.places import CALMLY, NoPlace, take_place

logger = logging.getLogger(__name__)

ROOT: Final = str(Path(__file__).parents[1])
# For the press of this process, then for a place: a usual copy takes a fifth of a second.
PATIENCE: Final = 0.3
# Beyond it the press is ended; setting up the first one takes some seconds.
FOR_THE_PAGES: Final = 30


class PressBusy(Refusal):
    status = 503
    code = "press_busy"
    title = "نسخهٔ PDF هنوز آماده نیست"
    message = "در این لحظه چند نسخهٔ دیگر در حال تهیه است. لطفاً چند لحظهٔ دیگر دوباره دریافت کنید."
    retry_after = 5


class VisitorsPress:
    """The press of one process: started with the first page, ended with its process."""

    def __init__(self) -> None:
        self._mine = threading.Lock()
        self._program: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def print(self, html: str, css: str, created: datetime) -> bytes:
        """The PDF of a page, see :func:`pdf.rendering.render_pdf`. Raises PressBusy."""
        if not self._mine.acquire(timeout=PATIENCE):
            raise PressBusy
        try:
            with take_place(PATIENCE) as place:
                return self._ask(json.dumps([html, css, created.isoformat()]), place)
        except NoPlace as taken:
            raise PressBusy from taken
        finally:
            self._mine.release()

    def _ask(self, page: str, place: int) -> bytes:
        line = self._start()
        try:
            send(line, page.encode(), place)
            return receive(line)
        except OSError as error:
            logger.warning("The press of the visitors ended with a page: %r", error)
            self._end()
            raise PressBusy from error

    def _start(self) -> socket.socket:
        if self._line is not None:
            return self._line
        line, theirs = socket.socketpair()
        line.settimeout(FOR_THE_PAGES)
        with theirs:
            program = [sys.executable, "-sP", "-m", press_program.__name__, str(theirs.fileno())]
            self._program = subprocess.Popen(
                [*CALMLY, *program],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PYTHONPATH": ROOT},
            )
        self._line = line
        return line

    def _end(self) -> None:
        assert self._line is not None
        assert self._program is not None
        self._line.close()
        self._program.kill()
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(FOR_THE_PAGES)
        self._line = None


_press: Final = VisitorsPress()


def print_for_visitor(html: str, *, css: str, created: datetime) -> bytes:
    """The PDF of a page, as :func:`pdf.rendering.render_pdf` makes it. Raises PressBusy."""
    return _press.print(html, css, created)
