"""Template tags that show letters on pages of lower apps, which cannot import this one."""

from __future__ import annotations

from django import template

from letters.models import Letter
from letters.registers.number_format import direction_of
from submissions.models import Submission

register = template.Library()


@register.simple_tag
def issued_letter_of(submission: Submission) -> Letter | None:
    """The newest letter of the submission that has left the house; None before."""
    return Letter.objects.issued().filter(submission=submission).order_by("-pk").first()


@register.filter
def number_direction(number: str) -> str:
    """The direction in which the number of a letter is shown: ``rtl`` where a letter stands in it."""
    return direction_of(number)
