"""Connects the schedule, the checks and the worker's heartbeat to Django."""

import logging

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.db.backends.signals import connection_created

from db.lost_clients import have_loss_noticed


class WorkConfig(AppConfig):
    """The ground on which every other app does things later."""

    name = "work"
    verbose_name = "کارهای پس‌زمینه"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what must be known before the first task runs."""
        from work import (
            certificates,
            checks,
            host_watch,
            queue_watch,
            schedules,
            stray_files,
            sweeps,
            tracing,
        )
        from work.supervisor import heartbeat

        if settings.LOG_FORMAT == "json":
            # What Python itself warns of shall be an object like every other line.
            logging.captureWarnings(True)
        register(checks.queue_settings)
        connection_created.connect(have_loss_noticed, dispatch_uid="lost clients")
        schedules.keep_schedule(self, sweeps.sweep, sweeps.SCHEDULE, minutes=1)
        stray_files.register_all()
        heartbeat.connect_heartbeat()
        tracing.connect_tracing()
        queue_watch.register_all()
        host_watch.register_all()
        certificates.register_all()
