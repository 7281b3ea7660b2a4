from allauth.account.signals import user_logged_in as came_in
from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.core.checks import register
from django.db.models.signals import m2m_changed, post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class SigninConfig(AppConfig):
    """Ways to sign in. Its tables are those of accounts."""

    name = "signin"
    verbose_name = "ورود"
    # There is another one below, which is named in the settings.
    default = True

    def ready(self) -> None:
        """Connect what must be known before the first sign-in."""
        from accounts.models import RecoveryRequest, User
        from signin import checks, code_turns, known_browsers, recovery, sessions
        from signin.staff import idle, permission_names, roles, seeds
        from work import queue, sweeps

        register(checks.provider_addresses)
        register(checks.seed_keys)
        m2m_changed.connect(
            roles.follow_roles, sender=User.groups.through, dispatch_uid="signin.follow_roles"
        )
        post_migrate.connect(
            seeds.seal_after_migrate,
            sender=apps.get_app_config("mfa"),
            dispatch_uid="signin.seal_seeds",
        )
        post_migrate.connect(
            permission_names.name_permissions,
            # The last one with tables: by then all permissions are there.
            sender=apps.get_app_config("sessions"),
            dispatch_uid="signin.permission_names",
        )
        roles.call_by_titles()
        user_logged_in.connect(sessions.keep_sign_in, dispatch_uid="signin.sessions")
        user_logged_in.connect(idle.begin_session, dispatch_uid="signin.idle")
        came_in.connect(code_turns.count_arrival, dispatch_uid="signin.code_turns")
        came_in.connect(known_browsers.remember_browser, dispatch_uid="signin.known_browsers")
        sweeps.register_sweep(RecoveryRequest.objects.all, recovery.send_recovery, "recovery")
        queue.answer_to("accounts.recovery.recover", recovery.send_recovery)
        queue.answer_to("signin.recovery.recover", recovery.send_recovery)
        queue.answer_to("accounts.tasks.clear_sign_in_traces", sessions.clear_sign_in_traces)


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens of people and groups, which call the roles by their Persian names."""

    user_viewset = "signin.staff.users.StaffUserViewSet"
    group_viewset = "signin.staff.users.RoleViewSet"
