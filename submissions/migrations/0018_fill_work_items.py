"""Each request in review lies on a desk, and each referral below the decision that it was asked for."""

from django.db import migrations

# What brings a request to a desk, and what takes it away.
ENTERING = ("submit", "pass_on", "reopen")
OUTCOMES = {
    "pass_on": "passed",
    "return_for_correction": "returned",
    "approve": "approved",
    "reject": "rejected",
    "withdraw": "withdrawn",
}
# What becomes of a question when its request is taken away from the desk that asked.
BELOW = {"return_for_correction": "suspended", "withdraw": "withdrawn"}

OPEN_DECISIONS = """
    INSERT INTO submissions_workitem
        (submission_id, purpose, stop, desk_id, opened_by_id, opened_at, due_at, outcome)
    SELECT s.id, 'decide', s.stop, s.desk_id, t.id, t.at, COALESCE(s.stop_due_at, s.due_at), ''
    FROM submissions_submission s
    JOIN submissions_step t ON t.submission_id = s.id AND t.seq = (
        SELECT MAX(x.seq) FROM submissions_step x
        WHERE x.submission_id = s.id AND x.name IN ('submit', 'pass_on', 'reopen')
    )
    WHERE s.state = 'in_review'
"""


def fill(apps, schema_editor):
    schema_editor.execute(OPEN_DECISIONS)
    referrals = apps.get_model("submissions", "Referral").objects.order_by("pk")
    for referral in referrals.select_related("submission", "opened_by").iterator(chunk_size=500):
        move(apps, referral)


def move(apps, referral):
    """One referral as a work item below the decision of the desk that asked."""
    steps = apps.get_model("submissions", "Step").objects.filter(submission=referral.submission_id)
    asking = referral.opened_by
    leaving = steps.filter(seq__gt=asking.seq, name__in=OUTCOMES).order_by("seq").first()
    under_way = referral.submission.state == "in_review"
    is_open = referral.answered_at is None and under_way
    parent = asked_at(apps, referral, steps, None if is_open else leaving)
    answering = None
    if referral.answered_at is not None:
        given = steps.filter(name="answer", by=referral.asked_id, seq__gt=asking.seq)
        answering = given.filter(at=referral.answered_at).first() or given.order_by("seq").first()
    closing = None if is_open else answering or leaving
    outcome = ""
    if not is_open:
        outcome = "answered" if answering else BELOW.get(closing.name, "overtaken")
    apps.get_model("submissions", "WorkItem").objects.create(
        submission=referral.submission,
        parent=parent,
        purpose="opinion",
        stop=parent.stop,
        person_id=referral.asked_id,
        opened_by=asking,
        opened_at=asking.at,
        due_at=parent.due_at,
        closed_by=closing,
        outcome=outcome,
    )


def asked_at(apps, referral, steps, leaving):
    """The decision that the question was asked for: the open one, or one that has ended."""
    items = apps.get_model("submissions", "WorkItem").objects
    if leaving is None:
        return items.get(submission=referral.submission_id, purpose="decide", outcome="")
    asking = referral.opened_by
    entering = steps.filter(name__in=ENTERING, seq__lt=asking.seq).order_by("-seq").first()
    found, _made = items.get_or_create(
        submission=referral.submission,
        purpose="decide",
        opened_by=entering,
        closed_by=leaving,
        defaults={
            "stop": asking.stop,
            "desk_id": asking.desk_id,
            "opened_at": entering.at,
            "due_at": referral.submission.due_at or leaving.at,
            "outcome": OUTCOMES[leaving.name],
        },
    )
    return found


class Migration(migrations.Migration):
    dependencies = [("submissions", "0017_work_items")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
