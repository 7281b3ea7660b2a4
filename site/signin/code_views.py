"""Views to sign in by code, to sign out and to choose the acting party."""

from __future__ import annotations

from allauth.account.mixins import NextRedirectMixin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts.models import SmsMessage
from messaging import delivery
from signin import acts, code_turns, codes
from signin.acting_party import choose_party
from signin.codes import SignInCode
from signin.dolat import CHOSEN_KIND
from signin.forms import LoginCodeForm, MobileForm, NewUserForm, PasswordForm
from signin.refusals import TooOften, WrongCode
from signin.stages import NewUserStage
from web.allauth_compat import CODE_STAGE, WayInMixin, login_stage_of, login_stage_required
from web.doors import proof_of_work
from web.rate_limits import in_words

SHOWN_IN_DEVELOPMENT = 50


class WayIn(WayInMixin, FormView):
    """A page before one is signed in; «بازگشت» and «ویرایش» lead to it from a pending step."""


class AsksForCode(WayIn):
    """Takes a mobile number. Every well-formed one leads to the same page with the same words."""

    def get_initial(self) -> dict[str, object]:
        """The number to be mended, for who comes back by «ویرایش شماره»."""
        awaited = codes.awaited_code(self.request)
        return {"mobile": awaited.mobile} if awaited is not None else {}

    def form_valid(self, form: MobileForm) -> HttpResponse:
        mobile = form.cleaned_data["mobile"]
        try:
            acts.ask_code(self.request, mobile, proof_of_work.sent_with(self.request))
        except TooOften as refusal:
            if not self._awaits_code(mobile):
                form.add_error("mobile", str(refusal))
                context = self.get_context_data(form=form, mobile_proof=refusal.challenge)
                return self.render_to_response(context)
        code_page = reverse("account_confirm_login_code")
        return HttpResponseRedirect(self.passthrough_next_url(code_page))

    def _awaits_code(self, mobile: str) -> bool:
        """Whether this browser was sent a code for the number and has only come back here."""
        awaited = codes.awaited_code(self.request)
        return awaited is not None and awaited.mobile == mobile


class SignInView(AsksForCode):
    """The three ways in beside each other; this one takes the mobile number."""

    template_name = "account/login.html"
    form_class = MobileForm

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        return {"mobile_form": context["form"], "password_form": PasswordForm(), **context}


@method_decorator(never_cache, name="dispatch")
@method_decorator(
    login_stage_required(stage=CODE_STAGE, redirect_urlname="account_login"), name="dispatch"
)
class ConfirmCodeView(NextRedirectMixin, FormView):
    """The code that came by SMS, or the wish for another one."""

    template_name = "account/confirm_login_code.html"
    form_class = LoginCodeForm

    @property
    def code(self) -> SignInCode:
        return SignInCode(login_stage_of(self.request))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.POST.get("action") == "resend":
            return self._resend()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: LoginCodeForm) -> HttpResponse:
        try:
            return acts.give_code(self.code, form.cleaned_data["code"], self.get_next_url())
        except WrongCode as refusal:
            form.add_error("code", str(refusal))
            return self.form_invalid(form)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        code = self.code
        answer = code_turns.look_at_turn(self.request, code.mobile)
        return super().get_context_data(
            mobile=code.mobile,
            has_expired=code.has_expired,
            is_spent=not code.tries_left,
            wait=answer.wait,
            wait_words=in_words(answer.wait),
            # Whoever has just been sent one waits for it, and calculates nothing.
            proof=None if code.is_just_sent else answer.challenge,
            other_ways=acts.other_ways(answer),
            messages_are_late=delivery.is_silent(),
            minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            **kwargs,
        )

    def _resend(self) -> HttpResponse:
        solution = proof_of_work.sent_with(self.request)
        try:
            acts.ask_another_code(self.request, self.code, solution)
        except TooOften as refusal:
            messages.warning(self.request, str(refusal))
        else:
            messages.success(self.request, "کد جدید ارسال شد.")
        here = self.passthrough_next_url(reverse("account_confirm_login_code"))
        return HttpResponseRedirect(here)


@method_decorator(never_cache, name="dispatch")
@method_decorator(
    login_stage_required(stage=NewUserStage.key, redirect_urlname="account_login"),
    name="dispatch",
)
class NewUserView(FormView):
    """«ثبت‌نام کاربر جدید»: for whom somebody acts who came in for the first time."""

    template_name = "account/new_user.html"
    form_class = NewUserForm

    def get_initial(self) -> dict[str, object]:
        """What is known already: the kind chosen on the way, the names that «دولت من» gave."""
        user = login_stage_of(self.request).login.user
        return {
            "kind": self.request.session.get(CHOSEN_KIND),
            "first_name": user.first_name,
            "last_name": user.last_name,
        }

    def form_valid(self, form: NewUserForm) -> HttpResponse:
        return acts.arrive(login_stage_of(self.request), form.newcomer)


@require_POST
@login_required
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own parties from here on."""
    if not choose_party(request, request.POST.get("party", "")):
        raise Http404
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect(onward)


@never_cache
def dev_sms(request: HttpRequest) -> HttpResponse:
    """What would have been sent, newest first; development only."""
    if not settings.DEVELOPMENT:
        raise Http404
    newest = SmsMessage.objects.order_by("-created_at", "-pk")[:SHOWN_IN_DEVELOPMENT]
    return render(request, "accounts/dev_sms.html", {"sms_messages": newest})
