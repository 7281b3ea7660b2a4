"""The acts of the secretariat's desk as a table: when each is open, what is written with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.timezone import now

from accounts.models import User
from letters.dispatch import acts, forms
from letters.dispatch.models import Channel, Dispatch, DispatchState

State = DispatchState
RIGHT = "letters.change_dispatch"


@dataclass(frozen=True)
class DeskAct:
    """One act; ``done``: what is said once it is done. ``needs_letter``: open to valid letters only."""

    name: str
    label: str
    form: type[forms.ActForm]
    do: Callable[..., Dispatch]
    done: str
    states: Collection[str]
    channels: Collection[str] = tuple(Channel)
    needs_letter: bool = False
    is_grave: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing is written with it, so that a key on the page does it."""
        return self.form is forms.ActForm

    def is_open(self, dispatch: Dispatch) -> bool:
        held = dispatch.claimed_until is not None and dispatch.claimed_until >= now()
        letter = dispatch.letter
        return (
            not held
            and dispatch.state in self.states
            and dispatch.channel in self.channels
            and (not self.needs_letter or letter.state == letter.State.ISSUED)
        )


PAPER = (Channel.POST, Channel.SIMAD_MANUAL)
BEYOND_THE_PORTAL = tuple(channel for channel in Channel if channel != Channel.PORTAL)
TABLE = (
    DeskAct(
        "send_now", "ارسال بدون انتظار", forms.ActForm, acts.send_now,
        "مهلت نگهداری پایان یافت و نامه در صف ارسال است.", (State.HELD,), needs_letter=True,
    ),
    DeskAct(
        "sent", "ثبت ارسال", forms.SentForm, acts.record_sent, "ارسال ثبت شد.",
        (State.QUEUED,), PAPER, needs_letter=True,
    ),
    DeskAct(
        "hand_over", "ثبت تحویل حضوری", forms.HandOverForm, acts.record_hand_over,
        "تحویل نامه ثبت شد.", acts.HERE, (Channel.HAND,), needs_letter=True,
    ),
    DeskAct(
        "receipt", "ثبت رسید", forms.ReceiptForm, acts.record_receipt, "رسید ثبت شد.",
        (State.SENT,), BEYOND_THE_PORTAL,
    ),
    DeskAct(
        "decide", "تعیین نتیجه", forms.DoubtForm, acts.decide_doubt, "نتیجهٔ ارسال ثبت شد.",
        (State.IN_DOUBT,),
    ),
    DeskAct(
        "again", "ارسال مجدد", forms.ActForm, acts.send_again,
        "نامه دوباره در صف ارسال است.", acts.FROM_ANEW, needs_letter=True,
    ),
    DeskAct(
        "channel", "تغییر روش ارسال یا نشانی", forms.ChannelForm, acts.change_channel,
        "روش ارسال تغییر کرد.", (*acts.HERE, *acts.FROM_ANEW), BEYOND_THE_PORTAL,
        needs_letter=True,
    ),
    DeskAct(
        "besides", "ارسال از راه دیگر", forms.ChannelForm, acts.change_channel,
        "نامه از راه دیگر نیز در صف ارسال است.", (State.SENT, State.RECEIPTED), (Channel.PORTAL,),
        needs_letter=True,
    ),
    DeskAct(
        "returned", "ثبت برگشت", forms.ReturnForm, acts.record_return, "برگشت مرسوله ثبت شد.",
        (State.SENT,), BEYOND_THE_PORTAL,
    ),
    DeskAct(
        "responsible", "تعیین مسئول پیگیری", forms.ResponsibleForm, acts.assign_responsible,
        "مسئول پیگیری تعیین شد.", tuple(State),
    ),
    DeskAct(
        "stop", "توقف ارسال", forms.StopForm, acts.stop, "ارسال نامه متوقف شد.",
        acts.STOPPABLE, is_grave=True,
    ),
)  # fmt: skip
BY_NAME = {act.name: act for act in TABLE}


def acts_open(user: User, dispatch: Dispatch) -> list[DeskAct]:
    """What this person may do with the dispatch now."""
    if not user.has_perm(RIGHT):
        return []
    return [act for act in TABLE if act.is_open(dispatch)]
