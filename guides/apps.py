from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "guides"
    verbose_name = "راهنماها"

    def ready(self) -> None:
        from guides.models import GuideIndexPage, GuidePage
        from web.public_pages import changes

        changes.watch(GuideIndexPage, GuidePage)
