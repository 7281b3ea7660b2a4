from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = "نامه‌ها"

    def ready(self) -> None:
        from letters import tasks
        from letters.kinds import RequestHandler
        from letters.models import Letter
        from submissions import kinds
        from work import sweeps

        kinds.register("request", RequestHandler())
        sweeps.register(Letter.objects.all, tasks.issue_letter, "letters")
