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

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")


class Blank(Expression):
    """A place in a question that is filled in when it is asked."""

    def __init__(self, name: str, at: int | None = None) -> None:
        super().__init__()
        self.name, self.at = name, at

    @classmethod
    def like(cls, name: str, value: object) -> Blank | list[Blank] | None:
        """What stands for a value when the question is written: in a list as many as it has."""
        if isinstance(value, list):
            return [cls(name, at) for at in range(len(value))]
        return None if value is None else cls(name)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", [self]


class Question(Generic[R]):
    """What :func:`written` makes of a function: called with values it gives the rows that answer it.

    A value is a key or the object that has it, a text, a moment, a day. Rows that have a relation of
    the parameter's name get the object itself there, as from a manager of related objects. It may be
    None or a list of few as well: of either, and of each length, the question has words of its own.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, R]]) -> None:
        update_wrapper(self, write)
        self._write = write
        self._names = tuple(signature(write).parameters)
        self._words: dict[tuple[int | str, ...], _Words] = {}

    def __call__(self, *values: Any) -> list[R]:
        named = dict(zip(self._names, values, strict=True))
        form = tuple(map(_form_of, values))
        # Two threads may write the same words at once.
        if form not in self._words:
            self._words[form] = _Words(self._write(*map(Blank.like, named, values)))
        return list(self._words[form].ask(named))

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
        try:
            self._sql, self._places = self._compiler.as_sql()
        except EmptyResultSet:
            # Nothing can answer it: a compiler without words asks nobody.
            self._sql, self._places = "", ()
        self._rows = cast(Any, rows.using(DEFAULT_DB_ALIAS))
        # Set by its public name, it would turn tuples into dictionaries.
        self._rows._query = rows.query.chain(_WrittenQuery)
        relations = (field for field in rows.model._meta.concrete_fields if field.is_relation)
        self._relations = {field.name: field for field in relations}

    def ask(self, values: Mapping[str, Any]) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        places = [_fill_in(each, values, connection.ops) for each in self._places]
        words = _WrittenCompiler.of(self._compiler, connection, self._sql, places)
        # As Django's clones but for their copies of each condition: nothing is added to these words.
        asked = _copy_with(self._rows, _query=_copy_with(self._rows.query, words=words))
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
    writer: SQLCompiler

    @classmethod
    def of(cls, writer: SQLCompiler, connection: Any, sql: str, values: Sequence[Any]) -> Self:
        made = cls(writer.query, connection, DEFAULT_DB_ALIAS)
        vars(made).update(vars(writer), connection=connection, written=(sql, values), writer=writer)
        return made

    def get_converters(self, expressions: Any) -> Any:
        """What turns columns into values: for a connection the same at each time."""
        known = vars(self.connection).setdefault("converters_of_questions", {})
        if self.writer not in known:
            known[self.writer] = super().get_converters(expressions)
        return known[self.writer]

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return self.written


def _copy_with(original: Any, **different: Any) -> Any:
    """The same in an object of its own, but for some attributes."""
    made = object.__new__(type(original))
    vars(made).update(vars(original), **different)
    return made


def _form_of(value: object) -> int | str:
    """What of a value decides on the words: the length of a list, else whether there is one."""
    if isinstance(value, list):
        return len(value)
    return "none" if value is None else "one"


def _fill_in(place: Any, values: Mapping[str, Any], ops: Any) -> Any:
    """What stands there, as the fields of Django hand it to the database."""
    if not isinstance(place, Blank):
        return place
    value = values[place.name]
    if place.at is not None:
        value = value[place.at]
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    return ops.adapt_datefield_value(value) if isinstance(value, date) else value
