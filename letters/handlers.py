"""The handler of service requests: their approval issues a letter, a refusal one where the service says so."""

from __future__ import annotations

from letters.composition import (
    LetterMatter,
    NoRecipient,
    NoTemplate,
    recipient_of,
    signer_of,
    signing_steps,
)
from letters.drafts.asking import send_inquiry, stop_inquiry, words_inquiries
from letters.drafts.content import content_of, find_draft
from letters.drafts.numbering import number_letter
from letters.drafts.purposes import Purpose
from letters.drafts.refusing import refusal_content
from letters.drafts.signatures import body_meant, freeze_letter, require_signatures, thaw_letter
from letters.models import LetterTemplate
from letters.registers import outside_numbers
from letters.registers.doors import revoke_earlier
from submissions.drafts.register_place import hold_contract
from submissions.kinds import KindHandler
from submissions.models import Step, Submission, WorkItem
from submissions.states import StepName
from web.refusals import NotNow


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
    if is_unsettled(submission):
        raise HolderUnsettled


def is_unsettled(submission: Submission) -> bool:
    """Whether the register leaves open whose the contract is."""
    contract = submission.contract
    return bool(contract and (contract.asked_since or contract.party_id != submission.party_id))


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
        facts = submission.facts
        if LetterTemplate.objects.for_service(facts.letter_kind, facts.code) is None:
            found.append(OUR_FAULT.format(what="الگوی نامه"))
        return found

    def asks_number(self, submission: Submission, name: StepName) -> bool:
        """Of an approval always; of a refusal and a question where a letter comes of them."""
        if name == StepName.REJECT and not submission.facts.refusal_letter:
            return False
        if name == StepName.INQUIRE and not words_inquiries(submission):
            return False
        return outside_numbers.are_typed(submission)

    def why_not_number(self, submission: Submission, number: str) -> str:
        return outside_numbers.why_not_number(submission, number)

    def letter_digest(self, submission: Submission) -> str:
        """What is signed or initialled now."""
        return content_of(submission, find_draft(submission)).digest

    def signed(self, submission: Submission, step: Step) -> None:
        """From here on the letter stays as it was seen."""
        freeze_letter(submission)

    def approved(self, submission: Submission, step: Step) -> None:
        """Number the letter in this transaction; its paper follows in a task."""
        content = content_of(submission, find_draft(submission))
        # Signed or not: nothing is sent to a body that is no more, nor for whom it is not sure.
        recipient_of(LetterMatter.of_filing(submission))
        require_settled_holder(submission)
        signings = signing_steps(submission, step)
        require_signatures(signings, content)
        signers = [signer_of(submission, signing) for signing in signings]
        body = body_meant(submission)
        number_letter(submission, Purpose.RESULT, content, signers, by=step.by, body=body)

    def reopened(self, submission: Submission, step: Step) -> None:
        """What is to be signed again follows its template again; what was signed stays so."""
        order = [stop.code for stop in submission.route]
        signing = [stop.code for stop in submission.route if stop.signs] or order[-1:]
        if submission.stop in order and order.index(submission.stop) <= order.index(signing[0]):
            thaw_letter(submission)

    def asked(self, submission: Submission, step: Step, inquiry: WorkItem) -> None:
        """The question goes to the body as a letter, where a template words one."""
        send_inquiry(submission, step, inquiry)

    def recalled(self, submission: Submission, step: Step, inquiry: WorkItem) -> None:
        """What of the question is still in the house stays there."""
        stop_inquiry(inquiry, by=step.by)

    def ended_without(self, submission: Submission, step: Step) -> None:
        """What was issued before a reopening holds no longer, and says so when it is verified."""
        revoke_earlier(submission, by=step.by, reason=step.note)
        if step.name == StepName.REJECT and submission.facts.refusal_letter:
            content = refusal_content(submission, step)
            step.letter_digest = content.digest
            step.save(update_fields=["letter_digest"])
            signers = [signer_of(submission, step)]
            number_letter(submission, Purpose.REFUSAL, content, signers, by=step.by)


__all__ = ["HolderUnsettled", "NoRecipient", "NoTemplate", "RequestHandler", "is_unsettled"]
