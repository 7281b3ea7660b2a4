"""What a browser does with a challenge: the work, and the field that goes with the form."""

import json

from altcha.v2 import Challenge, Payload, solve_challenge


def solve(challenge: str) -> str:
    """The solution of ``challenge``, as the widget sends it."""
    told = Challenge.from_dict(json.loads(challenge))
    return Payload(told, solve_challenge(told)).to_base64()
