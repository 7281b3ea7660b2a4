"""How long a story waits for what must come: far longer than it takes, also on a busy machine.

Nobody waits this long unless the story is about to fail.
"""

import time
from collections.abc import Callable

PATIENCE = 90  # seconds
BETWEEN_LOOKS = 0.05


def wait_until(
    what: Callable[[], object], *, told: Callable[[], object] = str, patience: float = PATIENCE
) -> None:
    """Look again and again until ``what()`` is true; ``told()`` says what went on if it never is."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, told()
        time.sleep(BETWEEN_LOOKS)
