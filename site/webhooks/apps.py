from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WebhooksConfig(AppConfig):
    """Who outside is told of events, and how they reach them."""

    name = "webhooks"
    verbose_name = "گیرندگان رویداد"

    def ready(self) -> None:
        from submissions.models import Step
        from submissions.signals import step_taken
        from webhooks import receivers, tasks, watch
        from webhooks.models import Subscriber
        from work import sweeps

        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="webhooks.rights")
        step_taken.connect(tasks.nudge_subscribers, sender=Step, dispatch_uid="webhooks.nudge")
        sweeps.register_sweep(
            Subscriber.objects.all, tasks.deliver_events, "webhooks", room=tasks.room_for_turns
        )
        sweeps.register_chore(tasks.forget_old_log, "log of webhooks")
        watch.register_all()
