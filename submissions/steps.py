"""The one door through which a submission moves, by its public name (see ``workflow.steps``)."""

from submissions.refusals import MovedMeanwhile
from submissions.step_table import Mend, NoDetail, ReferDetail, ReopenDetail, ReturnDetail
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
