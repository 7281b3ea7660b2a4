"""Views of «ورود از طریق دولت من»: to the provider and back, or our own steps in its place."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from signin.code_views import AsksForCode
from signin.dolat import CHOSEN_KIND, PROVIDER
from signin.forms import DolatForm, MobileForm
from signin.provider import DolatAdapter
from web.allauth_compat import NonceCallbackView


class StandInView(AsksForCode):
    """The steps of the guide at our own desk: حقیقی or حقوقی, the mobile, a temporary code."""

    template_name = "account/dolat.html"
    form_class = DolatForm

    def form_valid(self, form: MobileForm) -> HttpResponse:
        answer = super().form_valid(form)
        self.request.session[CHOSEN_KIND] = form.cleaned_data["kind"]
        return answer


_standing_in = StandInView.as_view()


@never_cache
def start_dolat(request: HttpRequest) -> HttpResponseBase:
    """To the provider when there is one, else our own steps."""
    if not settings.DOLAT:
        return _standing_in(request)
    return leave_for_dolat(request, get_next_redirect_url(request))


@never_cache
def take_callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider: believed only with our state, nonce and a signature of its own."""
    if not settings.DOLAT:
        raise Http404
    return return_from_dolat(request)


def leave_for_dolat(request: HttpRequest, onward: str | None) -> HttpResponse:
    """To the provider, with a state, a nonce and a verifier that this session keeps."""
    provider = get_adapter(request).get_provider(request, PROVIDER)
    answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, next_url=onward)
    return answer


def return_from_dolat(request: HttpRequest) -> HttpResponse:
    """What the query of ``request`` says is held against what this session was sent away with."""
    answer: HttpResponse = NonceCallbackView.adapter_view(DolatAdapter(request, PROVIDER))(request)
    return answer


def show_cancelled(request: HttpRequest) -> HttpResponse:
    """Page for who turned back at the provider."""
    return render(request, "socialaccount/login_cancelled.html")
