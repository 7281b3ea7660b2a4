"""Cuts Bootstrap down to what our pages name: a fortieth of it. Run by ``make styles``.

The portal uses its reset, its grid and a few dozen classes of two thousand; a phone on a slow line
would wait for all of them before it shows a word. What is kept is kept as Bootstrap wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

ROOT = Path(__file__).parents[2]
WHOLE = Path(__file__).parent / "bootstrap.rtl.min.css"
SERVED = ROOT / "site/static/vendor/bootstrap/bootstrap.portal.css"
# Wherever a class may be named: pages and scripts whole; of the code, lines that speak of one.
NAMING = ("templates/**/*.html", "site/static/portal/*.js")
CODE = ("site/**/*.py", "guides/*.py", "services_catalog/**/*.py", "submissions/**/*.py",
        "letters/**/*.py", "home/*.py")  # fmt: skip
HEADER = (
    "/*! Bootstrap 5.3.9 (MIT, see LICENSE), cut down to what our pages name by make styles. */\n"
)

# Small and at hand everywhere, so that a page may use them without another thought.
AT_HAND = re.compile(
    r"[mp][tbsexy]?-([0-5]|auto)|gap-[0-5]|d-(none|block|inline|inline-block|flex|grid)"
    r"|(justify-content|align-items)-(start|end|center|between|baseline)|flex-(wrap|column|grow-1)"
    r"|text-(start|end|center|nowrap|break)|fw-(normal|semibold|bold)|[wh]-100|d-print-none"
)
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
WORD = re.compile(r"-?[_a-zA-Z][\w-]*")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


def trimmed(css: str, words: set[str], used_by_ours: str) -> str:
    """``css`` without what no ``words`` name; its variables, if it or ``used_by_ours`` asks."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    kept = [text for rule in rules if (text := _kept(rule, words))]
    kept = _without_unseen_keyframes(kept)
    return "\n".join(_without_unused_variables(kept, used_by_ours)) + "\n"


def _kept(rule: Node, words: set[str]) -> str:
    if isinstance(rule, AtRule) and rule.lower_at_keyword == "media":
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        rules = [text for one in inner if (text := _kept(one, words))]
        head = tinycss2.serialize(rule.prelude)
        return f"@media{head}{{{''.join(rules)}}}" if rules else ""
    if isinstance(rule, AtRule):
        # Not the charset: it would have to stand before everything, and all is ASCII.
        return "" if rule.lower_at_keyword == "charset" else str(rule.serialize())
    if not isinstance(rule, QualifiedRule):
        return ""
    selectors = list(_wanted(tinycss2.serialize(rule.prelude), words))
    body = tinycss2.serialize(rule.content)
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _wanted(prelude: str, words: set[str]) -> Iterator[str]:
    """The selectors all of whose classes are named; our dark scheme is no attribute."""
    for selector in re.split(r",(?![^(]*\))", prelude):
        if "data-bs-theme=dark" in selector:
            continue
        if all(name in words or AT_HAND.fullmatch(name) for name in CLASS.findall(selector)):
            yield selector.strip()


def _without_unseen_keyframes(rules: list[str]) -> list[str]:
    others = "".join(rule for rule in rules if not rule.startswith("@keyframes"))
    return [
        rule
        for rule in rules
        if not rule.startswith("@keyframes") or rule[10:].split("{")[0].strip() in others
    ]


def _without_unused_variables(rules: list[str], used_by_ours: str) -> list[str]:
    """Drop what :root declares for parts that are not there; again, until nothing is left over."""
    while True:
        asked = set(VARIABLE.findall("".join(rules) + used_by_ours))
        fewer = [_declaring(rule, asked) if rule.startswith(":root") else rule for rule in rules]
        if fewer == rules:
            return rules
        rules = fewer


def _declaring(rule: str, asked: set[str]) -> str:
    head, body = rule.removesuffix("}").split("{", 1)
    declarations = (d for d in re.split(r";(?![^(]*\))", body) if d.strip())
    wanted = [d for d in declarations if not d.startswith("--") or d.split(":")[0] in asked]
    return f"{head}{{{';'.join(wanted)}}}"


def served_now() -> str:
    """What should be served for the pages as they are."""
    lines = [line for line in text_of(CODE).splitlines() if '"class' in line]
    words = set(WORD.findall(text_of(NAMING) + "".join(lines)))
    ours = text_of(["site/static/portal/*.css"])
    return HEADER + trimmed(WHOLE.read_text("utf-8"), words, ours)


def text_of(patterns: Iterable[str]) -> str:
    paths = (path for pattern in patterns for path in sorted(ROOT.glob(pattern)))
    return "".join(path.read_text("utf-8") for path in paths)


if __name__ == "__main__":
    SERVED.write_text(served_now(), encoding="utf-8")
    print(f"{SERVED.relative_to(ROOT)}: {SERVED.stat().st_size // 1024} KB")
