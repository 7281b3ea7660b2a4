"""The facts of a letter, frozen when its number is taken."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from letters.registers.number_format import NUMBER
from letters.wording import TABLE_TITLE
from persian.digits import to_persian
from services_catalog.facts import FrozenFacts

Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Text = Annotated[str, Field(min_length=1)]


class Issuer(FrozenFacts):
    """Letterhead. ``name`` is the company; ``above`` the bodies over it, highest
    first («وزارت …»، «سازمان …»)."""

    above: tuple[Text, ...] = ()
    name: Text
    province: str = ""
    address: str = ""
    phone: str = ""
    extension: str = ""
    site: str = ""
    # Digests of images (see letters/images); empty: the portal's emblem, names in letters.
    emblem: Digest = ""
    letterhead: Digest = ""


class Recipient(FrozenFacts):
    """To whom: ``post`` is how the letter addresses the person («مدیرعامل محترم»)."""

    post: Text
    organisation: str = ""
    address: str = ""


class Row(FrozenFacts):
    """One line of the table under the text."""

    label: Text
    value: str


class Signer(FrozenFacts):
    """Who signs the letter, with the post; ``standing_in_for``: in whose place («از طرف …»)."""

    name: Text
    post: str = ""
    standing_in_for: str = ""
    signature: Digest = ""
    stamp: Digest = ""


class AboutParty(FrozenFacts):
    """The applicant on whose request the letter is issued."""

    name: Text
    national_id: str = ""
    kind: Literal["natural", "legal"]


class Attached(FrozenFacts):
    """A file that goes with the letter; ``size`` in bytes, ``sha256`` of its bytes."""

    title: Text
    content_type: Text
    size: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LetterFacts(FrozenFacts):
    """What is printed, and what a machine that receives the letter reads from ``facts.json``.

    Numbers and codes are kept in ASCII digits; the page shows Persian ones. Texts are printed as
    they stand here. A letter that was
    issued is printed from these facts alone, so a later change of a name, an address or a
    template's wording never reaches it.
    """

    schema_version: Literal[2] = 2
    template_version: Annotated[int, Field(ge=1)]

    issuer: Issuer
    # Digits between slashes in all letters of before offices could choose the form of their numbers.
    number: Annotated[str, Field(pattern=NUMBER)]
    issued_at: AwareDatetime
    enclosure: Literal["دارد", "ندارد"] = "ندارد"
    classification: Literal["عادی", "محرمانه", "خیلی محرمانه", "سری"] = "عادی"
    priority: Literal["عادی", "فوری", "آنی"] = "عادی"

    recipient: Recipient
    subject: Text
    salutation: str = "با سلام و احترام؛"
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]
    rows: tuple[Row, ...] = ()
    # The caption of the table, and how many paragraphs stand before it; None: all of them.
    rows_title: Text = TABLE_TITLE
    rows_after: Annotated[int, Field(ge=0)] | None = None
    signers: Annotated[tuple[Signer, ...], Field(min_length=1)]
    copies: tuple[Text, ...] = ()
    attachments: tuple[Attached, ...] = ()

    verify_code: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{16}$")]
    verify_url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    # Signed, in the QR code behind the address; no part of what it signs. See letters/short_form.py.
    short_form: str = ""
    tracking_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    service_code: Text
    service_title: Text
    party: AboutParty
    contract: str = ""
    park: str = ""

    @property
    def enclosure_in_words(self) -> str:
        """«دارد (۲)» or «ندارد», as it stands beside number and date."""
        count = len(self.attachments)
        return f"{self.enclosure} ({to_persian(count)})" if count else self.enclosure

    @property
    def paragraphs_before(self) -> tuple[str, ...]:
        """Those above the table."""
        return self.paragraphs[: self.rows_after]

    @property
    def paragraphs_after(self) -> tuple[str, ...]:
        """Those below the table."""
        return () if self.rows_after is None else self.paragraphs[self.rows_after :]

    @model_validator(mode="before")
    @classmethod
    def read_first_schema(cls, content: Any) -> Any:
        """Of the first schema there is one ``signer``; what was printed so is read, never rewritten."""
        if not isinstance(content, Mapping) or "signer" not in content:
            return content
        rest = {name: value for name, value in content.items() if name != "signer"}
        return {**rest, "schema_version": 2, "signers": [content["signer"]]}
