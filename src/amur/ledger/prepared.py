"""Queries of pages that are asked again and again: said with Django's ORM, turned into SQL once in a process.

To turn a query into SQL costs Django more than the database takes to answer it. What changes from one asking to the
next is said as a ``Slot``; the rest of the query is what its SQL is. What comes back is what the query would return.

    OF_CASE = prepared(lambda case: Remark.objects.filter(case_id=case).order_by("pk"), UUIDField())
    rows = OF_CASE(case.pk)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

from amur.ledger import rows

Row = TypeVar("Row")
_RETURNED: tuple[Any, ...] = (ModelIterable, ValuesListIterable, FlatValuesListIterable)
Leaving = Callable[[Iterable[Any]], Iterator[Any]]
"""Makes of what the driver gives what the query returns."""
_Converter = tuple[int, Any, tuple[Any, ...]]
"""At which place a value is converted, what was selected there, and by what."""


class Slot(Expression):
    """A place in a query for a value that comes later; ``within`` says where in it, if it is a list."""

    def __init__(self, place: int, field: Field[Any, Any], within: int = 0) -> None:
        super().__init__(output_field=field)
        self.place, self.within = place, within

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002 -- as Django calls it
        """Stand among the values of the statement."""
        return "%s", (self,)

    def entering(self, given: Sequence[Any], database: Any) -> Any:
        """Return the value for this place as the database takes it."""
        value = given[self.place]
        if isinstance(value, list):
            value = value[min(self.within, len(value) - 1)]  # what is left of the room is filled with the last one
        return self.output_field.get_db_prep_value(value, database)


class Slots(Expression):
    """Places for the values of a list."""

    def __init__(self, places: Sequence[Slot], field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.places = places

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002 -- as Django calls it
        """Stand in brackets, as after ``IN``."""
        return f"({', '.join(['%s'] * len(self.places))})", tuple(self.places)


@dataclass(frozen=True, slots=True)
class Statement(Generic[Row]):
    """A query as SQL, its values with slots among them, and how its rows leave the database."""

    sql: str
    values: tuple[Any, ...]
    leaving: Leaving

    def found(self, given: Sequence[Any]) -> list[Row]:
        """Return what the query finds with these values in its slots."""
        return list(self.leaving(rows.run(self.sql, filled(self.values, given)).fetchall()))


def filled(values: Iterable[Any], given: Sequence[Any]) -> list[Any]:
    """Return the values of a statement with those that are given in the place of its slots."""
    database = connections[DEFAULT_DB_ALIAS]
    return [one.entering(given, database) if type(one) is Slot else one for one in values]


def statement(query: QuerySet[Any, Row]) -> Statement[Row]:
    """Return a query as a statement.

    Raises:
        TypeError: if it returns neither rows of a model nor lists of values, or asks a second question.
    """
    compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    return Statement(sql, tuple(values), _leaving(query, compiler))


class Prepared(Generic[Row]):
    """A query that is made once for a kind of database, and for about how many values a list has."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], fields: tuple[Field[Any, Any], ...]) -> None:
        self._build = build
        self._fields = fields
        self._statement = lru_cache(maxsize=64)(self._made)

    def __call__(self, *values: Any) -> list[Row]:
        """Return what the query finds with these values; a list of values stands for one that is ``in`` it.

        Raises:
            TypeError: if there are not as many values as the query takes.
        """
        if len(values) != len(self._fields):
            raise TypeError(f"this query takes {len(self._fields)} values; found {len(values)}")
        if [] in values:
            return []
        sizes = tuple(_room(len(value)) if isinstance(value, list) else 0 for value in values)
        return self._statement(connections[DEFAULT_DB_ALIAS].vendor, sizes).found(values)

    def first(self, *values: Any) -> Row | None:
        """Return the first of what it finds, or None."""
        return next(iter(self(*values)), None)

    def _made(self, vendor: str, sizes: tuple[int, ...]) -> Statement[Row]:  # noqa: ARG002 -- one for each kind
        """Turn the query into SQL."""
        slots = [
            Slots([Slot(place, field, within) for within in range(size)], field) if size else Slot(place, field)
            for place, (field, size) in enumerate(zip(self._fields, sizes, strict=True))
        ]
        return statement(self._build(*slots))


def prepared(build: Callable[..., QuerySet[Any, Row]], *fields: Field[Any, Any]) -> Prepared[Row]:
    """Return a query that is turned into SQL once; ``fields`` say of what kind its values are."""
    return Prepared(build, fields)


def _room(size: int) -> int:
    """Return for how many values a list of this size is prepared: few statements serve lists of every size."""
    return 1 << (size - 1).bit_length()


def _leaving(query: QuerySet[Any, Any], compiler: Any) -> Leaving:
    kind, related = query._iterable_class, query._prefetch_related_lookups  # type: ignore[attr-defined]  # noqa: SLF001 -- how Django tells them apart
    if kind not in _RETURNED or related:
        raise TypeError(f"found {kind.__name__} with {related}; what is prepared returns rows or lists of values")
    converters = _converters(compiler)

    def converted(found: Iterable[Any]) -> Iterable[Any]:
        return _applied(found, converters) if converters else found

    if kind is FlatValuesListIterable:
        return lambda found: (row[0] for row in converted(found))
    if kind is ValuesListIterable:
        return lambda found: map(tuple, converted(found))
    made = _made_of(query.model, compiler)
    return lambda found: map(made, converted(found))


def _converters(compiler: Any) -> tuple[_Converter, ...]:
    """Return how single values leave the database, keeping nothing of the connection that the statement was made with.

    A statement outlives the thread that made it; the connection of that thread must not.
    """
    own = compiler.connection.ops
    return tuple(
        (place, expression, tuple(_unbound(one, own) for one in those))
        for place, (those, expression) in compiler.get_converters(one[0] for one in compiler.select).items()
    )


def _unbound(convert: Any, own: Any) -> Any:
    if getattr(convert, "__self__", None) is not own:
        return convert
    name = convert.__name__
    return lambda value, expression, database: getattr(database.ops, name)(value, expression, database)


def _applied(found: Iterable[Any], converters: tuple[_Converter, ...]) -> Iterator[list[Any]]:
    database = connections[DEFAULT_DB_ALIAS]
    for values in map(list, found):
        for place, expression, those in converters:
            value = values[place]
            for convert in those:
                value = convert(value, expression, database)
            values[place] = value
        yield values


def _made_of(model: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return how a row of values becomes a row of a model, with what was selected beside it."""
    described = compiler.klass_info
    places = described["select_fields"]
    first, last = places[0], places[-1] + 1
    names = [compiler.select[place][0].target.attname for place in places]
    beside = get_related_populators(described, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are of a later Django
    extra = tuple(compiler.annotation_col_map.items())

    def made(values: Sequence[Any]) -> Any:
        row = model.from_db(DEFAULT_DB_ALIAS, names, values[first:last])
        for populator in beside:
            populator.populate(values, row)
        for name, place in extra:
            setattr(row, name, values[place])
        return row

    return made
