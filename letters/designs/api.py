"""Endpoints of the templates of letters: listed, written as drafts, tried, published, retired."""

from __future__ import annotations

from typing import Annotated, Literal

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from accounts.models import Scope
from letters.designs.choosing import list_names
from letters.designs.models import LetterDesign
from letters.designs.placeholders import show_placeholders
from letters.designs.preview import compose_preview
from letters.designs.versions import LetterTemplate
from letters.designs.writing import DesignWords, publish_design, retire_design, save_words
from letters.drafts.views import print_draft
from letters.wording import TABLE_TITLE, Block
from persian.digits import to_ascii
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.step_bodies import StrictSchema
from web.requests import UserRequest

router = Router(auth=signed_in, tags=["staff"])
LIST, ONE = "staff/letter-templates/", "staff/letter-templates/{int:template_id}/"
Line = Annotated[str, Field(max_length=300)]
Revision = Annotated[int, Field(ge=0, lt=2**63)]


class TemplateBlock(StrictSchema):
    """A paragraph, or the table of facts, whose ``text`` is its caption. ``open``: desks may reword it."""

    kind: Literal["paragraph", "table"]
    text: Annotated[str, Field(max_length=4000)]
    open: bool = False


class TemplateWords(StrictSchema):
    """What a template says; names in braces are those of ``names/``."""

    title: Annotated[str, Field(min_length=1, max_length=150)]
    subject: Line = ""
    recipient_post: Annotated[str, Field(max_length=150)] = ""
    salutation: Annotated[str, Field(max_length=100)] = ""
    blocks: Annotated[list[TemplateBlock], Field(min_length=1, max_length=40)]
    signer_post: Annotated[str, Field(max_length=150)] = ""
    copies: Annotated[list[Line], Field(max_length=20)] = []


class NewTemplate(TemplateWords):
    """``kind``: of the letters; ``service``: the code of the only service, empty for all of the kind."""

    kind: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,50}$")]
    service: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{0,50}$")] = ""


class TemplateDraft(TemplateWords):
    """``expecting``: the ``revision`` that was shown."""

    expecting: Revision


class TemplateAct(StrictSchema):
    """``confirmed``: what is said of letters under way (409 ``touches_letters``) is meant so."""

    expecting: Revision
    confirmed: bool = False


class TemplateBrief(Schema):
    """``version``: the published one, null where none is in use; ``has_draft``: its draft says otherwise."""

    id: int
    kind: str
    service: str
    title: str
    live: bool
    has_draft: bool
    version: int | None


class TemplateOut(TemplateBrief):
    """The newest draft; ``revision``: goes into ``expecting``."""

    revision: int
    words: TemplateWords


class TemplateName(Schema):
    """``insert``: what stands between braces; ``title``: what it is."""

    insert: str
    title: str


class TemplateNames(Schema):
    title: str
    names: list[TemplateName]


@router.get(LIST, response=list[TemplateBrief], summary="الگوهای نامه")
@asks_for(Scope.CATALOG_READ)
def list_templates(request: UserRequest) -> list[TemplateBrief]:
    """Every template. 403 for who writes no letters."""
    _require(request, "view")
    rows = LetterTemplate.objects.filter(current=True)
    versions = {
        (kind, code): number
        for kind, code, number in rows.values_list("kind", "service_code", "version")
    }
    return [_brief(found, versions) for found in LetterDesign.objects.all()]


@router.get(f"{LIST}names/", response=list[TemplateNames], summary="مشخصات قابل درج در نامه")
@asks_for(Scope.CATALOG_READ)
def list_template_names(request: UserRequest, kind: str, service: str = "") -> list[TemplateNames]:
    """What a template of a kind, or of one service, may name."""
    _require(request, "view")
    return [TemplateNames.model_validate(group) for group in list_names(kind, service)]


@router.post(LIST, response=TemplateOut, summary="الگوی جدید نامه")
@asks_for(Scope.CATALOG_ACT)
def add_template(request: UserRequest, said: NewTemplate) -> TemplateOut:
    """A draft that words no letter yet. 409: there is one; 422: with what would be missing in letters."""
    _require(request, "add")
    design = LetterDesign(kind=said.kind, service_code=said.service)
    return _tell(save_words(design, _words(said), by=request.user, expecting=0))


@router.get(ONE, response=TemplateOut, summary="یک الگوی نامه")
@asks_for(Scope.CATALOG_READ)
def show_template(request: UserRequest, template_id: int) -> TemplateOut:
    """What its newest draft says."""
    return _tell(_find(request, template_id, "view"))


@router.put(ONE, response=TemplateOut, summary="ویرایش پیش‌نویس الگو")
@asks_for(Scope.CATALOG_ACT)
def write_template(request: UserRequest, template_id: int, said: TemplateDraft) -> TemplateOut:
    """Keep these words as its draft. 409: changed since; 422: with what would be missing in letters."""
    design = _find(request, template_id, "change")
    save_words(design, _words(said), by=request.user, expecting=said.expecting)
    return _tell(_find(request, template_id, "change"))


@router.post(f"{ONE}publish/", response=TemplateOut, summary="انتشار الگو")
@asks_for(Scope.CATALOG_ACT)
def publish_template(request: UserRequest, template_id: int, said: TemplateAct) -> TemplateOut:
    """Have letters follow its draft from now on; those that are signed keep theirs."""
    design = _find(request, template_id, "publish")
    publish_design(design, by=request.user, expecting=said.expecting, confirmed=said.confirmed)
    return _tell(_find(request, template_id, "view"))


@router.post(f"{ONE}retire/", response=TemplateOut, summary="خروج الگو از کاربرد")
@asks_for(Scope.CATALOG_ACT)
def retire_template(request: UserRequest, template_id: int, said: TemplateAct) -> TemplateOut:
    """Take it out of use. 422: the kind's own template would leave something out of its letters."""
    design = _find(request, template_id, "publish")
    retire_design(design, by=request.user, expecting=said.expecting, confirmed=said.confirmed)
    return _tell(_find(request, template_id, "view"))


@router.get(f"{ONE}preview/", response={200: bytes}, summary="پیش‌نمایش الگو")
@asks_for(Scope.CATALOG_READ)
def preview_template(
    request: UserRequest, template_id: int, tracking_code: str = ""
) -> FileResponse:
    """Its draft as a PDF: of a made-up request, or of one that the caller may read (409 if not)."""
    design = _find(request, template_id, "view")
    design.preview_code = to_ascii(tracking_code).strip()
    facts = compose_preview(design, request.user)
    return print_draft(facts, str(request.user.pk), "preview.pdf")


def _require(request: UserRequest, action: str) -> None:
    if not request.user.has_perm(f"letters.{action}_letterdesign"):
        raise PermissionDenied


def _find(request: UserRequest, key: int, action: str) -> LetterDesign:
    _require(request, action)
    rows = LetterDesign.objects.select_related("latest_revision")
    design = get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)
    found: LetterDesign = design.get_latest_revision_as_object()
    return found


def _words(said: TemplateWords) -> DesignWords:
    same = ("title", "subject", "recipient_post", "salutation", "signer_post", "copies")
    blocks = [Block(block.kind, block.text, block.open) for block in said.blocks]
    return DesignWords(**{name: getattr(said, name) for name in same}, blocks=blocks)


def _brief(design: LetterDesign, versions: dict[tuple[str, str], int]) -> TemplateBrief:
    return TemplateBrief(
        id=design.pk,
        kind=design.kind,
        service=design.service_code,
        title=design.title,
        live=design.live,
        has_draft=design.has_unpublished_changes or not design.live,
        version=versions.get((design.kind, design.service_code)),
    )


def _tell(design: LetterDesign) -> TemplateOut:
    current = LetterTemplate.objects.filter(
        kind=design.kind, service_code=design.service_code, current=True
    )
    versions = {(row.kind, row.service_code): row.version for row in current}
    return TemplateOut(
        **_brief(design, versions).model_dump(),
        revision=design.latest_revision_id or 0,
        words=TemplateWords(
            title=design.title,
            subject=show_placeholders(design.subject),
            recipient_post=show_placeholders(design.recipient_post),
            salutation=design.salutation,
            blocks=[_tell_block(child) for child in design.body],
            signer_post=design.signer_post,
            copies=[show_placeholders(child.value) for child in design.copies],
        ),
    )


def _tell_block(child: object) -> TemplateBlock:
    kind, value = child.block_type, child.value  # type: ignore[attr-defined]
    if kind == "table":
        return TemplateBlock(kind="table", text=value["title"] or TABLE_TITLE)
    text = show_placeholders(value["text"])
    return TemplateBlock(kind="paragraph", text=text, open=bool(value["open"]))
