"""A portal on trial texts nobody but its guests: SMS_TRIAL and SMS_GUESTS."""

from django.conf import settings

from persian.identifiers import normal_mobile


def is_kept_back(mobile: str) -> bool:
    """Whether a message to ``mobile`` is written down and never sent."""
    return settings.SMS_TRIAL and mobile not in guests()


def guests() -> set[str]:
    """The numbers that are texted on trial. Raises ValueError for one that is no mobile number."""
    return {normal_mobile(number) for number in settings.SMS_GUESTS}
