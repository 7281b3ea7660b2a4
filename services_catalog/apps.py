from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ServicesCatalogConfig(AppConfig):
    name = "services_catalog"
    verbose_name = "خدمات"

    def ready(self) -> None:
        from services_catalog import receivers

        receivers.register_namings()
        post_migrate.connect(
            receivers.give_rights, sender=self, dispatch_uid="services_catalog.rights"
        )
