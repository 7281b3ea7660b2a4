"""Endpoints of the images on letters, for who keeps them; and the letter for paper with a letterhead."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from accounts.models import Scope, User
from letters.api import find_letter_of
from letters.images.bringing import MOST_BYTES, BadImage, bring_image
from letters.images.models import ImageKind, LetterImage
from letters.images.preheaded import print_preheaded
from letters.images.views import RIGHT, send_image
from services_catalog.models import Unit
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.shared import with_file
from web.requests import UserRequest

router = Router(auth=signed_in, tags=["staff"])
LIST, ONE = "staff/letter-images/", "staff/letter-images/{int:letter_image_id}/"
TOO_LARGE = BadImage("حجم تصویر حداکثر ۲ مگابایت است.")


class ImageBody(Schema):
    """``unit``: its code, empty for the whole office; ``person``: whose signature, by user name."""

    kind: ImageKind
    unit: Annotated[str, Field(max_length=50)] = ""
    person: Annotated[str, Field(max_length=150)] = ""


class LetterImageOut(Schema):
    """An image; ``sha256``: of its file, by which letters name it."""

    id: int
    kind: ImageKind
    unit: str
    person: str
    sha256: str
    added_at: datetime
    retired: bool


@router.get(LIST, response=list[LetterImageOut], summary="تصاویر نامه")
@asks_for(Scope.STAFF_READ)
def list_images(request: UserRequest) -> list[LetterImageOut]:
    """All that were brought, the newest first."""
    _require_keeper(request)
    return [_tell_image(image) for image in LetterImage.objects.select_related("unit", "person")]


@router.post(
    LIST, response=LetterImageOut, auth=with_file(MOST_BYTES, TOO_LARGE), summary="تصویر جدید نامه"
)
@asks_for(Scope.STAFF_ACT)
def add_image(
    request: UserRequest, said: Form[ImageBody], file: File[UploadedFile]
) -> LetterImageOut:
    """A PNG or JPEG in a form (multipart); letters to come bear it. 422 for what is no such image."""
    _require_keeper(request)
    unit = Unit.objects.filter(code=said.unit).first()
    person = User.objects.filter(username=said.person, is_staff=True).first()
    if (said.unit and unit is None) or (said.person and person is None):
        raise BadImage("واحد یا صاحب امضا یافت نشد.")
    return _tell_image(bring_image(LetterImage(kind=said.kind, unit=unit, person=person), file))


@router.get(f"{ONE}file/", response={200: bytes}, summary="فایل تصویر")
@asks_for(Scope.STAFF_READ)
def show_image(request: UserRequest, letter_image_id: int) -> FileResponse:
    """The image as it is kept, a PNG."""
    return send_image(_find_image(request, letter_image_id))


@router.post(f"{ONE}retire/", response=LetterImageOut, summary="غیرفعال کردن تصویر")
@asks_for(Scope.STAFF_ACT)
def retire_image(request: UserRequest, letter_image_id: int) -> LetterImageOut:
    """No letter bears it from now on, but those that name it already."""
    image = _find_image(request, letter_image_id)
    LetterImage.objects.filter(pk=image.pk).update(retired=True)
    return _tell_image(_find_image(request, letter_image_id))


@router.get(
    "staff/letters/{int:letter_id}/preheaded/",
    response={200: bytes},
    summary="نامه برای کاغذ سربرگ‌دار",
)
@asks_for(Scope.STAFF_READ)
def show_preheaded(request: UserRequest, letter_id: int) -> FileResponse:
    """The letter without its letterhead, to be printed on paper that has one; 404 while it is made."""
    return print_preheaded(find_letter_of(request, letter_id), str(request.user.pk))


def _require_keeper(request: UserRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def _find_image(request: UserRequest, key: int) -> LetterImage:
    _require_keeper(request)
    rows = LetterImage.objects.select_related("unit", "person")
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def _tell_image(image: LetterImage) -> LetterImageOut:
    return LetterImageOut(
        id=image.pk,
        kind=ImageKind(image.kind),
        unit=image.unit.code if image.unit else "",
        person=image.person.username if image.person else "",
        sha256=image.sha256,
        added_at=image.added_at,
        retired=image.retired,
    )
