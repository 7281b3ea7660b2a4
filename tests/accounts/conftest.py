"""People at the door, and what their phones and browsers do."""

import re
from threading import Barrier, Thread

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from accounts.models import Membership, Party, SmsMessage, User

SIGN_IN = "/accounts/login/"
CODE = "/accounts/login/code/confirm/"
NEW_USER = "/accounts/new/"


@pytest.fixture
def maryam(db):
    """Comes in by mobile and owns one party."""
    user = User.objects.create_user("maryam", mobile="09130000001", mobile_verified=True)
    own = Party.objects.create(kind="natural", name="مریم رضایی")
    Membership.objects.create(user=user, party=own)
    return user


@pytest.fixture
def company(maryam):
    """A second party that Maryam acts for as an agent."""
    party = Party.objects.create(kind="legal", name="شرکت فولاد نمونه")
    Membership.objects.create(user=maryam, party=party, role=Membership.Role.AGENT)
    return party


@pytest.fixture
def browser(db):
    """A browser that nobody has signed in with."""
    return Client()


@pytest.fixture
def last_code():
    """The code of the newest text message to a number."""

    def read(mobile):
        message = SmsMessage.objects.filter(recipient=mobile).latest("pk")
        return re.search(r"\d{6}", message.text)[0]

    return read


def another(code):
    """A code of six digits that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def at_once(count, act):
    """What ``act()`` gives to each of ``count`` threads that start it at the same moment."""
    start, given = Barrier(count), []

    def run():
        connection.ensure_connection()
        start.wait()
        try:
            given.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


@pytest.fixture
def reza(db):
    user = User.objects.create_user("reza", password="demo-Passw0rd!", mobile="09130000007")
    user.groups.add(Group.objects.get(name="reviewer"))
    return user


@pytest.fixture
def demanded(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def has_app(reza):
    """Reza's app, as it was set up before."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(reza, secret)
    return secret
