"""What a text message costs is known before it is sent: 70, then 67 characters a part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import SmsMessage
from messaging.outbox import send_sms
from messaging.texts import parts_of

ZWNJ = "\u200c"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("ا", 1),
        ("ا" * 70, 1),
        ("ا" * 71, 2),
        ("ا" * 134, 2),
        ("ا" * 135, 3),
        ("ا" * 201, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # One letter outside the seven-bit alphabet, and all of it is counted by 70.
        ("a" * 70 + "ا", 2),
        ("a" * 69 + "ا", 1),
        # A half-space takes a place of its own; Persian digits are no seven-bit digits.
        ("ا" * 69 + ZWNJ, 1),
        ("ا" * 70 + ZWNJ, 2),
        ("1" * 160, 1),
        ("۱" * 71, 2),
        # What needs an escape takes two places and is not cut in two.
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 76 + "a", 1),
        ("a" + "€" * 152, 2),
        ("€" * 153, 3),
        ("a" * 152 + "€" + "a" * 152, 3),
        # An emoji takes two.
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
        ("ا\nا", 1),
    ],
)
def test_parts(text, parts):
    assert parts_of(text) == parts


@given(st.text(alphabet="ab€[ابپ😀\u200c ", max_size=400))
def test_a_longer_text_never_has_fewer_parts(text):
    assert parts_of(text) <= parts_of(text + "ا")
    assert parts_of(text) * 160 >= len(text)


def test_parts_and_price_stand_in_the_row_before_it_is_sent(db, settings):
    settings.SMS_PRICE_PER_PART = 1450

    send_sms("step:1", "09130000001", "accounts/sign_in_code", {"code": "123456", "minutes": 2})

    message = SmsMessage.objects.get()
    assert (message.state, message.sent_at) == ("queued", None)
    assert len(message.text) == 95
    assert (message.parts, message.price) == (2, 2900)
