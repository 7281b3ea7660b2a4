"""The log of gunicorn itself, written as the portal's own is.

It keeps none of the visits: ``web.monitoring.request_ids`` tells of them, without addresses.
"""

import logging
from typing import Any

from gunicorn.glogging import Logger

from work.logs import JsonFormatter, LineFormatter

# `serve` names one of the two. LOG_FORMAT is not read here: whoever reads the settings in gunicorn's
# first process reads them before its `--env` is in force.


class LineLogs(Logger):
    """For people: as gunicorn writes it, with nobody's numbers."""

    formatter: type[logging.Formatter] = LineFormatter

    def setup(self, cfg: Any) -> None:
        """Set up gunicorn's handlers and have them write our way."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(self.formatter(self.error_fmt, self.datefmt))


class JsonLogs(LineLogs):
    """For machines."""

    formatter = JsonFormatter
