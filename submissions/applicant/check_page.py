"""The summary of «بازبینی و ارسال»: every entry, with a link to change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from accounts.models import User
from persian.digits import to_persian
from services_catalog.facts import ServiceFacts
from services_catalog.models import Service
from submissions.applicant.document_rows import document_rows
from submissions.drafts.answers import in_words
from submissions.drafts.editable_parts import EditableParts
from submissions.kinds import handler_for
from submissions.models import Submission
from submissions.models.filed_facts import facts_of
from submissions.reports.progress import units_now
from submissions.states import State, StepName

NOT_WRITTEN: Final = "وارد نشده است"

Row = dict[str, Any]
Urls = Callable[..., str]


def fingerprint_of(submission: Submission) -> str:
    """Hashes of what the page shows, so that a declaration is about content that was seen.

    Two of them: of what the applicant has given, and of what the registers say beside it.
    """
    files = sorted(file.pk for file in submission.documents.all() if file.replaced_at is None)
    place = (submission.contract_id, submission.park_id, submission.version_id)
    written = (
        submission.answers,
        submission.description,
        submission.file_number,
        submission.declined,
    )
    said = facts_of(submission).model_dump(mode="json")
    return f"{_hash_of([files, place, written])}-{_hash_of(said)}"


def _hash_of(content: Any) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def summary_sections(
    submission: Submission, editable: EditableParts, url: Urls, by: User
) -> list[dict[str, Any]]:
    """The groups of the summary: title, where it is changed (empty: nothing may change), rows."""
    handler = handler_for(submission.kind)
    absent = submission.kind_spec.left_out
    # What has no page of its own in this kind cannot be changed there.
    place = url if editable.place and "contract" not in absent else None
    description = [] if "description" in absent else description_rows(submission)
    found = [
        _make_section(
            "متقاضی و محل" if "contract" in absent else "قرارداد و محل",
            "contract",
            _place_rows(submission),
            place,
        ),
        _make_section(
            handler.questions_title, "questions", _answer_rows(submission, editable, url), url
        ),
        _make_section(
            "شرح درخواست", "description", description, url if editable.description else None
        ),
        _make_section("مدارک", "documents", _document_rows(submission, editable, url, by), url),
    ]
    return [section for section in found if section["rows"]]


def _make_section(title: str, group: str, rows: list[Row], url: Urls | None) -> dict[str, Any]:
    return {"title": title, "href": url(group) if url else "", "rows": rows}


def _place_rows(submission: Submission) -> list[Row]:
    contract = submission.contract
    rows: list[Row] = [
        {"label": "خدمت", "value": submission.title},
        {"label": "متقاضی", "value": submission.party.name},
    ]
    if contract:
        rows += [
            {"label": "شمارهٔ قرارداد", "value": contract.number, "code": True},
            {"label": "قطعه", "value": contract.plot or "—", "code": bool(contract.plot)},
        ]
    if submission.park:
        rows.append({"label": "شهرک", "value": submission.park.name})
    if submission.province:
        rows.append({"label": "استان", "value": submission.province.name})
    return rows


def _answer_rows(submission: Submission, editable: EditableParts, url: Urls) -> list[Row]:
    rows = []
    for question in submission.facts.visible_questions(submission.answers):
        answer = submission.answers.get(question.code)
        rows.append(
            {
                "label": question.label,
                "value": "" if answer in (None, "") else in_words(question, answer),
                "href": url("questions", question.code) if editable.answer(question.code) else "",
            }
        )
    return rows


def description_rows(submission: Submission) -> list[Row]:
    """«شرح درخواست» and the number of the paper file, as the summary shows them."""
    return [
        {"label": "شرح درخواست", "value": submission.description, "empty": NOT_WRITTEN},
        {
            "label": "شمارهٔ پرونده",
            "value": submission.file_number,
            "code": bool(submission.file_number),
            "empty": NOT_WRITTEN,
        },
    ]


def _document_rows(
    submission: Submission, editable: EditableParts, url: Urls, by: User
) -> list[Row]:
    rows = []
    for row in document_rows(submission, editable, by):
        words = row["file"]["name"] if row["file"] else ""
        if row["state"] == "not_mine":
            words = "شامل من نمی‌شود"
        elif row["state"] == "checking":
            words = f"{row['checking']['name']} (در حال بررسی فایل)"
        href = url("documents", f"document-{row['code']}") if row.get("upload_url") else ""
        rows.append(
            {"label": row["title"], "value": words, "href": href, "empty": "بارگذاری نشده است"}
        )
    return rows


def fee_words(facts: ServiceFacts) -> str:
    """What it costs, in words."""
    label = str(Service.Fee(facts.fee).label)
    return f"{label}. {facts.fee_note}" if facts.fee_note else label


def confirmation_title(submission: Submission) -> str:
    """What has just been done: handed in, sent again after a return, or granted by a rule."""
    handler = handler_for(submission.kind)
    if submission.state == State.COMPLETED:
        return handler.granted
    mended = submission.history.filter(name=StepName.SUBMIT, from_state=State.RETURNED)
    return "اصلاحات شما ارسال شد" if mended.exists() else handler.received


def next_steps(submission: Submission) -> list[str]:
    """What happens after handing in, as the applicant will live it."""
    if submission.state == State.COMPLETED:
        return []
    stops = to_persian(len(submission.route))
    units = " و ".join(f"«{title}»" for title in units_now(submission))
    desk = f" و اکنون نزد {units} است" if units else ""
    steps = [f"درخواست شما در {stops} مرحله بررسی می‌شود{desk}."]
    steps.append(
        "اگر مدرک یا توضیحی لازم باشد، درخواست به کارتابل شما عودت داده و پیامک ارسال می‌شود."
    )
    if submission.kind_spec.issues_document:
        steps.append("پس از تأیید نهایی، نامه صادر می‌شود و در همین درخواست قابل دریافت است.")
    if afterwards := handler_for(submission.kind).afterwards:
        steps.append(afterwards)
    return steps
