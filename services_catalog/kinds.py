"""The kinds of submissions and what holds for each, as plain data.

The portal's own five stand here. Another app adds one with :func:`register_kind` and gives it a
handler (``submissions.kinds``), both in ``AppConfig.ready``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KindSpec:
    """Facts of a kind that are known before anybody asks for it."""

    code: str
    label: str
    #: Whether an approval is followed by a document, which the kind's handler then sees to.
    issues_document: bool = False
    #: Whether its services are entries of the catalog; the others are led to by the desk's menu.
    listed: bool = False
    #: Groups of the form that this kind does without: «contract», «description».
    left_out: frozenset[str] = frozenset()
    #: Only the party's owner writes and hands it in; an agent reads it.
    owner_only: bool = False
    #: Whether its documents are brought only when a return asks for them.
    papers_on_request: bool = False
    #: Whether its applicant may take it back while nobody has looked at it: to a draft again.
    taken_back: bool = True
    #: Name of the address where it is begun, when that is not the common page.
    begins_at: str = ""


REQUEST = KindSpec("request", "درخواست خدمت", issues_document=True, listed=True)
IDENTITY = KindSpec(
    "identity",
    "تأیید هویت",
    left_out=frozenset({"contract", "description"}),
    owner_only=True,
    begins_at="submissions:identity",
)
CONTRACT = KindSpec(
    "contract",
    "ثبت اطلاعات قرارداد",
    left_out=frozenset({"contract", "description"}),
    papers_on_request=True,
    # A claim keeps its contract from everybody else until it is decided.
    taken_back=False,
    begins_at="submissions:contract",
)
SUCCESSION = KindSpec(
    "succession",
    "جانشینی",
    left_out=frozenset({"contract", "description"}),
    owner_only=True,
    begins_at="submissions:succession",
)
AGENCY = KindSpec(
    "agency",
    "نمایندگی",
    left_out=frozenset({"contract", "description"}),
    owner_only=True,
    begins_at="submissions:agents",
)

_known = {spec.code: spec for spec in (REQUEST, IDENTITY, CONTRACT, SUCCESSION, AGENCY)}


def register_kind(spec: KindSpec) -> None:
    """Make a kind of another app known. Raises ValueError when there is one of that code."""
    if spec.code in _known:
        raise ValueError(f"The kind {spec.code!r} is known already.")
    _known[spec.code] = spec


def kind_spec(code: str) -> KindSpec:
    """What holds for the kind; raises LookupError when no app has made it known."""
    try:
        return _known[code]
    except KeyError:
        raise LookupError(f"No app has made the kind {code!r} known.") from None


def kind_choices() -> list[tuple[str, str]]:
    """The code and the label of every kind, for the form of a service."""
    return [(spec.code, spec.label) for spec in _known.values()]


def listed_kinds() -> list[str]:
    """The codes of the kinds whose services are entries of the catalog."""
    return [spec.code for spec in _known.values() if spec.listed]


def document_kinds() -> list[str]:
    """The codes of the kinds whose approval is followed by a document."""
    return [spec.code for spec in _known.values() if spec.issues_document]
