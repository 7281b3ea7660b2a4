"""Tells queue and sweep what of the requests is worked on later."""

from __future__ import annotations

from registries import registers
from submissions.contracts.importer import jobs
from submissions.documents import judging, resumable
from submissions.identity import registry_checks
from submissions.models import (
    BulkAct,
    ContractImport,
    HandOver,
    PartialUpload,
    RegistryCheck,
    Step,
)
from submissions.models.partial_upload import names_of_parts
from submissions.signals import step_taken
from submissions.workflow import bulk, handing_over, seating, tasks
from work import queue, stray_files, sweeps


def register_work() -> None:
    """Called from AppConfig.ready()."""
    sweeps.register_chore(seating.seat_waiting, "waiting for a desk")
    sweeps.register_sweep(Step.objects.all, tasks.tell_about_step, "steps")
    sweeps.register_sweep(
        RegistryCheck.objects.all,
        registry_checks.ask_registry,
        "registry checks",
        room=registers.room_for_questions,
    )
    sweeps.register_sweep(BulkAct.objects.all, bulk.take_lines_of_act, "bulk acts")
    sweeps.register_sweep(HandOver.objects.all, handing_over.hand_over_items, "hand-overs")
    sweeps.register_sweep(ContractImport.objects.all, jobs.work_on, "imports")
    sweeps.register_sweep(PartialUpload.objects.all, resumable.drop_part, "parts", "expires_at")
    stray_files.register_names(names_of_parts)
    queue.answer_to("submissions.tasks.tell_about_step", tasks.tell_about_step)
    queue.answer_to("submissions.registry_tasks.ask_registry", registry_checks.ask_registry)
    queue.answer_to("submissions.importing.work_on", jobs.work_on)
    queue.answer_to("submissions.tus.drop_part", resumable.drop_part)
    step_taken.connect(resumable.let_go, sender=Step, dispatch_uid="submissions.parts")
    judging.register_judging()
