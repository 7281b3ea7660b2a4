"""The page on which a letter is revoked, or its number made void: asks why, and says what it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from accounts.models import User
from letters.models import Letter, LetterState
from letters.registers.doors import (
    MOST_WORDS,
    has_left,
    is_awaited,
    revoke_letter,
    void_letter,
)
from letters.registers.number_format import MOST
from letters.registers.outside_numbers import are_typed, why_not_number
from persian.digits import to_ascii, to_persian
from persian.forms import PersianCharField
from web.refusals import Refusal
from web.staff_lists import RowView

REVOKE, VOID = "revoke", "void"
LABELS = {REVOKE: "ابطال نامه", VOID: "باطل کردن شماره"}
RIGHTS = {REVOKE: "letters.revoke_letter", VOID: "letters.void_letter"}
ONLY_US = "این متن فقط به همکاران نمایش داده می‌شود و در سوابق نامه می‌ماند."


def open_door(user: Any, letter: Letter) -> str:
    """By which of the two this person may end the letter now; empty when by none."""
    if letter.state != LetterState.ISSUED:
        return ""
    door = REVOKE if has_left(letter) else VOID
    return door if user.has_perm(RIGHTS[door]) else ""


class EndForm(forms.Form):
    """Why."""

    reason = PersianCharField(
        label="دلیل",
        max_length=MOST_WORDS,
        help_text=ONLY_US,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "لطفاً دلیل را بنویسید."},
    )


class VoidForm(EndForm):
    """Why; and the next number, where a system outside gives it."""

    letter_number = PersianCharField(
        label="شمارهٔ جدید نامه در سامانهٔ دبیرخانه",
        max_length=MOST,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": "لطفاً شمارهٔ جدید نامه را وارد کنید."},
    )

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter
        if not (is_awaited(letter) and are_typed(letter.submission)):
            del self.fields["letter_number"]

    def clean_letter_number(self) -> str:
        number = to_ascii(self.cleaned_data["letter_number"])
        if why := why_not_number(self.letter.submission, number):
            raise forms.ValidationError(why)
        return number


class EndLetterView(RowView):
    """Revoking and voiding, each at its own address."""

    template_name = "letters/admin/end.html"
    page_title = "نامه"
    object: Letter
    form: EndForm
    refusal: Refusal | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.door = kwargs["door"]
        if self.door not in LABELS:
            raise Http404
        if not request.user.has_perm(RIGHTS[self.door]):
            # A reader of the letter who may not end it.
            self.refusal = NotYourDoor()
        said = request.POST if request.method == "POST" else None
        is_void = self.door == VOID
        self.form = VoidForm(said, letter=self.object) if is_void else EndForm(said)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.refusal or not self.form.is_valid():
            return self._answer(422)
        try:
            words = self._end(self.request.user, self.form.cleaned_data["reason"])
        except Refusal as refusal:
            self.refusal = refusal
            return self._answer()
        except PermissionDenied:
            self.refusal = NotYourDoor()
            return self._answer()
        messages.success(request, words)
        return redirect(reverse(self.inspect_url_name, args=[self.object.pk]))

    def _end(self, by: User, reason: str) -> str:
        if self.door == REVOKE:
            revoke_letter(self.object, by=by, reason=reason)
            if self.object.inquiry_id is not None:
                return "نامهٔ استعلام ابطال شد."
            return "نامه ابطال و به متقاضی اطلاع داده شد."
        number = self.form.cleaned_data.get("letter_number", "")
        new = void_letter(self.object, by=by, reason=reason, number=number)
        if new.pk == self.object.pk:
            return "شمارهٔ نامه باطل شد."
        return f"شمارهٔ نامه باطل شد و نامه با شمارهٔ {to_persian(new.number_text)} صادر می‌شود."

    def get_fields_context(self) -> list[Any]:
        """The template shows the form, not a list of columns."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            refusal=self.refusal,
            is_revoking=self.door == REVOKE,
            label=LABELS[self.door],
            may_end=open_door(self.request.user, self.object) == self.door,
            **kwargs,
        )

    def _answer(self, status: int = 200) -> HttpResponse:
        status = self.refusal.status if self.refusal else status
        return self.render_to_response(self.get_context_data(), status=status)


class NotYourDoor(Refusal):
    status = 403
    code = "letter_not_yours"
    title = "دسترسی به این بخش برای شما مجاز نیست"
    message = "ابطال نامه و باطل کردن شماره با همکارانی است که این اختیار را دارند."
