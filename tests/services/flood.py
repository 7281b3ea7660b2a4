"""Sends one file again and again from ten threads, as a program of its own: ``python flood.py``.

Arguments: port, seconds, file, cookies, token, addresses. Prints how often each status came.
"""

import contextlib
import http.client
import json
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread

AT_ONCE = 10
MARK = "----papers"


def send_files(port: int, until: float, body: bytes, headers: dict[str, str], addresses, seen):
    number = 0
    while time.monotonic() < until:
        number += 1
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        # Refused before all of it was read, the line is cut: that is what is wanted.
        try:
            line.request("POST", addresses[number % len(addresses)], body, headers)
        except ConnectionError:
            seen.append("cut")
        with contextlib.suppress(ConnectionError, http.client.HTTPException):
            seen.append(line.getresponse().status)
        line.close()


def main(port: str, seconds: str, file: str, cookies: str, token: str, *addresses: str) -> None:
    head = f'--{MARK}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head.encode() + Path(file).read_bytes() + f"\r\n--{MARK}--\r\n".encode()
    headers = {
        "Cookie": cookies,
        "X-CSRFToken": token,
        "HX-Request": "true",
        "Content-Type": f"multipart/form-data; boundary={MARK}",
    }
    seen: list[object] = []
    given = (int(port), time.monotonic() + float(seconds), body, headers, addresses, seen)
    threads = [Thread(target=send_files, args=given) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(Counter(map(str, seen))))


if __name__ == "__main__":
    main(*sys.argv[1:])
