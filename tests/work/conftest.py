"""Parcels that wait for their delivery."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.work.parcels import Parcel


@pytest.fixture
def parcels(transactional_db: None) -> Iterator[type[Parcel]]:
    """The table of parcels, empty."""
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
    yield Parcel
    with connection.schema_editor() as editor:
        editor.delete_model(Parcel)


@pytest.fixture
def parcel(parcels: type[Parcel]) -> Parcel:
    """A parcel that has been waiting for an hour."""
    return parcels.objects.create(queued_at=timezone.now() - timedelta(hours=1))
