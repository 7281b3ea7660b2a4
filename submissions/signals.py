"""Domain signals of submissions; listeners must not change the submission."""

from django.dispatch import Signal

# A step has been recorded, in its transaction. Arguments: step (submissions.models.submission.Step).
step_taken = Signal()
