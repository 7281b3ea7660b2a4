"""An issued letter for paper that has its letterhead already: the same words, nothing drawn above them."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.template.loader import render_to_string

from accounts.models import User
from letters.models import Letter
from letters.rendering import LETTER_CSS, page_of
from pdf.rendering import read_stylesheet
from pdf.responses import send_pdf
from pdf.visitors_press import print_for_visitor
from submissions.applicant.cartable_views import COPIES_A_MINUTE, COPIES_AN_HOUR, TooManyCopies


def print_preheaded(letter: Letter, user: User) -> FileResponse:
    """A copy for the printer; the sealed file stays what it is.

    404 while the letter has no paper. Raises TooManyCopies, PressBusy and ImageBroken.
    """
    facts = letter.facts_printed
    if facts is None:
        raise Http404
    if wait := COPIES_A_MINUTE.take(str(user.pk)) or COPIES_AN_HOUR.take(str(user.pk)):
        raise TooManyCopies(wait)
    html = render_to_string("letters/letter.html", {**page_of(facts), "preheaded": True})
    paper = print_for_visitor(html, css=read_stylesheet(LETTER_CSS), created=letter.issued_at)
    return send_pdf(paper, f"letter-{letter.number_text.replace('/', '-')}-paper.pdf")
