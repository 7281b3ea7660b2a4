from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Users, parties and memberships; also the tables of messages."""

    name = "accounts"
    verbose_name = "حساب‌ها"

    def ready(self) -> None:
        """Connect what must be known before the first request or task."""
        from django.contrib.auth.models import Group

        from accounts import roles
        from db import cache
        from db.naming import register_naming
        from registries import checks, registers

        registers.mobile_ownership(), registers.civil_registry()  # an unknown name stops the start
        register(checks.stand_ins)
        register(checks.silent_registers, deploy=True)
        # Sent in this app's name: those that the two belong to have no tables.
        post_migrate.connect(
            cache.keep_cache_table, sender=self, dispatch_uid="accounts.cache_table"
        )
        post_migrate.connect(roles.keep_roles, sender=self, dispatch_uid="accounts.roles")
        # Rights and lists are asked for by the names of the roles.
        register_naming(Group, roles.ROLES.__contains__, column="name")
