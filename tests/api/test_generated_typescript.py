"""A TypeScript client with types of openapi-typescript compiles under ``--strict``; a wrong one does not.

Node.js is the one that Playwright brings; what comes of npm is packed in ``tests/api/typescript``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.api.caller import Caller
from tests.archives import unpack

pytestmark = [pytest.mark.django_db, pytest.mark.services]

HERE = Path(__file__).parent / "typescript"
Compile = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generator and the compiler, as the lock file names them."""
    folder = tmp_path_factory.mktemp("typescript")
    unpack(HERE / "node_modules.tar.gz", folder)
    for file in ("compile.mjs", "client.ts"):
        shutil.copy(HERE / file, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


@pytest.fixture
def compile_client(tools: Path) -> Compile:
    """The faults of a client, with types that are generated of the present document."""
    (tools / "openapi.json").write_bytes(Caller().get("openapi.json").content)

    def compile_with(text: str) -> list[str]:
        (tools / "client.ts").write_text(text, "utf-8")
        node, _ = compute_driver_executable()
        done = subprocess.run(
            [node, "compile.mjs", "openapi.json", "portal.ts", "client.ts"],
            cwd=tools,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, done.stderr
        faults = done.stdout.splitlines()
        assert bool(faults) == bool(done.returncode)
        return faults

    return compile_with


def test_a_client_of_generated_types_compiles_and_a_wrong_one_does_not(
    compile_client: Compile,
) -> None:
    client = (HERE / "client.ts").read_text("utf-8")
    assert compile_client(client) == []

    wrong = client.replace('name: "submit"', 'name: "submitt"').replace("begun.last_seq", '"1"')
    wrong = wrong.replace("/contracts/", "/contract/").replace("found.code", "found.title.code")
    faults = "\n".join(compile_client(wrong))
    for fault in ("submitt", '"/api/v3/contract/"', "'code' does not exist on type 'string'"):
        assert fault in faults


def test_what_is_packed_is_what_the_lock_file_names(tools: Path) -> None:
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    packed = {
        path.parent.relative_to(tools).as_posix(): json.loads(path.read_text())["version"]
        for path in tools.glob("node_modules/**/package.json")
        if path.parent.relative_to(tools).as_posix() in locked
    }
    assert packed
    assert {name: locked[name]["version"] for name in packed} == packed
    # Types of types, which nothing runs.
    assert set(locked) - set(packed) == {"", "node_modules/type-fest"}
