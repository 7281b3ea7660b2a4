"""How a line of the log is written: in words for people, as JSON for machines, about nobody.

Numbers by which people are known (mobiles, national ids of persons and companies) are blotted out
wherever they stand, in tracebacks too: a library's message may quote a row.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from db.neighbours import find_outage
from work.tracing import current_id

DIGIT = "[0-9۰-۹٠-٩]"
# Ten digits are a person's, eleven a company's or a mobile; the latter also with its country.
OF_SOMEBODY = re.compile(
    rf"(?<![0-9A-Za-z۰-۹٠-٩])(?:(?:\+|00)?98)?{DIGIT}{{10,11}}(?![0-9A-Za-z۰-۹٠-٩])"
)
BLOTTED = "***"


def blot_people(text: str) -> str:
    """``text`` without the numbers by which people are known."""
    return OF_SOMEBODY.sub(BLOTTED, text)


class _BriefOnOutages(logging.Formatter):
    """Without a traceback for a neighbour that is away: during an outage every request would have one."""

    def formatException(self, ei: Any) -> str:
        if (outage := find_outage(ei[1])) is None:
            return super().formatException(ei)
        first = str(ei[1]).strip().partition("\n")[0]
        return f"{outage}: {type(ei[1]).__name__}: {first}"


class LineFormatter(_BriefOnOutages):
    """A line for people, with the number of its request at the end."""

    def format(self, record: logging.LogRecord) -> str:
        return blot_people(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        line, number = super().formatMessage(record), current_id()
        return f"{line} [{number}]" if number else line


class JsonFormatter(_BriefOnOutages):
    """One object a line: when, how grave, who says what, in which request, and ``facts``."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": blot_people(record.getMessage()),
            "process": record.process,
        }
        if number := current_id():
            said["request_id"] = number
        if record.exc_info:
            said["traceback"] = blot_people(self.formatException(record.exc_info))
        facts = {name: _blotted(fact) for name, fact in getattr(record, "facts", {}).items()}
        return json.dumps(said | facts, ensure_ascii=False, default=str)


def _blotted(fact: object) -> object:
    return blot_people(fact) if isinstance(fact, str) else fact
