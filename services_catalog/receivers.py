"""A published service becomes a version that submissions can be pinned to."""

from __future__ import annotations

from django.dispatch import receiver
from wagtail.signals import published

from services_catalog.models import Service, ServiceVersion


@receiver(published, sender=Service, dispatch_uid="services_catalog.write_version")
def write_version(sender: type[Service], instance: Service, **kwargs: object) -> None:
    """Fetched anew: the signal's instance still carries its children in memory."""
    ServiceVersion.objects.write(Service.objects.get(pk=instance.pk))
