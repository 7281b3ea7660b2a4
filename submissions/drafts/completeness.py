"""What is still wanting before a request can be handed in, each with the place to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from submissions.drafts.answers import asked_for
from submissions.drafts.edit_conflicts import LABELS, typed_in
from submissions.kinds import handler_for
from submissions.refusals import Missing

if TYPE_CHECKING:
    from submissions.models import Document, Submission


def missing_in(submission: Submission) -> list[Missing]:
    """Everything that is wanting, in the order of the form; empty when it can be handed in."""
    found = [
        *_find_unread(submission),
        *_about_the_applicant(submission),
        *_missing_answers(submission),
        *_missing_description(submission),
        *_missing_documents(submission),
        *_missing_mends(submission),
        *[Missing("check", "obstacles", text) for text in _find_obstacles(submission)],
    ]
    # Of one field only the first is said: what cannot be read is not missing as well.
    first: dict[tuple[str, str, str], Missing] = {}
    for item in found:
        first.setdefault(item.place, item)
    return list(first.values())


def _find_unread(case: Submission) -> list[Missing]:
    """What was typed and could not be read: nobody's words are dropped in silence."""
    labels = {question.code: question.label for question in case.facts.questions}
    return [
        Missing("questions", code, f"پاسخ «{labels[code]}» را اصلاح کنید.")
        if code in labels
        else Missing("description", code.removeprefix(":"), f"«{LABELS[code]}» را اصلاح کنید.")
        for code in typed_in(case)
    ]


def _about_the_applicant(case: Submission) -> list[Missing]:
    facts = case.facts
    found = []
    if not facts.open_to(case.party.kind):
        kind = case.party.get_kind_display()
        found.append(Missing("service", "service", f"این خدمت برای شخص {kind} ارائه نمی‌شود."))
    if _lacks_contract(case):
        found.append(Missing("contract", "contract", "قرارداد مربوط را انتخاب کنید."))
    return found


def _lacks_contract(case: Submission) -> bool:
    """Whether it is for no contract although it must be, or for one that is not the party's now."""
    if case.contract is None:
        return case.facts.needs_contract
    chosen = "contract" not in case.kind_spec.left_out
    return chosen and case.contract.party_id != case.party_id


def _missing_answers(case: Submission) -> list[Missing]:
    return [
        Missing("questions", question.code, asked_for(question))
        for question in case.facts.visible_questions(case.answers)
        if question.required and case.answers.get(question.code) in (None, "")
    ]


def _missing_description(case: Submission) -> list[Missing]:
    if case.description.strip() or "description" in case.kind_spec.left_out:
        return []
    return [Missing("description", "description", "«شرح درخواست» را بنویسید.")]


def _missing_documents(case: Submission) -> list[Missing]:
    brought = {file.requirement for file in _current_documents(case)}
    return [
        Missing("documents", f"document-{needed.code}", f"«{needed.title}» را بارگذاری کنید.")
        for needed in case.facts.documents_for(case.party.kind)
        if needed.code not in brought
        and not (needed.required == "declared" and needed.code in case.declined)
    ]


def _current_documents(case: Submission) -> list[Document]:
    """From ``all()``, so that a page that has the documents at hand asks for none again."""
    return [file for file in case.documents.all() if file.replaced_at is None]


def _missing_mends(case: Submission) -> list[Missing]:
    """After a return: each document that was refused must have been replaced since."""
    correction = case.open_correction
    if correction is None:
        return []
    since = correction.opened_by.at
    fresh = {file.requirement for file in _current_documents(case) if file.uploaded_at > since}
    titles = {needed.code: needed.title for needed in case.facts.documents}
    return [
        Missing(
            "documents",
            f"document-{item.code}",
            f"«{titles.get(item.code, item.code)}» را با نسخهٔ اصلاح‌شده جایگزین کنید.",
        )
        for item in correction.items.all()
        if item.kind == "document" and item.code not in fresh and item.code not in case.declined
    ]


def _find_obstacles(case: Submission) -> list[str]:
    return handler_for(case.kind).obstacles(case)
