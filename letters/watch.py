"""What is known of letters: how many wait for their paper, how many cannot be rendered or sent."""

from letters.dispatch.models import Dispatch, DispatchState
from letters.models import Letter
from work.watch import Figure, Values, count_rows, register_figure, register_finding

# Tries after which it is no passing trouble any more.
MANY_TRIES = 3


def count_pending() -> Values:
    """Letters that are numbered and have no paper yet."""
    return count_rows(Letter.objects.all().unfinished())


def count_failing() -> Values:
    """Those of them that were tried several times."""
    return count_rows(Letter.objects.all().unfinished().filter(tries__gte=MANY_TRIES))


def check_letters() -> str:
    """Whether letters cannot be rendered."""
    failing = count_failing()[""]
    return f"{failing:.0f} could not be rendered" if failing else ""


def count_undelivered() -> Values:
    """Letters on their way that a person must see to: failed, in doubt, or come back."""
    states = (DispatchState.FAILED, DispatchState.IN_DOUBT, DispatchState.RETURNED)
    rows = Dispatch.objects.all()
    return {state.value: count_rows(rows.filter(state=state))[""] for state in states}


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_letters_pending", "Letters without paper.", count_pending))
    register_figure(
        Figure("portal_letters_failing", "Letters that cannot be rendered.", count_failing)
    )
    register_figure(
        Figure(
            "portal_dispatches_undelivered",
            "Letters that somebody must see to: they failed, are in doubt or came back.",
            count_undelivered,
            label="state",
        )
    )
    register_finding(check_letters, "letters")
