"""Makes versions of published templates, and grants the staff their permissions after ``migrate``."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.dispatch import receiver
from wagtail.signals import published, unpublished

from accounts import roles
from letters.designs.models import LetterDesign
from letters.designs.versions import LetterTemplate

READING = ("view_letter", "view_incomingletter")
VOIDING = ("void_letter",)
KEEPING = (
    *("revoke_letter", "change_lettersettings", "add_letterimage", "view_letterimage"),
    *("add_secretariat", "view_secretariat", "change_secretariat"),
)
# Mails of the government network belong to no request: they are the secretariat's.
MAILS = ("view_receivedmail", "change_receivedmail")
# The incoming register: desks read what belongs to their requests.
INCOMING = ("add_incomingletter", "change_incomingletter")
SENDING = ("view_dispatch", "change_dispatch", "view_dispatchsettings", "change_dispatchsettings")
# Whoever writes for the office drafts templates; they are published by managers.
DESIGNING = ("add_letterdesign", "view_letterdesign", "change_letterdesign")
WORDING = (*DESIGNING, "publish_letterdesign")


@receiver(published, sender=LetterDesign, dispatch_uid="letters.write_version")
def write_version(sender: type[LetterDesign], instance: LetterDesign, **kwargs: object) -> None:
    """Letters that are worded from now on follow what was published."""
    design = LetterDesign.objects.get(pk=instance.pk)
    LetterTemplate.objects.write_version(design.kind, design.service_code, design.words)


@receiver(unpublished, sender=LetterDesign, dispatch_uid="letters.retire_template")
def retire_template(sender: type[LetterDesign], instance: LetterDesign, **kwargs: object) -> None:
    """No letter follows it any more, but those that are signed or reworded on it."""
    LetterTemplate.objects.retire(instance.kind, instance.service_code)


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let the staff read the letters of what they may read, have the
    secretariat send them, and managers word them."""
    rights = {
        **dict.fromkeys(("reviewer", "signer"), READING),
        "editor": DESIGNING,
        "secretariat": (*READING, *SENDING, *VOIDING, *MAILS, *INCOMING),
        "manager": (*READING, *SENDING, *VOIDING, *MAILS, *INCOMING, *WORDING, *KEEPING),
    }
    apps = kwargs.get("apps", installed)
    roles.grant_permissions(sender, apps, using, rights, publishable=["letterdesign"])
