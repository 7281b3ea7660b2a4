"""What is missing before a submission can be handed in, with links to the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from submissions.drafts.answers import asked_for
from submissions.drafts.edit_conflicts import LABELS, typed_in
from submissions.drafts.requirements import asked_documents
from submissions.kinds import handler_for
from submissions.models.waiting_file import files_waiting
from submissions.refusals import Missing

if TYPE_CHECKING:
    from accounts.models import User
    from services_catalog.facts import DocumentFacts
    from submissions.models import Document, Submission

HOLDER_ASKED: Final = (
    "در دفتر شرکت، طرف این قرارداد تغییر کرده است و امور قراردادها آن را بررسی می‌کند. درخواست شما "
    "محفوظ است و پس از این بررسی می‌توانید آن را ارسال کنید. اگر قرارداد همچنان به نام شماست، "
    "لطفاً با شرکت تماس بگیرید."
)


def missing_in(submission: Submission, by: User) -> list[Missing]:
    """Everything that is wanting for ``by`` to hand it in, in the order of the form."""
    found = [
        *_find_unread(submission),
        *_about_the_applicant(submission),
        *_missing_answers(submission),
        *_missing_description(submission),
        *_find_waiting(submission),
        *_missing_documents(submission, by),
        *_missing_mends(submission),
        *[Missing("check", "obstacles", text) for text in _find_obstacles(submission)],
    ]
    # Of one field only the first is said: what cannot be read is not missing as well.
    first: dict[tuple[str, str, str], Missing] = {}
    for item in found:
        first.setdefault(item.place, item)
    return list(first.values())


def unfinished_groups(submission: Submission, *, documents_of: User | None = None) -> set[str]:
    """The pages of the form on which something is wanting.

    Judged from the row alone, without queries; when the documents are at hand, also by
    what is asked of ``documents_of``.
    """
    found = [
        *_find_unread(submission),
        *_about_the_applicant(submission),
        *_missing_answers(submission),
        *_missing_description(submission),
    ]
    if documents_of:
        found += [*_find_waiting(submission), *_missing_documents(submission, documents_of)]
        found += [*_missing_mends(submission)]
    return {item.group for item in found}


def _find_unread(submission: Submission) -> list[Missing]:
    """What was typed and could not be read: nobody's words are dropped in silence."""
    labels = {question.code: question.label for question in submission.facts.questions}
    return [
        Missing("questions", code, f"پاسخ «{labels[code]}» را اصلاح کنید.")
        if code in labels
        else Missing("description", code.removeprefix(":"), f"«{LABELS[code]}» را اصلاح کنید.")
        for code in typed_in(submission)
    ]


def _about_the_applicant(submission: Submission) -> list[Missing]:
    facts = submission.facts
    found = []
    if not facts.open_to(submission.party.kind):
        kind = submission.party.get_kind_display()
        found.append(Missing("service", "service", f"این خدمت برای شخص {kind} ارائه نمی‌شود."))
    if _lacks_contract(submission):
        found.append(Missing("contract", "contract", "قرارداد مربوط را انتخاب کنید."))
    elif _is_in_question(submission):
        found.append(Missing("check", "obstacles", HOLDER_ASKED))
    return found


def _is_in_question(submission: Submission) -> bool:
    """Whether the office is asked whose the contract is: the register names another holder now."""
    chosen = "contract" not in submission.kind_spec.left_out
    return chosen and submission.contract is not None and bool(submission.contract.asked_since)


def _lacks_contract(submission: Submission) -> bool:
    """Whether it is for no contract although it must be, or for one that is not the party's now."""
    if submission.contract is None:
        return submission.facts.needs_contract
    chosen = "contract" not in submission.kind_spec.left_out
    return chosen and submission.contract.party_id != submission.party_id


def _missing_answers(submission: Submission) -> list[Missing]:
    return [
        Missing("questions", question.code, asked_for(question))
        for question in submission.facts.visible_questions(submission.answers)
        if question.required and submission.answers.get(question.code) in (None, "")
    ]


def _missing_description(submission: Submission) -> list[Missing]:
    if submission.description.strip() or "description" in submission.kind_spec.left_out:
        return []
    return [Missing("description", "description", "«شرح درخواست» را بنویسید.")]


def _missing_documents(submission: Submission, by: User) -> list[Missing]:
    if submission.kind_spec.papers_on_request:
        return []
    brought = {file.requirement for file in _current_documents(submission)}
    return [
        _missing_document(needed)
        for needed in asked_documents(submission, by)
        if needed.code not in brought
        and not (needed.required == "declared" and needed.code in submission.declined)
    ]


def _find_waiting(submission: Submission) -> list[Missing]:
    """Files that are not judged yet: what is handed in has been."""
    titles = {needed.code: needed.title for needed in submission.facts.documents}
    return [
        Missing(
            "documents",
            f"document-{file.requirement}",
            f"فایل «{titles[file.requirement]}» در حال بررسی است. لطفاً چند لحظهٔ دیگر درخواست را ارسال کنید.",
        )
        for file in files_waiting(submission)
        if file.requirement in titles and not file.is_refused
    ]


def _missing_document(needed: DocumentFacts) -> Missing:
    """What is not everybody's to bring may be declined instead, in the same place."""
    text = f"«{needed.title}» را بارگذاری کنید."
    may_decline = needed.required == "declared"
    return Missing(
        "documents", f"document-{needed.code}", text, declines=needed.code if may_decline else ""
    )


def _current_documents(submission: Submission) -> list[Document]:
    """From ``all()``, so that a page that has the documents at hand asks for none again."""
    return [file for file in submission.documents.all() if file.replaced_at is None]


def _missing_mends(submission: Submission) -> list[Missing]:
    """After a return: each document that was refused must have been replaced since."""
    correction = submission.open_correction
    if correction is None:
        return []
    since = correction.opened_by.at
    fresh = {
        file.requirement for file in _current_documents(submission) if file.uploaded_at > since
    }
    titles = {needed.code: needed.title for needed in submission.facts.documents}
    return [
        Missing(
            "documents",
            f"document-{item.code}",
            f"«{titles.get(item.code, item.code)}» را با نسخهٔ اصلاح‌شده جایگزین کنید.",
        )
        for item in correction.items.all()
        if item.kind == "document"
        and item.code not in fresh
        and item.code not in submission.declined
    ]


def _find_obstacles(submission: Submission) -> list[str]:
    return handler_for(submission.kind).obstacles(submission)
