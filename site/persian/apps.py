from django.apps import AppConfig
from django.db.backends.signals import connection_created

from persian import collation, error_words, jalali


class PersianConfig(AppConfig):
    name = "persian"
    label = "persian"
    verbose_name = "فارسی"

    def ready(self) -> None:
        """Show Jalali dates wherever Django or Wagtail format a date, and sort by the alphabet."""
        jalali.install_jalali()
        error_words.count_in_persian()
        connection_created.connect(collation.teach_sqlite, dispatch_uid="persian.collation")
