"""What the serving parent sees of its children, in a file for whoever asks after the health."""

import json
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from work.supervisor.children import Child

logger = logging.getLogger(__name__)


def write_status(path: Path, children: Iterable[Child], now: float) -> None:
    """Replace the file in one step; a disk that takes nothing stops nobody.

    ``now`` is the moment by the clock of the watchdogs; the file has seconds of the epoch.
    """
    at = time.time()
    told = {child.job.name: _tell_of(child, at - now) for child in children}
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"at": at, "children": told}))
        os.replace(beside, path)
    except OSError as error:
        logger.warning("The state of the children could not be written: %s", error)


def _tell_of(child: Child, epoch: float) -> dict[str, Any]:
    told = {"pid": None, "since": child.since, "starts": child.starts, "last_beat": None}
    if child.process is not None:
        told["pid"] = child.process.pid
        beat = child.watchdog.last_beat()
        told["last_beat"] = beat if beat is None else epoch + beat
    return told
