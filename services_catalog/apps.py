from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ServicesCatalogConfig(AppConfig):
    name = "services_catalog"
    verbose_name = "خدمات"

    def ready(self) -> None:
        from services_catalog import receivers
        from services_catalog.models import Category, Service, ServiceVersion, Synonyms
        from web.public_pages import changes

        receivers.register_namings()
        changes.watch(Category, Service, ServiceVersion, Synonyms)
        post_migrate.connect(
            receivers.give_rights, sender=self, dispatch_uid="services_catalog.rights"
        )
