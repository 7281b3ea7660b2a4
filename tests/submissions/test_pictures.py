"""Pictures as cameras, messengers and broken lines leave them: decoded to the last line."""

from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from submissions.documents import inspection, sandbox
from submissions.documents.sandbox.pictures import inspect_picture
from tests.submissions.files import accepted_type, raw

VERDICTS = {value for name, value in vars(sandbox).items() if name.isupper()}
LIMIT = 5 * 1024 * 1024


def drawing(mode="RGB", size=(160, 120)):
    """Not of one colour: what is cut off must be missing."""
    image = Image.new("RGB", size, "teal")
    pen = ImageDraw.Draw(image)
    for place in range(0, size[0], 3):
        pen.line([(place, 0), (size[0] - place, size[1])], fill=(place % 255, 40, 90))
    return image.convert(mode)


def saved(kind, mode="RGB", **said):
    content = BytesIO()
    drawing(mode).save(content, kind, **said)
    return content.getvalue()


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


FRAMES = [drawing().rotate(angle) for angle in (90, 180)]
WHOLE = {
    "JPEG": saved("JPEG"),
    "JPEG in several passes": saved("JPEG", progressive=True),
    "JPEG for print": saved("JPEG", "CMYK"),
    "JPEG in grey": saved("JPEG", "L"),
    "JPEG held sideways": saved("JPEG", exif=turned()),
    "JPEG with more pictures behind": saved("MPO", save_all=True, append_images=FRAMES),
    "PNG": saved("PNG"),
    "PNG with a palette": saved("PNG", "P"),
    "PNG that one sees through": saved("PNG", "RGBA"),
    "PNG in black and white": saved("PNG", "1"),
    "PNG of a scanner": saved("PNG", "I;16"),
    "PNG that moves": saved("PNG", save_all=True, append_images=FRAMES),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_picture_is_taken(kind):
    found = accepted_type(raw(WHOLE[kind], "عکس"))
    assert found == ("image/png" if kind.startswith("PNG") else "image/jpeg")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("kind", [kind for kind in WHOLE if "more pictures" not in kind])
def test_a_picture_that_ends_early_is_broken(kind, part):
    content = WHOLE[kind]
    assert inspect_picture(BytesIO(content[: int(len(content) * part)])) == sandbox.BROKEN


def test_what_lies_behind_the_first_picture_of_a_jpeg_may_be_missing():
    """Nobody sees it, and messengers cut it off."""
    content = WHOLE["JPEG with more pictures behind"]
    assert inspect_picture(BytesIO(content[:-2000])) == sandbox.FINE
    assert inspect_picture(BytesIO(content[:2000])) == sandbox.BROKEN


@pytest.mark.django_db
def test_the_row_says_that_a_picture_is_not_whole(client, signed_in, maryam, draft):
    signed_in(client, maryam)
    address = reverse("submissions:upload", args=[draft.tracking_code]) + "?requirement=contract"
    cut = raw(WHOLE["JPEG"][:-500], "عکس.jpg")
    answer = client.post(address, {"file": cut}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert inspection.BrokenFile.message in answer.content.decode()


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHEmiafMiHBheic",
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypheix\0\0\0\0mif1heix",
        b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc",
    ],
    ids=["iPhone", "by its second name", "of ten bits", "of several moments"],
)
def test_a_picture_of_an_iphone_is_told_the_setting(head):
    with pytest.raises(inspection.HeicPicture, match="Most Compatible"):
        inspection.recognise(raw(head + bytes(500), "IMG_0001.HEIC"), LIMIT)


def test_a_picture_that_is_nearly_of_that_kind_is_not_called_so():
    with pytest.raises(inspection.WrongType, match="AVIF"):
        inspection.recognise(raw(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(99)), LIMIT)


def test_frames_count_together():
    """Each of them is small; what a browser holds of all is not."""
    content = BytesIO()
    still = [Image.new("1", (4000, 4000), step % 2) for step in range(8)]
    still[0].save(content, "PNG", save_all=True, append_images=still[1:])
    assert inspect_picture(BytesIO(content.getvalue())) == sandbox.TOO_LARGE


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mangled_picture_has_a_verdict_too(data):
    content = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    assert inspect_picture(BytesIO(bytes(content))) in VERDICTS
