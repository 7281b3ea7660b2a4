from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "درخواست‌ها"

    def ready(self) -> None:
        from submissions import tasks
        from submissions.models import Step
        from work import sweeps

        sweeps.register(Step.objects.all, tasks.tell_about_step, "steps")
