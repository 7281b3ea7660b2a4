"""What is watched while the portal works: figures for the graphs, findings that call somebody.

Every app registers here what it knows; ``/metrics`` and ``/health/work`` show all of it. Both
ask when they are asked, so each figure and each finding must be cheap, whatever the tables hold.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import models

# Rows of one kind that are counted; above it a graph shows that many.
MOST_COUNTED = 100_000

Values = Mapping[str, float]


@dataclass(frozen=True)
class Figure:
    """A number that is read when somebody asks; with ``label``, one for each of its values."""

    name: str
    says: str
    read: Callable[[], Values]
    label: str = ""
    only_grows: bool = False


_figures: dict[str, Figure] = {}
_findings: dict[str, Callable[[], str]] = {}


def register_figure(figure: Figure) -> None:
    """Show ``figure`` at /metrics.

    Called from AppConfig.ready(). Raises ValueError when the name is taken.
    """
    if figure.name in _figures:
        raise ValueError(f"Two figures are called {figure.name!r}")
    _figures[figure.name] = figure


def register_finding(check: Callable[[], str], name: str) -> None:
    """Have ``check()`` asked at /health/work; it returns what is wrong in one line, or nothing.

    Called from AppConfig.ready(). Raises ValueError when the name is taken.
    """
    if name in _findings:
        raise ValueError(f"Two findings are called {name!r}")
    _findings[name] = check


def registered_figures() -> Iterator[Figure]:
    """All figures, in the order of their registration."""
    yield from _figures.values()


def registered_findings() -> dict[str, Callable[[], str]]:
    """All checks of the work, by name."""
    return dict(_findings)


def count_rows(rows: "models.QuerySet[models.Model]") -> Values:
    """How many rows there are, none beyond :data:`MOST_COUNTED`."""
    return {"": rows.order_by()[:MOST_COUNTED].count()}
