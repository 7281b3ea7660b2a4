"""Wagtail's index of what refers to what, for rows that were written many at once."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ReferenceIndex


def index_references(rows: models.QuerySet) -> None:
    """Add the rows that the index does not know yet; ``bulk_create`` sends no signal for them."""
    kind = ContentType.objects.get_for_model(rows.model)
    known = set(
        ReferenceIndex.objects.filter(content_type=kind).values_list("object_id", flat=True)
    )
    for row in rows:
        if str(row.pk) not in known:
            ReferenceIndex.create_or_update_for_object(row)
