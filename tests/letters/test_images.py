"""Emblem, letterhead, signature and stamp on letters: whose they are, and what a broken one stops."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from letters.facts import LetterFacts
from letters.images.bringing import MOST_BYTES, BadImage, bring_image, plain_image
from letters.images.printing import ImageBroken, image_address
from letters.models import Letter, LetterImage
from letters.rendering import page_of, render_letter
from letters.tasks import issue_letter
from services_catalog.models import Unit
from submissions.models import Submission
from submissions.states import State
from tests import cast
from tests.letters.test_rendering import facts
from tests.paper import opened, says

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    image_address.cache_clear()
    yield
    image_address.cache_clear()


def bring(
    kind: str, unit: str = "", colour: str = "navy", size: tuple[int, int] = (60, 30)
) -> LetterImage:
    row = LetterImage(kind=kind, unit=Unit.objects.get(code=unit) if unit else None)
    return bring_image(row, BytesIO(cast.a_picture(*size, colour=colour)))


def claiming(edge: int) -> bytes:
    """A small PNG whose head says that it is so many dots wide and high."""
    content = bytearray(cast.a_picture())
    content[16:24] = struct.pack(">II", edge, edge)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def as_jpeg() -> bytes:
    written = BytesIO()
    Image.new("RGB", (60, 30), "navy").save(written, "JPEG")
    return written.getvalue()


def decide(case: Submission, staff: dict[str, User]) -> Letter:
    case = cast.pass_desks(case, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    return Letter.objects.get(submission=case)


def images_on(pdf: bytes) -> int:
    """How many pictures of dots stand on the first page."""
    return len(opened(pdf).pages[0].images)


def test_a_letter_bears_the_images_of_who_signed_it(
    submitted: Submission, staff: dict[str, User], run_tasks: Any
) -> None:
    signature = cast.bring_signature(staff["deputy"])
    stamp, emblem = bring("stamp", "deputy", "red"), bring("emblem", colour="teal")

    letter = decide(submitted, staff)
    run_tasks()

    letter = Letter.objects.get(pk=letter.pk)
    printed = letter.facts_printed
    assert printed is not None
    signer = printed.signers[-1]
    assert (signer.signature, signer.stamp) == (signature.sha256, stamp.sha256)
    assert printed.issuer.emblem == emblem.sha256
    with letter.file.open("rb") as file:
        paper = file.read()
    assert images_on(paper) == 3
    assert says(paper, str(staff["deputy"]))


def test_a_signature_is_printed_for_its_owner_alone(
    submitted: Submission, staff: dict[str, User]
) -> None:
    cast.bring_signature(staff["legal"])
    signer = decide(submitted, staff).facts["signers"][-1]
    assert signer["name"] == str(staff["deputy"])
    assert "signature" not in signer


def issuer_of(letter: Letter) -> tuple[str, str]:
    issuer = letter.facts["issuer"]
    return issuer.get("emblem", ""), issuer.get("letterhead", "")


@pytest.mark.parametrize(
    ("own", "borne"),
    [
        ([], ("office emblem", "office letterhead")),
        (["letterhead"], ("office emblem", "own letterhead")),
        # The letterhead of the office would be drawn in its place.
        (["emblem"], ("own emblem", "")),
        (["emblem", "letterhead"], ("own emblem", "own letterhead")),
    ],
)
def test_letters_of_a_unit_bear_its_own_emblem_and_letterhead(
    submitted: Submission, staff: dict[str, User], own: list[str], borne: tuple[str, str]
) -> None:
    named = {"": ""}
    for kind in own:
        named[f"own {kind}"] = bring(kind, "deputy", "red").sha256
    for kind, colour in (("emblem", "teal"), ("letterhead", "navy")):
        named[f"office {kind}"] = bring(kind, colour=colour, size=(80, 30)).sha256
        bring(kind, "finance", "black")
    assert issuer_of(decide(submitted, staff)) == tuple(named[one] for one in borne)


def test_the_head_of_a_unit_is_shown_before_the_signature_and_left_out_on_paper_that_has_it(
    client: Client,
    submitted: Submission,
    staff: dict[str, User],
    signed_in: SignIn,
    run_tasks: Any,
) -> None:
    head = bring("letterhead", "deputy", "red", (300, 60))
    signed_in(client, staff["desk"])
    page = client.get(reverse("submission_letter", args=[submitted.pk])).content.decode()
    assert image_address(head.sha256) in page

    letter = decide(submitted, staff)
    run_tasks()
    with Letter.objects.get(pk=letter.pk).file.open("rb") as file:
        assert images_on(file.read()) == 1
    bare = client.get(reverse("letters_letter_modeladmin_preheaded", args=[letter.pk]))
    assert images_on(b"".join(bare.streaming_content)) == 0  # type: ignore[attr-defined]


def test_what_was_decided_keeps_its_images(
    submitted: Submission, staff: dict[str, User], run_tasks: Any
) -> None:
    old = bring("emblem")
    letter = decide(submitted, staff)
    bring("emblem", colour="red")
    LetterImage.objects.filter(pk=old.pk).update(retired=True)
    run_tasks()
    printed = Letter.objects.get(pk=letter.pk).facts_printed
    assert printed is not None
    assert printed.issuer.emblem == old.sha256


def test_a_broken_image_stops_the_paper_and_neither_decision_nor_number(
    client: Client,
    submitted: Submission,
    staff: dict[str, User],
    manager: User,
    signed_in: SignIn,
    run_tasks: Any,
) -> None:
    stamp = bring("stamp", "deputy")
    with stamp.file.storage.open(stamp.file.name, "wb") as file:
        file.write(b"no picture")

    letter = decide(submitted, staff)
    run_tasks()

    letter = Letter.objects.get(pk=letter.pk)
    assert (letter.number, letter.rendered_at) == (1, None)
    assert "ImageBroken" in letter.last_error
    assert Submission.objects.get(pk=submitted.pk).state == State.APPROVED
    signed_in(client, manager)
    page = client.get(reverse("letters_letter_modeladmin_inspect", args=[letter.pk]))
    assert "ImageBroken" in page.content.decode()

    bring("stamp", "deputy")  # the same picture, brought again
    Letter.objects.filter(pk=letter.pk).update(not_before=None)
    issue_letter(letter.pk)
    assert Letter.objects.get(pk=letter.pk).rendered_at is not None


def test_paper_with_a_letterhead_gets_the_words_alone() -> None:
    said = facts()
    drawn = render_to_string("letters/letter.html", page_of(said))
    bare = render_to_string("letters/letter.html", {**page_of(said), "preheaded": True})
    assert "بسمه تعالی" in drawn
    assert "بسمه تعالی" not in bare
    assert "emblem" not in bare
    assert said.paragraphs[1] in bare


def test_the_secretariat_prints_on_paper_with_a_letterhead(
    client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn, run_tasks: Any
) -> None:
    letter = decide(submitted, staff)
    address = reverse("letters_letter_modeladmin_preheaded", args=[letter.pk])
    signed_in(client, staff["secretariat"])
    assert client.get(address).status_code == 404
    run_tasks()
    paper = b"".join(client.get(address).streaming_content)
    assert says(paper, "معرفی می‌شود")
    assert not says(paper, "بسمه تعالی")


def test_a_banner_takes_the_place_of_the_names() -> None:
    banner = bring("letterhead", size=(400, 100))
    said = facts()
    said = LetterFacts.model_validate(
        said.model_dump() | {"issuer": said.issuer.model_dump() | {"letterhead": banner.sha256}}
    )
    paper = render_letter(said)
    assert images_on(paper) == 1
    assert not says(paper, "بسمه تعالی")


def test_facts_that_name_no_image_of_ours_are_not_printed() -> None:
    said = facts()
    issuer = said.issuer.model_copy(update={"emblem": "0" * 64})
    with pytest.raises(ImageBroken):
        render_letter(said.model_copy(update={"issuer": issuer}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4", "سالم نیست"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "سالم نیست"),
        (b"\x89PNG" + b"0" * MOST_BYTES, "حداکثر ۲ مگابایت"),
        (cast.a_picture()[:60], "سالم نیست"),
        (cast.a_picture()[:-20], "سالم نیست"),
        (as_jpeg()[:-40], "سالم نیست"),
        (claiming(5_000), "ابعاد"),
        (claiming(50_000), "ابعاد"),
    ],
    ids=[
        "a pdf",
        "a drawing",
        "heavy",
        "torn",
        "without its end",
        "a torn JPEG",
        "large",
        "a bomb",
    ],
)
def test_what_is_no_sound_image_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadImage, match=said):
        plain_image(BytesIO(content), "stamp")


def test_a_manager_brings_and_retires_an_image_and_what_was_chosen_stays(
    client: Client, manager: User, staff: dict[str, User], signed_in: SignIn, house: None
) -> None:
    signed_in(client, manager)
    address = reverse("letter_images")
    unit = Unit.objects.get(code="deputy")
    typed = {"kind": "signature", "unit": unit.pk, "person": ""}
    picture = SimpleUploadedFile("s.png", cast.a_picture(), "image/png")

    refused = client.post(address, typed | {"file": picture})
    assert refused.status_code == 422
    assert "person" in refused.context["form"].errors
    assert f'<option value="{unit.pk}" selected' in refused.content.decode()
    picture.seek(0)
    assert (
        client.post(address, typed | {"person": staff["deputy"].pk, "file": picture}).status_code
        == 302
    )
    image = LetterImage.objects.get()
    assert client.get(reverse("letter_image_file", args=[image.pk]))["Content-Type"] == "image/png"
    client.post(reverse("letter_image_retire", args=[image.pk]))
    assert LetterImage.objects.signature_of(staff["deputy"], "deputy") is None
    assert client.get(image.file.name).status_code == 404

    signed_in(client, staff["desk"])
    assert client.get(reverse("letter_image_file", args=[image.pk]))["Location"] == "/admin/"
