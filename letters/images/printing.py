"""Images as letters name and print them: by digest, so that the same facts give the same page."""

from __future__ import annotations

import base64
import functools
import hashlib

from django.db.models import Q

from accounts.models import User
from letters.images.models import ImageKind, LetterImage
from web.refusals import NotNow


class ImageBroken(NotNow):
    """The file of an image cannot be read as it was brought; letters that bear it wait."""

    code = "image_broken"
    title = "تصویر نامه در دسترس نیست"
    message = (
        "فایل نشان، سربرگ، امضا یا مهر این نامه خوانده نمی‌شود. لطفاً به مدیر سامانه اطلاع دهید."
    )


def images_of_issuer(unit: str) -> dict[str, str]:
    """Digests of emblem and letterhead of a unit's letters: its own, else the office's; ``unit``: its code.

    An emblem of its own is not hidden by the letterhead of the office, which is drawn in its place.
    """
    kinds = (ImageKind.EMBLEM, ImageKind.LETTERHEAD)
    rows = LetterImage.objects.in_use().filter(kind__in=kinds).order_by("pk")
    rows = rows.filter(Q(unit=None) | Q(unit__code=unit))
    office, own = dict[str, str](), dict[str, str]()
    for kind, sha256, owner in rows.values_list("kind", "sha256", "unit"):
        (office if owner is None else own)[kind] = sha256
    if ImageKind.EMBLEM in own:
        office.pop(ImageKind.LETTERHEAD, None)
    return office | own


def images_of_signer(person: User | None, unit: str) -> dict[str, str]:
    """Digests of the signature of a person at a unit and of the unit's stamp, where there are any."""
    images = LetterImage.objects
    return _name_digests(
        signature=images.signature_of(person, unit), stamp=images.of_unit(ImageKind.STAMP, unit)
    )


def _name_digests(**images: LetterImage | None) -> dict[str, str]:
    return {name: image.sha256 for name, image in images.items() if image is not None}


@functools.lru_cache(maxsize=32)
def image_address(sha256: str) -> str:
    """The image as a data URI. Raises ImageBroken when no file holds it as it was brought."""
    for image in LetterImage.objects.filter(sha256=sha256):
        try:
            with image.file.open("rb") as file:
                content = file.read()
        except OSError:
            continue
        if hashlib.sha256(content).hexdigest() == sha256:
            return f"data:image/png;base64,{base64.b64encode(content).decode()}"
    raise ImageBroken
