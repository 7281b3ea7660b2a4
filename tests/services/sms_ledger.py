"""An SMS gateway that takes a moment, writes down what it was handed, and can be asked about it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from messaging.gateways import Fate, Receipt

# Between taking a message and saying so: whoever is killed meanwhile does not know.
ANSWERS_AFTER = 0.05


class LedgerGateway:
    """Kept in the file that SMS_LEDGER names, for all portals that name it."""

    tells_fates = False
    outside = ""

    def send(self, recipient: str, text: str, *, local_id: str, code: str = "") -> Receipt:
        with ledger().open("ab", buffering=0) as pages:
            pages.write(f"{local_id}\n".encode())
        time.sleep(ANSWERS_AFTER)
        return Receipt(f"ledger-{local_id}")

    def receipt_of(self, local_id: str, *, code: str = "") -> Receipt | None:
        return Receipt(f"ledger-{local_id}") if handed_over(ledger())[local_id] else None

    def fates(self, references: Sequence[str]) -> Mapping[str, Fate]:
        return {}


def ledger() -> Path:
    """The file of this process's portal."""
    return Path(os.environ["SMS_LEDGER"])


def handed_over(pages: Path) -> Counter[str]:
    """How often each message was handed over."""
    return Counter(pages.read_text().split() if pages.exists() else [])
