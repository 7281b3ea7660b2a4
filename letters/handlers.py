"""The handler of service requests: their approval issues a letter."""

from __future__ import annotations

from letters import tasks
from letters.composition import (
    LetterMatter,
    NoRecipient,
    NoTemplate,
    decided_facts,
    recipient_of,
)
from letters.models import LetterTemplate
from letters.registers.doors import replace_earlier, revoke_earlier
from letters.registers.numbering import issue_number
from submissions.drafts.register_place import hold_contract
from submissions.kinds import KindHandler
from submissions.models import Step, Submission
from web.refusals import NotNow
from work import enqueue


class HolderUnsettled(NotNow):
    code = "holder_unsettled"
    title = "طرف قرارداد روشن نیست"
    message = (
        "در دفتر شرکت، طرف این قرارداد تغییر کرده است یا قرارداد دیگر به نام متقاضی نیست. "
        "تا امور قراردادها آن را تعیین نکند، نامه صادر نمی‌شود."
    )


def require_settled_holder(submission: Submission) -> None:
    """Raise HolderUnsettled when the contract is not surely the party's; it stays so until the commit."""
    hold_contract(submission)
    contract = submission.contract
    if contract and (contract.asked_since or contract.party_id != submission.party_id):
        raise HolderUnsettled


OUR_FAULT = (
    "برای این خدمت در استان شما هنوز {what} تعریف نشده است. اقدامی از سوی شما لازم نیست؛ "
    "پیش‌نویس محفوظ است و پس از تکمیل از سوی شرکت می‌توانید آن را ارسال کنید."
)


class RequestHandler(KindHandler):
    """Every approved request ends in a document: a letter, a notice or a certificate."""

    def obstacles(self, submission: Submission) -> list[str]:
        found = []
        try:
            recipient_of(LetterMatter.of_draft(submission))
        except NoRecipient:
            found.append(OUR_FAULT.format(what="گیرندهٔ نامه"))
        if self._template(submission) is None:
            found.append(OUR_FAULT.format(what="الگوی نامه"))
        return found

    def approved(self, submission: Submission, step: Step) -> None:
        """Number the letter in this transaction; its text and paper follow in a task."""
        template = self._template(submission)
        if template is None:
            raise NoTemplate
        require_settled_holder(submission)
        facts = decided_facts(submission, step)
        replace_earlier(submission, by=step.by)
        letter = issue_number(submission, facts, template)
        enqueue(tasks.issue_letter, letter.pk)

    def ended_without(self, submission: Submission, step: Step) -> None:
        """What was issued before a reopening holds no longer, and says so when it is verified."""
        revoke_earlier(submission, by=step.by, reason=step.note)

    def _template(self, submission: Submission) -> LetterTemplate | None:
        facts = submission.facts
        return LetterTemplate.objects.for_service(facts.letter_kind, facts.code)
