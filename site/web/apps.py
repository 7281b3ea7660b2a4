from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import register
from django.db.models.signals import post_migrate


class WebConfig(AppConfig):
    """Shared pieces of all pages."""

    name = "web"
    verbose_name = "وب"

    def ready(self) -> None:
        """Connect what must be known before the first request."""
        from wagtail.images import get_image_model
        from wagtail.images.models import Rendition
        from wagtail.models import Locale, Page, PageViewRestriction, Site

        from web import checks, form_recovery, rights, scheduled_publishing
        from web.api.kept_answers import drop_old_answers
        from web.models import OfficeSettings
        from web.monitoring import error_reports
        from web.public_pages import changes
        from work import sweeps

        error_reports.start_reports()
        register(checks.site_address)
        sweeps.register_chore(scheduled_publishing.do_what_is_due, "scheduled publication")
        changes.watch(OfficeSettings, Site, Locale, Page, PageViewRestriction)
        changes.watch(get_image_model(), Rendition)
        sweeps.register_chore(changes.drop_old_changes, "public changes")
        sweeps.register_chore(drop_old_answers, "kept answers")
        post_migrate.connect(
            changes.keep_triggers, sender=self, dispatch_uid="web.public_pages.changes"
        )
        post_migrate.connect(rights.give_rights, sender=self, dispatch_uid="web.rights")
        user_logged_in.connect(form_recovery.drop_words_of_others, dispatch_uid="web.form_recovery")
