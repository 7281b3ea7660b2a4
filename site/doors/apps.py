from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class DoorsConfig(AppConfig):
    """What every way in shares."""

    name = "doors"
    verbose_name = "درها"
    # There is another one below, which is named in the settings.
    default = True

    def ready(self) -> None:
        from doors import receivers, scheduled
        from work import sweeps

        sweeps.register_chore(scheduled.do_what_is_due, "scheduled publication")
        # Nothing is sent in the name of an app that has no models.
        accounts = apps.get_app_config("accounts")
        post_migrate.connect(receivers.give_rights, sender=accounts, dispatch_uid="doors.rights")
        user_logged_in.connect(receivers.drop_words_of_others, dispatch_uid="doors.kept")


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens of people and groups, which call the roles by their Persian names."""

    user_viewset = "doors.staff_users.StaffUserViewSet"
    group_viewset = "doors.staff_users.RoleViewSet"
