"""``manage.py serve``: the portal and its worker, in one command."""

import errno
import logging.config
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from work import temporary_folders
from work.processes import host_name
from work.supervisor import web_hooks
from work.supervisor.children import Job
from work.supervisor.serving import Plan, Serving
from work.supervisor.watchdog import PATIENCE

METRICS = "PROMETHEUS_MULTIPROC_DIR"
LOGS = {"line": "config.gunicorn_logs.LineLogs", "json": "config.gunicorn_logs.JsonLogs"}


MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


class Command(BaseCommand):
    """Starts gunicorn and the workers and keeps them running.

    It reads the settings and loads no app, neither here nor in `manage.py`: what the portal is made
    of, and what is wrong with it, is the origin's business (``work.supervisor.origin``).
    """

    help = "Serve the portal and work its queues; SIGTERM or Ctrl-C ends all."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Log as the portal does, which Django sees to only where apps are loaded."""
        if settings.LOGGING:
            logging.config.dictConfig(settings.LOGGING)
        super().run_from_argv(argv)

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
        """Serve until told to stop."""
        require_free(options["bind"])
        if options["check_port"]:
            return
        door = open_door(options["bind"])
        plan = make_plan(options["bind"], door)
        sys.exit(Serving(plan, grace=options["grace"], patience=options["patience"]).run())


def make_plan(bind: str, door: socket.socket | None) -> Plan:
    """All that is to be run for a portal which listens at ``bind``."""
    # The folder of this parent, gone with it: what is counted begins anew at each start.
    os.environ[METRICS] = str(temporary_folders.make_folder("miz-metrics"))
    return Plan(
        jobs=[web_job(bind, door), *map(worker_job, settings.WORK_CLASSES), *watch_jobs()],
        recover=[*MANAGE, "recover"],
        python=sys.executable,
        path=os.pathsep.join([str(settings.SITE_DIR), str(settings.BASE_DIR)]),
        status=Path(settings.DATA_DIR) / "run" / "workers.json",
    )


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


def open_door(bind: str) -> socket.socket | None:
    """The socket that listens at ``bind``; None for one of the file system, which is gunicorn's.

    It stays with the parent: while gunicorn is started again, visitors wait and are not refused.
    """
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=2048)


def web_job(bind: str, door: socket.socket | None) -> Job:
    """How gunicorn is started; both kinds of apps are found below these two folders."""
    options = {
        "--config": web_hooks.__file__,
        "--bind": f"fd://{door.fileno()}" if door else bind,
        "--workers": str(settings.WEB_WORKERS),
        "--threads": "4",
        "--worker-class": "work.supervisor.timed_worker.TimedWorker",
        # Below the parent's own patience, so that gunicorn ends its workers itself.
        "--graceful-timeout": "25",
        "--logger-class": LOGS[settings.LOG_FORMAT],
        "--chdir": str(settings.BASE_DIR),
        "--pythonpath": str(settings.SITE_DIR),
    }
    # Loaded once, before the workers are forked: one that died is replaced in a moment.
    flags = ("--no-control-socket", "--preload")
    return Job(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application", *flags),
            *(part for option in options.items() for part in option),
        ],
        path=str(settings.SITE_DIR),
        files=[door.fileno()] if door else [],
        lasts=True,
    )


def worker_job(name: str) -> Job:
    """How the cluster of one queue is started."""
    return Job(name, [*MANAGE, "qcluster", "--name", name])


def watch_jobs() -> list[Job]:
    """Who looks after other hosts; nobody where a host has no name."""
    return [Job("hosts", [*MANAGE, "watch_hosts"])] if host_name() else []
