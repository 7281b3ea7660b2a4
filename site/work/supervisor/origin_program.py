"""The origin as a program: ``-m work.supervisor.origin_program LINE``, see :mod:`work.supervisor.origin`.

It has one thread and no connection, and forks as often as it is asked. A fork runs a command as
Python would run it, in a portal that is loaded already.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from work.supervisor import heartbeat, kernel

# What the children would load one by one.
NEEDED_LATER = (
    "gunicorn.app.wsgiapp",
    "work.supervisor.timed_worker",
    "work.management.commands.qcluster",
    "work.management.commands.recover",
    "work.management.commands.watch_hosts",
)
# Seconds in which the one between the origin and its fork has ended.
ADOPTED_WITHIN = 5.0


def load_portal() -> None:
    """Load what any of the children needs; ends with the sentence that says what is wrong."""
    # Next to nothing of what is loaded is garbage; looking for some takes a fifth of the time.
    gc.disable()
    django.setup()
    get_wsgi_application()
    _ = get_resolver().url_patterns
    for name in NEEDED_LATER:
        importlib.import_module(name)
    try:
        BaseCommand().check()
    except CommandError as error:
        sys.exit(str(error))
    connections.close_all()
    # What is loaded now stays shared: no later collection touches it in the forks.
    gc.freeze()
    gc.enable()


def load_beating() -> None:
    """Load the portal, and say meanwhile that this process lives; nothing beats afterwards."""
    loaded = threading.Event()

    def beat() -> None:
        while not loaded.is_set():
            heartbeat.send_beat("alive")
            loaded.wait(heartbeat.EVERY)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    load_portal()
    loaded.set()
    thread.join()
    heartbeat.send_beat("ready")


def take_orders(line: socket.socket) -> dict[str, Any] | None:
    """Fork for each order; comes back in a fork, with its order, or when nobody asks any more."""
    while True:
        heartbeat.send_beat("alive")
        if not select.select([line], [], [], heartbeat.EVERY)[0]:
            continue
        said = line.recv(65536)
        if not said:
            return None
        order: dict[str, Any] = json.loads(said)
        if fork_away():
            report_fork(line, order)
            return order


def fork_away() -> bool:
    """True in a fork whose parent has ended, False in this process."""
    sys.stdout.flush()
    between = os.fork()
    if between:
        os.waitpid(between, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def report_fork(line: socket.socket, order: dict[str, Any]) -> None:
    """Be a child of the serving parent and tell it so; end when there is none."""
    os.setsid()
    until = time.monotonic() + ADOPTED_WITHIN
    while os.getppid() != order["parent"] and time.monotonic() < until:
        time.sleep(0.001)
    kernel.die_with_parent(order["dies_by"])
    try:
        line.send(str(os.getpid()).encode())
    except OSError:
        os._exit(1)
    line.close()
    if os.getppid() != order["parent"]:
        os._exit(1)


def run_command(order: dict[str, Any]) -> None:
    """Do what the command would do, were it started by itself."""
    words = order["command"][1:]
    as_module = words[0] == "-m"
    sys.argv = words[1:] if as_module else words
    kernel.retitle(" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]))
    heartbeat.Pulse.pipe = None
    if order["pulse"] is not None:
        os.environ[heartbeat.PIPE] = str(order["pulse"])
        heartbeat.connect_heartbeat()
    if as_module:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


def main() -> None:
    """Load the portal and fork until the serving parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    line = socket.socket(fileno=int(sys.argv[1]))
    # Taken out: the portal, once loaded, would beat by a thread, which no fork takes along.
    heartbeat.Pulse.pipe = int(os.environ.pop(heartbeat.PIPE))
    load_beating()
    order = take_orders(line)
    if order:
        run_command(order)


if __name__ == "__main__":
    main()
