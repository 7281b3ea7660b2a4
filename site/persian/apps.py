from django.apps import AppConfig

from persian import jalali


class PersianConfig(AppConfig):
    name = "persian"
    label = "persian"
    verbose_name = "فارسی"

    def ready(self) -> None:
        """Show Jalali dates wherever Django or Wagtail format a date for a Persian reader."""
        jalali.install_jalali()
