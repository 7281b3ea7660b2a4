"""Public name of ``take_step``, the only way to move a submission (see ``workflow.steps``)."""

from submissions.refusals import MovedMeanwhile
from submissions.step_details import Mend, NoDetail, ReferDetail, ReopenDetail, ReturnDetail
from submissions.workflow.steps import take_step

__all__ = [
    "Mend",
    "MovedMeanwhile",
    "NoDetail",
    "ReferDetail",
    "ReopenDetail",
    "ReturnDetail",
    "take_step",
]
