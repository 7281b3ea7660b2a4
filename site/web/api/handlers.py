"""What the API answers to each kind of exception; the words are those of the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django_fsm import TransitionNotAllowed
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError
from pydantic import ValidationError as PydanticError
from wagtail.api.rich_text import RichTextFormatError
from wagtail.utils.forms import FormValidationError

from web.api.json_reading import BadJson, TooLong, read_json
from web.api.problems import answer_problem, point_to
from web.refusals import NotNow, Refusal

#: Persian words for what pydantic finds wrong; of the others the fallback.
WORDS = {
    "missing": "این مورد لازم است.",
    "extra_forbidden": "این مورد شناخته‌شده نیست.",
    "string_too_long": "این متن طولانی‌تر از حد مجاز است.",
    "string_too_short": "این متن کوتاه‌تر از حد مجاز است.",
    "int_parsing": "اینجا یک عدد صحیح لازم است.",
    "int_type": "اینجا یک عدد صحیح لازم است.",
    "string_type": "اینجا یک متن لازم است.",
    "bool_parsing": "اینجا true یا false لازم است.",
    "literal_error": "این مقدار از مقادیر مجاز نیست.",
    "enum": "این مقدار از مقادیر مجاز نیست.",
    "json_invalid": "متن ارسال‌شده JSON معتبر نیست.",
}
FALLBACK = "این مقدار معتبر نیست."
#: Its path in what was sent, its code, and words for it.
Fault = tuple[Sequence[str | int], str | None, str]
REFUSALS = (Refusal, TransitionNotAllowed)
INVALID = (RequestError, PydanticError, DjangoValidationError, FormValidationError)
STATUSES = (PermissionDenied, Http404, AuthenticationError, HttpError, RichTextFormatError)
#: All that is answered here; anything else is a fault of the program or of a neighbour.
ANSWERED = (*REFUSALS, *INVALID, *STATUSES)
# Where ninja says which part of the request it means; within it the pointer begins.
PARTS = ("body", "query", "path", "header", "form")


def answer_refusal(request: HttpRequest, refusal: Any) -> HttpResponse:
    """A refusal of our services, with its own code, status and sentence."""
    known = refusal if isinstance(refusal, Refusal) else NotNow()
    told = [
        {"pointer": "", "code": known.code, "detail": item.text}
        for item in getattr(known, "missing", ())
    ]
    answer = answer_problem(
        known.status,
        code=known.code,
        title=known.title,
        detail=str(known),
        errors=told,
        **known.members,
    )
    if known.retry_after is not None:
        answer.headers["Retry-After"] = str(known.retry_after)
    return answer


def answer_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """What was sent is not of the documented shape: each fault with its place."""
    faults = [_without_tag(request, fault) for fault in _faults_of(error)]
    return answer_problem(422, errors=[_fault(*fault) for fault in faults])


def _faults_of(error: Any) -> Iterator[Fault]:
    if isinstance(error, FormValidationError):
        for path, messages in error.loc_errors:
            yield from ((path, code, str(words)) for words, code in messages)
    elif isinstance(error, DjangoValidationError):
        yield from (((), "invalid", words) for words in error.messages)
    elif isinstance(error, RequestError):
        yield from (_found(found) for found in error.errors)
    elif isinstance(error, PydanticError):
        yield from (_found(found) for found in error.errors(include_input=False))


def _found(found: Mapping[str, Any]) -> Fault:
    path, code = list(found.get("loc", ())), str(found.get("type", "invalid"))
    # Ninja names the part of the request, and for a body its parameter too.
    if path and path[0] == "body":
        path = path[2:]
    elif path and path[0] in PARTS:
        path = path[1:]
    return path, code, WORDS.get(code, FALLBACK)


def _without_tag(request: HttpRequest, fault: Fault) -> Fault:
    """Of several shapes pydantic names the one that was meant: no place in what was sent."""
    path, code, words = fault
    if len(path) < 2 or request.content_type != "application/json":
        return fault
    try:
        sent = read_json(request.body)
    except (BadJson, TooLong):
        return fault
    is_tag = isinstance(sent, dict) and path[0] not in sent
    return (path[1:] if is_tag else path), code, words


def _fault(path: Sequence[str | int], code: str | None, words: str) -> dict[str, str]:
    return {"pointer": point_to(path), "code": code or "invalid", "detail": words}


def answer_status(request: HttpRequest, error: Any) -> HttpResponse:
    """What Django and Ninja raise for a status of their own."""
    if isinstance(error, PermissionDenied):
        return answer_problem(403 if request.user.is_authenticated else 401)
    if isinstance(error, Http404):
        return answer_problem(404)
    if isinstance(error, AuthenticationError):
        return answer_problem(401)
    if isinstance(error, HttpError) and isinstance(error.__cause__, Refusal):
        return answer_refusal(request, error.__cause__)
    if isinstance(error, HttpError):
        return answer_problem(error.status_code)
    return answer_problem(400)


def register_handlers(api: NinjaAPI) -> None:
    """Answer in our words, also where Wagtail's endpoints would answer in English."""
    for kind in REFUSALS:
        api.add_exception_handler(kind, answer_refusal)
    for kind in INVALID:
        api.add_exception_handler(kind, answer_invalid)
    for kind in STATUSES:
        api.add_exception_handler(kind, answer_status)
    api.add_exception_handler(Exception, _raise_again)


def _raise_again(request: HttpRequest, error: Any) -> HttpResponse:
    """What nobody foresaw is told like that of a page: logged, counted, answered with 500."""
    raise error
