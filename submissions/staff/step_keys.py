"""The keys of the steps that the staff take on the page of a request."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from submissions.desk_policy import signs_letter
from submissions.models import Submission, WorkItem
from submissions.states import Purpose, StepName
from submissions.step_table import STEP_TABLE

# The steps that the staff take on the pages of this app, in the order of their keys.
KEYS = {spec.name: spec.key for spec in STEP_TABLE.values() if spec.key is not None}
OFFERED = tuple(sorted(KEYS, key=lambda name: KEYS[name].order))

AGREEING = (StepName.PASS_ON, StepName.APPROVE)
SIGNING = "تأیید و امضای نامه"
# What the key says of whoever was asked for something else than an opinion.
ANSWERING = {Purpose.INFORMATION.value: "مشاهده شد", Purpose.ACTION.value: "ثبت نتیجهٔ اقدام"}


@dataclass(frozen=True)
class ReviewKey:
    """One key of the decision panel."""

    name: str
    label: str
    href: str
    one_click: bool
    #: Whether a letter is signed with it.
    signs: bool = False


def label_of(name: StepName, submission: Submission, item: WorkItem | None = None) -> str:
    """What the key of a step says: where the submission goes next, or what was asked for."""
    if name == StepName.ANSWER and item is not None:
        return ANSWERING.get(item.purpose, str(name.label))
    if name in AGREEING and signs_letter(submission, item):
        return SIGNING
    if name == StepName.PASS_ON and submission.completes_group and submission.next_group:
        onward = " و ".join(stop.unit_title for stop in submission.next_group)
        return f"تأیید و ارسال به {onward}"
    if name == StepName.PASS_ON:
        return "تأیید این میز"
    if name == StepName.APPROVE and submission.kind_spec.issues_document:
        return "تأیید نهایی و صدور نامه"
    return str(name.label)


def step_href(submission: Submission, name: str, item: WorkItem | None = None) -> str:
    """Where a step is taken; ``item``: what it is taken on, when it is taken on one."""
    href = reverse("submissions_submission_modeladmin_step", args=[submission.pk, name])
    return f"{href}?item={item.pk}" if item and STEP_TABLE[StepName(name)].acts_on_item else href
