"""Page of contracts that stand twice in the register, and the office's word on each."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from submissions.contracts import repeats
from submissions.models import Contract
from submissions.staff.contract_import_views import page_frame, require_importer
from web.refusals import Refusal
from web.requests import UserRequest, whole_number

TITLE = "قراردادهای تکراری دفتر"
ACTS = {
    "prefer": (repeats.prefer_contract, "این ردیف در دفتر می‌ماند و ورود بعدی آن را به‌روز می‌کند."),
    "drop": (repeats.drop_contract, "این ردیف از دفتر حذف شد."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def show_repeats(request: UserRequest) -> HttpResponse:
    """The marked contracts beside those that go on; POST says of one what it is."""
    user = require_importer(request)
    if request.method == "POST":
        pk = whole_number(request.POST.get("contract", ""))
        contract = get_object_or_404(Contract, pk=pk, repeats_key=True)
        act, done = ACTS["prefer" if "prefer" in request.POST else "drop"]
        try:
            act(contract, by=user)
            messages.success(request, done)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect("contract_repeats")
    context = page_frame(TITLE) | {"repeats": repeats.find_repeats(), "shown": repeats.SHOWN}
    return render(request, "submissions/admin/import/repeats.html", context)
