"""Templates written by a program, and tried on a request: made up, or one that may be read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from letters.models import LetterDesign, LetterTemplate
from services_catalog.models import Question
from submissions.models import Submission
from tests.api.caller import Caller
from tests.letters.designing import address_of, typed
from tests.paper import says

pytestmark = pytest.mark.django_db
ROOT = "staff/letter-templates/"


@pytest.fixture
def design(house: None) -> LetterDesign:
    return LetterDesign.objects.get(kind="introduction")


@pytest.fixture
def calling(manager: User) -> Caller:
    return Caller(manager)


def words(*texts: str, **said: Any) -> dict[str, Any]:
    blocks = [{"kind": "paragraph", "text": text} for text in texts]
    return {"title": "معرفی‌نامه", "blocks": blocks, **said}


def test_a_draft_is_written_published_and_retired(
    calling: Caller, design: LetterDesign, submitted: Submission
) -> None:
    one = f"{ROOT}{design.pk}/"
    shown = calling.get(one).json()
    assert shown["words"]["blocks"][0]["text"].startswith("طرف قرارداد {نام متقاضی}")

    written = calling.put(one, words("به {نام متقاضی}", expecting=shown["revision"])).json()
    assert (written["has_draft"], written["version"]) == (True, 1)
    late = calling.put(one, words("متن دیگر", expecting=shown["revision"]))
    assert (late.status_code, late.json()["code"]) == (409, "design_moved")

    act = {"expecting": written["revision"]}
    asked = calling.post(f"{one}publish/", act)
    assert (asked.status_code, asked.json()["code"]) == (409, "touches_letters")
    assert "۱ درخواست" in asked.json()["touches"][0]
    done = calling.post(f"{one}publish/", act | {"confirmed": True}).json()
    assert (done["has_draft"], done["version"]) == (False, 2)
    assert LetterTemplate.objects.get(kind="introduction", current=True).paragraphs == [
        "به {party_name}"
    ]
    gone = calling.post(f"{one}retire/", {"expecting": done["revision"], "confirmed": True}).json()
    assert (gone["live"], gone["version"]) == (False, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ناشناس}", "شناخته‌شده نیست"),
        ("{answer:colour}", "شناخته‌شده نیست"),
        ("{دلیل رد}", "فقط در نامهٔ رد"),
    ],
)
def test_what_could_not_be_filled_in_is_refused(
    calling: Caller, design: LetterDesign, text: str, said: str
) -> None:
    answer = calling.put(f"{ROOT}{design.pk}/", words(text, expecting=0))
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert LetterDesign.objects.get(pk=design.pk).latest_revision is None


def test_a_use_has_one_template(calling: Caller, design: LetterDesign) -> None:
    answer = calling.post(ROOT, words("متن", kind="introduction"))
    assert (answer.status_code, answer.json()["code"]) == (409, "design_taken")


def test_a_template_is_tried_on_a_made_up_request_and_on_a_real_one(
    calling: Caller, design: LetterDesign, submitted: Submission, editor: User
) -> None:
    label = Question.objects.get(code="requested_power").label
    calling.put(
        f"{ROOT}{design.pk}/", words(f"{{نام متقاضی}}، توان {{پاسخ: {label}}}", expecting=0)
    )
    address = f"{ROOT}{design.pk}/preview/"

    made_up = b"".join(calling.get(address).streaming_content)
    assert says(made_up, "شرکت نمونهٔ سپاهان")
    real = calling.get(f"{address}?tracking_code={submitted.tracking_code}")
    assert says(b"".join(real.streaming_content), "مریم رضایی، توان ۲۵۰ کیلووات")
    stranger = Caller(editor).get(f"{address}?tracking_code={submitted.tracking_code}")
    assert (stranger.status_code, stranger.json()["code"]) == (409, "preview_request_unknown")


def test_the_form_shows_what_is_typed_as_a_letter_before_it_is_saved(
    client: Client, manager: User, signed_in: Any, design: LetterDesign, submitted: Submission
) -> None:
    signed_in(client, manager)
    preview = address_of("preview_on_edit", design)

    told = client.post(preview, typed("به استحضار می‌رساند {نام متقاضی} حاضر است.")).json()
    assert told == {"is_valid": True, "is_available": True}
    page = client.get(preview).content.decode()
    assert "به استحضار می‌رساند شرکت نمونهٔ سپاهان حاضر است." in page

    client.post(preview, typed("{نام متقاضی}.", preview_code=submitted.tracking_code))
    assert "مریم رضایی." in client.get(preview).content.decode()
    assert client.get(preview, {"mode": "pdf"})["Content-Type"] == "application/pdf"
    client.post(preview, typed("{نام متقاضی}.", preview_code="۱۲۳"))
    assert "درخواستی با این کد رهگیری یافت نشد" in client.get(preview).content.decode()
    assert LetterTemplate.objects.get(kind="introduction", current=True).version == 1
