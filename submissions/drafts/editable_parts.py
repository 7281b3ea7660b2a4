"""Which parts of a submission its applicant may change now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects

from services_catalog.facts import ServiceFacts
from submissions.models import Correction, CorrectionItem, Document, Filing, Submission
from submissions.states import State


@dataclass(frozen=True)
class EditableParts:
    """Parts that the applicant may change now: all of a draft, of a return what it lists.

    A return that lists nothing opens everything. What was not part of the last filing, such
    as a question that a mended answer brings up, is always open.
    """

    submission: Submission
    correction: Correction | None = None
    filing: Filing | None = None

    @classmethod
    def of(cls, submission: Submission) -> EditableParts:
        if submission.state != State.RETURNED:
            return cls(submission)
        return cls(
            submission, submission.open_correction, submission.filings.order_by("-number").first()
        )

    @cached_property
    def items(self) -> dict[tuple[str, str], CorrectionItem]:
        """What must be mended, by kind and code."""
        listed = self.correction.items.all() if self.correction else ()
        return {(item.kind, item.code): item for item in listed}

    @cached_property
    def filed_documents(self) -> frozenset[int]:
        """Keys of the files that were handed in last."""
        return frozenset(self.filing.documents.values_list("pk", flat=True) if self.filing else ())

    def load_documents(self) -> None:
        """Load the files of the submission together with which of them were handed in last."""
        handed_in = Filing.documents.through.objects.filter(
            filing=self.filing, document=OuterRef("pk")
        )
        files = Document.objects.annotate(was_filed=Exists(handed_in))
        prefetch_related_objects([self.submission], Prefetch("documents", files))
        filed = (
            file.pk for file in self.submission.documents.all() if getattr(file, "was_filed", False)
        )
        self.__dict__["filed_documents"] = frozenset(filed)

    @property
    def everything(self) -> bool:
        return not self.items or self.filing is None

    @property
    def place(self) -> bool:
        """Whether contract, province and park may change."""
        return self.everything

    @property
    def description(self) -> bool:
        return self.everything or any(k == CorrectionItem.Kind.DESCRIPTION for k, _ in self.items)

    def answer(self, code: str) -> bool:
        if self.filing is None or self.everything or self.item("answer", code):
            return True
        filed = self.filing.answers
        return code not in filed or filed[code] != self.submission.answers.get(code)

    def document(self, code: str, current: Document | None) -> bool:
        if self.filing is None or self.everything or self.item("document", code):
            return True
        if current:
            return current.pk not in self.filed_documents
        return code not in self.filing.declined or code not in self.submission.declined

    def is_mended(self, kind: str, code: str) -> bool:
        """Whether what the return asks to mend has been changed since it was handed in."""
        before, now = self.filing, self.submission
        if before is None:
            return False
        if kind == CorrectionItem.Kind.ANSWER:
            return bool(before.answers.get(code) != now.answers.get(code))
        if kind == CorrectionItem.Kind.DESCRIPTION:
            return (before.description, before.file_number) != (now.description, now.file_number)
        return self._is_brought_anew(code) or (code in now.declined and code not in before.declined)

    def _is_brought_anew(self, code: str) -> bool:
        self.load_documents()
        current = (f for f in self.submission.documents.all() if f.replaced_at is None)
        return any(f.requirement == code and f.pk not in self.filed_documents for f in current)

    def item(self, kind: str, code: str) -> CorrectionItem | None:
        return self.items.get((kind, code))

    def locked_answers(self, facts: ServiceFacts) -> set[str]:
        return {question.code for question in facts.questions if not self.answer(question.code)}
