from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Who is asking."""

    name = "accounts"
    verbose_name = "حساب‌ها"

    def ready(self) -> None:
        """Connect what must be known before the first request or task."""
        from accounts import checks, gateways, receivers, tasks
        from accounts.models import SmsMessage
        from work import sweeps

        gateways.gateway()  # an unknown name stops the start, whichever command it is
        register(checks.sms_gateway)
        post_migrate.connect(
            receivers.keep_cache_table, sender=self, dispatch_uid="accounts.cache_table"
        )
        post_migrate.connect(receivers.keep_roles, sender=self, dispatch_uid="accounts.roles")
        sweeps.register(SmsMessage.objects.all, tasks.deliver_sms, "sms")
