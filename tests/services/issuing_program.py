"""A process that approves requests and prints their letters until it is killed or none is left.

Started by test_killed_issuing.py: its first word is the name of whoever approves.
"""

from __future__ import annotations

import random
import sys
import time

import django

django.setup()

from django.core.exceptions import PermissionDenied  # noqa: E402
from django.db import OperationalError  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_fsm import TransitionNotAllowed  # noqa: E402

from accounts.models import User  # noqa: E402
from letters.models import Letter  # noqa: E402
from letters.tasks import issue_letter  # noqa: E402
from submissions.models import Submission  # noqa: E402
from submissions.states import State, StepName  # noqa: E402
from submissions.workflow.steps import take_step  # noqa: E402
from web.refusals import Refusal  # noqa: E402

FEW = 50
IDLE = 0.2


def approve_one(key: int, by: User) -> None:
    """Another process may have been faster, which is said in one of these ways."""
    case = Submission.objects.get(pk=key)
    try:
        take_step(case, StepName.APPROVE, by=by, expecting=case.last_seq)
    except (Refusal, PermissionDenied, TransitionNotAllowed, OperationalError):
        return


def issue_all(username: str) -> None:
    by, dice = User.objects.get(username=username), random.Random()
    print("ready", flush=True)
    while True:
        waiting = Submission.objects.filter(state=State.IN_REVIEW).order_by("?")
        printable = Letter.objects.all().unclaimed(now()).order_by("?")
        cases = list(waiting.values_list("pk", flat=True)[:1])
        letters = list(printable.values_list("pk", flat=True)[:FEW])
        if cases and (not letters or dice.random() < 1 / len(letters)):
            approve_one(cases[0], by)
        elif letters:
            issue_letter(letters[0])
        elif Letter.objects.all().unfinished().exists():
            time.sleep(IDLE)
        else:
            return


issue_all(sys.argv[1])
