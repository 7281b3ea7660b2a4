"""The queued task that renders and issues a letter."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from db.file_storage import kept_if_recorded
from letters.composition import compose_letter
from letters.dispatch.making import make_dispatches
from letters.drafts.purposes import Purpose
from letters.facts import LetterFacts
from letters.models import Letter, Paper, letter_path
from letters.rendering import render_letter
from letters.seal.keys import is_sealing
from letters.seal.sealing import level_of_seals, seal_pdf
from letters.short_form import add_short_form
from submissions.models import Submission
from submissions.states import State, StepName
from submissions.workflow.steps import take_step
from work import declare_task
from work.queue import back_off

logger = logging.getLogger(__name__)

# The worker ends a task after this time: nobody takes over one that may still be running.
LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)


@declare_task("letters")
def issue_letter(letter_id: int) -> None:
    """Render one numbered letter and complete its submission; safe to run twice.

    A failure leaves the letter numbered and the submission «در دست صدور», to be tried
    again with growing patience.
    """
    letter = Letter.objects.claim(letter_id, LEASE)
    if letter is None:
        return
    try:
        _issue_once(letter)
    except Exception as error:
        # Whatever went wrong must neither lose the claim nor hide: it is logged with its
        # trace, kept on the row for the staff, and tried again.
        logger.exception("Letter %s could not be issued", letter.number_text)
        letter.release(after=back_off(letter.tries), reason=repr(error))


def _issue_once(letter: Letter) -> None:
    printed = add_short_form(compose_letter(letter))
    # What cannot be sealed is not given out: the error goes to issue_letter, which tries again.
    paper = seal_paper(render_letter(printed))
    storage = letter.file.storage
    with kept_if_recorded(storage) as save_file:
        name = save_file(letter_path(letter, ""), ContentFile(paper.content))
        if not _record_issue(letter, printed, name, paper):
            storage.delete(name)


def seal_paper(pdf: bytes) -> Paper:
    """The file as it is given out: sealed, where there is a seal."""
    if not is_sealing():
        return Paper(pdf, Letter.Seal.NONE)
    return Paper(seal_pdf(pdf), level_of_seals())


@transaction.atomic
def _record_issue(letter: Letter, printed: LetterFacts, name: str, paper: Paper) -> bool:
    """Write the paper down and complete its request. False when another run has been faster."""
    submission = Submission.objects.select_for_update().get(pk=letter.submission_id)
    recorded = letter.record_rendered(printed, name, paper)
    if recorded and _is_living(letter):
        make_dispatches(letter, list(printed.copies))
    ends_it = letter.purpose == Purpose.RESULT and submission.state == State.APPROVED
    if recorded and ends_it:
        take_step(submission, StepName.COMPLETE, by=None, expecting=submission.last_seq)
    return recorded


def _is_living(letter: Letter) -> bool:
    """Whether it holds still: what was replaced, or is no longer asked, while it was printed goes nowhere."""
    living = Letter.objects.filter(pk=letter.pk, state=Letter.State.ISSUED)
    return living.filter(Q(inquiry=None) | Q(inquiry__closed_by=None)).exists()
