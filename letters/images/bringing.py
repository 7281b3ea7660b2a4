"""What is brought as an image: looked at, made small and plain, or refused."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Final

from PIL import Image, UnidentifiedImageError

from letters.images.models import ImageKind, LetterImage
from web.refusals import Refusal

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 4000 * 4000
#: Longest edge in pixels as it is kept: 300 dots an inch over the width of a page.
EDGE: Final = {ImageKind.LETTERHEAD: 2400}
USUAL_EDGE: Final = 900
TOO_WIDE: Final = "ابعاد تصویر بیش از حد مجاز است."
FORMATS: Final = ("PNG", "JPEG")
END_OF_JPEG: Final = b"\xff\xd9"


class BadImage(Refusal):
    status = 422
    code = "bad_image"
    title = "تصویر پذیرفته نشد"


def plain_image(file: IO[bytes], kind: str) -> bytes:
    """The image as a PNG without anything beside its dots. Raises BadImage."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadImage("حجم تصویر حداکثر ۲ مگابایت است.")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadImage(TOO_WIDE)
            edge = EDGE.get(ImageKind(kind), USUAL_EDGE)
            _require_whole(content, image.format)
            image.load()
            plain = image.convert(
                "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
            )
    except Image.DecompressionBombError:
        raise BadImage(TOO_WIDE) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise BadImage("این فایل تصویر PNG یا JPEG سالم نیست.") from None
    plain.thumbnail((edge, edge))
    written = BytesIO()
    Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(written, "PNG", optimize=True)
    return written.getvalue()


def _require_whole(content: bytes, kind: str | None) -> None:
    """Raise OSError for a torn file: WeasyPrint lets Pillow fill what is missing in this process."""
    if kind == "PNG":
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            image.verify()
    elif not content.rstrip(b"\0").endswith(END_OF_JPEG):
        raise OSError("The image has no end")


def bring_image(image: LetterImage, file: IO[bytes]) -> LetterImage:
    """Keep ``image`` with what is brought for it. Raises BadImage."""
    if (image.kind == ImageKind.SIGNATURE) != (image.person is not None):
        raise BadImage("صاحب امضا فقط برای تصویر امضا و همیشه برای آن انتخاب می‌شود.")
    image.save_content(plain_image(file, image.kind))
    return image
