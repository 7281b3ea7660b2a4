"""Questions that pages ask again and again, put into words once in each process.

Django writes the SQL of a queryset anew each time. Where it joins six tables that takes ten times as
long as the answer, although nothing is different in it but whom it is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import update_wrapper
from inspect import signature
from typing import Any, Generic, Self, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")


class Blank(Expression):
    """A place in a question that is filled in when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", [self]


class Question(Generic[R]):
    """What :func:`written` makes of a function: called with values it gives the rows that answer it.

    A value is a key or the object that has it, a text, a moment, a day. Rows that have a relation of
    the parameter's name get the object itself there, as from a manager of related objects.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, R]]) -> None:
        update_wrapper(self, write)
        self._write = write
        self._names = tuple(signature(write).parameters)
        self._words: _Words | None = None

    def __call__(self, *values: Any) -> list[R]:
        # Two threads may write the same words at once.
        if self._words is None:
            self._words = _Words(self._write(*map(Blank, self._names)))
        return list(self._words.ask(dict(zip(self._names, values, strict=True))))

    def first(self, *values: Any) -> R | None:
        """The first of the rows that answer it."""
        return next(iter(self(*values)), None)


def written(write: Callable[..., QuerySet[Any, R]]) -> Question[R]:
    """Have what the function describes asked in words that are written at the first time.

    It gets a :class:`Blank` for each parameter, and knows nothing else: no clock, no setting, nobody.
    """
    return Question(write)


class _Words:
    """The SQL of a question, and the compiler that knows which column of an answer is what."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._places = self._compiler.as_sql()
        self._rows = cast(Any, rows.using(DEFAULT_DB_ALIAS))
        # Set by its public name, it would turn tuples into dictionaries.
        self._rows._query = rows.query.chain(_WrittenQuery)
        relations = (field for field in rows.model._meta.concrete_fields if field.is_relation)
        self._relations = {field.name: field for field in relations}

    def ask(self, values: Mapping[str, Any]) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        filled = {name: _as_parameter(value, connection.ops) for name, value in values.items()}
        places = [filled[each.name] if isinstance(each, Blank) else each for each in self._places]
        asked = self._rows.all()
        asked.query.words = _WrittenCompiler.of(self._compiler, connection, self._sql, places)
        asked._known_related_objects = {
            self._relations[name]: {value.pk: value}
            for name, value in values.items()
            if isinstance(value, Model) and name in self._relations
        }
        return asked


class _WrittenQuery(Query):
    words: SQLCompiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        return self.words


class _WrittenCompiler(SQLCompiler):
    """What has written a question, for a connection and the values of one time."""

    written: tuple[str, Sequence[Any]]

    @classmethod
    def of(cls, writer: SQLCompiler, connection: Any, sql: str, values: Sequence[Any]) -> Self:
        made = cls(writer.query, connection, DEFAULT_DB_ALIAS)
        vars(made).update(vars(writer), connection=connection, written=(sql, values))
        return made

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return self.written


def _as_parameter(value: Any, ops: Any) -> Any:
    """As the fields of Django hand it to the database."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    return ops.adapt_datefield_value(value) if isinstance(value, date) else value
