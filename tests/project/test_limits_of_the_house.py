"""The house stays readable: how long, how wide and how entangled our code may become.

``python -m tests.project.measure`` shows all figures at once.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project import measure
from tests.project.measure import Module

LONGEST_FUNCTION, USUAL_FUNCTION = 45, 18
LONGEST_FILE, USUAL_FILE = 350, 250
MODULES_IN_A_FOLDER = 25
# What is left are the effects, which are called as their steps are, and words of a template.
BARE_NAMES = 0.08

# Every function that catches whatever goes wrong, and why nothing narrower would do.
BROAD_EXCEPTS = {
    "answer_check": "each database and each cache has errors of its own; all of them mean: not healthy",
    "_fill": "one figure that cannot be read must not hide the others; it is told and logged",
    "_do_alone": "one scheduled publication that fails must not hold up the others; it is logged",
    "issue_letter": "whatever went wrong is kept on the letter, which is tried again",
    "_ask_channel": "a dispatch whose channel fails in whatever way is in doubt, and a person hears of it",
    "kept_if_recorded": "a file whose row was not written is removed, also when the process is stopped",
    "do_each": "a part of the sweep that fails must not hold up the others; it is logged",
    "_keep_somehow": "one mail that cannot be read must not hold up the others; it is logged and kept",
    "_seat_alone": "one submission that fails must not hold up the others; it is logged",
    "advance_import": "the job is given back or ended with its reason; the error goes on to the worker",
    "_run_child": "a forked reader must not come back into what its parent was doing; it is logged",
    "refuse_broken": "a damaged workbook leads its reader into every kind of error",
    "inspect_picture": "a damaged picture leads its reader into every kind of error",
    "inspect_pdf": "a damaged PDF leads its reader into every kind of error",
    "look_into": "a damaged PDF leads its reader into every kind of error",
    "_judge_seal": "so does a damaged seal, and the others are still to be judged",
    "Reader._handle_encryption": "a lock that cannot be made out counts as closed",
    "take_lines_of_act": "the act is given back to be tried again; the error goes on to the worker",
    "_try_line": "one line that fails for good must not hold up the others; it is logged",
    "warm_class": "what cannot be loaded is the first task's trouble; the others work, and it is logged",
    "tell_about_step": "the step is given back to be told again; the error goes on to the worker",
}


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    return measure.read_modules()


def above(limit: int, lengths: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [found for found in sorted(lengths, reverse=True) if found[0] > limit]


def test_functions_are_short(modules: list[Module]) -> None:
    lengths = measure.function_lengths(modules)
    assert above(LONGEST_FUNCTION, lengths) == []
    assert measure.percentile([lines for lines, _ in lengths], 95) <= USUAL_FUNCTION


def test_files_are_short(modules: list[Module]) -> None:
    lengths = measure.file_lengths(modules)
    assert above(LONGEST_FILE, lengths) == []
    assert measure.percentile([lines for lines, _ in lengths], 90) <= USUAL_FILE


def test_no_folder_is_a_drawer(modules: list[Module]) -> None:
    counts = measure.modules_by_folder(modules)
    assert {folder: n for folder, n in counts.items() if n > MODULES_IN_A_FOLDER} == {}


def test_lines_of_templates_are_short() -> None:
    assert measure.long_template_lines() == []


def test_what_a_module_needs_stands_at_its_top(modules: list[Module]) -> None:
    assert measure.hidden_imports(modules) == []


def test_no_module_needs_one_that_needs_it(modules: list[Module]) -> None:
    assert measure.import_circles(modules) == []


def test_one_file_reaches_into_the_insides_of_allauth(modules: list[Module]) -> None:
    inside = re.compile(r"^from allauth\.[\w.]*internal|\b_login_stage\b", re.MULTILINE)
    reaching = [str(module) for module in modules if inside.search(module.text)]
    assert reaching == ["site/web/allauth_compat.py"]


def test_whoever_catches_everything_says_why(modules: list[Module]) -> None:
    found = measure.broad_excepts(modules)
    assert [entry for entry in found if entry[0] not in BROAD_EXCEPTS] == []
    assert set(BROAD_EXCEPTS) == {owner for owner, _ in found}
    assert len(found) == len(BROAD_EXCEPTS)


def test_functions_are_named_by_what_they_do_and_to_what(modules: list[Module]) -> None:
    bare, all_of_them = measure.one_word_functions(modules), measure.module_functions(modules)
    assert len(bare) <= BARE_NAMES * len(all_of_them), bare


# --- The measure itself -------------------------------------------------------------------


def house_of(root: Path, **files: str) -> list[Module]:
    """Modules below ``home/`` with this content, by their names in it."""
    for name, content in files.items():
        path = root / "home" / f"{name.replace('__of__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return measure.read_modules(root)


def test_a_circle_is_seen_through_typing_and_through_what_a_package_exports(tmp_path: Path) -> None:
    typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from home.b import B\n"
    circle = house_of(tmp_path, a=typing, b="from .c import C", c="from home import a")
    assert measure.import_circles(circle) == [["home.a", "home.b", "home.c"]]

    exports = {"p__of____init__": "from home.p.q import Q", "p__of__q": "from home.p import R"}
    straight = dict.fromkeys("abc", "")
    packed = house_of(tmp_path, **straight, **exports)
    assert measure.import_circles(packed) == [["home.p", "home.p.q"]]


def test_an_import_in_a_function_is_hidden_and_makes_no_circle(tmp_path: Path) -> None:
    late = "class A:\n    def ready(self):\n        import home.b\n    def run(self):\n        from home import b\n"
    modules = house_of(tmp_path, a=late, b="import home.a")
    assert [entry.split()[-1] for entry in measure.hidden_imports(modules)] == ["home.b"]
    assert measure.import_circles(modules) == []


def test_broad_means_bare_too(tmp_path: Path) -> None:
    clauses = (
        "except:",
        "except (OSError, Exception):",
        "except BaseException:",
        "except OSError:",
    )
    body = "".join(f"def f{n}():\n    try: ...\n    {c} ...\n" for n, c in enumerate(clauses))
    assert [owner for owner, _ in measure.broad_excepts(house_of(tmp_path, a=body))] == [
        "f0", "f1", "f2",
    ]  # fmt: skip
