"""Reads mutated ECE files in a process whose memory has a limit, and tells what became of them.

    python -m tests.letters.ece.mutations COUNT SEED

A crash, an entity that was resolved or a file that needs more memory ends it with an error.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

SAMPLE = (Path(__file__).parent / "sample.xml").read_bytes()
# Stands in the file that hostile entities name; nothing that was read may hold it.
SECRET = "TOP-SECRET-4711"
ROOM = 320 * 2**20
WORDS = (
    b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"\x00", b"\xff\xfe", b"&#0;", b"&#x110000;",
    b'="', b"'", b"<?xml?>", b"Extension=\"exe\"", b"9999-99-99T99:99", b"\xef\xbb\xbf", b"</Letter>",
    b"<Letter>", "ي".encode(), b"xmlns='x'", b"encoding='utf-16'", b"encoding='windows-1256'",
)  # fmt: skip


def hostile(secret: Path) -> Iterator[bytes]:
    """Files that were written to do harm, one at a time: each may be of 20 MB."""
    body = SAMPLE.partition(b"?>")[2]
    laughs = b"<!ENTITY a0 'ha'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    for head in (
        laughs,
        b"<!ENTITY a11 SYSTEM 'file://%s'>" % bytes(secret),
        b"<!ENTITY % p SYSTEM 'file://" + bytes(secret) + b"'> %p;",
        b"<!ENTITY a11 '%s'>" % SECRET.encode(),
        b"<!ATTLIST Sender Name CDATA '%s'>" % SECRET.encode(),
    ):
        begun = b"<?xml version='1.0'?><!DOCTYPE Letter [" + head + b"]>"
        yield begun + body.replace(b"<Subject>", b"<Subject>&a11;")
    yield b"<!DOCTYPE Letter SYSTEM 'file://%s'>" % bytes(secret) + body
    yield b"<a>" * 3_000_000
    yield b"<Letter " + b"".join(b"a%d='' " % n for n in range(1_500_000)) + b"/>"
    yield b"<Letter a='" + b"x" * 19_000_000 + b"'/>"
    yield b"<Letter><!--" + b"x" * 19_000_000
    yield b"<Letter>" + b"<a/>" * 4_000_000 + b"</Letter>"
    yield b"<Letter><LetterNo>" + b"1" * 19_000_000 + b"</LetterNo></Letter>"
    yield SAMPLE.replace(b"JVBERi0xLjQK", b"QUFB" * 4_500_000, 1)
    yield b"x" * (20 * 2**20 + 1)
    yield "<Letter><LetterNo>1</LetterNo></Letter>".encode("utf-16")
    yield b""


def mutate(chance: random.Random) -> bytes:
    """The sample with some small changes: half of them within a word, the others anywhere."""
    content = bytearray(SAMPLE)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if chance.random() < 0.5:
            _change_a_letter(chance, content)
        else:
            _change(chance, content)
    return bytes(content)


def _change_a_letter(chance: random.Random, content: bytearray) -> None:
    places = [at for at, sign in enumerate(content) if chr(sign).isalnum() and sign < 128]
    if places:
        content[chance.choice(places)] = chance.choice(b"AZaz09=+ ./")


def _change(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content) or 1)
    until = at + chance.choice((1, 2, 10, 100, 1000))
    part = bytes(content[at:until])
    changes: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: part * chance.choice((2, 3, 50)),
        lambda: chance.randbytes(len(part)),
        lambda: chance.choice(WORDS),
        lambda: part[::-1],
        lambda: part.swapcase(),
        lambda: bytes(content[chance.randrange(len(content) or 1) :][:200]),
    ]
    content[at:until] = chance.choice(changes)()


def judge(content: bytes) -> str:
    """What reading the file came to; AssertionError when it told a secret."""
    from letters.ece.reading import NotEce, read_ece
    from letters.ece.receiving import describe_file

    try:
        found = read_ece(content)
    except NotEce as error:
        return str(error)
    # What is kept of it: as JSON, which a database takes.
    kept = json.dumps(describe_file(found), ensure_ascii=False)
    assert SECRET not in kept
    assert "\0" not in kept
    kept.encode()
    return type(found).__name__


def main(count: int, seed: int) -> None:
    """Read them all and print how many became what."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    judge(SAMPLE)
    at_first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    secret = Path(sys.argv[3])
    secret.write_text(SECRET)
    chance, came = random.Random(seed), Counter[str]()
    for content in hostile(secret):
        came[judge(content)] += 1
    for _ in range(count):
        came[judge(mutate(chance))] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"came": came, "megabytes": [at_first, peak]}, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
