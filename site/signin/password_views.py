"""Views of «نام کاربری و گذرواژه»: signing in, a new password, recovery."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from accounts.models import User
from signin import acts, passwords, recovery
from signin.code_views import WayIn
from signin.forms import MobileForm, NationalIdForm, NewPasswordForm, PasswordForm
from signin.password_tries import too_many_tries
from signin.refusals import DeadPassword, TooOften, WrongId, WrongPassword
from signin.stages import NationalIdStage, NewPasswordStage
from web.allauth_compat import login_stage_of, login_stage_required
from web.doors import proof_of_work
from web.doors.turns import Answer

# The session's entry: the name for which a password was just chosen.
JUST_CHANGED = "just_changed"


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class PasswordSignInView(WayIn):
    """The third of the three ways in; shows the page of all three, this one on top."""

    template_name = "account/login.html"
    form_class = PasswordForm

    def get_initial(self) -> dict[str, object]:
        """The name of who has just changed the password, once."""
        return {"username": self.request.session.pop(JUST_CHANGED, "")}

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        said = (form.cleaned_data["username"], form.cleaned_data["password"])
        solution = proof_of_work.sent_with(self.request)
        try:
            return acts.give_password(self.request, *said, solution, self.get_next_url())
        except TooOften as refusal:
            form.add_error(None, str(refusal))
            context = self.get_context_data(form=form, password_proof=refusal.challenge)
            return self.render_to_response(context)
        except WrongPassword as refusal:
            form.add_error("password", str(refusal))
            return self.form_invalid(form)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        forms = {"mobile_form": MobileForm(), "password_form": context["form"]}
        return {**forms, "by_password": True, **context}


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(
    login_stage_required(stage=NewPasswordStage.key, redirect_urlname="account_login"),
    name="dispatch",
)
class NewPasswordView(FormView):
    """«تغییر گذرواژه»: after it nobody is signed in; the new password is tried at once."""

    template_name = "account/new_password.html"
    form_class = NewPasswordForm

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "user": self._user}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        stage = login_stage_of(self.request)
        try:
            acts.choose_password(self.request, stage, form.cleaned_data["password"])
        except DeadPassword as refusal:
            messages.warning(self.request, str(refusal))
        else:
            messages.success(self.request, acts.PASSWORD_CHANGED)
            self.request.session[JUST_CHANGED] = self._user.username
        return redirect("accounts:by_password")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        rule = render_to_string("account/password_rule.html", {"rule": passwords.RULE})
        return super().get_context_data(rule=rule, username=self._user.username, **kwargs)

    @property
    def _user(self) -> User:
        user: User = login_stage_of(self.request).login.user
        return user


@method_decorator(never_cache, name="dispatch")
@method_decorator(
    login_stage_required(stage=NationalIdStage.key, redirect_urlname="account_login"),
    name="dispatch",
)
class NationalIdView(FormView):
    """The id is asked for when the phone may have come into other hands."""

    template_name = "account/national_id.html"
    form_class = NationalIdForm

    def form_valid(self, form: NationalIdForm) -> HttpResponse:
        stage = login_stage_of(self.request)
        try:
            return acts.prove_id(self.request, stage, form.cleaned_data["national_id"])
        except (TooOften, WrongId) as refusal:
            form.add_error("national_id", str(refusal))
            return self.form_invalid(form)


@method_decorator(never_cache, name="dispatch")
class RecoveryView(FormView):
    """«فراموشی گذرواژه»: every well-formed number, known or not, is answered alike."""

    template_name = "account/recovery.html"
    form_class = MobileForm

    def form_valid(self, form: MobileForm) -> HttpResponse:
        answer = self._ask(form.cleaned_data["mobile"])
        if not answer.wait:
            return redirect("accounts:recovery_sent")
        form.add_error(None, too_many_tries(answer.wait))
        return self.render_to_response(self.get_context_data(form=form, proof=answer.challenge))

    def _ask(self, mobile: str) -> Answer:
        return recovery.ask_recovery(self.request, mobile, proof_of_work.sent_with(self.request))


class RecoverySentView(TemplateView):
    """The same page for everybody: it names neither the number nor whether it is known."""

    template_name = "account/recovery_sent.html"
