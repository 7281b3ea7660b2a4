"""One case from its draft to its letter, in seconds of the processor: papers, desks, PDF and all tasks.

Beside it what its looks into papers would cost, were each a program of its own that loads the readers.
``python -m tests.bench.case`` is a process in which whole cases are done.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench import measuring
from tests.bench.measuring import Measure

CASES = 6
LIMIT = 1.2
LOOKER = """
import sys
from submissions.documents.sandbox.looking import look, warm_up
warm_up()
print(look(sys.stdin.buffer, ["pdf", "3"]))
"""


def run() -> list[Measure]:
    """Some whole cases after a first one, whose process is warm."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        environment = {
            "DATA_DIR": name, "DATABASE_URL": "", "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }  # fmt: skip
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
            measuring.run("manage.py", *command, environment=environment)
        ran = measuring.run("-m", __name__, environment=environment)
    told: dict[str, float] = json.loads(ran.output.splitlines()[-1])
    look, program = told["look"] * 1000, told["program"] * 1000
    return [
        Measure(
            "case.cpu_seconds", round(told["case"], 2), "s", LIMIT,
            ours=f"{told['case']:.2f} s with {told['papers']:.0f} papers",
        ),
        Measure(
            "case.look_ratio", round(look / program, 2), "x", None,
            ours=f"{look:.0f} ms", base=f"{program:.0f} ms, a program for each look",
        ),
    ]  # fmt: skip


# --- In a process of the portal ------------------------------------------------------


def seconds_used() -> float:
    """By this process and by those of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def measure() -> dict[str, float]:
    from accounts.models import User
    from services_catalog.models import Service
    from submissions.documents.inspection import LOOKER as MODULE
    from submissions.documents.lookouts import line_to_lookout
    from tests import cast
    from tests.bench.made_up import natural_code
    from tests.submissions.files import pdf

    user = cast.arrive("09195550009", "natural", natural_code(7000), "متقاضی پرکار")
    cast.register("1404/7000", user.parties[0], file_number="31-14021001")
    service = Service.objects.get(code="elec-intro")
    do_case(user, service)
    lookout = line_to_lookout(MODULE)
    lookout.close()
    began = seconds_used()
    papers = sum(do_case(User.objects.get(pk=user.pk), service) for _ in range(CASES))
    lookout.close()
    case = (seconds_used() - began) / CASES
    began, paper = seconds_used(), pdf().read()
    for _ in range(CASES):
        subprocess.run([sys.executable, "-c", LOOKER], input=paper, check=True, capture_output=True)
    program = (seconds_used() - began) / CASES
    began = seconds_used()
    for _ in range(10 * CASES):
        look_once(paper)
    lookout.close()
    look = (seconds_used() - began) / (10 * CASES)
    return {"case": case, "papers": papers / CASES, "look": look, "program": program}


def look_once(paper: bytes) -> None:
    """As an upload has it looked into."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from submissions.documents.inspection import THOROUGH, require_fine

    require_fine(SimpleUploadedFile("a.pdf", paper), "application/pdf", THOROUGH)


def do_case(user: Any, service: Any) -> int:
    """Draft, papers, six desks, letter, and all that is told meanwhile; the number of papers."""
    from accounts.models import User
    from submissions.documents.storage import attach_document
    from submissions.models import Submission
    from tests import cast, worker
    from tests.submissions.files import pdf

    draft = cast.begin(
        user, service, contract=user.parties[0].contracts.get(), answers=dict(cast.ANSWERS),
        declined=["poa"], file_number="31-14021001",
    )  # fmt: skip
    needed = [d for d in draft.facts.documents_for(draft.party.kind) if d.code != "poa"]
    for each in needed:
        attach_document(draft, each, pdf(), by=user)
    worker.run_until_idle()
    case = cast.step(draft, "submit", user)
    *desks, last = cast.SIX_DESKS
    for unit in desks:
        case = cast.step(case, "pass_on", User.objects.get(username=unit))
        worker.run_until_idle()
    cast.step(case, "approve", User.objects.get(username=last))
    worker.run_until_idle()
    assert Submission.objects.get(pk=case.pk).state == "completed"
    return len(needed)


def main() -> None:
    import django

    django.setup()
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
