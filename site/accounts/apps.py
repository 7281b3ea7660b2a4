from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import register
from django.db.models.signals import m2m_changed, post_migrate


class AccountsConfig(AppConfig):
    """Who is asking."""

    name = "accounts"
    verbose_name = "حساب‌ها"

    def ready(self) -> None:
        """Connect what must be known before the first request or task."""
        from accounts import (
            arrivals,
            checks,
            gateways,
            receivers,
            recovery,
            registries,
            schedules,
            tasks,
        )
        from accounts.models import RecoveryRequest, SmsMessage, User
        from work import sweeps

        registries.mobile_ownership(), registries.civil_registry()  # as with the gateway below
        register(registries.stand_ins)
        gateways.gateway()  # an unknown name stops the start, whichever command it is
        register(checks.sms_gateway)
        register(checks.sms_settings)
        register(checks.site_address)
        register(checks.provider_addresses)
        post_migrate.connect(
            receivers.keep_cache_table, sender=self, dispatch_uid="accounts.cache_table"
        )
        post_migrate.connect(receivers.keep_roles, sender=self, dispatch_uid="accounts.roles")
        post_migrate.connect(
            schedules.keep_following, sender=self, dispatch_uid="accounts.follow_deliveries"
        )
        m2m_changed.connect(
            receivers.follow_roles, sender=User.groups.through, dispatch_uid="accounts.follow_roles"
        )
        user_logged_in.connect(arrivals.keep, dispatch_uid="accounts.arrivals")
        sweeps.register(SmsMessage.objects.all, tasks.deliver_sms, "sms")
        sweeps.register(RecoveryRequest.objects.all, recovery.recover, "recovery")
