"""What the workers of a class would load with their first task: loaded once, before they are forked."""

import logging
from collections import defaultdict
from collections.abc import Callable

logger = logging.getLogger(__name__)

_loads: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)


def load_before_forks(work_class: str, load: Callable[[], object]) -> None:
    """Have the process that forks the workers of ``work_class`` call ``load`` first.

    It may neither open a connection nor start a thread.
    """
    _loads[work_class].append(load)


def warm_class(work_class: str) -> None:
    """Load what its tasks need; what can't be loaded is the first task's trouble, as it would be."""
    for load in _loads[work_class]:
        try:
            load()
        except Exception:
            logger.exception("What the workers of %s need could not be loaded", work_class)
