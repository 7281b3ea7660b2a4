"""What is loaded before all forks holds no line open and runs no thread: forks would share it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import os
from work.supervisor.origin_program import load_portal
before = set(os.listdir("/proc/self/fd"))
load_portal()
from django.db import connections
print([c.alias for c in connections.all(initialized_only=True) if c.connection], end=" ")
opened = [os.readlink(f"/proc/self/fd/{n}") for n in {*os.listdir("/proc/self/fd")} - before if
          os.path.exists(f"/proc/self/fd/{n}")]
print([name for name in opened if "socket:" in name or "sqlite" in name], end=" ")
print(len(os.listdir("/proc/self/task")))
"""


def test_the_loaded_portal_may_be_forked(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split("\n")[-2] == "[] [] 1"
