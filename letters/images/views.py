"""«تصاویر نامه» in the admin: what is printed on letters, brought and retired by managers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import MediaContainer

from accounts.models import User
from letters.images.bringing import bring_image
from letters.images.models import ImageKind, LetterImage
from services_catalog.models import Unit
from web.refusals import Refusal
from web.requests import UserRequest

RIGHT = "letters.add_letterimage"


class ImageForm(forms.Form):
    """An image, what it is and whose."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label="نوع تصویر",
        choices=[("", "یکی را انتخاب کنید"), *ImageKind.choices],
        error_messages={"required": "لطفاً نوع تصویر را انتخاب کنید."},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label="واحد",
        required=False,
        empty_label="کل شرکت",
        help_text="تصویر در نامه‌هایی درج می‌شود که این واحد امضا می‌کند. واحدی که نشان یا سربرگ جداگانه ندارد، از نشان و "
        "سربرگ کل شرکت استفاده می‌کند.",
    )
    person = forms.ModelChoiceField(
        User.objects.filter(is_staff=True, is_active=True),
        label="صاحب امضا",
        required=False,
        empty_label="—",
        help_text="فقط برای امضا. امضا در نامه‌ای درج می‌شود که خود این شخص امضا کرده است.",
    )
    file = forms.FileField(
        label="تصویر",
        help_text="PNG یا JPEG، حداکثر ۲ مگابایت. زمینهٔ شفاف برای امضا و مهر مناسب‌تر است.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={
            "required": "لطفاً تصویر را انتخاب کنید.",
            "empty": "این فایل خالی است.",
        },
    )

    def clean(self) -> None:
        kind = self.cleaned_data.get("kind")
        if (kind == ImageKind.SIGNATURE) != (self.cleaned_data.get("person") is not None):
            self.add_error("person", "صاحب امضا فقط برای امضا و همیشه برای آن انتخاب می‌شود.")


def require_keeper(request: HttpRequest) -> User:
    """Raise PermissionDenied for who keeps no images of letters."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(RIGHT):
        raise PermissionDenied
    return user


def show_images(request: UserRequest) -> HttpResponse:
    """All that were brought, those in use first, and the form that brings another."""
    require_keeper(request)
    sent = request.method == "POST"
    form = ImageForm(request.POST, request.FILES) if sent else ImageForm()
    if sent and form.is_valid() and _bring_chosen(form):
        messages.success(request, "تصویر ثبت شد و در نامه‌های بعدی درج می‌شود.")
        return redirect("letter_images")
    context = {
        "form": form,
        "images": LetterImage.objects.select_related("unit", "person").order_by("retired", "-pk"),
        "page_title": "تصاویر نامه",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": "خانه"},
            {"url": "", "label": "تصاویر نامه"},
        ],
        "media": MediaContainer().media,
    }
    return render(request, "letters/admin/images/list.html", context, status=422 if sent else 200)


def _bring_chosen(form: ImageForm) -> bool:
    said: dict[str, Any] = form.cleaned_data
    try:
        image = LetterImage(kind=said["kind"], unit=said["unit"], person=said["person"])
        bring_image(image, said["file"])
    except Refusal as refusal:
        form.add_error("file", refusal.message)
        return False
    return True


@require_safe
def show_file(request: UserRequest, pk: int) -> FileResponse:
    """One image; signatures and stamps are shown to who keeps them and to nobody else."""
    require_keeper(request)
    return send_image(get_object_or_404(LetterImage, pk=pk))


def send_image(image: LetterImage) -> FileResponse:
    """Its file; 404 when that cannot be read."""
    try:
        file = image.file.open("rb")
    except OSError:
        raise Http404 from None
    answer = FileResponse(file, content_type="image/png")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def retire_one(request: UserRequest, pk: int) -> HttpResponse:
    """No letter bears it from now on, but those that name it already."""
    require_keeper(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    get_object_or_404(LetterImage, pk=pk)
    LetterImage.objects.filter(pk=pk).update(retired=True)
    messages.success(request, "این تصویر در نامه‌های بعدی درج نمی‌شود.")
    return redirect("letter_images")


class ImagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm(RIGHT)


@hooks.register("register_admin_urls")
def addresses_of_images() -> list[URLPattern]:
    return [
        path("letter-images/", show_images, name="letter_images"),
        path("letter-images/<int:pk>/file/", show_file, name="letter_image_file"),
        path("letter-images/<int:pk>/retire/", retire_one, name="letter_image_retire"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ImagesMenuItem(
        "تصاویر نامه",
        reverse("letter_images"),
        name="letter-images",
        icon_name="image",
        order=122,
    )
