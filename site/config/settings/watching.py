"""How the portal is watched: logs, figures, reports of errors."""

import math

from config.settings import environment

# Whoever may read /metrics and /health/work; see web/monitoring/watchers.py.
METRICS_FROM = environment.METRICS_FROM
METRICS_TOKEN = environment.METRICS_TOKEN
CERTIFICATE_FILES = environment.CERTIFICATE_FILES
SENTRY_DSN = environment.SENTRY_DSN
# `manage.py serve` names a folder of its own here, in which the web processes count together.
PROMETHEUS_MULTIPROC_DIR = environment.PROMETHEUS_MULTIPROC_DIR
# Seconds: what a page shall take (below 0.25), what it may (1), and what a proxy gives up at (60).
PROMETHEUS_LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, math.inf)

LOG_FORMAT = environment.LOG_FORMAT
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "work.logs.LineFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "work.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{
            name: {"level": "INFO"}
            for name in (
                *("work", "registries", "accounts", "web", "pdf", "messaging", "signin"),
                *("submissions", "letters"),
            )
        },
        # It warns at each seal that nothing is fetched, which is meant.
        "pyhanko": {"level": "ERROR"},
        # A line for each request: for machines, which look for one among many.
        "web.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
