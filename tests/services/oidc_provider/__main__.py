"""``python -m tests.services.oidc_provider PORT CALLBACK``: starts the provider with its people."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.services.oidc_provider.provider_settings")

import django

django.setup()

from allauth.idp.oidc.models import Client  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402

port, callback = sys.argv[1:]
call_command("migrate", verbosity=0)
for name in json.loads((settings.FOLDER / "people.json").read_text()):
    User.objects.create_user(name, password="provider-pass")
Client.objects.create(
    id="portal",
    name="میز خدمت",
    secret=make_password("portal-secret"),
    scopes="openid\nprofile",
    redirect_uris=callback,
)
call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
