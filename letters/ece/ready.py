"""Tells the other parts of the portal of the government network; called from AppConfig.ready()."""

from __future__ import annotations

from django.apps import AppConfig

from letters.dispatch.channels import register_way
from letters.dispatch.models import Channel
from letters.ece import proving, receiving, watch
from letters.ece.applicants_mail import ApplicantsMailWay
from letters.ece.models import TestLetter
from letters.ece.way import EceWay
from work import schedules, sweeps

MINUTES = 2


def register_all(app: AppConfig) -> None:
    """The ways of dispatches, the sweep of test letters, the clock of the mailbox, what is watched."""
    register_way(Channel.ECE_EMAIL, EceWay())
    register_way(Channel.APPLICANT_EMAIL, ApplicantsMailWay())
    sweeps.register_sweep(TestLetter.objects.all, proving.send_test_letter, "test letters")
    schedules.keep_schedule(app, receiving.fetch_mail, "letters.fetch_mail", minutes=MINUTES)
    watch.register_all()
