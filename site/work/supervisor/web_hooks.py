"""gunicorn's settings that are functions; its processes read this file (`--config`)."""

import sys
from typing import Any

from work.supervisor import heartbeat

# Seconds for which a thread that computes keeps the others of its process from going on; Python's
# own five thousandths come again after each thing that a page waits for.
TURN_OF_A_THREAD = 0.0005


def post_fork(server: Any, worker: Any) -> None:
    """Beat; and go on serving when gunicorn's own parent dies, until another one is ready."""
    sys.setswitchinterval(TURN_OF_A_THREAD)
    heartbeat.begin_beating()
    if heartbeat.is_served():
        worker.is_parent_alive = heartbeat.is_served


def post_worker_init(worker: Any) -> None:
    """Say that requests are answered from now on."""
    heartbeat.send_beat("ready")
