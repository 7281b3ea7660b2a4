from django.apps import AppConfig, apps
from django.core.checks import register
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    """Messages and their delivery. Its tables are those of accounts."""

    name = "messaging"
    verbose_name = "پیام‌ها"

    def ready(self) -> None:
        """Connect what must be known before the first message is written."""
        from messaging import checks, delivery, gateways, rights, watch
        from work import queue, schedules, sweeps

        gateways.get_gateway()  # an unknown name stops the start, whichever command it is
        register(checks.sms_gateway)
        register(checks.sms_settings)
        # Nothing is sent in the name of an app that has no models.
        accounts = apps.get_app_config("accounts")
        post_migrate.connect(rights.give_rights, sender=accounts, dispatch_uid="messaging.rights")
        schedules.keep_schedule(accounts, delivery.follow_deliveries, delivery.FOLLOWING, minutes=2)
        watch.register_all()
        sweeps.register_sweep(delivery.urgent_messages, delivery.deliver_code, "codes")
        sweeps.register_sweep(
            delivery.other_messages, delivery.deliver_sms, "sms", room=delivery.room_for_others
        )
        queue.answer_to("accounts.tasks.deliver_sms", delivery.deliver_sms)
        queue.answer_to("accounts.tasks.follow_deliveries", delivery.follow_deliveries)
