"""One event on its way: signed as Standard Webhooks has it, sent, and what came back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import now
from requests.utils import get_encoding_from_headers
from standardwebhooks import Webhook

from submissions.models import Step
from submissions.workflow.events import describe_event
from webhooks.addresses import may_call
from webhooks.models import Subscriber
from work.outside_services import NoAnswer, OutsideService, Patience

PATIENCE = Patience(total=10, connect=5)
# As many characters of an answer are kept.
KEPT = 2000
# None of the keys of the settings fits what the database keeps.
NO_SECRET = "secret unreadable"


@dataclass(frozen=True)
class Outcome:
    """``status`` 0: no answer, and ``error`` says why."""

    request: str
    milliseconds: int
    status: int = 0
    answer: str = ""
    error: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return 200 <= self.status < 300


def message_id(step: Step) -> str:
    """The name of the event, the same at every try: who has seen it knows it again."""
    return f"evt_{step.number}"


def send_event(subscriber: Subscriber, step: Step) -> Outcome:
    """Send one event now, and tell what came back; nobody is followed elsewhere."""
    if not subscriber.secret:
        return Outcome("", 0, error=NO_SECRET)
    body = DjangoJSONEncoder(ensure_ascii=False).encode(describe_event(step))
    headers = _sign(subscriber, step, body)
    said = "\n".join([f"POST {subscriber.url}", *map(": ".join, headers.items()), "", body])
    begun = time.monotonic()
    with OutsideService(PATIENCE, may_call=may_call) as line:
        try:
            answer = line.post(subscriber.url, data=body.encode(), headers=headers)
        except NoAnswer as silence:
            return Outcome(said, _since(begun), error=str(silence))
    encoding = get_encoding_from_headers(answer.headers) or "utf-8"
    try:
        text = answer.content.decode(encoding, errors="replace")
    except LookupError:
        text = answer.content.decode(errors="replace")
    kept = text.replace("\0", "�")[:KEPT]
    return Outcome(said, _since(begun), answer.status_code, kept)


def _sign(subscriber: Subscriber, step: Step, body: str) -> dict[str, str]:
    # The library takes the time as it stands for UTC.
    name, moment = message_id(step), now().astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Miz-e-Khedmat-Webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(subscriber.secret).sign(name, moment, body),
    }


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
