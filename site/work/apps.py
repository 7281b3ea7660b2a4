"""Connects the schedule, the checks and the worker's heartbeat to Django."""

from django.apps import AppConfig
from django.core.checks import register


class WorkConfig(AppConfig):
    """The ground on which every other app does things later."""

    name = "work"
    verbose_name = "کارهای پس‌زمینه"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what must be known before the first task runs."""
        from work import checks, schedules, sweeps
        from work.supervisor import heartbeat

        register(checks.queue_settings)
        schedules.keep_schedule(self, sweeps.sweep, sweeps.SCHEDULE, minutes=1)
        heartbeat.connect_heartbeat()
