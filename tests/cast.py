"""The fixed cast of the stories: who they are, where they sit, what can be asked for.

Built row by row, small and fast. The service ``elec-intro`` is the one of the
data file; ``two-ways`` is made up for what that one does not have: a stop that
depends on an answer.
"""

from __future__ import annotations

import hashlib
from datetime import date, time
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.timezone import localdate, now
from PIL import Image
from pypdf import PdfWriter
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import Membership, Party, User
from home.seed import load_office
from letters.attachments.keeping import add_attachment
from letters.dispatch import acts, post
from letters.ece import receiving
from letters.ece.mailbox import FetchedMail
from letters.images.bringing import bring_image
from letters.incoming.models import ArrivalWay, IncomingLetter, scan_path
from letters.incoming.registering import IncomingFacts, register_letter
from letters.models import (
    Dispatch,
    Letter,
    LetterAttachment,
    LetterDesign,
    LetterImage,
    LetterTemplate,
    ReceivedMail,
    RegisterPrint,
)
from letters.registers.printing.making import ask_for_print, make_print
from letters.registers.rows import Secretariat
from letters.seed import load_template
from services_catalog import seed
from services_catalog.models import (
    Desk,
    OfficeHours,
    Organisation,
    Park,
    Province,
    Seat,
    Service,
    Unit,
    WeekendRule,
)
from submissions.inquiry_details import Paper
from submissions.kinds import handler_for
from submissions.models import Contract, Document, Submission, WorkItem, private_storage
from submissions.models.inquiry_reply import paper_path
from submissions.policies import SubmissionPolicy
from submissions.states import INTERNAL, OF_THE_DESK, StepName, Verdict
from submissions.step_table import STEP_TABLE
from submissions.workflow.steps import take_step

PASSWORD = "demo-Passw0rd!"
UNITS = (
    "desk", "park", "contracts", "planning", "technical", "env",
    "subs", "finance", "legal", "deputy", "ceo", "secretariat",
)  # fmt: skip
# The road of ``elec-intro``, in its order.
SIX_DESKS = ("desk", "subs", "finance", "technical", "deputy", "secretariat")
ROLES_OF = {
    "deputy": ("reviewer", "signer"),
    "ceo": ("reviewer", "signer"),
    "secretariat": ("reviewer", "secretariat"),
}
NAMES = {
    "desk": ("سارا", "کریمی"),
    "park": ("حسین", "رحیمی"),
    "contracts": ("لیلا", "صادقی"),
    "planning": ("امیر", "توکلی"),
    "technical": ("رضا", "موسوی"),
    "env": ("نرگس", "باقری"),
    "subs": ("مهدی", "جعفری"),
    "finance": ("زهرا", "نادری"),
    "legal": ("کاوه", "شریفی"),
    "deputy": ("مجید", "احمدی"),
    "ceo": ("فرهاد", "کیانی"),
    "secretariat": ("الهام", "یوسفی"),
}
# What letters of the stories say.
LETTER: dict[str, Any] = {
    "salutation": "با سلام و احترام؛",
    "body": ["طرف قرارداد {party_name} برای «{service}» معرفی می‌شود."],
    "show_answers": True,
    "copies": [],
}
ANSWERS = {"requested_power": 250, "phase": "three", "temporary": False}
# The smallest file that a reader of PDFs opens; stories look at rows, not at pages.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
TWO_WAYS: dict[str, Any] = {
    "code": "two-ways",
    "title": "خدمت دوراهه",
    "category": "letters",
    "kind": "request",
    "applicant": "both",
    "summary": "",
    "keywords": [],
    "needs_contract": False,
    "preconditions": [],
    "promise_days": 1,
    "fee": "free",
    "fee_note": "",
    "letter_kind": "notice",
    "letter_subject": "ابلاغ نتیجهٔ درخواست",
    "recipient": "applicant",
    "questions": [
        {
            "code": "polluting",
            "label": "آیا فعالیت واحد آلاینده است؟",
            "kind": "yes_no",
            "required": True,
        }
    ],
    "documents": [],
    "route": [
        {"code": "desk", "unit": "desk", "share": 50},
        {
            "code": "env",
            "unit": "env",
            "may_reject": True,
            "condition": {"question": "polluting", "equals": True},
        },
        {"code": "deputy", "unit": "deputy", "signs": True, "not_same_as": ["desk"]},
    ],
}

# What those do not have: stops that look at it side by side, joined by all and by any.
SIDE_BY_SIDE: dict[str, Any] = TWO_WAYS | {
    "code": "side-by-side",
    "title": "خدمت هم‌زمان",
    "promise_days": 4,
    "route": [
        {"code": "desk", "unit": "desk"},
        {"code": "env", "unit": "env", "may_reject": True},
        {"code": "technical", "unit": "technical", "alongside": "all", "not_same_as": ["env"]},
        {
            "code": "subs",
            "unit": "subs",
            "alongside": "all",
            "condition": {"question": "polluting", "equals": True},
        },
        {"code": "finance", "unit": "finance"},
        {"code": "legal", "unit": "legal", "alongside": "any"},
        {"code": "deputy", "unit": "deputy", "signs": True},
    ],
}


@transaction.atomic
def build_house() -> None:
    """The office, two provinces, three parks, units, desks, recipients, templates, office hours."""
    load_office()
    catalog = seed.read_seed("catalog")
    places = seed.read_seed("parks")
    wanted = {("isfahan", "jey"), ("isfahan", "mahmoudabad")}
    yazd = next(park for park in places["parks"] if park["province"] == "yazd")
    seed.load_places(
        [row for row in places["provinces"] if row["slug"] in ("isfahan", "yazd")],
        [row for row in places["parks"] if (row["province"], row["slug"]) in wanted] + [yazd],
    )
    seed.load_vocabulary(catalog)
    isfahan = Province.objects.get(slug="isfahan")
    Desk.objects.bulk_create(Desk(unit=unit, province=isfahan) for unit in Unit.objects.all())
    Desk.objects.create(
        unit=Unit.objects.get(code="desk"), province=Province.objects.get(slug="yazd")
    )
    OfficeHours.objects.create(valid_from=date(2020, 3, 20), opens=time(7, 30), closes=time(14, 30))
    WeekendRule.objects.create(valid_from=date(2020, 3, 20), weekdays=[3, 4])
    build_letters(isfahan)


def build_letters(province: Province) -> None:
    """Whom letters go to in the province, and what they say."""
    Organisation.objects.create(
        kind="elec",
        province=province,
        name="شرکت توزیع نیروی برق استان اصفهان",
        addressee="مدیرعامل محترم",
        postal_address="اصفهان، خیابان نیرو، پلاک ۳۲",
    )
    for kind, title in (("introduction", "معرفی‌نامه"), ("notice", "ابلاغ")):
        load_template(kind, "", LETTER | {"title": title})
    LetterDesign.objects.update(signer_post="مدیرعامل")
    LetterTemplate.objects.update(signer_post="مدیرعامل")


def build_service(code: str) -> Service:
    """A service of the data file, or one of those above, published."""
    for made_up in (TWO_WAYS, SIDE_BY_SIDE):
        if code == made_up["code"]:
            return seed.load_service(made_up, 99)
    rows = seed.read_seed("catalog")["services"]
    return seed.load_service(next(row for row in rows if row["code"] == code), 1)


def a_body() -> Organisation:
    """A body outside that can be asked: the power company of Isfahan."""
    return Organisation.objects.get(kind="elec", province__slug="isfahan")


def print_for_post(letter: Letter, by: User) -> Dispatch:
    """The letter's way to its recipient, printed in a batch and not given to the post yet."""
    main = Dispatch.objects.get(letter=letter, role="main")
    Dispatch.objects.filter(pk=main.pk).update(
        address="اصفهان، خیابان چهارباغ", postal_code="8174673441"
    )
    acts.send_now(main, by=by)
    post.make_batch(Dispatch.objects.all(), [main.pk], by=by)
    return Dispatch.objects.get(pk=main.pk)


def receive_mail() -> ReceivedMail:
    """A letter of another office that came by the government network."""
    sample = Path(__file__).parent / "letters" / "ece" / "sample.xml"
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "ece@power.example", "<1@power.example>"
    mail.set_content("ECE")
    mail.add_attachment(
        sample.read_bytes(), maintype="application", subtype="xml", filename="letter.xml"
    )
    content = mail.as_bytes()
    kept = receiving.keep_mail(1, FetchedMail(1, len(content), now(), content))
    assert kept is not None
    return kept


def register_incoming(by: User, **facts: Any) -> IncomingLetter:
    """A letter of the incoming register with its scan; ``facts``: what is not as usual."""
    usual: dict[str, Any] = {
        "sender": "شرکت توزیع نیروی برق",
        "subject": "پاسخ استعلام",
        "received_on": localdate(),
        "way": ArrivalWay.POST,
        "sender_number": "55/12",
        "sender_date": localdate(),
    }
    name = private_storage().save(scan_path(), ContentFile(PDF))
    digest = hashlib.sha256(PDF).hexdigest()
    paper = Paper(name, "their-letter.pdf", "application/pdf", len(PDF), digest)
    return register_letter(IncomingFacts(**usual | facts), [paper], by=by)


def number_outside() -> None:
    """Another system of the company numbers the letters of the main secretariat from now on."""
    facts = {"title": "دبیرخانهٔ مرکزی", "code": "1", "numbers_outside": True}
    Secretariat.objects.update_or_create(slug="main", defaults=facts)


def print_register(by: User) -> RegisterPrint:
    """The incoming register of this month as a spreadsheet, ready to be saved."""
    today = localdate()
    facts = {"direction": "incoming", "secretariat": "main", "form": "xlsx"}
    asked = ask_for_print(by=by, since=today.replace(day=1), until=today, **facts)
    make_print(asked.pk)
    return RegisterPrint.objects.get(pk=asked.pk)


def make_optional(service: Service, code: str) -> Service:
    """Publish the service anew with a document that is needed only of whom it concerns."""
    service.documents.filter(code=code).update(required="declared")
    Service.objects.get(pk=service.pk).save_revision().publish()
    return Service.objects.get(pk=service.pk)


def hire(username: str, *roles: str, first: str = "", last: str = "") -> User:
    """A member of staff with the roles."""
    user = User.objects.create_user(
        username, password=PASSWORD, first_name=first, last_name=last, is_staff=True
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def build_staff() -> dict[str, User]:
    """One person at each of the twelve desks of Isfahan, by the code of the unit."""
    staff = {}
    for code in UNITS:
        first, last = NAMES[code]
        staff[code] = hire(code, *ROLES_OF.get(code, ("reviewer",)), first=first, last=last)
        seat(staff[code], code)
    return staff


def seat(user: User, unit: str, province: str = "isfahan", **facts: Any) -> Seat:
    """Put somebody at the desk of a unit in a province."""
    desk = Desk.objects.get(unit__code=unit, province__slug=province, park=None)
    with disable_reference_index_auto_update():  # no story asks where a desk is used
        return Seat.objects.create(desk=desk, user=user, **facts)


def arrive(mobile: str, kind: str, national_id: str, name: str) -> User:
    """An applicant with a verified party of their own."""
    user = User.objects.create_user(
        mobile, mobile=mobile, mobile_verified=True, first_name=name.split()[0]
    )
    party = Party.objects.create(
        kind=kind, national_id=national_id, name=name, mobile=mobile, verified_at=now()
    )
    Membership.objects.create(user=user, party=party)
    return user


def register(number: str, holder: Party, park: str = "jey", **facts: Any) -> Contract:
    """A contract of the company's register that the holder's party has claimed."""
    return Contract.objects.create(
        number=number,
        park=Park.objects.get(slug=park),
        plot="B-12",
        holder_kind=holder.kind,
        holder_name=holder.name,
        holder_id=holder.national_id or "",
        party=holder,
        **facts,
    )


def begin(user: User, service: Service, **facts: Any) -> Submission:
    """A draft of the user's party, pinned to what is offered now."""
    version = service.current_version
    assert version is not None
    park = Park.objects.select_related("province").get(slug="jey")
    defaults = {"park": park, "province": park.province, "description": "لطفاً رسیدگی فرمایید."}
    return Submission.objects.create(
        version=version,
        kind=version.facts.kind,
        title=version.facts.title,
        party=user.acting_for,
        filed_by=user,
        **defaults | facts,
    )


def complete_draft(user: User, service: Service) -> Submission:
    """A draft of ``elec-intro`` that lacks nothing."""
    draft = begin(
        user,
        service,
        contract=Contract.objects.get(party=user.acting_for),
        answers=dict(ANSWERS),
        declined=["poa"],
        file_number="31-14021001",
    )
    for needed in draft.facts.documents_for(draft.party.kind):
        if needed.code not in draft.declined:
            bring(draft, needed.code)
    return draft


def bring(submission: Submission, requirement: str, content: bytes = PDF) -> Document:
    """Upload one file for a requirement, in place of the one that is there."""
    submission.documents.current().filter(requirement=requirement).update(replaced_at=now())
    return Document.objects.create(
        submission=submission,
        requirement=requirement,
        original_name=f"{requirement}.pdf",
        file=ContentFile(content, name=requirement),
        size=len(content),
        content_type="application/pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=submission.filed_by,
    )


def again(submission: Submission) -> Submission:
    """The submission as it is now; it must never be refreshed in place."""
    return Submission.objects.get(pk=submission.pk)


def step(
    submission: Submission, name: str, by: User | None, note: str = "", **detail: Any
) -> Submission:
    """Take a step as somebody who sees the present state; the submission afterwards."""
    seen = again(submission).last_seq
    given = STEP_TABLE[StepName(name)].detail(**detail)
    take_step(submission, name, by=by, expecting=seen, note=note, detail=given)
    return again(submission)


def digest_seen(submission: Submission) -> str:
    """What the page of a signature or an initial carries: the letter as it would be now."""
    return handler_for(submission.kind).letter_digest(again(submission))


@cache
def a_pdf() -> bytes:
    """A PDF of one page that is taken for a whole one; always the same."""
    writer, written = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(written)
    return written.getvalue()


def attach(
    submission: Submission, by: User, title: str = "نقشهٔ جانمایی", content: bytes = b""
) -> LetterAttachment:
    """A file that goes with the letter to come, brought by who writes that now."""
    file = SimpleUploadedFile("plan.pdf", content or a_pdf())
    return add_attachment(submission, file, title, by=by)


def inquire_and_answer(submission: Submission, by: User) -> Submission:
    """Ask the power company, and register what it has answered by a letter."""
    asked = step(submission, "inquire", by, "بلامانع است؟", organisation=a_body())
    name = private_storage().save(paper_path(), ContentFile(PDF))
    return step(
        asked,
        "answer_inquiry",
        by,
        "بلامانع است.",
        verdict=Verdict.NO_OBJECTION,
        letter_number="12/34",
        letter_date=localdate(),
        paper=Paper(
            file=name,
            original_name="their-letter.pdf",
            content_type="application/pdf",
            size=len(PDF),
            sha256=hashlib.sha256(PDF).hexdigest(),
        ),
    )


def item_of(submission: Submission) -> WorkItem:
    """The one decision that the submission waits for."""
    (item,) = WorkItem.objects.open().decides().filter(submission=submission)
    return item


def desk_of(submission: Submission) -> Desk | None:
    """The desk that it lies at now; None for no desk, and for what is not in review."""
    item = WorkItem.objects.open().decides().filter(submission=submission).first()
    return item.desk if item else None


def open_to(user: User, submission: Submission) -> set[str]:
    """The names of the steps that the policy leaves to this person now, but for internal ones."""
    offers = SubmissionPolicy().steps_open(user, submission)
    found = {offer.name for offer in offers if offer.refusal is None}
    return {name.value for name in found - set(INTERNAL)}


def desk_steps_open(user: User, submission: Submission) -> set[str]:
    """The others: which of taking, giving out and putting back."""
    offers = SubmissionPolicy().steps_open(user, submission, OF_THE_DESK)
    return {offer.name.value for offer in offers if offer.refusal is None}


def pass_desks(submission: Submission, staff: dict[str, User], *desks: str) -> Submission:
    """Let the named desks pass the case on, one after the other."""
    for code in desks:
        submission = step(submission, "pass_on", staff[code])
    return submission


def anybody_at_the_admin_door() -> User:
    """Somebody who may open the admin and has no other right."""
    user = hire("nobody")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def a_picture(width: int = 60, height: int = 30, colour: str = "navy") -> bytes:
    """A PNG of one colour."""
    written = BytesIO()
    Image.new("RGBA", (width, height), colour).save(written, "PNG")
    return written.getvalue()


def bring_signature(person: User, unit: str = "deputy") -> LetterImage:
    """The signature of a person, as it is printed on letters that they sign at the unit."""
    image = LetterImage(kind="signature", unit=Unit.objects.get(code=unit), person=person)
    return bring_image(image, BytesIO(a_picture()))
