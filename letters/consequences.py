"""What edits of recipients and wordings do to the letters that are still to come."""

from __future__ import annotations

from collections.abc import Callable

from letters.designs.answers import has_letters
from letters.designs.kinds import INQUIRY, REFUSAL
from letters.designs.models import LetterDesign
from letters.drafts.models import LetterDraft
from letters.drafts.purposes import Purpose
from letters.models import LetterTemplate
from services_catalog.facts import ServiceFacts
from services_catalog.models import Organisation, Province, ServiceVersion
from submissions.models import Submission
from submissions.models.submission import SubmissionQuerySet
from submissions.states import UNDECIDED, State
from web.consequences import register_measure

STRANDED = "{count} درخواست بررسی‌نشده بدون گیرندهٔ نامه می‌ماند و تأیید نهایی نمی‌شود."
UNSENT = "{count} پیش‌نویس بدون گیرندهٔ نامه می‌ماند و متقاضی نمی‌تواند آن را ارسال کند."
READDRESSED = "نامهٔ {count} درخواست بررسی‌نشده با مشخصات جدید این دستگاه صادر می‌شود."
REWORDED = "نامهٔ {count} درخواست بررسی‌نشده با متن جدید صادر می‌شود."
FALLS_BACK = "نامهٔ {count} درخواست بررسی‌نشده با الگوی عمومی این نوع نامه صادر می‌شود."
UNWORDED = (
    "{count} درخواست بررسی‌نشده بدون الگوی نامه می‌ماند و تا انتشار الگوی دیگر تأیید نهایی نمی‌شود."
)
REFUSALS_FALL_BACK = (
    "نامهٔ رد {count} درخواست بررسی‌نشده، در صورت رد، با الگوی عمومی نامهٔ رد صادر می‌شود."
)
REFUSALS_UNWORDED = (
    "{count} درخواست بررسی‌نشده بدون الگوی نامهٔ رد می‌ماند و تا انتشار الگوی دیگر رد نمی‌شود."
)
INQUIRIES_FALL_BACK = "استعلام‌های بعدی {count} درخواست بررسی‌نشده با الگوی عمومی استعلام صادر می‌شود."
INQUIRIES_UNWORDED = "استعلام‌های بعدی {count} درخواست بررسی‌نشده بدون نامه ثبت می‌شود."
#: What a retirement does to letters that no request is sure to get: with a general template, and without.
ON_THE_WAY = {
    REFUSAL: (REFUSALS_FALL_BACK, REFUSALS_UNWORDED),
    INQUIRY: (INQUIRIES_FALL_BACK, INQUIRIES_UNWORDED),
}
ADDRESSED = ("name", "addressee", "postal_address")


def register_measures() -> None:
    """Have the admin ask before what the functions below count."""
    register_measure(Organisation, measure_recipient)
    register_measure(LetterDesign, measure_wording)


def measure_recipient(before: Organisation, now: Organisation) -> dict[str, int]:
    """Requests whose letter would have nobody to go to, or another name and address."""
    stranded = _without_recipient(before.kind)
    found = {
        STRANDED: stranded.filter(state__in=UNDECIDED).count(),
        UNSENT: stranded.filter(state=State.DRAFT).count(),
    }
    if any(getattr(before, name) != getattr(now, name) for name in ADDRESSED):
        places = _served_by(now)
        asked = _for_kind(now.kind).filter(state__in=UNDECIDED, province__in=places)
        found[READDRESSED] = asked.count()
    return found


def _for_kind(kind: str) -> SubmissionQuerySet:
    """Requests of the services whose letters go to bodies of this kind."""
    versions = [v.pk for v in ServiceVersion.objects.iterator() if v.facts.recipient == kind]
    found: SubmissionQuerySet = Submission.objects.filter(version__in=versions)
    return found


def _without_recipient(kind: str) -> SubmissionQuerySet:
    bodies = Organisation.objects.filter(kind=kind, retired=False)
    asked = _for_kind(kind)
    if bodies.filter(province=None).exists():
        return asked.none()
    return asked.exclude(province__in=bodies.values("province"))


def _served_by(body: Organisation) -> list[int]:
    """Provinces whose letters of its kind go to this body."""
    receiving = Organisation.objects.receiving
    return [p.pk for p in Province.objects.all() if receiving(body.kind, p) == body]


def measure_wording(before: LetterDesign, now: LetterDesign) -> dict[str, int]:
    """Requests whose letter a publication words anew, or whose letters a retirement leaves without words."""
    if (before.live, before.words) == (now.live, now.words):
        return {}
    general = LetterTemplate.objects.for_service(now.kind, "") if now.service_code else None
    found = {}
    if now.kind != REFUSAL:
        # What was signed or reworded stays with the version that it was written on.
        keeping = LetterDraft.objects.filter(purpose=Purpose.RESULT, template__isnull=False)
        ending = _undecided(now, lambda facts: facts.letter_kind == now.kind)
        count = ending.exclude(pk__in=keeping.values("submission")).count()
        found[REWORDED if now.live else FALLS_BACK if general else UNWORDED] = count
    if now.kind in ON_THE_WAY and not now.live:
        falls_back, unworded = ON_THE_WAY[now.kind]
        count = _undecided(now, lambda facts: has_letters(facts, now.kind)).count()
        found[falls_back if general else unworded] = count
    return found


def _undecided(
    design: LetterDesign, needs_it: Callable[[ServiceFacts], bool]
) -> SubmissionQuerySet:
    """Requests that are not decided, of the services that follow the design when it is live."""
    own = LetterTemplate.objects.filter(kind=design.kind, current=True).exclude(service_code="")
    others = set(own.values_list("service_code", flat=True))

    def follows(facts: ServiceFacts) -> bool:
        if design.service_code:
            return design.service_code == facts.code
        return facts.code not in others

    told = ((version.pk, version.facts) for version in ServiceVersion.objects.iterator())
    versions = [key for key, facts in told if follows(facts) and needs_it(facts)]
    found: SubmissionQuerySet = Submission.objects.filter(version__in=versions, state__in=UNDECIDED)
    return found
