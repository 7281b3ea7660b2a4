"""Steps that leave a submission in review: who has what of it, and what bodies outside are asked."""

from __future__ import annotations

from django_fsm import transition

from submissions.states import State


class MovedOnDesks:
    """The transitions of :class:`Submission` that move only what lies on desks."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def take(self) -> None:
        """Somebody of the desk has it from now on."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def assign(self) -> None:
        """The head of the desk, or a manager, gives it to one person of the desk."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def put_back(self) -> None:
        """Everybody at the desk may take it again."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def hand_over(self) -> None:
        """Whoever had it has gone."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def set_urgency(self) -> None:
        """It is wanted sooner, or no longer so soon; the promise to the applicant stays."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def set_follow_up(self) -> None:
        """Whoever has something in hand wants to come back to it on a day."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def end_follow_up(self) -> None:
        """Nothing is left to come back to."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def inquire(self) -> None:
        """A desk asks a body outside; the promise to the applicant stands meanwhile."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def answer_inquiry(self) -> None:
        """The desk registers what they have answered, or that they have not."""

    @transition("state", State.IN_REVIEW, State.IN_REVIEW)
    def recall_inquiry(self) -> None:
        """The desk needs no answer any more."""
