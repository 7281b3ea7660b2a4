"""What is known of the host: its processes, its disk, its private files."""

import json
import shutil
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from work.watch import Figure, Values, register_figure, register_finding

LEAST_FREE_BYTES = 2 * 1024**3
LEAST_FREE_SHARE = 0.05
# Seconds: the serving parent writes its file every few of them.
SILENT_PARENT = 60
SILENT_WORKER = 120
RESTARTS_IN_A_ROW = 3
RECENT_RESTART = 600


def free_bytes() -> Values:
    """Free bytes where the files lie."""
    return {"": shutil.disk_usage(settings.DATA_DIR).free}


def free_share() -> Values:
    """The free part of that disk, from 0 to 1."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return {"": usage.free / usage.total}


def check_disk() -> str:
    """Whether what people hand in still finds room."""
    free, share = free_bytes()[""], free_share()[""]
    if free >= LEAST_FREE_BYTES and share >= LEAST_FREE_SHARE:
        return ""
    return f"{free / 1024**2:.0f} MB are free, {share:.0%} of the disk"


def check_private_files() -> str:
    """Write a file as one that is handed in, read it again, take it away."""
    storage, content = storages["private"], uuid4().hex.encode()
    try:
        name = storage.save(f"health/{uuid4()}", ContentFile(content))
        try:
            with storage.open(name) as file:
                kept = file.read() == content
        finally:
            storage.delete(name)
    except OSError as error:
        return f"not writable: {error.strerror}"
    return "" if kept else "do not keep what is written"


def private_files_writable() -> Values:
    """1 when a file could be written into the private storage, otherwise 0."""
    return {"": 0 if check_private_files() else 1}


def known_processes() -> dict[str, Any]:
    """What the serving parent has written of its children; nothing where none serves."""
    try:
        known: dict[str, Any] = json.loads((settings.DATA_DIR / "run/workers.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return known


def child_starts() -> Values:
    """How often each child was started."""
    children = known_processes().get("children", {})
    return {name: child["starts"] for name, child in children.items() if "starts" in child}


def beat_ages() -> Values:
    """For how many seconds nothing was heard of each worker."""
    moment, children = time.time(), known_processes().get("children", {})
    beats = {name: child.get("last_beat") for name, child in children.items()}
    return {name: max(moment - beat, 0.0) for name, beat in beats.items() if beat}


def check_workers() -> str:
    """Whether the serving parent and its workers give signs of life."""
    known, moment = known_processes(), time.time()
    if not known:
        return ""
    if moment - known["at"] > SILENT_PARENT:
        return f"the serving parent is silent for {moment - known['at']:.0f} s"
    silent = {name: age for name, age in beat_ages().items() if age > SILENT_WORKER}
    troubles = [f"{name}: silent for {age:.0f} s" for name, age in silent.items()]
    return ", ".join(troubles + _restarted(known.get("children", {}), moment))


def _restarted(children: dict[str, Any], moment: float) -> list[str]:
    return [
        f"{name}: started {child['starts']} times, the last {moment - child['since']:.0f} s ago"
        for name, child in children.items()
        if child.get("starts", 0) > RESTARTS_IN_A_ROW
        and moment - child.get("since", 0) < RECENT_RESTART
    ]


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_disk_free_bytes", "Free bytes of the data disk.", free_bytes))
    register_figure(Figure("portal_disk_free_ratio", "Free part of the data disk.", free_share))
    register_figure(
        Figure(
            "portal_private_files_writable",
            "Whether the private storage takes a file.",
            private_files_writable,
        )
    )
    register_figure(
        Figure("portal_child_starts", "Starts by the serving parent.", child_starts, "child", True)
    )
    register_figure(
        Figure("portal_worker_beat_age_seconds", "Silence of each worker.", beat_ages, "child")
    )
    register_finding(check_disk, "disk")
    register_finding(check_private_files, "private files")
    register_finding(check_workers, "workers")
