"""Pages on which a letter is registered and corrected, and its number made void."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from letters.ece.incoming import letter_of
from letters.ece.lookup import mails_for
from letters.ece.models import MailKind, MailState, ReceivedMail
from letters.ece.refusals import MailAlreadyHandled
from letters.incoming import network
from letters.incoming.correcting import correct_letter, void_number
from letters.incoming.forms import CorrectForm, FactsForm, RegisterForm, VoidForm, initial_of
from letters.incoming.models import IncomingLetter, RelationKind
from letters.incoming.refusals import IncomingVoid
from letters.incoming.registering import CORRECTING, REGISTERING, register_letter
from persian.digits import to_persian
from submissions.documents.papers import NoLookNow
from web import form_recovery
from web.refusals import Refusal
from web.requests import UserRequest, whole_number
from web.staff_lists import NativeModelAdmin, RowView
from work.places import NoPlace

NAME = "letters_incomingletter_modeladmin_"
LIST_TITLE = "نامه‌های وارده"


class RegisterView(WagtailAdminTemplateMixin, TemplateView):
    """A new number of the register: for a letter on paper, or for a mail of the network."""

    request: UserRequest
    template_name = "letters/admin/incoming/register.html"
    page_title = "ثبت نامهٔ وارده"
    header_icon = "download"
    model: Any = None
    model_admin: NativeModelAdmin | None = None
    index_url_name = index_results_url_name = inspect_url_name = history_url_name = ""
    refusal: Refusal | None = None
    form: RegisterForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(REGISTERING):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def mail(self) -> ReceivedMail | None:
        """The mail that is entered, if the address names one. Raises Http404."""
        key = whole_number(self.request.POST.get("mail") or self.request.GET.get("mail", ""))
        if key is None:
            return None
        if not self.request.user.has_perm("letters.change_receivedmail"):
            raise PermissionDenied
        letters = mails_for(self.request.user).filter(kind=MailKind.LETTER)
        return get_object_or_404(letters, pk=key)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.mail and self.mail.state != MailState.NEW:
            self.refusal = MailAlreadyHandled()
        words = form_recovery.words_for(request)
        initial = initial_of_mail(self.mail) if self.mail else {}
        if words:
            initial = _typed(words)
            messages.info(request, form_recovery.GIVEN_BACK)
        self.form = RegisterForm(user=self.request.user, initial=initial)
        return self._answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = RegisterForm(request.POST, request.FILES, user=self.request.user)
        if not self.form.is_valid():
            return self._answer(422)
        try:
            letter = enter_letter(self.form, self.request.user, self.mail)
        except Refusal as refusal:
            self.refusal = refusal
            return self._answer()
        number = to_persian(letter.number_text)
        messages.success(request, f"نامه با شمارهٔ {number} در دفتر وارده ثبت شد.")
        return redirect(f"{NAME}inspect", letter.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form, mail=self.mail, refusal=self.refusal, back=self._back(), **kwargs
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(f"{NAME}index"), "label": LIST_TITLE}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.page_title}]

    def _back(self) -> str:
        if self.mail:
            return reverse("letters_receivedmail_modeladmin_inspect", args=[self.mail.pk])
        return reverse(f"{NAME}index")

    def _answer(self, status: int = 200) -> HttpResponse:
        status = self.refusal.status if self.refusal else status
        return self.render_to_response(self.get_context_data(), status=status)


def enter_letter(form: RegisterForm, by: Any, mail: ReceivedMail | None) -> IncomingLetter:
    """Register what a valid form says, with its scans and the files of the mail, if it is one's."""
    secretariat = form.cleaned_data.get("secretariat", "")
    with form.kept() as papers:
        if mail is None:
            return register_letter(form.facts(), papers, by=by, secretariat=secretariat)
        try:
            return network.register_mail(
                mail, form.facts(), by=by, secretariat=secretariat, papers=papers
            )
        except NoPlace as busy:
            raise NoLookNow from busy


def initial_of_mail(mail: ReceivedMail) -> dict[str, Any]:
    """What the file of a mail says, as the form begins."""
    said = letter_of(mail)
    if said is None:
        return {}
    facts = network.facts_of(mail, said)
    named = {name: value for name, value in vars(facts).items() if name != "related"}
    for kind in RelationKind:
        found = [target.number_text for name, target in facts.related if name == kind]
        named[kind.value] = "، ".join(found)
    submission = facts.submission
    return named | {
        "organisation": facts.organisation.pk if facts.organisation else None,
        "tracking_code": submission.tracking_code if submission else "",
        "is_answer": facts.inquiry is not None,
    }


def _typed(words: Any) -> dict[str, Any]:
    return {name: said if len(said) > 1 else said[0] for name, said in words.lists() if said}


class ChangingView(RowView):
    """What a correction and a voiding have in common: the form, the refusal, the way back."""

    object: IncomingLetter
    form: Form
    refusal: Refusal | None = None
    form_class: type[Form]
    label = ""
    done = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not request.user.has_perm(CORRECTING):
            raise PermissionDenied

    @property
    def page_title(self) -> str:
        return self.label

    def get_page_subtitle(self) -> str:
        return str(self.object.number_text)

    def get_fields_context(self) -> list[Any]:
        """The template shows the form, not a list of columns."""
        return []

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.is_void:
            self.refusal = IncomingVoid()
        words = form_recovery.words_for(request)
        if words:
            messages.info(request, form_recovery.GIVEN_BACK)
        self.form = self.make_form(initial=_typed(words) if words else self.first_typed())
        return self._answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = self.make_form(request.POST, request.FILES)
        if not self.form.is_valid():
            return self._answer(422)
        try:
            self.change()
        except Refusal as refusal:
            self.refusal = refusal
            return self._answer()
        messages.success(request, self.done)
        return redirect(f"{NAME}inspect", self.object.pk)

    def first_typed(self) -> dict[str, Any]:
        return {"expecting": self.object.revision}

    def make_form(self, *args: Any, **kwargs: Any) -> Form:
        return self.form_class(*args, **kwargs)

    def change(self) -> None:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form,
            refusal=self.refusal,
            label=self.label,
            back=reverse(f"{NAME}inspect", args=[self.object.pk]),
            **kwargs,
        )

    def _answer(self, status: int = 200) -> HttpResponse:
        status = self.refusal.status if self.refusal else status
        return self.render_to_response(self.get_context_data(), status=status)


class CorrectView(ChangingView):
    """What was typed wrong is written anew, with the reason."""

    template_name = "letters/admin/incoming/correct.html"
    label = "اصلاح نامهٔ وارده"
    done = "مشخصات نامه اصلاح و در سوابق آن ثبت شد."

    def first_typed(self) -> dict[str, Any]:
        return initial_of(self.object)

    def make_form(self, *args: Any, **kwargs: Any) -> Form:
        return CorrectForm(*args, user=self.request.user, letter=self.object, **kwargs)

    def change(self) -> None:
        correct_by_form(self.object, self.form, self.request.user)


def correct_by_form(letter: IncomingLetter, form: Any, by: Any) -> IncomingLetter:
    """Correct the letter as a valid ``CorrectForm`` says."""
    assert isinstance(form, FactsForm)
    said = form.cleaned_data
    with form.kept() as papers:
        return correct_letter(
            letter,
            form.facts(),
            by=by,
            reason=said["reason"],
            expecting=said["expecting"],
            papers=papers,
            set_aside=[int(key) for key in said.get("set_aside", ())],
        )


class VoidView(ChangingView):
    """The number of a letter that was registered in error is made void."""

    template_name = "letters/admin/incoming/void.html"
    label = "باطل کردن شماره"
    done = "شماره باطل شد و در دفتر باقی می‌ماند."
    form_class = VoidForm

    def change(self) -> None:
        said = self.form.cleaned_data
        void_number(
            self.object, by=self.request.user, reason=said["reason"], expecting=said["expecting"]
        )
