"""The form of a template: what is wrong in it is said beside the part that says it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from letters.designs.answers import find_faults, services_worded_by
from letters.designs.blocks import PlaceholderField, PlaceholderInput
from letters.designs.kinds import DESIGN_KINDS, INQUIRY, REFUSAL
from letters.designs.models import LetterDesign
from letters.designs.placeholders import NAMES
from persian.digits import to_ascii
from persian.forms import PersianCharField
from services_catalog.facts import ServiceFacts
from services_catalog.kinds import document_kinds
from services_catalog.models import Service

TAKEN = "این نامه دارای الگو است. لطفاً همان الگو را ویرایش کنید."
OTHER_END = "نتیجهٔ این خدمت نامهٔ دیگری است. لطفاً نوع نامه یا خدمت را تغییر دهید."
REASON_ONLY = "«{{{name}}}» فقط در نامهٔ رد درخواست قابل استفاده است."


class DesignForm(WagtailAdminModelForm):
    """What a kind of letter says, checked against every service whose letters it words."""

    kind = forms.ChoiceField(
        label="نوع نامه", error_messages={"required": "لطفاً نوع نامه را انتخاب کنید."}
    )
    service_code = forms.ChoiceField(
        label="خدمت",
        required=False,
        help_text="در صورت خالی بودن، برای همهٔ خدمات این نوع که الگوی جداگانه ندارند. الگوی هر خدمت مقدم است.",
    )
    subject = PlaceholderField(
        label="موضوع نامه",
        required=False,
        max_length=300,
        widget=PlaceholderInput,
        help_text="در صورت خالی بودن، موضوعی که در خدمت تعریف شده است درج می‌شود.",
    )
    recipient_post = PlaceholderField(
        label="عنوان گیرنده",
        required=False,
        max_length=150,
        widget=PlaceholderInput,
        help_text="مانند «مدیرعامل محترم». در صورت خالی بودن، از مشخصات دستگاه گیرنده خوانده می‌شود.",
    )
    preview_code = PersianCharField(
        label="کد رهگیری برای پیش‌نمایش",
        required=False,
        max_length=20,
        help_text="در صورت خالی بودن، پیش‌نمایش با درخواست نمونه تهیه می‌شود. این کد ذخیره نمی‌شود.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" not in self.fields:
            return
        mine, service = self.instance.kind, self.instance.service_code
        named = Service.objects.filter(kind__in=document_kinds()).order_by("order", "pk")
        rows = list(named.values_list("code", "title", "letter_kind"))
        others = {kind for _code, _title, kind in rows} | {mine}
        kinds = {**{kind: kind for kind in sorted(others) if kind}, **DESIGN_KINDS}
        services = {code: title for code, title, _kind in rows}
        services |= {service: services.get(service, service)} if service else {}
        self._offer("kind", [("", "یکی را انتخاب کنید"), *kinds.items()])
        self._offer("service_code", [("", "همهٔ خدمات این نوع"), *services.items()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What letters follow is chosen once: versions are counted for each use."""
        self.fields[name].choices = choices
        self.fields[name].disabled = self.instance.pk is not None

    def clean_preview_code(self) -> str:
        """Only digits are looked for; that nothing is found, the preview says."""
        return re.sub("[^0-9]", "", to_ascii(self.cleaned_data["preview_code"] or ""))

    def clean(self) -> Any:
        said = super().clean()
        kind = self.cleaned_data.get("kind", self.instance.kind)
        code = self.cleaned_data.get("service_code", self.instance.service_code)
        if kind and self.instance.pk is None:
            self._refuse_use(kind, code)
        if kind:
            self._check_words(kind, services_worded_by(kind, code))
        self.instance.preview_code = self.cleaned_data.get("preview_code", "")
        return said

    def _refuse_use(self, kind: str, code: str) -> None:
        if LetterDesign.objects.filter(kind=kind, service_code=code).exists():
            self.add_error("kind", TAKEN)
        ends = Service.objects.filter(code=code).values_list("letter_kind", flat=True).first()
        if ends not in (None, kind) and kind not in (REFUSAL, INQUIRY):
            self.add_error("service_code", OTHER_END)

    def _check_words(self, kind: str, services: list[ServiceFacts]) -> None:
        for name in ("subject", "recipient_post"):
            if faults := _faults_of(self.cleaned_data.get(name) or "", kind, services):
                self.add_error(name, faults)
        for name in ("body", "copies"):
            stream = self.cleaned_data.get(name) or ()
            texts = {at: _text_of(child) for at, child in enumerate(stream)}
            found = {at: _faults_of(text, kind, services) for at, text in texts.items()}
            wrong = {at: _beside(name, faults) for at, faults in found.items() if faults}
            if wrong:
                self.add_error(name, StreamBlockValidationError(block_errors=wrong))


def _text_of(child: Any) -> str:
    """The text of a block that may name something; a caption names nothing."""
    if child.block_type == "table":
        return ""
    return str(child.value["text"] if child.block_type == "paragraph" else child.value)


def _faults_of(text: str, kind: str, services: list[ServiceFacts]) -> list[str]:
    faults = list(find_faults([text], services))
    if "{reason}" in text and kind != REFUSAL:
        faults.append(REASON_ONLY.format(name=NAMES["reason"]))
    return faults


def _beside(stream: str, faults: list[str]) -> ValidationError:
    said = ValidationError(faults)
    return said if stream == "copies" else StructBlockValidationError({"text": said})
