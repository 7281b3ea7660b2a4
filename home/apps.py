from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "صفحهٔ اصلی"

    def ready(self) -> None:
        from home.models import HomePage
        from web.public_pages import changes

        changes.watch(HomePage)
