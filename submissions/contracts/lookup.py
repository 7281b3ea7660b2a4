"""Search of an applicant in the register of contracts (stage one).

Who holds which plot is nobody's business but the holder's: only a verified party searches,
in one park at a time, names stay masked until one is chosen, and tries are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from accounts.models import Party, User
from db.search import key_condition
from persian.searching import read_query
from persian.text import fold_key, fold_words
from services_catalog.models import Park
from submissions.identity.verification import require_verified
from submissions.models import Contract, Submission
from submissions.models.contract import number_keys
from submissions.states import OPEN
from web.rate_limits import Limit, in_words
from web.refusals import Refusal

MOST: Final = 20
# So many of a common name are read to find the best of them.
RANKED: Final = 100
SHORTEST: Final = 3
LONGEST: Final = 100
SEARCHES = Limit("contract_search", 30, 60 * 60)
CHOICES = Limit("contract_choice", 20, 24 * 60 * 60)
CLAIMS = Limit("contract_claim", 20, 24 * 60 * 60)
# A choice is good as long as one needs to read what was found.
CHOICE_SECONDS: Final = 30 * 60
SALT = "submissions.register.choice"


class TooOften(Refusal):
    status = 429
    code = "too_often"
    title = "تعداد جستجوها بیش از حد مجاز است"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"لطفاً {in_words(seconds)}ٔ دیگر دوباره تلاش کنید.")


class TooShort(Refusal):
    status = 422
    code = "too_short"
    title = "عبارت جستجو کوتاه است"
    message = "شمارهٔ قرارداد یا حداقل سه حرف پیاپی از نام طرف قرارداد را وارد کنید."


class ChoiceExpired(Refusal):
    status = 409
    code = "choice_expired"
    title = "این انتخاب دیگر معتبر نیست"
    message = "مهلت این انتخاب به پایان رسیده است. لطفاً قرارداد را دوباره جستجو و انتخاب کنید."


@dataclass(frozen=True)
class Found:
    """One contract of the answer, before it is chosen: nothing that names its holder."""

    contract: Contract
    masked_name: str
    #: What the applicant's page sends back to choose it; empty when it cannot be claimed.
    token: str
    #: «mine», «taken» (another party holds it), «transferred» (taken, though the register names the
    #: searching party by now), «claimed» (a claim is being reviewed), or empty.
    standing: str


def find_contracts(park: Park, text: str, *, by: User) -> list[Found]:
    """Contracts of ``park`` with this number, or with this part of the holder's name; 20 at most.

    Raises NotVerified when the acting party of ``by`` is not verified, TooShort when neither a
    number nor three letters in a row were given, TooOften when the tries of ``by`` are used up.
    """
    require_verified(by.acting_for)
    _lookup_query(text[:LONGEST])  # a search that cannot be made costs no try
    if wait := SEARCHES.take(str(by.pk)):
        raise TooOften(wait)
    return [_make_found(contract, by) for contract in match_contracts(park, text[:LONGEST])]


def match_contracts(park: Park, text: str) -> list[Contract]:
    """What a text finds, 20 at most, the best first; each with ``claimed``.

    Which ones may be it is told by the index alone, names that begin with it first; only those
    rows are then read and ranked. Raises TooShort.
    """
    begins = Case(
        When(holder_key__startswith=fold_key(text), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = Contract.objects.filter(_lookup_query(text), park=park)
    pks = list(found.order_by(begins, "holder_key", "pk").values_list("pk", flat=True)[:RANKED])
    claims = Submission.objects.filter(contract=OuterRef("pk"), kind="contract", state__in=OPEN)
    rows = Contract.objects.annotate(claimed=Exists(claims)).in_bulk(pks)
    read: list[Contract] = [rows[pk] for pk in pks if pk in rows]
    query = read_query(text)
    return sorted(read, key=lambda contract: query.score(contract.holder_name))[:MOST]


def _lookup_query(text: str) -> Q:
    """Query by number when there is a digit in it, by the parts of the name otherwise, or both."""
    tokens = fold_words(text).split()
    query = read_query(text)
    told = [part for unit in query.units for way in unit if way.typed for part in way.parts]
    found = Q()
    if any(letter.isdigit() for token in tokens for letter in token):
        found |= Q(number_key__in=number_keys(text))
    if max(map(len, told), default=0) >= SHORTEST and not "".join(tokens).isdigit():
        found |= key_condition(query, "holder_key")
    if not found:
        raise TooShort
    return found


def _make_found(contract: Contract, by: User) -> Found:
    party = by.acting_for
    standing = ""
    if contract.party_id and party:
        standing = _standing_of_held(contract, party)
    elif getattr(contract, "claimed", False):
        standing = "claimed"
    token = "" if standing else _sign_token(contract, by)
    return Found(contract, mask_name(contract.holder_name), token, standing)


def _standing_of_held(contract: Contract, party: Party) -> str:
    if contract.party_id == party.pk:
        return "mine"
    return "transferred" if contract.holder.is_party(party) else "taken"


def mask_name(name: str) -> str:
    """«مریم رضایی» as «م*** ر***»: the holder recognises it, nobody else learns it."""
    letters = (next(filter(str.isalnum, word), "") for word in name.split())
    return " ".join(f"{letter}***" for letter in letters if letter)


def _sign_token(contract: Contract, by: User) -> str:
    return signing.dumps([contract.pk, by.pk, by.acting_for.pk if by.acting_for else 0], salt=SALT)


def choose_contract(token: str, *, by: User) -> Contract:
    """The contract that ``by`` has found and now chooses: its holder's name may be shown.

    Raises ChoiceExpired for a token that is old, foreign or made up, and NotVerified.
    """
    party = require_verified(by.acting_for)
    try:
        pk, user, acting = signing.loads(token, salt=SALT, max_age=CHOICE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise ChoiceExpired from None
    contract = Contract.objects.select_related("park__province").filter(pk=pk).first()
    if (user, acting) != (by.pk, party.pk) or contract is None:
        raise ChoiceExpired
    return contract


def reveal_contract(token: str, *, by: User) -> Contract:
    """:func:`choose_contract`, counted: each one shows a holder's name. Raises TooOften as well."""
    contract = choose_contract(token, by=by)
    if wait := CHOICES.take(str(by.pk)):
        raise TooOften(wait)
    return contract


def take_contract(token: str, *, by: User) -> Contract:
    """:func:`choose_contract`, counted: a claim names the holder too, and keeps everybody else waiting.

    Raises TooOften as well.
    """
    contract = choose_contract(token, by=by)
    if wait := CLAIMS.take(str(by.pk)):
        raise TooOften(wait)
    return contract
