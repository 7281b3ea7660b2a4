"""What a program may use that looks into a file of a stranger."""

from __future__ import annotations

import resource
from typing import Final

MEMORY: Final = 1536 * 1024 * 1024


def hold_to_limits(seconds: int) -> None:
    """Hold this process to so many seconds of the processor, some memory, and no file of its own."""
    limit_process(resource.RLIMIT_CPU, seconds)
    limit_process(resource.RLIMIT_AS, MEMORY)
    limit_process(resource.RLIMIT_CORE, 0)
    limit_process(resource.RLIMIT_FSIZE, 0)


def limit_process(what: int, amount: int) -> None:
    """Hold this process to ``amount``, or to what its parent was held to before."""
    _, most = resource.getrlimit(what)
    allowed = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(what, (allowed, most))
