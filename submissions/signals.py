"""Moments that others may listen to. Listeners change nothing on the road."""

from django.dispatch import Signal

# A step has been recorded, in its transaction. Arguments: step (submissions.models.submission.Step).
step_taken = Signal()
