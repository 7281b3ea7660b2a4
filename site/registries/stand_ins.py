"""Stand-ins for registers: ready answers for development, and «not asked»."""

from __future__ import annotations

import datetime as dt

from registries.answers import Answer, Outcome, Person

# Made-up codes for trying what real registers do only now and then.
SOMEBODY_ELSES = "9991234561"
NO_ANSWER_FOR = "9995557770"
# With the Arabic letters that the real register uses.
KNOWN_HERE = {
    "9990000018": Person("مريم", "رضايي", alive=True),
    "9990000026": Person("نادر", "بهرامي", alive=True),
}


def _local_outcome(national_code: str) -> Outcome:
    if national_code == NO_ANSWER_FOR:
        return Outcome.UNAVAILABLE
    return Outcome.MISMATCH if national_code == SOMEBODY_ELSES else Outcome.MATCHED


class LocalMobileOwnership:
    """Says yes, except for the two made-up codes above."""

    def check(self, mobile: str, national_code: str) -> Answer:
        return Answer(_local_outcome(national_code))


class LocalCivilRegistry:
    """Knows the names of the demo's people; of others it confirms the code without a name."""

    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        outcome = _local_outcome(national_code)
        if outcome != Outcome.MATCHED:
            return Answer(outcome)
        return Answer(outcome, KNOWN_HERE.get(national_code, Person()))


class NoMobileOwnership:
    """An office without access to the register; its reviewers look at the documents."""

    def check(self, mobile: str, national_code: str) -> Answer:
        return Answer(Outcome.NOT_ASKED)


class NoCivilRegistry:
    """The same for the civil registry."""

    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        return Answer(Outcome.NOT_ASKED)
