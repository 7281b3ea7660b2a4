"""What the page docs/verify-offline needs of us: the published keys, and the signed list of letters that
hold no longer.

Of each such letter seven bytes of the hash of its code stand in the list: 10,000 are 94 kB, and nobody
learns a code from it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.timezone import now

from letters.models import Letter, LetterState
from letters.short_form import as_base64, public_keys, sign_text
from persian.digits import to_ascii
from persian.templatetags.persian import jdate_numeric
from web.models import OfficeSettings

PAGE: Final = settings.BASE_DIR / "docs" / "verify-offline"
FONT: Final = "vendor/vazirmatn/Vazirmatn-variable.woff2"
HASH_BYTES: Final = 7
# After so many days the page says that its list is old.
GOOD_FOR: Final = timedelta(days=30)


def make_list() -> dict[str, str]:
    """The list, dated and signed. Raises ProofKeyFails."""
    moment = now().astimezone(UTC).replace(microsecond=0)
    made = {
        "made": moment.isoformat().replace("+00:00", "Z"),
        "day": to_ascii(str(jdate_numeric(moment))).replace("/", ""),
        "until": (moment + GOOD_FOR).isoformat().replace("+00:00", "Z"),
        "revoked": _pack(Letter.State.REVOKED, Letter.State.VOID),
        "superseded": _pack(Letter.State.SUPERSEDED),
    }
    return {**made, "signature": sign_text(".".join(["miz-list-1", *made.values()]))}


def pack_codes(codes: Iterable[str]) -> str:
    """The beginnings of the codes' hashes, sorted, in base64 for addresses."""
    hashes = (hashlib.sha512(f"miz-code.{code}".encode()).digest() for code in codes)
    return as_base64(b"".join(sorted(each[:HASH_BYTES] for each in hashes)))


def _pack(*states: LetterState) -> str:
    ended = Letter.objects.issued().filter(state__in=states)
    return pack_codes(ended.values_list("verify_code", flat=True).iterator())


def write_page(folder: Path) -> None:
    """The page with all that it needs, ready to be published. Raises ProofKeyFails."""
    keys = {"issuer": OfficeSettings.load().name, "keys": public_keys()}
    made = make_list()
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    shutil.copy(settings.SITE_DIR / "static" / FONT, folder)
    _write_variable(folder / "keys.js", "KEYS", keys)
    _write_variable(folder / "list.js", "LIST", made)


def _write_variable(path: Path, name: str, value: object) -> None:
    """A classic script: a page opened from a folder may not fetch."""
    partial = path.with_suffix(".partial")
    partial.write_text(f"var {name} = {json.dumps(value, ensure_ascii=False)};\n", "utf-8")
    partial.replace(path)
