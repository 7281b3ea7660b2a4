from django.apps import AppConfig


class ServicesCatalogConfig(AppConfig):
    name = "services_catalog"
    verbose_name = "خدمات"

    def ready(self) -> None:
        from services_catalog import receivers  # noqa: F401
