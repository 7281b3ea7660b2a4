from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import m2m_changed, post_migrate


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "درخواست‌ها"

    def ready(self) -> None:
        from submissions import background_work, checks, consequences, kinds, receivers
        from submissions.contracts.claims import ContractHandler
        from submissions.identity.agency import AgencyHandler
        from submissions.identity.succession import SuccessionHandler
        from submissions.identity.verification import IdentityHandler
        from submissions.models import Filing
        from submissions.workflow import consistency, watch

        receivers.register_namings()
        consequences.register_measures()
        watch.register_all()
        consistency.register_all()
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
        background_work.register_work()
