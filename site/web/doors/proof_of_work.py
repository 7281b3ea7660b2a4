"""Proofs of work: a short calculation by which a browser goes on where it would have to wait.

The calculation is altcha's (version 2): a browser tries numbers until PBKDF2 of one of them begins
as it was told. The challenge is signed, good for one door and one matter, and for some minutes;
each solution is taken once. Nothing is kept before somebody has done the work.
"""

from __future__ import annotations

import json
import secrets
import time

from altcha.v2 import Payload, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

# The field of a form in which the widget leaves its solution.
FIELD = "altcha"
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 5000
# Numbers to be tried at the first level; each further level takes twice as many.
FIRST_LEVEL = 300
LEVELS = 6
GOOD_FOR_SECONDS = 600
# A solution is some six hundred characters long.
_LONGEST = 4000
_SALT = "web.doors.proof_of_work"


def make_challenge(door: str, about: str, level: int) -> str:
    """What a browser has to solve to go through ``door`` in the matter ``about``, as JSON."""
    key = _keys()[0]
    least = FIRST_LEVEL << (min(level, LEVELS) - 1)
    challenge = create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=least + secrets.randbelow(least // 2),
        expires_at=int(time.time()) + GOOD_FOR_SECONDS,
        data={"matter": _matter(key, door, about), "level": level},
        hmac_secret=key,
    )
    return json.dumps(challenge.to_dict())


def sent_with(request: HttpRequest) -> str:
    """The solution that came with a form; empty where none did."""
    return request.POST.get(FIELD, "")


def accept_proof(solution: str, door: str, about: str, level: int) -> bool:
    """Whether ``solution`` opens ``door`` in this matter; true once for each.

    The pressure may have risen by one level while an honest browser was calculating.
    """
    if not solution or len(solution) > _LONGEST:
        return False
    key = next((key for key in _keys() if verify_solution(solution, key).verified), None)
    if key is None:
        return False
    solved = Payload.from_base64(solution).challenge.parameters
    told = solved.data or {}
    if told.get("level", 0) < level - 1:
        return False
    if not constant_time_compare(told.get("matter", ""), _matter(key, door, about)):
        return False
    return cache.add(f"proof:{solved.nonce}", True, GOOD_FOR_SECONDS + 2)


def _keys() -> list[str]:
    """The key of today, then those of before the last changes of SECRET_KEY."""
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [
        salted_hmac(_SALT, "key", secret=secret, algorithm="sha256").hexdigest() for secret in known
    ]


def _matter(key: str, door: str, about: str) -> str:
    return salted_hmac(_SALT, f"{door}:{about}", secret=key, algorithm="sha256").hexdigest()
