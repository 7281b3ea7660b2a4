"""What the secretariat types of an incoming letter; pages and the API read it by the same forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import localdate

from accounts.models import User
from letters.drafts.marks import Classification
from letters.incoming.lookup import find_related, find_request
from letters.incoming.models import (
    ArrivalWay,
    IncomingLetter,
    IncomingScan,
    RelationKind,
)
from letters.incoming.refusals import MOST_WORDS
from letters.incoming.registering import IncomingFacts, Related
from letters.incoming.scans import MOST_SCANS, ScansField, kept_papers, require_fine_scans
from letters.models import Letter
from letters.registers.rows import MAIN, Secretariat
from persian.digits import to_ascii, to_persian
from persian.forms import JalaliDateField, PersianCharField, TrackingCodeField
from services_catalog.models import Organisation
from submissions.inquiry_details import Paper
from submissions.models import Submission, WorkItem
from submissions.states import Urgency
from web.refusals import Refusal

NOT_IN_LIST = "لطفاً یکی از موارد فهرست را انتخاب کنید."
NO_SENDER = "نام فرستنده را بنویسید، یا دستگاه را از فهرست انتخاب کنید."
NO_REQUEST = "درخواستی با این کد رهگیری یافت نشد."
NO_LETTER = "نامه‌ای با شمارهٔ «{}» در دفترهای صادره و وارده یافت نشد."
NO_INQUIRY = "استعلام بازی از این دستگاه برای این درخواست یافت نشد."
WHICH_INQUIRY = (
    "برای این درخواست از چند دستگاه استعلام شده است. لطفاً دستگاه فرستنده را انتخاب کنید."
)
NO_DATE = "تاریخ نامهٔ فرستنده را نیز وارد کنید."
ITSELF = "نامه نمی‌تواند به خودش ارجاع دهد."
RELATIONS = {
    RelationKind.REPLY: "عطف به شمارهٔ (اختیاری)",
    RelationKind.FOLLOW: "پیرو شمارهٔ (اختیاری)",
    RelationKind.BACK: "بازگشت به شمارهٔ (اختیاری)",
}


def is_open(inquiry: WorkItem | None) -> bool:
    """Whether a question still waits for its answer."""
    return inquiry is not None and inquiry.closed_by_id is None


def choice(label: str, choices: Any, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=initial,
        error_messages=dict.fromkeys(("required", "invalid_choice"), NOT_IN_LIST),
    )


class NumbersField(PersianCharField):
    """Numbers of letters, several of them with «،» between; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        typed = to_ascii(super().to_python(value) or "")
        return [part for part in re.split(r"[\s،,]+", typed) if part]

    def run_validators(self, value: Any) -> None:
        super().run_validators("،".join(value))


class FactsForm(forms.Form):
    """The facts of a letter, whether it is registered or corrected."""

    sender = PersianCharField(label="فرستنده", max_length=300, required=False)
    organisation = forms.ModelChoiceField(
        label="دستگاه (اگر در فهرست است)",
        queryset=Organisation.objects.select_related("province"),
        required=False,
        empty_label="هیچ‌کدام",
        error_messages={"invalid_choice": NOT_IN_LIST},
        help_text="اگر نام فرستنده نوشته نشود، نام دستگاه ثبت می‌شود.",
    )
    sender_number = PersianCharField(
        label="شمارهٔ نامهٔ فرستنده (اختیاری)", max_length=40, required=False
    )
    sender_date = JalaliDateField(label="تاریخ نامهٔ فرستنده", required=False)
    subject = PersianCharField(
        label="موضوع",
        max_length=300,
        error_messages={"required": "لطفاً موضوع نامه را بنویسید."},
    )
    received_on = JalaliDateField(label="تاریخ دریافت")
    way = choice("روش دریافت", ArrivalWay.choices, ArrivalWay.POST)
    urgency = choice("فوریت", Urgency.choices, Urgency.NORMAL)
    classification = choice("طبقه‌بندی", Classification.choices, Classification.NORMAL)
    enclosures = PersianCharField(label="پیوست‌ها (اختیاری)", max_length=300, required=False)
    note = PersianCharField(
        label="خلاصه (اختیاری)",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reply = NumbersField(
        label=RELATIONS[RelationKind.REPLY],
        help_text="شمارهٔ نامهٔ صادره یا وارده در دفترهای ما؛ چند شماره با «،» جدا می‌شود.",
    )
    follow = NumbersField(label=RELATIONS[RelationKind.FOLLOW])
    back = NumbersField(label=RELATIONS[RelationKind.BACK])
    tracking_code = TrackingCodeField(
        label="کد رهگیری درخواست (اختیاری)",
        required=False,
        help_text="در صورت ارجاع به نامهٔ صادره، درخواست همان نامه به‌صورت خودکار درج می‌شود.",
    )
    is_answer = forms.BooleanField(label="این نامه پاسخ استعلام است", required=False)
    scans = ScansField(
        label="تصویر نامه و پیوست‌ها",
        required=False,
        help_text=f"PDF یا عکس JPEG یا PNG؛ حداکثر {to_persian(MOST_SCANS)} فایل در هر نوبت.",
    )

    def __init__(
        self, *args: Any, user: User, letter: IncomingLetter | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.letter = user, letter
        self.types: list[str] = []
        today = localdate()
        for name in ("sender_date", "received_on"):
            self.fields[name].max_date = today  # type: ignore[attr-defined]
        self._offer_bodies()

    def _offer_bodies(self) -> None:
        field: Any = self.fields["organisation"]
        bodies = field.queryset.filter(retired=False)
        offered = [(body.pk, str(body)) for body in bodies.order_by("name")[:1000]]
        kept = self.letter.organisation if self.letter else None
        if kept and kept.retired:
            offered.append((kept.pk, str(kept)))
        field.choices = [("", field.empty_label), *offered]

    def clean_scans(self) -> list[UploadedFile]:
        uploads: list[UploadedFile] = self.cleaned_data["scans"]
        if self.errors:
            # What must be typed again is looked into again, which takes its time: not before.
            return uploads
        try:
            self.types = require_fine_scans(uploads, self.user)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        return uploads

    def clean_sender_number(self) -> str:
        """Digits are kept in one form, by which a letter is known again."""
        return to_ascii(self.cleaned_data["sender_number"])

    def clean_tracking_code(self) -> Submission | None:
        code = self.cleaned_data["tracking_code"]
        if not code:
            return None
        found = find_request(self.user, code)
        if found is None:
            raise ValidationError(NO_REQUEST)
        return found

    def clean_reply(self) -> list[Related]:
        return self._related("reply")

    def clean_follow(self) -> list[Related]:
        return self._related("follow")

    def clean_back(self) -> list[Related]:
        return self._related("back")

    def _related(self, name: str) -> list[Related]:
        found: list[Related] = []
        for number in self.cleaned_data[name]:
            target = find_related(self.user, number)
            if target is None:
                raise ValidationError(NO_LETTER.format(to_persian(number)))
            if target == self.letter:
                raise ValidationError(ITSELF)
            found.append((name, target))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = cleaned.get("sender") or cleaned.get("organisation")
        if not named and not {"sender", "organisation"} & self.errors.keys():
            self.add_error("sender", NO_SENDER)
        if cleaned.get("sender_number") and "sender_date" in cleaned and not cleaned["sender_date"]:
            self.add_error("sender_date", NO_DATE)
        if not self.errors:
            self._tie(cleaned)
        return cleaned

    def _tie(self, cleaned: dict[str, Any]) -> None:
        """The request and the inquiry: as they were named, else of the letter that is referred to."""
        ours = [target for _kind, target in self.related(cleaned) if isinstance(target, Letter)]
        if cleaned["tracking_code"] is None and ours:
            cleaned["tracking_code"] = ours[0].submission
        cleaned["inquiry"] = next(filter(is_open, (letter.inquiry for letter in ours)), None)
        if cleaned["inquiry"] is None and cleaned["is_answer"]:
            self._find_inquiry(cleaned, ours)

    def _find_inquiry(self, cleaned: dict[str, Any], ours: list[Letter]) -> None:
        kept = self.letter.inquiry if self.letter else None
        submission, body = cleaned["tracking_code"], cleaned["organisation"]
        if kept and submission and kept.submission_id == submission.pk:
            cleaned["inquiry"] = kept
            return
        asked = WorkItem.objects.open().inquiries().filter(submission=submission)
        found = [item for item in asked if body is None or item.organisation_id == body.pk]
        if len(found) == 1 and submission is not None:
            cleaned["inquiry"] = found[0]
        else:
            self.add_error("is_answer", WHICH_INQUIRY if len(found) > 1 else NO_INQUIRY)

    def related(self, cleaned: dict[str, Any] | None = None) -> tuple[Related, ...]:
        said = self.cleaned_data if cleaned is None else cleaned
        return (*said["reply"], *said["follow"], *said["back"])

    def facts(self) -> IncomingFacts:
        """What was typed, of a valid form."""
        said = self.cleaned_data
        body = said["organisation"]
        plain = ("sender_number", "sender_date", "subject", "received_on", "enclosures", "note")
        return IncomingFacts(
            **{name: said[name] for name in plain},
            sender=said["sender"] or body.name,
            organisation=body,
            way=ArrivalWay(said["way"]),
            urgency=Urgency(said["urgency"]),
            classification=Classification(said["classification"]),
            submission=said["tracking_code"],
            inquiry=said["inquiry"],
            related=self.related(),
        )

    @contextmanager
    def kept(self) -> Iterator[list[Paper]]:
        """The scans, stored; they go again when the block that records them fails."""
        with kept_papers(self.cleaned_data["scans"], self.types) as found:
            yield found


class RegisterForm(FactsForm):
    """A letter that is registered now."""

    secretariat = choice("دبیرخانه", (), MAIN)
    field_order = ("secretariat",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = localdate()
        if not Secretariat.are_several():
            del self.fields["secretariat"]
            return
        keepers = {MAIN: "دبیرخانهٔ مرکزی"} | dict(Secretariat.objects.values_list("slug", "title"))
        self.fields["secretariat"].choices = list(keepers.items())  # type: ignore[attr-defined]


def reason_field(help_text: str = "") -> PersianCharField:
    return PersianCharField(
        label="دلیل",
        max_length=MOST_WORDS,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "لطفاً دلیل را بنویسید."},
    )


class CorrectForm(FactsForm):
    """The facts anew, with the reason; ``set_aside``: scans that belong elsewhere."""

    set_aside = forms.MultipleChoiceField(
        label="کنار گذاشتن تصویرهای اشتباه",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_IN_LIST},
    )
    reason = reason_field("در سوابق نامه ثبت می‌شود.")
    expecting = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scans = IncomingScan.objects.current().filter(letter=self.letter)
        shown = [(str(scan.pk), scan.original_name) for scan in scans]
        self.fields["set_aside"].choices = shown  # type: ignore[attr-defined]
        if not shown:
            del self.fields["set_aside"]


class VoidForm(forms.Form):
    """Why the number is void."""

    reason = reason_field("شماره در دفتر باقی می‌ماند و دوباره داده نمی‌شود.")
    expecting = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def initial_of(letter: IncomingLetter) -> dict[str, Any]:
    """What the form of a correction begins with."""
    names: tuple[str, ...] = (
        "sender",
        "sender_number",
        "sender_date",
        "subject",
        "received_on",
        "way",
        "urgency",
    )
    names += ("classification", "enclosures", "note")
    numbers: dict[str, list[str]] = {}
    for row in letter.relations.select_related("outgoing", "incoming"):
        numbers.setdefault(row.kind, []).append(row.target.number_text)
    return {
        **{name: getattr(letter, name) for name in names},
        **{name: "، ".join(found) for name, found in numbers.items()},
        "organisation": letter.organisation_id,
        "tracking_code": letter.submission.tracking_code if letter.submission else "",
        "is_answer": letter.inquiry_id is not None,
        "expecting": letter.revision,
    }
