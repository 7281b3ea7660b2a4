"""Users, the parties they act for, and their sign-ins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now

from accounts.models.known_rights import KnownRights
from db.constraints import known_words
from db.folded import FoldedField
from db.questions import written
from persian.identifiers import normal_mobile
from persian.text import fold_key
from work.leases import Claimable, ClaimableQuerySet

# What every step of a desk asks for; the roles have it from the app of the requests.
RIGHT_TO_DECIDE = "submissions.change_submission"


class UserManager(DjangoUserManager["User"]):
    """Signs in by user name, whatever the submission."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)

    def deciding(self) -> models.QuerySet[User]:
        """Colleagues who may decide at a desk, as things stand."""
        return self.with_perm(RIGHT_TO_DECIDE).filter(is_staff=True)

    def never_arrived(self, before: datetime) -> models.QuerySet[User]:
        """Rows made for a number that asked for a code before ``before`` and never gave it.

        Only sign-in makes such rows, so whoever has a password, a group or a party
        was put there by somebody and is not among them.
        """
        return self.filter(
            mobile__isnull=False,
            mobile_verified=False,
            password__startswith=UNUSABLE_PASSWORD_PREFIX,
            last_login=None,
            is_superuser=False,
            groups=None,
            memberships=None,
            date_joined__lt=before,
        )


class User(KnownRights):
    """Somebody who signs in: an applicant by mobile, a member of staff by user name.

    ``mobile`` is an attribute of the sign-in, not the key of the applicant (that is
    :class:`Party`). It stays as it was first used; a new number goes the reviewed way.
    """

    mobile = models.CharField("شمارهٔ موبایل", max_length=11, unique=True, null=True, blank=True)
    mobile_verified = models.BooleanField("موبایل تأیید شده", default=False)
    # What the list of users finds somebody by, folded.
    search_key = FoldedField(of=("first_name", "last_name", "username", "mobile", "email"))
    must_prove_id = models.BooleanField(
        "دریافت شناسه در ورود بعدی",
        default=False,
        help_text="در صورت مغایرت استعلام مالکیت شماره فعال می‌شود و پس از پاسخ صحیح غیرفعال می‌شود.",
    )

    is_service = models.BooleanField(
        "کاربر سامانه‌ای",
        default=False,
        db_default=False,
        help_text=(
            "برای اتصال سامانه‌های دیگر؛ گذرواژه ندارد، فقط با توکن دسترسی کار می‌کند و در مرحلهٔ "
            "امضا تصمیم نمی‌گیرد."
        ),
    )

    objects: ClassVar[UserManager] = UserManager()
    SEARCH_KEY: ClassVar[str] = "search_key"
    acting_choice: int | None = None
    """The key of the party that this session chose; the middleware sets it."""
    acting_token: str = ""
    """Key and name of the token by which a program acts for them in this call; the API sets it."""

    class Meta:
        verbose_name = "کاربر"
        verbose_name_plural = "کاربران"
        constraints = [
            # Signing in looks for the name in any case, so no two may differ by case alone.
            models.UniqueConstraint(
                Upper("username"),
                name="username_in_any_case",
                violation_error_message="کاربری با همین نام کاربری وجود دارد.",
            ),
            # A program has neither phone nor password, and nobody's rights but those of its roles.
            models.CheckConstraint(
                condition=Q(is_service=False)
                | Q(
                    mobile=None,
                    is_superuser=False,
                    password__startswith=UNUSABLE_PASSWORD_PREFIX,
                ),
                name="service_has_tokens_alone",
                violation_error_message=(
                    "کاربر سامانه‌ای شمارهٔ موبایل، گذرواژه و دسترسی مدیر کل ندارد."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.mobile or self.username

    def save(self, *args: object, **kwargs: object) -> None:
        if self.mobile:
            self.mobile = normal_mobile(self.mobile)
        # Of roles it follows by itself: see accounts.roles.
        self.is_staff = self.is_staff or self.is_superuser
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_key"}  # type: ignore[misc]
        # Django keeps it until it is saved; a hash that is only made anew leaves none.
        has_new_password = vars(self).get("_password") is not None and self.pk is not None
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        if has_new_password:
            # Whoever knew the old one may have left a token behind, by whatever door it was changed.
            self.tokens.revoke()

    @cached_property
    def parties(self) -> list[Party]:
        """The parties this person may act for today, in the order they were joined."""
        return _acted_for_by(self, localdate())

    @cached_property
    def acting_for(self) -> Party | None:
        """The one party this request acts for: the chosen one while it may be, else the first."""
        chosen = (party for party in self.parties if party.pk == self.acting_choice)
        return next(chosen, self.parties[0] if self.parties else None)

    def forget_parties(self) -> None:
        """Ask again for whom this person acts: a party has come or gone."""
        for name in ("parties", "acting_for"):
            self.__dict__.pop(name, None)

    def acts_as_owner_of(self, party: Party) -> bool:
        """Whether this person owns ``party``, rather than acting as its agent."""
        return any(p.pk == party.pk and p.role == Membership.Role.OWNER for p in self.parties)

    def acts_as_agent_of(self, party: Party) -> bool:
        """Whether this person acts for ``party`` today by a power of attorney."""
        return any(p.pk == party.pk and p.role == Membership.Role.AGENT for p in self.parties)

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The names of the groups this person is in."""
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, name: str) -> bool:
        """Whether this person was given the role; a superuser has only those given by name."""
        return name in self.role_names

    @property
    def is_staff_member(self) -> bool:
        """Whether this person works in the admin, and so signs in by user name and password."""
        return self.has_perm("wagtailadmin.access_admin")


class PartyQuerySet(models.QuerySet["Party"]):
    def acted_for_by(self, user: User | int, today: date | None = None) -> Self:
        """Parties the user is owner or agent of today, each with its ``role``."""
        today = today or localdate()
        current = Q(memberships__user=user, memberships__valid_from__lte=today) & (
            Q(memberships__valid_until=None) | Q(memberships__valid_until__gte=today)
        )
        acted_for = self.filter(current).annotate(role=models.F("memberships__role"))
        return acted_for.order_by("memberships__pk")

    def verified(self) -> Self:
        return self.filter(verified_at__isnull=False)


class Party(models.Model):
    """The natural or legal person who holds contracts and asks for services.

    ``national_id`` is null until it has been verified, so that nobody can block an
    id that is not theirs: what a newcomer types stays in the answers of a request.
    """

    class Kind(models.TextChoices):
        NATURAL = "natural", "حقیقی"
        LEGAL = "legal", "حقوقی"

    kind = models.CharField("نوع شخص", max_length=10, choices=Kind)
    national_id = models.CharField("شناسه", max_length=11, unique=True, null=True, blank=True)
    name = models.CharField("نام", max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    mobile = models.CharField("شمارهٔ موبایل", max_length=11, blank=True)
    created_at = models.DateTimeField("زمان ایجاد", default=now, editable=False)
    verified_at = models.DateTimeField("زمان تأیید هویت", null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="تأییدکننده"
    )

    objects = PartyQuerySet.as_manager()
    role: str  # annotated by acted_for_by

    class Meta:
        verbose_name = "متقاضی"
        verbose_name_plural = "متقاضیان"
        constraints = [
            # What a person is asked for, and what a service is offered to, hangs on the kind.
            known_words("kind", "natural", "legal", name="party_kind_known"),
            # Identity verification: an id is written only together with its verification.
            models.CheckConstraint(
                condition=Q(national_id=None) | Q(verified_at__isnull=False),
                name="party_id_is_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = fold_key(self.name)[:200]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


@written
def _acted_for_by(user: Any, today: Any) -> models.QuerySet[Party]:
    return Party.objects.acted_for_by(user, today)


class Membership(models.Model):
    """A person acts for a party, as its owner or as an agent for a time."""

    class Role(models.TextChoices):
        OWNER = "owner", "صاحب حساب"
        AGENT = "agent", "نماینده"

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    role = models.CharField("سمت", max_length=10, choices=Role, default=Role.OWNER)
    valid_from = models.DateField("از", default=localdate)
    valid_until = models.DateField("تا", null=True, blank=True)
    letter_of_attorney = models.CharField("شمارهٔ وکالت‌نامه", max_length=100, blank=True)

    class Meta:
        verbose_name = "عضویت"
        verbose_name_plural = "عضویت‌ها"
        constraints = [
            # Only owners withdraw, appoint and are told what concerns the account.
            known_words("role", "owner", "agent", name="membership_role_known"),
            # One row for a person at a party: acted_for_by never lists a party twice.
            models.UniqueConstraint(fields=["user", "party"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.party}"


# --- Coming in ----------------------------------------------------------------


class OneTimePasswordQuerySet(models.QuerySet["OneTimePassword"]):
    def live(self) -> Self:
        """Neither used nor run out."""
        return self.filter(used_at=None, expires_at__gt=now())


class OneTimePassword(models.Model):
    """A password sent by SMS: works beside the old one until it was used or has run out.

    Only a keyed digest is kept. It is a fast one because the password is drawn by
    us, from far more possibilities than anybody can try.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="one_time_passwords")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = OneTimePasswordQuerySet.as_manager()

    class Meta:
        verbose_name = "گذرواژهٔ یک‌بارمصرف"
        verbose_name_plural = "گذرواژه‌های یک‌بارمصرف"

    def __str__(self) -> str:
        return f"{self.user} / {self.expires_at:%Y-%m-%d %H:%M}"


class RecoveryQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        return self.filter(done_at=None)


class RecoveryRequest(Claimable):
    """A request for the credentials of a number; whose number it is, only the worker looks up."""

    mobile = models.CharField("شمارهٔ موبایل", max_length=11)
    created_at = models.DateTimeField(default=now, editable=False, db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = "درخواست بازیابی"
        verbose_name_plural = "درخواست‌های بازیابی"

    def __str__(self) -> str:
        return self.mobile


class SignIn(models.Model):
    """One sign-in, as the user's own page of sign-ins lists it."""

    class Way(models.TextChoices):
        CODE = "code", "کد پیامکی"
        PASSWORD = "password", "نام کاربری و گذرواژه"
        DOLAT = "dolat", "دولت من"
        OTHER = "other", "روش دیگر"

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField("زمان", default=now, editable=False)
    way = models.CharField("روش ورود", max_length=10, choices=Way)
    second_factor = models.BooleanField("با مرحلهٔ دوم", default=False)
    address = models.GenericIPAddressField("نشانی شبکه", null=True, blank=True)
    device = models.CharField("دستگاه", max_length=200, blank=True)

    class Meta:
        verbose_name = "ورود"
        verbose_name_plural = "ورودها"
        # The owner's page names the way by its label.
        constraints = [
            known_words("way", "code", "password", "dolat", "other", name="sign_in_way_known")
        ]
        # The owner's page: the newest of one user.
        indexes = [models.Index(fields=["user", "-at"], name="sign_ins_of_a_user")]

    def __str__(self) -> str:
        return f"{self.user} / {self.get_way_display()}"
