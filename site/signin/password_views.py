"""Views of «نام کاربری و گذرواژه»: signing in, a new password, recovery."""

from __future__ import annotations

from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from accounts.models import User
from signin import passwords, recovery
from signin.code_views import WayIn
from signin.forms import MobileForm, NationalIdForm, NewPasswordForm, PasswordForm
from signin.password_tries import PasswordTries, too_many_tries
from signin.stages import SENT_PASSWORD, NationalIdStage, NewPasswordStage, ids_of
from web.allauth_compat import (
    clear_login,
    login_stage_of,
    login_stage_required,
    perform_password_login,
)
from web.rate_limits import Limit, in_words
from web.security.visitors import network_of

TRIES = PasswordTries("password")
# From one account and address, so the real owner elsewhere is not shut out.
FIVE_IDS_AN_HOUR = Limit("national-id", 5, 3600)
# The session's entry: the name for which a password was just chosen.
JUST_CHANGED = "just_changed"
_NOT_RIGHT = (
    "نام کاربری یا گذرواژه صحیح نیست. گذرواژهٔ پیامک‌شده تا ۲۴ ساعت و فقط یک بار قابل استفاده "
    "است؛ در صورت نیاز، «فراموشی گذرواژه» را انتخاب کنید."
)


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class PasswordSignInView(WayIn):
    """The third of the three ways in; shows the page of all three, this one on top."""

    template_name = "account/login.html"
    form_class = PasswordForm

    def get_initial(self) -> dict[str, object]:
        """The name of who has just changed the password, once."""
        return {"username": self.request.session.pop(JUST_CHANGED, "")}

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        name = form.cleaned_data["username"]
        answer = TRIES.ask(self.request, passwords.spell_name(name))
        if answer.wait:
            form.add_error(None, too_many_tries(answer.wait))
            context = self.get_context_data(form=form, password_proof=answer.challenge)
            return self.render_to_response(context)
        known = passwords.recognise_user(name, form.cleaned_data["password"])
        if known is None:
            form.add_error("password", _NOT_RIGHT)
            return self.form_invalid(form)
        login = Login(user=known.user, redirect_url=self.get_next_url())
        if known.one_time is not None:
            login.state[SENT_PASSWORD] = known.one_time.pk
        credentials = {"username": known.user.username}
        return perform_password_login(self.request, credentials, login)

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
        sent = stage.login.state[SENT_PASSWORD]
        done = passwords.replace_password(self._user, sent, form.cleaned_data["password"])
        name = self._user.username
        clear_login(self.request)
        if done:
            messages.success(self.request, "گذرواژه تغییر یافت. لطفاً با گذرواژهٔ جدید وارد شوید.")
            self.request.session[JUST_CHANGED] = name
        else:
            messages.warning(
                self.request,
                "مهلت گذرواژهٔ پیامک‌شده پایان یافته است. لطفاً «فراموشی گذرواژه» را انتخاب کنید.",
            )
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
        user: User = stage.login.user
        wait = FIVE_IDS_AN_HOUR.take(f"{user.pk}@{network_of(self.request)}")
        if wait:
            form.add_error(
                "national_id",
                f"تعداد تلاش‌ها بیش از حد مجاز است. لطفاً {in_words(wait)}ٔ دیگر دوباره تلاش کنید "
                "یا از طریق دولت من وارد شوید.",
            )
            return self.form_invalid(form)
        if form.cleaned_data["national_id"] not in ids_of(user):
            form.add_error(
                "national_id",
                "این شناسه با اطلاعات حساب یکسان نیست. لطفاً آن را بررسی و دوباره وارد کنید.",
            )
            return self.form_invalid(form)
        User.objects.filter(pk=user.pk).update(must_prove_id=False)
        return stage.exit()


@method_decorator(never_cache, name="dispatch")
class RecoveryView(FormView):
    """«فراموشی گذرواژه»: every well-formed number, known or not, is answered alike."""

    template_name = "account/recovery.html"
    form_class = MobileForm

    def form_valid(self, form: MobileForm) -> HttpResponse:
        answer = recovery.ask_recovery(self.request, form.cleaned_data["mobile"])
        if not answer.wait:
            return redirect("accounts:recovery_sent")
        form.add_error(None, too_many_tries(answer.wait))
        return self.render_to_response(self.get_context_data(form=form, proof=answer.challenge))


class RecoverySentView(TemplateView):
    """The same page for everybody: it names neither the number nor whether it is known."""

    template_name = "account/recovery_sent.html"
