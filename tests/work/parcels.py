"""A kind of row to be worked on later, which exists for these tests only."""

from django.db import models

from work import declare_task
from work.leases import Claimable, ClaimableQuerySet


class ParcelQuerySet(ClaimableQuerySet):
    """Parcels, of which those without a receipt are still to be delivered."""

    def unfinished(self):
        """Not yet delivered."""
        return self.filter(receipt="")


class Parcel(Claimable):
    """Something to be delivered once."""

    receipt = models.CharField(max_length=20, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        app_label = "work"
        managed = False

    def __str__(self) -> str:
        return f"parcel {self.pk}"


@declare_task("chores")
def deliver(pk: int) -> None:
    """The task that a parcel waits for."""
