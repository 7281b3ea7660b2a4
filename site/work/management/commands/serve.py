"""``manage.py serve``: the portal and its worker, in one command."""

import errno
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from work import queue, temporary_folders
from work.supervisor.serving import Serving
from work.supervisor.watchdog import PATIENCE

LOGS = {"line": "config.gunicorn_logs.LineLogs", "json": "config.gunicorn_logs.JsonLogs"}


class Command(BaseCommand):
    """Starts gunicorn and the worker and stays with them."""

    help = "Serve the portal and work its queue; SIGTERM or Ctrl-C ends both."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and how long to wait."""
        parser.add_argument("--bind", default=settings.BIND, help="address:port")
        parser.add_argument(
            "--check-port", action="store_true", help="say whether the address is free, and end"
        )
        parser.add_argument(
            "--grace", type=float, default=30.0, help="seconds a running task gets to end"
        )
        parser.add_argument(
            "--patience",
            type=float,
            default=PATIENCE,
            help="seconds after which a worker that stands still is restarted",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop; exits with 1 when a child died by itself."""
        require_free(options["bind"])
        if options["check_port"]:
            return
        serving = Serving(
            web_command(options["bind"], settings.WEB_WORKERS),
            {name: worker_command(name) for name in settings.WORK_CLASSES},
            put_back=put_back,
            grace=options["grace"],
            patience=options["patience"],
        )
        # The parent lives long and asks the database almost nothing.
        connections.close_all()
        sys.exit(serving.run())


def require_free(bind: str) -> None:
    """Raise CommandError, which says what to do, when nobody can listen at ``bind``."""
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        # A socket of the file system, which gunicorn replaces.
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # As gunicorn does it: what another one has just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), int(port)))
    except PermissionError as error:
        raise CommandError(f"This user may not listen at {bind}.") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CommandError(f"Nobody can listen at {bind}: {error.strerror}.") from error
        raise CommandError(
            f"{bind} is taken by another program. End that one, or choose another port: "
            f"PORT={int(port) + 1} make run"
        ) from error


def web_command(bind: str, workers: int) -> list[str]:
    """How gunicorn is started; both kinds of apps are found below these two folders."""
    options = {
        "--bind": bind,
        "--workers": str(workers),
        "--threads": "4",
        # Below the parent's own patience, so that gunicorn ends its workers itself.
        "--graceful-timeout": "25",
        "--logger-class": LOGS[settings.LOG_FORMAT],
        # The folder of this parent, gone with it: what is counted begins anew at each start.
        "--env": f"PROMETHEUS_MULTIPROC_DIR={temporary_folders.make_folder('miz-metrics')}",
        "--chdir": str(settings.BASE_DIR),
        "--pythonpath": str(settings.SITE_DIR),
    }
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application", "--no-control-socket"),
        *(part for option in options.items() for part in option),
    ]


def worker_command(name: str) -> list[str]:
    """How the worker of one class is started."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster", "--name", name]


def put_back(rows: list[int]) -> None:
    """Free the rows a stalled worker held, on a connection opened for that."""
    queue.put_back(rows)
    connections.close_all()
