"""What could not be delivered, on top of the first page of whoever is to see to it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from wagtail.admin.site_summary import SummaryItem

from letters.dispatch.desk import BOX_NAMED, dispatches_for
from letters.dispatch.desk_acts import RIGHT
from letters.dispatch.models import Channel
from web.requests import UserRequest

# The boxes that wait for a person, and what lies in each.
TROUBLES = {
    "failed": ("ارسال ناموفق", "warning"),
    "in_doubt": ("ارسال با نتیجهٔ نامعلوم", "help"),
    "returned": ("مرسولهٔ برگشتی", "mail"),
}


class UndeliveredItem(SummaryItem):
    """How many letters lie in one of these boxes, with the way there."""

    order = 350
    template_name = "submissions/admin/count_item.html"

    def __init__(self, request: UserRequest, box: str, count: int) -> None:
        super().__init__(request)
        self.box, self.count = box, count

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        words, icon = TROUBLES[self.box]
        href = f"{reverse('letters_dispatch_modeladmin_index')}?box={self.box}"
        return {"count": self.count, "words": words, "icon": icon, "href": href, "alarm": True}


def undelivered_items(request: UserRequest) -> list[UndeliveredItem]:
    """One for each box in which something lies; nothing for who has no delivery in hand."""
    if not request.user.has_perm(RIGHT):
        return []
    boxes = {state.value: name for name in TROUBLES for state in BOX_NAMED[name].states}
    rows = dispatches_for(request.user).filter(state__in=boxes).order_by()
    counts = rows.exclude(channel=Channel.PORTAL).values_list("state").annotate(many=Count("*"))
    return [UndeliveredItem(request, boxes[state], many) for state, many in counts]
