"""Wires the queue's schedule, its checks and the worker's pulse into Django."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class WorkConfig(AppConfig):
    """The ground on which every other app does things later."""

    name = "work"
    verbose_name = "کارهای پس‌زمینه"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what must be known before the first task runs."""
        from work import checks, sweeps
        from work.supervisor import heartbeat

        register(checks.queue_settings)
        post_migrate.connect(sweeps.keep_schedule, sender=self, dispatch_uid="work.sweeps")
        heartbeat.connect_heartbeat()
