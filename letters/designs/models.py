"""Templates of letters as they are designed: drafts, revisions, approval; publishing makes a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)

from letters.designs.answers import find_faults, services_worded_by, texts_of
from letters.designs.blocks import BodyBlock, CopiesBlock
from letters.designs.kinds import DESIGN_KINDS
from letters.designs.versions import LetterTemplate
from letters.wording import TABLE_TITLE, Block, write_block
from web.refusals import Refusal

#: Shows a design as the letter that it would make; the mode is one of PREVIEW_MODES.
Preview = Callable[["LetterDesign", HttpRequest, str], HttpResponseBase]
PREVIEW_MODES = [("", "متن نامه"), ("pdf", "نسخهٔ PDF")]


class UnfitDesign(Refusal):
    """A template that would leave something out of letters is not published, nor is one that spares them this."""

    status = 422
    code = "design_unfit"
    title = "این الگو برای انتشار کامل نیست"


class DesignQuerySet(models.QuerySet["LetterDesign"]):
    def with_status(self) -> Self:
        """Each with whether it is scheduled and whether it waits for an approval, in the same query."""
        key = Cast(OuterRef("pk"), models.CharField())
        mine = {
            "base_content_type": ContentType.objects.get_for_model(LetterDesign),
            "object_id": key,
        }
        waiting = WorkflowState.objects.filter(**mine, status=WorkflowState.STATUS_IN_PROGRESS)
        scheduled = Revision.objects.filter(**mine, approved_go_live_at__isnull=False)
        return self.annotate(is_waiting=Exists(waiting), is_scheduled=Exists(scheduled))


class LetterDesign(
    WorkflowMixin,
    PreviewableMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    models.Model,
):
    """One template: the letters of a kind, or of one service. Letters follow its published versions."""

    kind = models.SlugField("نوع نامه")
    # Empty: every service of the kind that has none of its own.
    service_code = models.SlugField("خدمت", blank=True, default="")
    title = models.CharField("عنوان", max_length=150)
    subject = models.CharField("موضوع نامه", max_length=300, blank=True)
    recipient_post = models.CharField("عنوان گیرنده", max_length=150, blank=True)
    salutation = models.CharField("سلام", max_length=100, default="با سلام و احترام؛", blank=True)
    body = StreamField(BodyBlock(), verbose_name="متن نامه")
    signer_post = models.CharField("سمت امضاکننده", max_length=150, blank=True)
    copies = StreamField(CopiesBlock(), verbose_name="رونوشت‌ها", blank=True)

    objects = DesignQuerySet.as_manager()

    # Set when the app is ready: what shows a letter stands above its tables.
    preview_by: ClassVar[Preview]
    #: The tracking code of the request that the preview is to be about; never stored.
    preview_code: str = ""

    class Meta:
        verbose_name = "الگوی نامه"
        verbose_name_plural = "الگوهای نامه"
        ordering = ["kind", "service_code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "service_code"], name="one_design_a_use"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_title(self) -> str:
        return DESIGN_KINDS.get(self.kind, self.kind)

    @property
    def words(self) -> dict[str, Any]:
        """What a version of it says, by the names of WORDED."""
        blocks = [_as_block(child) for child in self.body]
        # A usual table below the text is what versions always had.
        usual = bool(blocks) and blocks[-1] == Block("table", TABLE_TITLE)
        same = ("title", "subject", "recipient_post", "salutation", "signer_post")
        return {
            **{name: getattr(self, name) for name in same},
            "paragraphs": [write_block(block) for block in (blocks[:-1] if usual else blocks)],
            "show_answers": any(block.kind == "table" for block in blocks),
            "copies": [child.value for child in self.copies],
        }

    @property
    def as_version(self) -> LetterTemplate:
        """The version that it would be published as, unsaved."""
        use = {"kind": self.kind, "service_code": self.service_code}
        return LetterTemplate(**use, **self.words)

    def require_fit(self) -> None:
        """Raise UnfitDesign with what would be missing in letters of the services that it words."""
        version = self.as_version
        if not version.paragraphs:
            raise UnfitDesign("متن نامه حداقل به یک بند نیاز دارد.")
        _refuse_faults(version, self.service_code)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes here: page, API, approval, schedule. Raises UnfitDesign."""
        # Versions follow one another; two publications at once do so as well.
        LetterDesign.objects.select_for_update().get(pk=self.pk)
        revision.as_object().require_fit()
        return super().publish(revision, *args, **kwargs)

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Retire it. Raises UnfitDesign when the kind's own template would fail its service."""
        LetterDesign.objects.select_for_update().get(pk=self.pk)
        general = LetterTemplate.objects.for_service(self.kind, "")
        if self.service_code and general is not None:
            _refuse_faults(general, self.service_code)
        return super().unpublish(*args, **kwargs)

    @property
    def approved_schedule(self) -> bool:
        """Whether it is to be published later; known of rows that were asked with it."""
        known = self.__dict__.get("is_scheduled")
        return bool(super().approved_schedule) if known is None else bool(known)

    @property
    def workflow_in_progress(self) -> bool:
        """Whether it waits for an approval; known of rows that were asked with it."""
        known = self.__dict__.get("is_waiting")
        return bool(super().workflow_in_progress) if known is None else bool(known)

    def get_workflow(self) -> Any:
        """By which it is approved; asked once for a page that only shows it."""
        known = self.__dict__.get("known_workflow")
        return known[0] if known else super().get_workflow()

    def remember_workflow(self) -> None:
        """Ask now what the form asks again and again. For a page that only shows it: nothing must change."""
        states = self.workflow_states.active().select_related("current_task_state__task")
        self._current_workflow_states = list(states)
        self.known_workflow = [super().get_workflow()]
        self.is_scheduled = self.scheduled_revision is not None

    preview_modes = PREVIEW_MODES

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        return type(self).preview_by(self, request, mode_name)


def _as_block(child: Any) -> Block:
    if child.block_type == "table":
        return Block("table", child.value["title"] or TABLE_TITLE)
    return Block("paragraph", child.value["text"], bool(child.value["open"]))


def _refuse_faults(version: LetterTemplate, service_code: str) -> None:
    services = services_worded_by(version.kind, service_code)
    faults = list(find_faults(texts_of(version), services))
    if faults:
        raise UnfitDesign(" ".join(faults))
