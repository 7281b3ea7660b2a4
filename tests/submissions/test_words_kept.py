"""What an applicant was told stays, and what is named by its code cannot vanish."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Category, DocumentType, ReturnReason, Unit
from submissions.models import Submission
from submissions.reports.report import Report
from submissions.staff.review_report import ReviewReport
from submissions.step_details import Mend
from tests import cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
UNREADABLE = {"reason": "unreadable", "mend": (Mend("document", "contract"),)}


@pytest.fixture
def returned(submitted: Submission, staff: dict[str, User]) -> Submission:
    return cast.step(submitted, "return_for_correction", staff["desk"], "خوانا نیست", **UNREADABLE)


def named_rows() -> list[object]:
    """One row of each table that others name by its code."""
    return [
        ReturnReason.objects.get(code="unreadable"),
        Unit.objects.get(code="desk"),
        Category.objects.filter(service__versions__submission__isnull=False).first(),
        DocumentType.objects.filter(documentrequirement__isnull=False).first(),
    ]


def test_a_reason_that_is_reworded_changes_no_return(returned: Submission) -> None:
    reason = ReturnReason.objects.get(code="unreadable")
    told = (reason.title, reason.advice)

    ReturnReason.objects.update(title="دلیل دیگر", advice="کار دیگری بکنید.")

    submission = cast.again(returned)
    for report in (Report(submission), ReviewReport(submission)):
        assert report.reason_now == told
        assert report.entries[0].reason == told
    correction = submission.open_correction
    assert correction is not None
    assert (correction.reason_title, correction.reason_advice) == told


def test_what_is_named_by_its_code_is_neither_deleted_nor_recoded(returned: Submission) -> None:
    for row in named_rows():
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
        with pytest.raises(ProtectedError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
        row.code = "another"
        with pytest.raises(ValidationError, match="این کد در"):
            row.clean()


def test_what_nothing_names_is_deleted_and_recoded(db: None) -> None:
    reason = ReturnReason.objects.create(code="unused", title="بی‌کار", advice="لطفاً بنویسید.")
    reason.code = "used-never"
    reason.clean()
    reason.delete()
    assert not ReturnReason.objects.filter(code="unused").exists()


@pytest.mark.parametrize("way", ["single", "bulk"])
def test_the_admin_says_in_words_why_a_named_row_stays(
    client: Client, returned: Submission, signed_in: SignIn, way: str
) -> None:
    client.force_login(User.objects.create_superuser(username="root", password=None))
    for row in named_rows():
        label = row._meta.label_lower
        if way == "single":
            name = f"wagtailsnippets_{label.replace('.', '_')}:delete"
            address = reverse(name, args=[row.pk])
        else:
            app, model = label.split(".")
            bulk = reverse("wagtail_bulk_action", args=[app, model, "delete"])
            address = f"{bulk}?id={row.pk}"
        for ask in (client.get, client.post):
            answer = ask(address, follow=True)
            assert answer.status_code == 200
            assert "در حال استفاده است و حذف نمی‌شود" in answer.content.decode()
        assert type(row).objects.filter(pk=row.pk).exists()
