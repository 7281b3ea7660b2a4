from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "درخواست‌ها"

    def ready(self) -> None:
        from submissions import receivers, tasks
        from submissions.models import Step
        from work import sweeps

        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="submissions.rights")
        sweeps.register(Step.objects.all, tasks.tell_about_step, "steps")
