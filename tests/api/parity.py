"""What can be done on the pages, and the endpoint of the API for each of it, as a table.

``python -m tests.api.parity`` writes ``docs/api-parity.md`` anew. An act is a page and a method that
it takes, from the URL confs and the matrices of roles; and a step, from the table of steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[2] / "docs" / "api-parity.md"
ADMIN, LETTERS = "submissions_submission_modeladmin_", "letters_letter_modeladmin_"
MAILS = "letters_receivedmail_modeladmin_"
INCOMING, INCOME = "letters_incomingletter_modeladmin_", "staff/incoming/{incoming_id}/"
SENDING = "letters_dispatch_modeladmin_"
DESIGN, TEMPLATES = "wagtailsnippets_letters_letterdesign:", "staff/letter-templates/"
IMAGES = "staff/letter-images/"
ON_DISPATCH = "POST staff/dispatches/{dispatch_id}/acts/{name}/"
ONE, STAFF = "submissions/{tracking_code}/", "staff/"
ATTACHED = f"{ONE}letter-draft/attachments/"
PARTS = f"{ONE}documents/{{code}}/parts/"
SMS, TEXT = "accounts_smsmessage_modeladmin_", "accounts_messagetext_modeladmin_"
TOKEN, HOOK = "accounts_accesstoken_modeladmin_", "webhooks_subscriber_modeladmin_"
CODE, FACTOR = "POST session/code/", "POST session/second-factor/"
OWN_FORM = "its form tells before it is saved what the new words do to what is under way"

# Whole screens that are no acts of this portal, and why; every other address is watched.
ELSEWHERE: dict[str, str] = {
    "api/": "the API itself",
    **dict.fromkeys(("health/", "metrics", "csp-report/"), "read by machines, outside of the API"),
    **dict.fromkeys(
        ("robots.txt", "sitemap.xml", "favicon.ico"), "read by search engines and browsers"
    ),
    "dev/": "only where somebody develops",
    **dict.fromkeys(("^media/", "^documents/"), "files, whose addresses stand in `pages/`"),
    "_util/login/": "another name of the page to sign in",
    **dict.fromkeys(
        ("admin/login/", "admin/logout/", "admin/account/", "admin/password_reset/"),
        "Wagtail's names for signing in, which is `session/staff/`",
    ),
    **dict.fromkeys(
        (
            "admin/pages/",
            "admin/workflows/",
            "admin/bulk/",
            "admin/block-preview/",
            "admin/editing-sessions/",
        ),
        "Wagtail's forms for guides; by programs `pages/` and `moderation/`",
    ),
    "admin/images/": "Wagtail's forms for pictures; by programs `images/`",
    "admin/snippets/": "desks, services, calendars: forms that tell first what a change does",
    "admin/settings/": "the office's own names, shown by `site/`, are changed in the admin alone",
    **dict.fromkeys(
        ("admin/users/", "admin/groups/", "admin/sites/"),
        "who may do what is settled by the administration alone",
    ),
    **dict.fromkeys(
        ("admin/redirects/", "admin/collections/", "admin/documents/", "admin/reports/"),
        "Wagtail's own housekeeping",
    ),
    **dict.fromkeys(
        (
            *("admin/api/", "admin/choose-", "admin/tag-autocomplete/", "admin/embeds/"),
            *("admin/dismissibles/", "admin/modeladmin/", "admin/sprite/", "admin/jsi18n/"),
            *("admin/test404/", "admin/failwhale/", "admin/^.*/$"),
        ),
        "parts of Wagtail's forms and pages",
    ),
}
# Pages without a row in the matrices of roles: everybody reads them.
READ_BY_ALL = (
    *("services:index", "services:print", "services:detail", "letters:verify_form"),
    *("letters:verify", "letters:report", "letters:report_data"),
    *("letters:compare", "home:search", "wagtail_serve"),
)

# By page, method: the operations by which a program does the same.
ENDPOINTS: dict[tuple[str, str], tuple[str, ...]] = {
    # Everybody
    ("wagtail_serve", "GET"): ("GET pages/", "GET pages/find/", "GET pages/{page_id}/"),
    ("services:index", "GET"): ("GET catalog/services/",),
    ("services:detail", "GET"): ("GET catalog/services/{code}/",),
    ("home:search", "GET"): ("GET search/",),
    ("letters:verify_form", "GET"): ("GET verify/{code}/",),
    ("letters:verify", "GET"): ("GET verify/{code}/",),
    ("letters:compare", "GET"): ("POST verify/{code}/file/",),
    ("letters:report", "GET"): ("GET verify/{code}/report/",),
    ("letters:report_data", "GET"): ("GET verify/{code}/",),
    ("submissions:track", "GET"): ("POST track/",),
    # Whoever signs in, and what is theirs
    ("account_login", "GET"): ("GET session/", CODE, "POST session/staff/"),
    ("account_confirm_login_code", "GET"): (f"{CODE}confirm/",),
    ("account_logout", "GET"): ("DELETE session/",),
    ("accounts:by_password", "GET"): ("POST session/password/",),
    ("accounts:dolat", "GET"): ("POST session/dolat/",),
    ("accounts:dolat_callback", "GET"): ("POST session/dolat/return/",),
    ("accounts:new_user", "GET"): ("POST session/new-user/",),
    ("accounts:new_password", "GET"): ("POST session/new-password/",),
    ("accounts:national_id", "GET"): ("POST session/national-id/",),
    ("accounts:recovery", "GET"): ("POST session/recovery/",),
    ("accounts:recovery_sent", "GET"): ("POST session/recovery/",),
    ("mfa_authenticate", "GET"): (FACTOR, f"{FACTOR}passkey/challenge/", f"{FACTOR}passkey/"),
    ("accounts:security", "GET"): ("GET sessions/",),
    ("accounts:end_session", "POST"): ("DELETE sessions/{session}/", "DELETE sessions/"),
    ("accounts:tokens", "GET"): ("GET tokens/",),
    ("accounts:tokens", "POST"): ("POST tokens/",),
    ("accounts:end_token", "POST"): ("DELETE tokens/{token_id}/",),
    ("submissions:identity", "GET"): ("GET identity/",),
    ("submissions:identity", "POST"): ("POST identity/",),
    ("submissions:another_party", "POST"): ("POST parties/",),
    ("submissions:succession", "GET"): ("GET identity/",),
    ("submissions:succession", "POST"): ("POST succession/",),
    ("submissions:contract", "GET"): ("GET register/", "GET claims/", "POST register/choice/"),
    ("submissions:contract", "POST"): ("POST claims/",),
    ("submissions:agents", "GET"): ("GET agents/",),
    ("submissions:add_agent", "POST"): ("POST agents/",),
    ("submissions:end_agency", "GET"): ("GET agents/",),
    ("submissions:end_agency", "POST"): ("DELETE agents/{agent_id}/",),
    # Applicants
    ("submissions:copy", "GET"): (f"GET {ONE}copy/",),
    ("home:desk", "GET"): ("GET me/", "GET submissions/"),
    ("submissions:start", "GET"): ("GET contracts/", "GET catalog/services/", "POST submissions/"),
    ("submissions:cartable", "GET"): ("GET submissions/",),
    ("submissions:report", "GET"): (f"GET {ONE}",),
    ("submissions:done", "GET"): (f"GET {ONE}",),
    ("submissions:withdraw", "GET"): (f"GET {ONE}",),
    ("submissions:withdraw", "POST"): (f"POST {ONE}steps/",),
    ("submissions:take_back", "GET"): (f"GET {ONE}",),
    ("submissions:take_back", "POST"): (f"POST {ONE}steps/",),
    ("submissions:opened", "POST"): (f"POST {ONE}seen/",),
    ("submissions:draft", "GET"): (f"GET {ONE}draft/", f"GET {ONE}documents/"),
    ("submissions:draft", "POST"): (f"PATCH {ONE}draft/", f"PATCH {ONE}documents/{{code}}/"),
    ("submissions:autosave", "POST"): (f"PATCH {ONE}draft/",),
    ("submissions:upload", "POST"): (f"POST {ONE}documents/{{code}}/",),
    ("submissions:document", "GET"): (f"GET {ONE}files/{{document_id}}/",),
    ("submissions:document", "POST"): (f"DELETE {ONE}documents/{{code}}/",),
    ("submissions:parts", "POST"): (f"POST {PARTS}",),
    ("submissions:part", "HEAD"): (f"HEAD {PARTS}{{key}}/",),
    ("submissions:part", "PATCH"): (f"PATCH {PARTS}{{key}}/",),
    ("submissions:part", "DELETE"): (f"DELETE {PARTS}{{key}}/",),
    ("submissions:waiting", "GET"): (f"GET {ONE}documents/",),
    ("letters:letter", "GET"): (f"GET {ONE}letter/",),
    ("letters:attachment", "GET"): (f"GET {ONE}letter/attachments/{{attachment_id}}/",),
    ("accounts:act_for", "POST"): ("GET me/",),
    # Staff
    ("wagtailadmin_home", "GET"): ("GET staff/lists/",),
    ("submission_letter", "GET"): (f"GET {ONE}letter-draft/",),
    ("submission_letter", "POST"): (f"PUT {ONE}letter-draft/blocks/{{block}}/",),
    ("submission_letter_pdf", "GET"): (f"GET {ONE}letter-draft/pdf/",),
    ("submission_letter_marks", "GET"): (f"GET {ONE}letter-draft/",),
    ("submission_letter_marks", "POST"): (f"PUT {ONE}letter-draft/marks/",),
    ("submission_letter_attach", "GET"): (f"GET {ONE}letter-draft/",),
    ("submission_letter_attach", "POST"): (f"POST {ATTACHED}",),
    ("submission_letter_attachment", "GET"): (f"GET {ATTACHED}{{attachment_id}}/",),
    ("submission_letter_detach", "GET"): (f"GET {ONE}letter-draft/",),
    ("submission_letter_detach", "POST"): (f"DELETE {ATTACHED}{{attachment_id}}/",),
    (f"{HOOK}index", "GET"): ("GET webhooks/",),
    (f"{HOOK}create", "GET"): ("GET webhooks/",),
    (f"{HOOK}create", "POST"): ("POST webhooks/",),
    (f"{HOOK}inspect", "GET"): ("GET webhooks/{key}/", "GET webhooks/{key}/log/"),
    (f"{HOOK}edit", "GET"): ("GET webhooks/{key}/",),
    (f"{HOOK}edit", "POST"): ("PATCH webhooks/{key}/",),
    (f"{HOOK}act", "POST"): (
        *("POST webhooks/{key}/secret/", "POST webhooks/{key}/replay/"),
        *("PATCH webhooks/{key}/", "DELETE webhooks/{key}/"),
    ),
    ("catalog_exchange", "GET"): ("GET catalog/schema/",),
    ("catalog_exchange", "POST"): ("POST catalog/import/check/",),
    ("catalog_export", "GET"): ("GET catalog/export/",),
    ("catalog_bring_in", "GET"): ("POST catalog/import/check/",),
    ("catalog_bring_in", "POST"): ("POST catalog/import/",),
    (f"{ADMIN}index", "GET"): ("GET staff/lists/", "GET staff/lists/{name}/", "GET staff/search/"),
    (f"{ADMIN}results", "GET"): ("GET staff/lists/{name}/", "GET staff/search/"),
    (f"{ADMIN}inspect", "GET"): (f"GET {ONE}", f"GET {ONE}case/", f"GET {ONE}notes/"),
    (f"{ADMIN}history", "GET"): (f"GET {ONE}history/",),
    (f"{ADMIN}take_next", "POST"): ("POST staff/take-next/",),
    (f"{ADMIN}note", "GET"): (f"GET {ONE}notes/",),
    (f"{ADMIN}note", "POST"): (f"POST {ONE}notes/",),
    (f"{ADMIN}seen", "POST"): (f"POST {ONE}seen/",),
    (f"{ADMIN}paper", "GET"): (f"GET {ONE}inquiries/{{item}}/paper/",),
    (f"{ADMIN}document", "GET"): (f"GET {ONE}files/{{document_id}}/",),
    (f"{ADMIN}step", "GET"): (f"GET {ONE}steps/{{name}}/",),
    (f"{ADMIN}step", "POST"): (f"POST {ONE}steps/", f"POST {ONE}inquiries/{{item}}/answer/"),
    (f"{LETTERS}index", "GET"): ("GET staff/letters/",),
    (f"{LETTERS}results", "GET"): ("GET staff/letters/",),
    (f"{LETTERS}inspect", "GET"): ("GET staff/letters/{letter_id}/",),
    (f"{LETTERS}history", "GET"): ("GET staff/letters/{letter_id}/",),
    (f"{LETTERS}file", "GET"): ("GET staff/letters/{letter_id}/file/",),
    (f"{LETTERS}end", "GET"): ("GET staff/letters/{letter_id}/",),
    (f"{LETTERS}end", "POST"): (
        "POST staff/letters/{letter_id}/revoke/", "POST staff/letters/{letter_id}/void/",
    ),
    (f"{LETTERS}ece", "GET"): ("GET staff/letters/{letter_id}/ece/",),
    (f"{LETTERS}preheaded", "GET"): ("GET staff/letters/{letter_id}/preheaded/",),
    (f"{LETTERS}attachment", "GET"): (
        "GET staff/letters/{letter_id}/attachments/{attachment_id}/",
    ),
    ("letter_images", "GET"): (f"GET {IMAGES}",),
    ("letter_images", "POST"): (f"POST {IMAGES}",),
    ("letter_image_file", "GET"): (f"GET {IMAGES}{{letter_image_id}}/file/",),
    ("letter_image_retire", "POST"): (f"POST {IMAGES}{{letter_image_id}}/retire/",),
    (f"{SENDING}index", "GET"): ("GET staff/dispatches/",),
    (f"{SENDING}results", "GET"): ("GET staff/dispatches/",),
    (f"{SENDING}inspect", "GET"): ("GET staff/dispatches/{dispatch_id}/",),
    (f"{SENDING}history", "GET"): ("GET staff/dispatches/{dispatch_id}/",),
    (f"{SENDING}act", "GET"): ("GET staff/dispatches/{dispatch_id}/",),
    (f"{SENDING}act", "POST"): (ON_DISPATCH,),
    (f"{SENDING}begin", "POST"): ("POST staff/letters/{letter_id}/dispatches/",),
    (f"{SENDING}post", "GET"): ("GET staff/post/",),
    (f"{SENDING}post", "POST"): ("POST staff/post/batches/",),
    (f"{SENDING}batch", "GET"): ("GET staff/post/batches/{batch_id}/",),
    (f"{SENDING}paper", "GET"): ("GET staff/post/batches/{batch_id}/{name}/",),
    (f"{SENDING}barcodes", "GET"): ("GET staff/post/",),
    (f"{SENDING}barcodes", "POST"): (ON_DISPATCH,),
    ("register_prints", "GET"): ("GET staff/registers/prints/",),
    ("register_prints", "POST"): ("POST staff/registers/prints/",),
    ("register_print", "GET"): (
        "GET staff/registers/prints/{print_id}/",
        "GET staff/registers/prints/{print_id}/file/",
    ),
    (f"{INCOMING}index", "GET"): ("GET staff/incoming/",),
    (f"{INCOMING}results", "GET"): ("GET staff/incoming/",),
    (f"{INCOMING}inspect", "GET"): (f"GET {INCOME}",),
    (f"{INCOMING}history", "GET"): (f"GET {INCOME}",),
    (f"{INCOMING}scan", "GET"): (f"GET {INCOME}scans/{{scan_id}}/",),
    (f"{INCOMING}register", "GET"): ("GET staff/incoming/",),
    (f"{INCOMING}register", "POST"): ("POST staff/incoming/",),
    (f"{INCOMING}correct", "GET"): (f"GET {INCOME}",),
    (f"{INCOMING}correct", "POST"): (f"POST {INCOME}correct/",),
    (f"{INCOMING}void", "GET"): (f"GET {INCOME}",),
    (f"{INCOMING}void", "POST"): (f"POST {INCOME}void/",),
    (f"{INCOMING}answer", "GET"): (f"GET {INCOME}",),
    (f"{INCOMING}answer", "POST"): (f"POST {INCOME}answer/",),
    (f"{MAILS}index", "GET"): ("GET staff/received-mails/",),
    (f"{MAILS}results", "GET"): ("GET staff/received-mails/",),
    (f"{MAILS}inspect", "GET"): ("GET staff/received-mails/{mail_id}/",),
    (f"{MAILS}history", "GET"): ("GET staff/received-mails/{mail_id}/",),
    (f"{MAILS}file", "GET"): ("GET staff/received-mails/{mail_id}/file/",),
    (f"{MAILS}part", "GET"): ("GET staff/received-mails/{mail_id}/files/{part}/{index}/",),
    (f"{MAILS}close", "POST"): ("POST staff/received-mails/{mail_id}/close/",),
    (f"{MAILS}bodies", "GET"): ("GET staff/network/",),
    (f"{MAILS}test", "POST"): ("POST staff/network/{organisation_id}/test/",),
    (f"{DESIGN}list", "GET"): (f"GET {TEMPLATES}",),
    (f"{DESIGN}list_results", "GET"): (f"GET {TEMPLATES}",),
    (f"{DESIGN}add", "GET"): (f"POST {TEMPLATES}",),
    (f"{DESIGN}edit", "GET"): (
        f"GET {TEMPLATES}{{template_id}}/", f"PUT {TEMPLATES}{{template_id}}/",
        f"POST {TEMPLATES}{{template_id}}/publish/",
    ),
    (f"{DESIGN}preview_on_add", "GET"): (f"GET {TEMPLATES}{{template_id}}/preview/",),
    (f"{DESIGN}preview_on_edit", "GET"): (f"GET {TEMPLATES}{{template_id}}/preview/",),
    (f"{DESIGN}unpublish", "GET"): (f"POST {TEMPLATES}{{template_id}}/retire/",),
    ("letter_design_names", "GET"): (f"GET {TEMPLATES}names/",),
    ("bulk_acts", "GET"): ("GET staff/bulk/",),
    ("bulk_act", "GET"): ("GET staff/bulk/{act_id}/",),
    ("bulk_act_progress", "GET"): ("GET staff/bulk/{act_id}/",),
    ("bulk_choose", "POST"): ("POST staff/bulk/",),
    ("hand_overs", "GET"): ("GET staff/hand-overs/",),
    ("hand_over", "GET"): ("GET staff/hand-overs/{giver}/",),
    ("hand_over", "POST"): ("POST staff/hand-overs/{giver}/",),
    ("contract_imports", "GET"): ("GET staff/imports/",),
    ("contract_imports", "POST"): ("POST staff/imports/",),
    ("contract_import", "GET"): (
        "GET staff/imports/{job_id}/", "GET staff/imports/{job_id}/problems/",
    ),
    ("contract_import", "POST"): (
        "POST staff/imports/{job_id}/confirm/", "POST staff/imports/{job_id}/cancel/",
    ),
    ("contract_import_progress", "GET"): ("GET staff/imports/{job_id}/",),
    ("contract_import_template", "GET"): ("GET staff/imports/template/{kind}/",),
    ("contract_repeats", "GET"): ("GET staff/contracts/repeated/",),
    ("contract_repeats", "POST"): (
        "POST staff/contracts/repeated/{contract}/prefer/",
        "POST staff/contracts/repeated/{contract}/drop/",
    ),
    ("contract_holders", "GET"): ("GET staff/contracts/holders/",),
    ("contract_holder", "GET"): ("GET staff/contracts/holders/{contract_id}/",),
    ("contract_holder", "POST"): ("POST staff/contracts/holders/{contract_id}/",),
}  # fmt: skip

FROM_WAGTAIL = (
    "Wagtail's own page of drafts and approvals; a program writes a draft and publishes it"
)
# Wagtail's views of one draft below the templates of letters, with its own permissions: their
# stories are in tests/letters/test_designs.py.
OF_DRAFTS = {
    *(
        f"{DESIGN}{name}"
        for name in ("preview_on_add", "preview_on_edit", "delete", "lock", "unlock")
    ),
    *(f"{DESIGN}revisions_{name}" for name in ("view", "revert", "compare", "unschedule")),
    *(f"{DESIGN}workflow_{name}" for name in ("action", "history", "history_detail", "preview")),
    f"{DESIGN}collect_workflow_action_data",
    f"{DESIGN}confirm_workflow_cancellation",
    "letter_design_names",
}

# By page: why it has no endpoint. A method is named where the others have one.
EXCEPTIONS: dict[str, str] = {
    "services:print": "the catalog on paper; its content is `catalog/services/`",
    "submissions:waiting POST": "asks again in a browser; a program asks for the documents",
    "submissions:part GET": "the row of a document on its page; a program asks for the documents",
    "submissions:part POST": "a key on the page that throws a part away without a script",
    "account_inactive": "says that an account is closed; the API says so by its refusal",
    "account_request_login_code": "another name of the page to sign in",
    "socialaccount_login_cancelled": "says that «دولت من» was left; nothing happens",
    "accounts:staff_session": "keeps the page of a browser from being signed out unseen",
    **dict.fromkeys(
        (
            f"{TOKEN}{name}"
            for name in ("index", "results", "inspect", "history", "issue", "revoke")
        ),
        "a token of the office's programs is issued and ended by its administration alone",
    ),
    "accounts:second_factor": "a second factor is set up where its codes are shown: in a browser",
    "mfa_index": "the second factor of a colleague is kept in a browser",
    "mfa_list_webauthn": "passkeys belong to a browser",
    "mfa_add_webauthn": "passkeys belong to a browser",
    "mfa_remove_webauthn": "passkeys belong to a browser",
    "mfa_reauthenticate_webauthn": "passkeys belong to a browser",
    "mfa_reauthenticate": "asked before a second factor is changed, in a browser",
    "account_reauthenticate": "asked before a second factor is changed, in a browser",
    "mfa_view_recovery_codes": "shown once, in a browser",
    "mfa_generate_recovery_codes": "shown once, in a browser",
    **dict.fromkeys(
        (
            f"{SMS}{name}"
            for name in ("index", "results", "inspect", "history", "retry", "retry_all")
        ),
        "the messages of the installation are looked after by its administration",
    ),
    **dict.fromkeys((f"{TEXT}index", f"{TEXT}edit"), OWN_FORM),
    **dict.fromkeys(
        (f"{DESIGN}{name}" for name in ("usage", "history", "history_results")),
        FROM_WAGTAIL,
    ),
    **dict.fromkeys(sorted(OF_DRAFTS - {page for page, _ in ENDPOINTS}), FROM_WAGTAIL),
}


@dataclass(frozen=True)
class Act:
    """Something that can be done on a page."""

    page: str
    method: str
    route: str

    @property
    def operations(self) -> tuple[str, ...]:
        return ENDPOINTS.get((self.page, self.method), ())

    @property
    def reason(self) -> str:
        """Why it has no endpoint; empty: nobody has said."""
        return EXCEPTIONS.get(f"{self.page} {self.method}") or EXCEPTIONS.get(self.page, "")


def pages_of_ours() -> dict[str, str]:
    """By the name of each page that is not ``ELSEWHERE`` its route."""
    from django.urls import get_resolver

    from tests.test_role_matrix import addresses

    told = tuple(ELSEWHERE)
    return {name: route for route, name in addresses(get_resolver()) if not route.startswith(told)}


def acts_on_pages() -> list[Act]:
    """Every page of ours with each method that some role is answered to."""
    methods = methods_of_pages()
    found = [
        Act(name, method, route)
        for name, route in pages_of_ours().items()
        for method in sorted(methods.get(name, {"GET"}))
    ]
    return sorted(found, key=lambda act: (act.route, act.page, act.method))


def methods_of_pages() -> dict[str, set[str]]:
    """The methods that pages take, as the matrices of roles have them."""
    from tests import test_role_matrix as requests
    from tests import test_role_matrix_of_pages as pages

    found: dict[str, set[str]] = {name: {"GET"} for name in READ_BY_ALL}
    for place in requests.PLACES:
        found.setdefault(place.name, set()).update(place.methods)
    for row in (*pages.OF_APPLICANTS, *pages.WAYS_IN, *pages.OF_THE_OFFICE):
        # A page that leads everybody away has a row, and is no act.
        answered = set(row.statuses.split()) - {"405", "login", "home"}
        found.setdefault(row.name, set()).update([row.method] if answered else [])
    return found


def steps_of_people() -> list[str]:
    """The steps of the table that a person takes, each by one endpoint."""
    from submissions.step_table import STEP_TABLE, Actor

    return [name.value for name, spec in STEP_TABLE.items() if spec.actor is not Actor.SYSTEM]


def operations_of(document: dict[str, Any]) -> set[str]:
    """What the API can do: «GET submissions/»."""
    return {
        f"{method.upper()} {path.removeprefix('/api/v3/')}"
        for path, ways in document["paths"].items()
        for method in ways
    }


def write_table(acts: Iterable[Act]) -> str:
    """The table as ``docs/api-parity.md`` has it."""
    return "\n".join(_lines(list(acts))) + "\n"


def _lines(acts: list[Act]) -> Iterator[str]:
    yield "# What the pages can do, and the API"
    yield ""
    yield "Made by `python -m tests.api.parity` from the URL confs, the matrices of roles and the table of"
    yield "steps; `tests/api/test_parity.py` holds it fresh. Addresses of the API are below `/api/v3/`."
    yield "Refusals of both stand in `tests/test_role_matrix*.py` and `tests/api/test_role_matrix_of_api.py`."
    yield ""
    yield "| page | method | by the API |"
    yield "|---|---|---|"
    for act in acts:
        if act.operations:
            told = ", ".join(f"`{operation}`" for operation in act.operations)
            yield f"| `{act.route}` | {act.method} | {told} |"
    yield ""
    yield "## Steps"
    yield ""
    yield "Each by `POST submissions/{tracking_code}/steps/` with its name; what it may name is told by"
    yield "`GET submissions/{tracking_code}/steps/{name}/` to the staff."
    yield ""
    yield from (f"- `{name}`" for name in steps_of_people())
    yield ""
    yield "## Without an endpoint"
    yield ""
    yield "| page | method | why |"
    yield "|---|---|---|"
    for act in acts:
        if not act.operations:
            route = act.route.replace("|", "\\|")
            yield f"| `{route}` | {act.method} | {act.reason} |"
    yield ""
    yield "## Screens that are elsewhere"
    yield ""
    yield "| below | why |"
    yield "|---|---|"
    yield from (f"| `{prefix}` | {why} |" for prefix, why in ELSEWHERE.items())
    yield ""
    yield "Desks, seats, stand-ins and leave, calendars, services and texts of messages are changed in the"
    yield "admin alone: their forms tell before they are saved what a change does to requests under way."


def main() -> None:
    import django

    django.setup()
    TABLE.write_text(write_table(acts_on_pages()), "utf-8")


if __name__ == "__main__":
    main()
