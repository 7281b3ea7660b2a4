from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = "نامه‌ها"

    def ready(self) -> None:
        from letters import consequences, receivers, tasks, watch
        from letters.handlers import RequestHandler
        from letters.models import Letter
        from submissions import kinds
        from work import sweeps

        consequences.register_measures()
        kinds.register_handler("request", RequestHandler())
        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="letters.rights")
        watch.register_all()
        sweeps.register_sweep(Letter.objects.all, tasks.issue_letter, "letters")
