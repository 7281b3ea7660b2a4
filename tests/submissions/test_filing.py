"""What was handed in stays as it was, and only one door moves a request."""

import ast
import re
from pathlib import Path

import pytest
from django.db import transaction

from submissions.models import Filing
from submissions.states import StepName
from tests.cast import bring, step

ROOT = Path(__file__).resolve().parents[2]
CODE = ("site", "guides", "services_catalog", "submissions", "letters", "home")
THE_DOOR = {"submissions/workflow/steps.py", "submissions/models/submission.py"}
# Has states of its own, those of a file on its way into the register, and knows no requests.
OF_FILES = "submissions/contracts/importer/jobs.py"


def test_each_time_a_request_is_handed_in_a_filing_keeps_it(submitted, maryam, staff):
    first = submitted.filings.get()
    scan = first.documents.get(requirement="contract")

    case = step(submitted, "return_for_correction", staff["desk"], "خوانا نیست")
    case.answers = {**case.answers, "requested_power": 400}
    case.save()
    better = bring(case, "contract", b"%PDF-1.4 better")
    step(case, "submit", maryam)

    before, after = Filing.objects.order_by("number")
    assert (before.answers["requested_power"], after.answers["requested_power"]) == (250, 400)
    assert before.documents.get(requirement="contract") == scan
    assert after.documents.get(requirement="contract") == better
    assert after.documents.count() == 5


def test_a_filing_cannot_be_changed(submitted):
    filing = submitted.filings.get()
    filing.description = "چیز دیگری"
    with pytest.raises(TypeError):
        filing.save()
    with pytest.raises(TypeError):
        submitted.filings.update(description="چیز دیگری")
    for remove in (filing.delete, submitted.filings.all().delete):
        with pytest.raises(TypeError):
            remove()


@pytest.mark.parametrize(
    "change",
    [
        lambda filing, scan: filing.documents.remove(scan),
        lambda filing, scan: filing.documents.clear(),
        lambda filing, scan: filing.documents.set([scan]),
        lambda filing, scan: filing.documents.add(bring(filing.submission, "later")),
        lambda filing, scan: scan.filings.clear(),
        lambda filing, scan: bring(filing.submission, "later").filings.add(filing),
    ],
)
def test_nor_can_what_was_handed_in_with_it(submitted, change):
    filing = submitted.filings.get()
    with pytest.raises(TypeError, match="keeps its documents"), transaction.atomic():
        change(filing, filing.documents.first())

    assert filing.documents.count() == 5


def test_the_resubmission_closes_the_correction(submitted, maryam, staff):
    case = step(
        submitted, "return_for_correction", staff["desk"], "خوانا نیست", reason="unreadable"
    )
    correction = case.corrections.get()
    assert (correction.reason, correction.closed_by) == ("unreadable", None)
    step(case, "submit", maryam)
    assert case.corrections.get().closed_by.name == "submit"


def test_no_code_but_the_one_door_writes_the_state_of_a_request():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in CODE
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        and path.relative_to(ROOT).as_posix() not in {*THE_DOOR, OF_FILES}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if writes_state(node)
    ]
    assert found == []
    assert "import Submission" not in (ROOT / OF_FILES).read_text("utf-8")


@pytest.mark.parametrize(
    "code",
    [
        "case.state = State.APPROVED",
        "case.state = 'approved'",
        "submission.state += 'x'",
        "setattr(case, 'state', State.APPROVED)",
        "Submission.objects.filter(pk=1).update(state='approved')",
        "Submission.objects.bulk_update(rows, ['state'])",
        "case.approve()",
        "Submission(state=State.APPROVED)",
    ],
)
def test_the_search_for_other_doors_finds_them(code):
    assert any(writes_state(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "letters.update(state=Letter.State.SUPERSEDED)",
        "cases.filter(state=State.APPROVED)",
        "take_step(case, StepName.APPROVE, by=user, expecting=3)",
        "self._record(state=self.State.SENT)",
        "editable.answer(code)",
    ],
)
def test_the_search_for_other_doors_leaves_the_rest_alone(code):
    assert not any(writes_state(node) for node in ast.walk(ast.parse(code)))


def writes_state(node):
    """Whether a piece of code would move a request without the door.

    States of other tables are told apart by how they are named: ``Letter.State.REVOKED``,
    ``DeliveryState.WAITING``.
    """
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        on_state = any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets)
        return on_state and not _of_another_table(node.value)
    return isinstance(node, ast.Call) and _call_writes_state(node)


def _call_writes_state(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if isinstance(call.func, ast.Attribute) and name in StepName.values:
        # The transitions of a submission take no arguments; a method that does is another's.
        return not call.args and not call.keywords
    if name in ("setattr", "bulk_update"):
        return any(
            isinstance(part, ast.Constant) and part.value == "state"
            for argument in call.args
            for part in ast.walk(argument)
        )
    if name in ("update", "create", "Submission", "update_or_create"):
        states = [k.value for k in call.keywords if k.arg == "state"]
        return any(not _of_another_table(value) for value in states)
    return False


def _of_another_table(value):
    if value is None:
        return True
    words = ast.unparse(value)
    return words.count(".") >= 2 or bool(re.match(r"\w+State\.", words))
