"""The wording of a template in blocks, as it is stored: texts of before, or blocks that say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

BlockKind = Literal["paragraph"]
KINDS: tuple[str, ...] = get_args(BlockKind)


@dataclass(frozen=True)
class Block:
    """One block of a letter's text. ``open``: the desks of the route may reword it in a draft."""

    kind: BlockKind
    text: str
    open: bool = False


class Worded(Protocol):
    """What has a wording: a template, whatever its version."""

    paragraphs: Any


def blocks_of(template: Worded) -> list[Block]:
    """The blocks of a template in their order.

    ``paragraphs`` holds texts (a paragraph each, closed) or ``{"kind", "text", "open"}``.
    Raises ValueError for what is neither.
    """
    return list(read_blocks(template.paragraphs))


def read_blocks(stored: Iterable[Any]) -> Iterable[Block]:
    """Blocks as they are stored in JSON; raises ValueError as :func:`blocks_of` does."""
    for given in stored:
        if isinstance(given, str):
            yield Block("paragraph", given)
        elif isinstance(given, Mapping) and given.get("kind") in KINDS:
            yield Block(given["kind"], str(given.get("text", "")), bool(given.get("open", False)))
        else:
            raise ValueError(f"{given!r} is no block of a letter.")
