from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "درخواست‌ها"

    def ready(self) -> None:
        from submissions import importing, kinds, receivers, registry_tasks, seating, tasks, tus
        from submissions.agency import AgencyHandler
        from submissions.claims import ContractHandler
        from submissions.identity import IdentityHandler
        from submissions.models import ContractImport, Filing, PartialUpload, RegistryCheck, Step
        from submissions.signals import step_taken
        from submissions.succession import SuccessionHandler
        from work import sweeps

        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="submissions.rights")
        m2m_changed.connect(
            receivers.keep_filed_documents,
            sender=Filing.documents.through,
            dispatch_uid="submissions.filed_documents",
        )
        sweeps.register(Step.objects.all, tasks.tell_about_step, "steps")
        sweeps.register_chore(seating.seat_waiting, "waiting for a desk")
        kinds.register("contract", ContractHandler())
        kinds.register("identity", IdentityHandler())
        kinds.register("agency", AgencyHandler())
        kinds.register("succession", SuccessionHandler())
        sweeps.register(RegistryCheck.objects.all, registry_tasks.ask_registry, "registry checks")
        sweeps.register(ContractImport.objects.all, importing.work_on, "imports")
        sweeps.register(PartialUpload.objects.all, tus.drop_part, "parts")
        step_taken.connect(tus.let_go, sender=Step, dispatch_uid="submissions.parts")
