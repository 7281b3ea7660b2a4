"""How large the house is and how it hangs together, in figures: ``python -m tests.project.measure``.

Measured is our own Python without its tests and migrations, and our templates.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where our packages lie: `site` is a path entry, the others are packages themselves.
ROOMS = ("site", "guides", "services_catalog", "submissions", "letters", "home")
# What draws a shape may be as long as the shape needs.
PATH_DATA = re.compile(r'\sd="[^"]*"')
LINE_LIMIT = 140

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python: where it lies, the name it is imported by, and its tree."""

    path: Path
    name: str
    root: Path = ROOT

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def __str__(self) -> str:
        return str(self.path.relative_to(self.root))


def read_modules(root: Path = ROOT) -> list[Module]:
    """All modules that are measured, by name."""
    found = []
    for room in ROOMS:
        base = root / room if room == "site" else root
        for path in (root / room).rglob("*.py"):
            parts = path.relative_to(base).with_suffix("").parts
            if "migrations" in parts or "tests" in parts:
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(path, name, root))
    return sorted(found, key=lambda module: module.name)


def percentile(values: Sequence[int], share: int) -> int:
    """The smallest of ``values`` that ``share`` percent of them do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]


# --- Length ----------------------------------------------------------------------------


def function_lengths(modules: list[Module]) -> list[tuple[int, str]]:
    """Lines of every function and method from ``def`` to its end, and which one it is."""
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{module}:{node.lineno} {node.name}")
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, Function)
    ]


def file_lengths(modules: list[Module]) -> list[tuple[int, str]]:
    return [(module.lines, str(module)) for module in modules]


def modules_by_folder(modules: list[Module]) -> Counter[str]:
    """How many modules lie side by side; the ``__init__`` is the folder itself."""
    return Counter(
        str(module.path.parent.relative_to(module.root))
        for module in modules
        if not module.is_package
    )


def long_template_lines() -> list[str]:
    """Lines of templates above the limit once the data of shapes are left out."""
    folders = [ROOT / "templates", *(ROOT / room for room in ROOMS)]
    files = sorted({path for folder in folders for path in folder.rglob("*.html")})
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(PATH_DATA.sub("", line)) > LINE_LIMIT
    ]


# --- Names ------------------------------------------------------------------------------


def module_functions(modules: list[Module]) -> list[str]:
    """Functions at the top of a module, public and private, as ``module.function``."""
    return [
        f"{module.name}.{node.name}"
        for module in modules
        for node in module.tree.body
        if isinstance(node, Function)
    ]


def one_word_functions(modules: list[Module]) -> list[str]:
    """Those whose name is a bare word, like ``current`` or ``_things``."""
    return [name for name in module_functions(modules) if "_" not in _bare(name)]


def share(part: list[str], whole: list[str]) -> str:
    return f"{len(part)} of {len(whole)} ({len(part) / len(whole):.1%})"


def _bare(name: str) -> str:
    return name.rsplit(".", 1)[-1].lstrip("_")


# --- Exceptions ---------------------------------------------------------------------------


def broad_excepts(modules: list[Module]) -> list[tuple[str, str]]:
    """Which functions catch whatever goes wrong, and where; one entry for each such clause."""
    found = []
    for module in modules:
        for owner, node in _with_owner(module.tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
                found.append((owner, f"{module}:{node.lineno}"))
    return found


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(n, ast.Name) and n.id in ("Exception", "BaseException") for n in names)


def _with_owner(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node below ``tree`` with the dotted name of the function or class that holds it."""
    for node in ast.iter_child_nodes(tree):
        yield owner, node
        named = isinstance(node, Function | ast.ClassDef)
        within = f"{owner}.{node.name}".lstrip(".") if named else owner  # type: ignore[attr-defined]
        yield from _with_owner(node, within)


# --- Imports -------------------------------------------------------------------------------


def hidden_imports(modules: list[Module]) -> list[str]:
    """First-party imports within functions, but for ``ready``, which runs once all is loaded."""
    ours = {module.name.split(".")[0] for module in modules}
    return [
        f"{module}:{node.lineno} {target}"
        for module in modules
        for node in _within_functions(module.tree)
        for target in _targets(module, node)
        if target.split(".")[0] in ours
    ]


def _within_functions(tree: ast.AST, *, inside: bool = False) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if inside:
            yield node
        enters = isinstance(node, Function) and node.name != "ready"
        yield from _within_functions(node, inside=inside or enters)


def import_graph(modules: list[Module]) -> dict[str, set[str]]:
    """What each module imports of ours when it is loaded or type-checked.

    A package's ``__init__`` is a module of its own: what it re-exports, it imports.
    """
    known = {module.name for module in modules}
    graph = {}
    for module in modules:
        targets = {t for node in _at_module_level(module.tree) for t in _targets(module, node)}
        graph[module.name] = {_nearest(t, known) for t in targets} & known - {module.name}
    return graph


def _at_module_level(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that are not within a function: ``if TYPE_CHECKING`` and classes are looked into."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, Function | ast.Lambda):
            yield node
            yield from _at_module_level(node)


def _targets(module: Module, node: ast.AST) -> list[str]:
    """The dotted names that an import asks for; of anything else none."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    above = module.name.split(".")
    if node.level:
        above = above[: len(above) - node.level + module.is_package]
    source = ".".join([*(above if node.level else ()), *([node.module] if node.module else ())])
    return [f"{source}.{alias.name}" for alias in node.names]


def _nearest(target: str, known: set[str]) -> str:
    """The module that ``target`` is or lies in; empty when it is none of ours."""
    while target and target not in known:
        target = target.rpartition(".")[0]
    return target


def import_circles(modules: list[Module]) -> list[list[str]]:
    """Groups of modules of which each needs all the others, the largest first."""
    graph = import_graph(modules)
    reached = {name: _reached_from(name, graph) for name in graph}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if name in reached[name]
    }
    return sorted((list(group) for group in groups), key=lambda group: (-len(group), group))


def _reached_from(start: str, graph: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph[name]
    return reached


# --- The table -----------------------------------------------------------------------------


def table() -> str:
    """The figures beside their limits, and what is above a limit."""
    modules = read_modules()
    functions, files = function_lengths(modules), file_lengths(modules)
    top, folders = module_functions(modules), modules_by_folder(modules)
    bare, circles = one_word_functions(modules), import_circles(modules)
    public = [[name for name in names if "._" not in name] for names in (bare, top)]
    hidden, long_lines = hidden_imports(modules), long_template_lines()
    (folder, most) = folders.most_common(1)[0]
    rows = [
        ("modules", len(modules), ""),
        ("lines", sum(lines for lines, _ in files), ""),
        ("functions", len(functions), ""),
        ("function, 95th percentile", percentile([lines for lines, _ in functions], 95), "≤ 18"),
        ("longest function", "{} ({})".format(*max(functions)), "≤ 45"),
        ("file, 90th percentile", percentile([lines for lines, _ in files], 90), "≤ 250"),
        ("longest file", "{} ({})".format(*max(files)), "≤ 350"),
        ("hidden first-party imports", len(hidden), "0"),
        ("broad excepts", len(broad_excepts(modules)), "listed"),
        ("bare one-word functions", f"{share(bare, top)}, public: {share(*public)}", "≤ 8 %"),
        ("template lines over 140", len(long_lines), "0"),
        ("import circles", f"{len(circles)}, modules in them: {sum(map(len, circles))}", "0"),
        ("modules in the fullest folder", f"{most} ({folder})", "≤ 25"),
    ]
    return "\n".join(f"{name:<30} {limit:>7}  {value}" for name, value, limit in rows)


if __name__ == "__main__":
    print(table())
