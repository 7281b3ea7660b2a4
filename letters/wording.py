"""The wording of a template in blocks, as it is stored: texts of before, or blocks that say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, get_args

BlockKind = Literal["paragraph", "table"]
KINDS: tuple[str, ...] = get_args(BlockKind)
#: The caption of the table of facts, where its block has none of its own.
TABLE_TITLE: Final = "مشخصات درخواست"


@dataclass(frozen=True)
class Block:
    """One block of a letter's text: a paragraph, or the table of facts, whose ``text`` is its caption.

    ``open``: the desks of the route may reword it in a draft.
    """

    kind: BlockKind
    text: str
    open: bool = False


class Words(dict[str, str]):
    """Fills the placeholders of a template; what is unknown or empty is shown as a dash."""

    def __getitem__(self, key: str) -> str:
        return self.get(key) or "—"


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


def write_block(block: Block) -> Any:
    """The way back: a closed paragraph is a text, as it always was."""
    if block == Block("paragraph", block.text):
        return block.text
    return {"kind": block.kind, "text": block.text, "open": block.open}


def place_table(blocks: Iterable[Mapping[str, Any]]) -> tuple[str, int | None]:
    """Caption of the table among written blocks and how many paragraphs stand before it; None: after all."""
    before = 0
    for block in blocks:
        if block["kind"] == "table":
            return block["text"] or TABLE_TITLE, before
        before += bool(block["text"])
    return TABLE_TITLE, None
