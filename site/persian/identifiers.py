"""Identifiers of people, bodies and submissions: any spelling is read, one is kept.

Every ``normal_…`` function takes Persian, Arabic or Latin digits with the spaces,
dashes and invisible marks of copied text, and returns the form that is stored.
What cannot be such a number raises ``InvalidIdentifier``, whose text is a Persian
sentence for the person who typed it.
"""

import re
import secrets
from typing import Literal

from persian.digits import to_ascii, to_persian

PersonKind = Literal["natural", "legal"]

# Spaces, dashes of every length, half-spaces and directional marks.
_BETWEEN = re.compile(
    r"[\s\-\u2010-\u2015\u2212\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_BETWEEN_OF_MOBILE = re.compile(r"[().]")
_MOBILE = re.compile(r"(?:\+98|0098|98|0)?0?(9[0-9]{9})")

_USUAL_POSTAL_CODE = re.compile(r"(?!(\d)\1{3})[13-9]{4}[1346-9][013-9]{5}", re.ASCII)

TRACKING_CODE_LENGTH = 12
VERIFY_CODE_LENGTH = 16

# Douglas Crockford's base 32: no I, L, O or U, so nothing is misread on paper.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")

# H. M. Damm's quasigroup of order 10 (dissertation, Marburg 2004). It is totally
# anti-symmetric with zeros on the diagonal: one wrong digit, or two neighbours
# exchanged, always end in another check digit.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_LEGAL_WEIGHTS = (29, 27, 23, 19, 17) * 2


class InvalidIdentifier(ValueError):
    """The text is not such a number; ``str()`` says so in Persian, to be shown as it is."""


def normal_mobile(text: str) -> str:
    """An Iranian mobile number as ``09xxxxxxxxx``.

    Takes 09…, 9…, +98…, 0098…, 98… and ``+98 (0)9…``. Raises InvalidIdentifier.
    """
    match = _MOBILE.fullmatch(_BETWEEN_OF_MOBILE.sub("", _strip_code(text)))
    if match is None:
        raise InvalidIdentifier("شماره موبایل را صحیح وارد کنید!")
    return f"0{match[1]}"


def normal_national_code(text: str) -> str:
    """A natural person's national code: ten ASCII digits with a right check digit.

    Eight or nine digits are not padded in silence: old cards drop the leading
    zeros, but so does a slip of the hand. The message then offers the padded form.
    Raises InvalidIdentifier.
    """
    code = _strip_code(text)
    if re.fullmatch(r"[0-9]{8,9}", code) and _is_national_code(code.zfill(10)):
        raise InvalidIdentifier(
            "کد ملی ده رقم دارد. اگر صفرهای ابتدای آن نوشته نشده است، "
            f"آن را به شکل {to_persian(code.zfill(10))} وارد کنید."
        )
    if not re.fullmatch(r"[0-9]{10}", code):
        raise InvalidIdentifier("کد ملی باید ده رقم باشد.")
    if not _is_national_code(code):
        raise InvalidIdentifier("این کد ملی معتبر نیست. لطفاً رقم‌ها را با کارت ملی مقایسه کنید.")
    return code


def normal_legal_id(text: str) -> str:
    """A legal person's national id: eleven ASCII digits. Raises InvalidIdentifier."""
    code = _strip_code(text)
    if not re.fullmatch(r"[0-9]{11}", code):
        raise InvalidIdentifier("شناسهٔ ملی شخص حقوقی باید یازده رقم باشد.")
    if not _is_legal_id(code):
        raise InvalidIdentifier(
            "این شناسهٔ ملی معتبر نیست. لطفاً رقم‌ها را با آگهی ثبت شرکت مقایسه کنید."
        )
    return code


def normal_national_id(text: str, kind: PersonKind) -> str:
    """The national code or the legal id, by the kind of person. Raises InvalidIdentifier."""
    return normal_legal_id(text) if kind == "legal" else normal_national_code(text)


def normal_postal_code(text: str) -> str:
    """A postal code as ten ASCII digits; only the length is a rule. Raises InvalidIdentifier."""
    code = _strip_code(text)
    if not re.fullmatch(r"[0-9]{10}", code):
        raise InvalidIdentifier("کد پستی باید ده رقم باشد.")
    return code


def is_usual_postal_code(code: str) -> bool:
    """Whether the digits follow the pattern of the post's codes, as far as it is known.

    No rule of the post was found, only a pattern that many copy: somebody who breaks it is
    asked to look again and is never refused.
    """
    return _USUAL_POSTAL_CODE.fullmatch(code) is not None


def new_tracking_code() -> str:
    """Eleven random digits and a check digit; never starts with zero.

    The check digit catches every single wrong digit and every exchange of two
    neighbours. The caller's unique constraint is what makes it unique.
    """
    body = secrets.choice("123456789") + "".join(
        secrets.choice("0123456789") for _ in range(TRACKING_CODE_LENGTH - 2)
    )
    return body + str(_damm_digit(body))


def normal_tracking_code(text: str) -> str:
    """A tracking code as twelve ASCII digits. Raises InvalidIdentifier."""
    code = _strip_code(text)
    if not re.fullmatch(rf"[0-9]{{{TRACKING_CODE_LENGTH}}}", code):
        raise InvalidIdentifier("کد رهگیری باید دوازده رقم باشد.")
    if code[0] == "0" or _damm_digit(code) != 0:
        raise InvalidIdentifier("این کد رهگیری معتبر نیست. لطفاً رقم‌ها را دوباره بررسی کنید.")
    return code


def new_verify_code() -> str:
    """Sixteen random Crockford characters (80 bits): nobody guesses one."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(VERIFY_CODE_LENGTH))


def normal_verify_code(text: str) -> str:
    """A verify code as sixteen upper-case characters; I and L read as 1, O as 0.

    Raises InvalidIdentifier.
    """
    code = _strip_code(text).upper().translate(_MISREAD)
    if len(code) != VERIFY_CODE_LENGTH or not set(code) <= set(CROCKFORD):
        raise InvalidIdentifier(
            "کد راستی‌آزمایی شامل شانزده حرف لاتین و رقم است. "
            "لطفاً آن را دوباره از روی نامه وارد کنید."
        )
    return code


def group_code(code: str, size: int = 4) -> str:
    """The code in groups of ``size`` characters with a space between, to be read aloud."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def _strip_code(text: str) -> str:
    return _BETWEEN.sub("", to_ascii(text))


def _is_national_code(code: str) -> bool:
    # Ten equal digits pass the sum, and a middle of six zeros is given to nobody.
    if len(set(code)) == 1 or code[3:9] == "000000":
        return False
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(code[:9])) % 11
    return int(code[9]) == (rest if rest < 2 else 11 - rest)


def _is_legal_id(code: str) -> bool:
    if code[3:9] == "000000":
        return False
    shift = int(code[9]) + 2
    rest = sum((int(d) + shift) * w for d, w in zip(code[:10], _LEGAL_WEIGHTS, strict=True)) % 11
    return int(code[10]) == rest % 10


def _damm_digit(digits: str) -> int:
    """The check digit of ``digits``; zero when its last digit already is the right one."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim
