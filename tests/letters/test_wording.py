"""How the wording of a template is read: texts of before, and blocks."""

import pytest

from letters.models import LetterTemplate
from letters.wording import Block, blocks_of


def test_texts_of_before_are_closed_paragraphs() -> None:
    template = LetterTemplate(paragraphs=["سلام {party_name}", "با تشکر"])
    assert blocks_of(template) == [
        Block("paragraph", "سلام {party_name}", False),
        Block("paragraph", "با تشکر", False),
    ]


def test_blocks_say_what_they_are() -> None:
    template = LetterTemplate(
        paragraphs=[
            {"kind": "paragraph", "text": "متن", "open": True},
            {"kind": "paragraph", "text": "پایان"},
        ]
    )
    assert blocks_of(template) == [
        Block("paragraph", "متن", open=True),
        Block("paragraph", "پایان"),
    ]


@pytest.mark.parametrize("stored", [[1], [{"kind": "picture", "text": "x"}], [{"text": "x"}]])
def test_what_is_no_block_is_refused(stored: list[object]) -> None:
    with pytest.raises(ValueError, match="no block"):
        blocks_of(LetterTemplate(paragraphs=stored))
