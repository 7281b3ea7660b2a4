"""Template tags that show letters on pages of lower apps, which cannot import this one."""

from __future__ import annotations

from django import template

from letters.models import Letter
from submissions.models import Submission

register = template.Library()


@register.simple_tag
def issued_letter_of(submission: Submission) -> Letter | None:
    """The newest letter of the submission that has left the house; None before."""
    return Letter.objects.issued().filter(submission=submission).order_by("-pk").first()
