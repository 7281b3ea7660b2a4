"""What a picture is: fine, broken, or larger than the machine of a reviewer opens.

It is decoded to the last line: its head says nothing of what is missing at its end.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageFile, ImageSequence, MpoImagePlugin

from submissions.documents.sandbox import BROKEN, FINE, TOO_LARGE

KINDS: Final = ("JPEG", "PNG")
# A telephone's largest picture has some hundred million; unpacked, each takes four bytes.
MOST_PIXELS: Final = 120_000_000


def inspect_picture(file: BytesIO) -> str:
    # The limit is ours alone, and counts all frames together.
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(file, formats=KINDS) as image:
            if image.width * image.height * _frames_of(image) > MOST_PIXELS:
                return TOO_LARGE
            _decode(image)
        with Image.open(file, formats=KINDS) as image:
            image.verify()
    except MemoryError:
        return TOO_LARGE
    except Exception:
        # A damaged picture leads its reader into every kind of error; all mean the same here.
        return BROKEN
    return FINE


def _frames_of(image: Image.Image) -> int:
    """How many frames a viewer shows: of a JPEG with several pictures, the first alone."""
    if isinstance(image, MpoImagePlugin.MpoImageFile):
        return 1
    return int(getattr(image, "n_frames", 1))


def _decode(image: Image.Image) -> None:
    if _frames_of(image) == 1:
        image.load()
        return
    for frame in ImageSequence.Iterator(image):
        frame.load()
