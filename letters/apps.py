from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = "نامه‌ها"

    def ready(self) -> None:
        from letters import checks, consequences, receivers, tasks, watch
        from letters.designs.answers import check_service
        from letters.designs.models import LetterDesign
        from letters.designs.preview import show_preview
        from letters.dispatch.models import Dispatch
        from letters.dispatch.tasks import deliver_dispatch, release_held
        from letters.ece import ready as ece
        from letters.handlers import RequestHandler
        from letters.incoming.models import SentReceipt
        from letters.incoming.network import register_waiting
        from letters.incoming.receipts import send_receipt
        from letters.models import Letter, RegisterPrint
        from letters.registers.printing.making import make_print
        from letters.rendering import load_press
        from letters.seal.keys import expiry_of_seal
        from services_catalog import publish_checks
        from submissions import kinds
        from work import certificates, schedules, sweeps
        from work.supervisor import warming

        consequences.register_measures()
        publish_checks.register_check(check_service)
        LetterDesign.preview_by = staticmethod(show_preview)
        kinds.register_handler("request", RequestHandler())
        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="letters.rights")
        register(checks.seal_is_whole)
        register(checks.short_form_is_whole)
        watch.register_all()
        certificates.watch_also(expiry_of_seal)
        sweeps.register_sweep(Letter.objects.all, tasks.issue_letter, "letters")
        sweeps.register_sweep(Dispatch.objects.all, deliver_dispatch, "dispatches")
        warming.load_before_forks("letters", load_press)
        sweeps.register_chore(release_held, "held letters")
        ece.register_all(self)
        sweeps.register_sweep(RegisterPrint.objects.all, make_print, "prints of registers")
        sweeps.register_sweep(SentReceipt.objects.all, send_receipt, "receipts")
        schedules.keep_schedule(self, register_waiting, "letters.register_waiting", minutes=2)
