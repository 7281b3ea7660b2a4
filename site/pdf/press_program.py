"""The press of the visitors as a program: ``-m pdf.press_program SOCKET``, see :mod:`pdf.visitors_press`.

It knows nothing of the portal but the pages that are given to it, and ends with the process that
has started it. Each page comes with the place in which it is printed; so the place is taken for as
long as the page is printed, also when nobody waits for it any more.
"""

import json
import math
import os
import resource
import socket
import sys
import time
from datetime import datetime
from typing import Final

from pdf.rendering import render_pdf

# What the form takes at most prints in five: nobody is left without the copy of a long request.
CPU_SECONDS: Final = 10
MEMORY: Final = 1536 * 1024 * 1024
LENGTH: Final = 8


def send(line: socket.socket, content: bytes, place: int) -> None:
    """Hand over what is to be printed, and the place to do it in."""
    socket.send_fds(line, [len(content).to_bytes(LENGTH, "big")], [place])
    line.sendall(content)


def receive(line: socket.socket) -> bytes:
    """What the other side has sent. Raises OSError when it is gone."""
    return _read(line, int.from_bytes(_read(line, LENGTH), "big"))


def _read(line: socket.socket, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        more = line.recv(min(length - len(content), 1 << 20))
        if not more:
            raise ConnectionError("The other side has ended")
        content += more
    return bytes(content)


def print_pages(line: socket.socket) -> None:
    """Print what comes until the other side has gone."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        head, places, _, _ = socket.recv_fds(line, LENGTH, 1)
        if not head:
            return
        html, css, created = json.loads(_read(line, int.from_bytes(head, "big")))
        _allow_more_time()
        pdf = render_pdf(html, css=css, created=datetime.fromisoformat(created))
        for place in places:
            os.close(place)
        line.sendall(len(pdf).to_bytes(LENGTH, "big") + pdf)


def _allow_more_time() -> None:
    """So many seconds of the processor for the next page, beside those that are used up."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, most))


if __name__ == "__main__":
    print_pages(socket.socket(fileno=int(sys.argv[1])))
