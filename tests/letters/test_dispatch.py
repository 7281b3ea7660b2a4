"""A letter goes from the secretariat's desk to those it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from letters.dispatch import acts
from letters.dispatch.models import Dispatch
from letters.dispatch.refusals import DispatchMoved
from submissions.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db
DESK = "/admin/letters/dispatch/"


@pytest.fixture
def main(submitted: Submission, staff: dict[str, User], run_tasks: Callable[[], int]) -> Dispatch:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Dispatch.objects.get(role="main")


def test_a_letter_is_held_sent_now_and_given_to_the_post(
    main: Dispatch, staff: dict[str, User], client: Client, signed_in: Callable[..., Client]
) -> None:
    assert (main.state, main.channel) == ("held", "post")
    assert Dispatch.objects.get(role="applicant").state == "sent"
    by = staff["secretariat"]
    acts.send_now(main, by=by)
    with pytest.raises(DispatchMoved):
        acts.send_now(main, by=by)
    sent = acts.record_sent(main, by=by, barcode="1" * 24)
    assert sent.state == "sent"

    signed_in(client, by)
    for address in (
        DESK,
        f"{DESK}?box=sent",
        f"{DESK}inspect/{main.pk}/",
        f"{DESK}post/",
        f"{DESK}barcodes/",
        f"{DESK}act/{main.pk}/receipt/",
    ):
        assert client.get(address).status_code == 200, address
