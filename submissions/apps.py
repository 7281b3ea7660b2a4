from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import m2m_changed, post_migrate


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "درخواست‌ها"

    def ready(self) -> None:
        from registries import registers
        from submissions import checks, consequences, kinds, receivers
        from submissions.contracts.claims import ContractHandler
        from submissions.contracts.importer import jobs
        from submissions.documents import judging, resumable
        from submissions.identity import registry_checks
        from submissions.identity.agency import AgencyHandler
        from submissions.identity.succession import SuccessionHandler
        from submissions.identity.verification import IdentityHandler
        from submissions.models import ContractImport, Filing, PartialUpload, RegistryCheck, Step
        from submissions.models.partial_upload import names_of_parts
        from submissions.signals import step_taken
        from submissions.workflow import seating, tasks, watch
        from work import queue, stray_files, sweeps

        receivers.register_namings()
        consequences.register_measures()
        watch.register_all()
        register(checks.steps_are_whole)
        register(checks.kinds_are_whole)
        register(checks.question_kinds_are_whole)
        post_migrate.connect(receivers.give_rights, sender=self, dispatch_uid="submissions.rights")
        m2m_changed.connect(
            receivers.keep_filed_documents,
            sender=Filing.documents.through,
            dispatch_uid="submissions.filed_documents",
        )
        kinds.register_handler("contract", ContractHandler())
        kinds.register_handler("identity", IdentityHandler())
        kinds.register_handler("agency", AgencyHandler())
        kinds.register_handler("succession", SuccessionHandler())
        sweeps.register_chore(seating.seat_waiting, "waiting for a desk")
        sweeps.register_sweep(Step.objects.all, tasks.tell_about_step, "steps")
        sweeps.register_sweep(
            RegistryCheck.objects.all,
            registry_checks.ask_registry,
            "registry checks",
            room=registers.room_for_questions,
        )
        sweeps.register_sweep(ContractImport.objects.all, jobs.work_on, "imports")
        sweeps.register_sweep(PartialUpload.objects.all, resumable.drop_part, "parts", "expires_at")
        stray_files.register_names(names_of_parts)
        queue.answer_to("submissions.tasks.tell_about_step", tasks.tell_about_step)
        queue.answer_to("submissions.registry_tasks.ask_registry", registry_checks.ask_registry)
        queue.answer_to("submissions.importing.work_on", jobs.work_on)
        queue.answer_to("submissions.tus.drop_part", resumable.drop_part)
        step_taken.connect(resumable.let_go, sender=Step, dispatch_uid="submissions.parts")
        judging.register_judging()
