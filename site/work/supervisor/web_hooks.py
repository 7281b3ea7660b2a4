"""gunicorn's settings that are functions; its processes read this file (`--config`)."""

from typing import Any

from work.supervisor import heartbeat


def post_fork(server: Any, worker: Any) -> None:
    """Beat; and go on serving when gunicorn's own parent dies, until another one is ready."""
    heartbeat.begin_beating()
    if heartbeat.is_served():
        worker.is_parent_alive = heartbeat.is_served


def post_worker_init(worker: Any) -> None:
    """Say that requests are answered from now on."""
    heartbeat.send_beat("ready")
