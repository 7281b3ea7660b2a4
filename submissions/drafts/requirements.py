"""Which documents a request asks of whoever acts for its party."""

from __future__ import annotations

from accounts.models import User
from services_catalog.facts import DocumentFacts
from submissions.models import Submission


def asked_documents(submission: Submission, by: User) -> list[DocumentFacts]:
    """The documents that the request asks while ``by`` acts for its party."""
    party = submission.party
    return submission.facts.documents_for(party.kind, by_agent=by.acts_as_agent_of(party))


def requirement_of(submission: Submission, code: str, by: User) -> DocumentFacts | None:
    """What the request asks of ``by`` under ``code``; None when it does not."""
    asked = asked_documents(submission, by)
    return next((needed for needed in asked if needed.code == code), None)
