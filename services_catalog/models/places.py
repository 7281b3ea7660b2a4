"""Provinces, parks, units, desks and recipients of letters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from accounts.models import User
from db.constraints import known_words
from db.naming import refuse_new_code
from db.questions import written
from persian.collation import PERSIAN
from services_catalog.models.place_names import NamedPlace


class Province(NamedPlace):
    slug = models.SlugField("نشانی", unique=True)
    name = models.CharField("نام", max_length=100, db_collation=PERSIAN)
    capital = models.CharField("مرکز", max_length=100, blank=True)
    dial_code = models.CharField("پیش‌شماره", max_length=4, blank=True)

    class Meta:
        verbose_name = "استان"
        verbose_name_plural = "استان‌ها"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=~Q(name_key="") & Q(repeats_name=False),
                name="province_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def neighbours(self) -> models.QuerySet[Province]:
        return Province.objects.exclude(pk=self.pk)


class Park(NamedPlace):
    """An industrial park, district or estate; names repeat across provinces."""

    class Kind(models.TextChoices):
        SHAHRAK = "shahrak", "شهرک صنعتی"
        NAHIYE = "nahiye", "ناحیهٔ صنعتی"
        MANTAGHE = "mantaghe", "منطقهٔ صنعتی"
        GHOTB = "ghotb", "قطب صنعتی"
        SITE = "site", "سایت صنعتی"
        MOJTAME = "mojtame", "مجموعهٔ صنعتی"
        SPECIAL = "special", "شهرک تخصصی"

    province = models.ForeignKey(
        Province, models.PROTECT, related_name="parks", verbose_name="استان"
    )
    slug = models.SlugField("نشانی")
    name = models.CharField("نام", max_length=150, db_collation=PERSIAN)
    kind = models.CharField("نوع", max_length=20, choices=Kind, default=Kind.SHAHRAK)
    county = models.CharField("شهرستان", max_length=100, blank=True, db_collation=PERSIAN)

    class Meta:
        verbose_name = "شهرک"
        verbose_name_plural = "شهرک‌ها"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["province", "slug"], name="park_once_in_a_province"),
            # A file of contracts names a park by its province and its name.
            models.UniqueConstraint(
                fields=["province", "name_key"],
                condition=~Q(name_key="") & Q(repeats_name=False),
                name="park_name_once_in_a_province",
            ),
            # The register and the catalog name a park by its kind.
            known_words(
                "kind",
                "shahrak",
                "nahiye",
                "mantaghe",
                "ghotb",
                "site",
                "mojtame",
                "special",
                name="park_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def neighbours(self) -> models.QuerySet[Park]:
        return Park.objects.filter(province=self.province_id).exclude(pk=self.pk)


Place = Park | Province | None


class Unit(models.Model):
    """A unit named by routes, such as «کارشناس امور مالی»; a :class:`Desk` is a unit in a place."""

    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=150, db_collation=PERSIAN)
    signing_post = models.CharField("سمت در امضای نامه", max_length=150, blank=True)

    class Meta:
        verbose_name = "واحد"
        verbose_name_plural = "واحدها"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_new_code(self)


DESK_IS_THERE = "این واحد در این محل میز دارد. لطفاً همکاران را به همان میز اضافه کنید."


class DeskQuerySet(models.QuerySet["Desk"]):
    def serving(self, unit: str, place: Place) -> Desk | None:
        """The narrowest desk of the unit with code ``unit`` for a place.

        Park before province before national; one where nobody sits only when nobody sits at the
        wider ones either. None when no desk serves the place: the submission then waits visibly,
        it is never skipped.
        """
        here = Q(park=None, province=None)
        if isinstance(place, Park):
            here |= Q(park=place) | Q(park=None, province_id=place.province_id)
        elif isinstance(place, Province):
            here |= Q(park=None, province=place)
        return (
            self.filter(here, unit__code=unit, open=True)
            .annotate(is_staffed=models.Exists(_people_of_a_desk()))
            .order_by(
                "-is_staffed",
                models.F("park").asc(nulls_last=True),
                models.F("province").asc(nulls_last=True),
            )
            .first()
        )

    def of(self, user: User) -> Self:
        """Desks where the user decides today: as a member who is there, or standing in."""
        today = localdate()
        away = Q(seats__away_from__lte=today) & (
            Q(seats__away_until=None) | Q(seats__away_until__gte=today)
        )
        seated = Q(seats__user=user) & ~away
        standing_in = Q(seats__stand_in=user) & away
        return self.filter(seated | standing_in).distinct()

    def unattended(self) -> Self:
        """Desks where nobody decides today: no seat is taken, or only by absent and former staff."""
        taken = _people_of_a_desk().filter(~_away_today() | _stood_in_for())
        return self.exclude(models.Exists(taken))

    def staffed(self) -> Self:
        """Open desks with somebody who may decide, be it somebody on leave today."""
        return self.filter(models.Exists(_people_of_a_desk()), open=True)


def _away_today() -> Q:
    today = localdate()
    return Q(away_from__lte=today) & (Q(away_until=None) | Q(away_until__gte=today))


def _stood_in_for() -> Q:
    return _away_today() & Q(stand_in__in=User.objects.deciding())


def _people_of_a_desk() -> models.QuerySet[Seat]:
    """Seats of an outer desk by which somebody may decide there, today or after a leave."""
    sitting = Q(user__in=User.objects.deciding()) | _stood_in_for()
    return Seat.objects.filter(sitting, desk=models.OuterRef("pk"))


class Desk(ClusterableModel):
    """A unit in a place: a park, a province, or the whole country when both are empty."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="desks", verbose_name="واحد")
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="استان"
    )
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="شهرک"
    )
    open = models.BooleanField("دایر", default=True)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Seat", through_fields=("desk", "user"), related_name="+"
    )

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = "میز"
        verbose_name_plural = "میزها"
        constraints = [
            # serving() never has to choose between two desks of one unit in one place.
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(province=None, park=None),
                name="one_national_desk_a_unit",
                violation_error_message=DESK_IS_THERE,
            ),
            models.UniqueConstraint(
                fields=["unit", "province"],
                condition=Q(province__isnull=False, park=None),
                name="one_provincial_desk_a_unit",
                violation_error_message=DESK_IS_THERE,
            ),
            models.UniqueConstraint(
                fields=["unit", "park"],
                condition=Q(park__isnull=False),
                name="one_park_desk_a_unit",
                violation_error_message=DESK_IS_THERE,
            ),
        ]

    def __str__(self) -> str:
        place = self.park or self.province
        return f"{self.unit}، {place}" if place else str(self.unit)

    def clean(self) -> None:
        """A park lies in one province; the list and the submissions would name two."""
        if self.park and self.province_id and self.park.province_id != self.province_id:
            raise ValidationError({"park": "این شهرک در استان دیگری است."})


class Seat(models.Model):
    """A person at a desk, with the days away and who stands in meanwhile."""

    desk = ParentalKey(Desk, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="seats",
        verbose_name="همکار",
    )
    head = models.BooleanField("مسئول میز", default=False)
    away_from = models.DateField("مرخصی از", null=True, blank=True)
    away_until = models.DateField("مرخصی تا", null=True, blank=True)
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="جانشین",
    )

    class Meta:
        verbose_name = "همکار میز"
        verbose_name_plural = "همکاران میز"
        constraints = [
            models.UniqueConstraint(fields=["desk", "user"], name="one_seat_a_person"),
            # Whoever comes back before leaving would count as present, on leave or not.
            models.CheckConstraint(
                condition=Q(away_from=None)
                | Q(away_until=None)
                | Q(away_until__gte=models.F("away_from")),
                name="seat_returns_after_leaving",
                violation_error_message="تاریخ پایان مرخصی پیش از تاریخ شروع است.",
            ),
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=models.F("user")),
                name="nobody_stands_in_for_themselves",
                violation_error_message="جانشین باید همکار دیگری باشد.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.desk}"

    @property
    def is_away(self) -> bool:
        """Whether the person is away today, by the same rule as :meth:`DeskQuerySet.of`."""
        today = localdate()
        begun = self.away_from is not None and self.away_from <= today
        return begun and (self.away_until is None or self.away_until >= today)


def desk_ids(user: User) -> frozenset[int]:
    """Keys of the desks where the user decides today; asked once per user object."""
    return frozenset(seat.desk_id for seat in seats_today(user))


def seats_today(user: User) -> list[Seat]:
    """The seats by which the user decides today, as :meth:`DeskQuerySet.of`; asked once.

    Those of absent colleagues for whom the user stands in are among them.
    """
    if "seats_today" not in user.__dict__:
        found = _seats_of(user) if user.is_staff else ()
        user.__dict__["seats_today"] = [
            seat for seat in found if seat.is_away == (seat.stand_in_id == user.pk)
        ]
    seats: list[Seat] = user.__dict__["seats_today"]
    return seats


@written
def _seats_of(user: Any) -> models.QuerySet[Seat]:
    theirs = Seat.objects.filter(Q(user=user) | Q(stand_in=user)).order_by("pk")
    return theirs.select_related("user", "desk__unit")


def stood_in_for(user: User) -> list[Seat]:
    """The seats of colleagues who are away today and for whom the user stands in."""
    return [seat for seat in seats_today(user) if seat.user_id != user.pk]


def open_desks_of_units(user: User, codes: Collection[str]) -> list[int]:
    """Keys of those desks among them that are open and belong to one of these units."""
    desks = (seat.desk for seat in seats_today(user))
    return [desk.pk for desk in desks if desk.open and desk.unit.code in codes]
