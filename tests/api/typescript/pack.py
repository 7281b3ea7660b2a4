"""Packs what the test of the TypeScript client needs of npm: ``python tests/api/typescript/pack.py``.

Run where npm is, after a change of ``package.json`` (``npm install --package-lock-only`` first). The tests
unpack it and run it with the Node.js that Playwright brings, so a machine without npm will do.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKED = HERE / "node_modules.tar.gz"
# Beside what runs: other languages, editors' servers, sources, maps and words about them.
LEFT_OUT = (
    *(
        "**/*.map",
        "**/*.md",
        "**/*.cts",
        "**/*.min.js",
        "**/__tests__",
        ".bin",
        ".package-lock.json",
    ),
    *("type-fest", "@redocly/*/src", "@redocly/ajv/lib", "yaml-ast-parser/dist/test"),
    *("typescript/bin", "typescript/lib/??", "typescript/lib/??-??", "typescript/lib/_*.js"),
    *(
        "typescript/lib/ts*.js",
        "typescript/lib/watchGuard.js",
        "typescript/lib/typingsInstaller.js",
    ),
    *("typescript/lib/t*.d.ts", "typescript/lib/lib.webworker*", "typescript/lib/lib.scripthost*"),
)


def pack() -> None:
    """Install by the lock file alone, leave out, and write the archive, the same each time."""
    with tempfile.TemporaryDirectory() as name:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(HERE / file, name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit"], cwd=name, check=True)
        modules = Path(name) / "node_modules"
        for pattern in LEFT_OUT:
            for path in list(modules.glob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        with (
            PACKED.open("wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as archive,
        ):
            archive.add(modules, "node_modules", filter=_without_traces)


def _without_traces(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
    return entry


if __name__ == "__main__":
    pack()
