"""What a row or an object of theirs says: their columns become our fields, their codes ours, and faults are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from amur.base.canonical import Json
from amur.base.declared import LANGUAGES
from amur.base.faults import Refused
from amur.base.fields import FieldError, Lookups, Raw
from amur.exchange.declarations import CodeMap, Listed
from amur.exchange.engine.coding import UnknownCode, ours_of
from amur.exchange.engine.composing import Fault

_BETWEEN = re.compile(r"[,;|，；、]")
"""What may stand between several codes in a cell."""


class NoColumns(Refused):
    """A file whose first row does not name once what the message says."""

    def __init__(self, missing: Sequence[str], twice: Sequence[str]) -> None:
        """Take the columns that are missing and those that stand there twice."""
        parts = [f"no column {', '.join(missing)}"] if missing else []
        parts += [f"twice the columns {', '.join(twice)}"] if twice else []
        super().__init__("bad_columns", f"found {'; '.join(parts)}", missing=", ".join(missing), twice=", ".join(twice))


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says by our fields, and all that is wrong with it."""

    values: Mapping[str, Json]
    faults: tuple[Fault, ...] = ()


def columns_of(listed: Listed, header: Sequence[str]) -> tuple[str | None, ...]:
    """Return the field at each place of a header; what no field is called by is passed over.

    Raises:
        NoColumns: naming each required field that has no column, and each column that stands there twice.

    >>> from amur.base.fields import field_of
    >>> order = field_of({"id": "order", "type": "text", "title": {"zh": "工单编号", "en": "Order"}})
    >>> listed = Listed(fields=(order,))
    >>> columns_of(listed, ["工单编号", "more"]), columns_of(listed, ["order"])
    (('order', None), ('order',))
    >>> columns_of(listed, ["Number"])
    Traceback (most recent call last):
    ...
    amur.exchange.engine.reading.NoColumns: found no column order
    >>> columns_of(listed, ["Order", "order"])
    Traceback (most recent call last):
    ...
    amur.exchange.engine.reading.NoColumns: found twice the columns order
    """
    names = _names(listed)
    places = [names.get(_plain(said)) for said in header]
    twice = [said for place, said in enumerate(header) if places[place] and places[place] in places[:place]]
    missing = [_called(listed, one.id) for one in listed.fields if one.required and one.id not in places]
    if missing or twice:
        raise NoColumns(missing, twice)
    return tuple(places)


def read_row(
    listed: Listed, raw: Mapping[str, Raw], maps: Mapping[str, CodeMap], found: Lookups, *, named: bool = False
) -> Row:
    """Return what a row says; with ``named`` its keys are theirs, else our ids. What more is there is not read.

    >>> from datetime import date
    >>> from amur.base.fields import field_of
    >>> title = {"zh": "项", "en": "Item"}
    >>> listed = Listed(fields=(field_of({"id": "kind", "type": "text", "title": title}),
    ...     field_of({"id": "on", "type": "date", "title": title})), codes={"kind": "kinds"}, columns={"on": "day"})
    >>> maps, day = {"kinds": CodeMap(id="kinds", codes={"a": "01"})}, Lookups(date(2026, 1, 1))
    >>> read_row(listed, {"kind": "01", "day": "2026-03-01"}, maps, day, named=True)
    Row(values={'kind': 'a', 'on': '2026-03-01'}, faults=())
    >>> free = field_of({"id": "note", "type": "text", "title": title, "required": False})
    >>> read_row(Listed(fields=(free,)), {}, maps, day)
    Row(values={}, faults=())
    >>> [fault[:2] for fault in read_row(listed, {"kind": "02", "on": "soon"}, maps, day).faults]
    [('kind', 'unknown_code'), ('on', 'not_a_date')]
    """
    faults: list[Fault] = []
    names = {_called(listed, one.id) if named else one.id: one for one in listed.fields}
    values: dict[str, Json] = {}
    for name, one in names.items():
        typed = raw.get(name, "")
        try:
            if (wanted := listed.codes.get(one.id)) and isinstance(typed, str) and typed.strip():
                typed = _ours(maps[wanted], typed, is_many=one.column().kind == "list")
            value = one.parse(typed, found)
        except UnknownCode as error:
            faults.append((one.id, error.code, error.message))
            continue
        except FieldError as error:
            faults += [(name, code, said) for name, (code, said) in error.told(one.id).items()]
            continue
        if value is not None:
            values[one.id] = value
    return Row(values, tuple(faults))


def given(listed: Listed, names: Collection[str]) -> frozenset[str]:
    """Return the fields that are given by objects with these keys, in their words.

    >>> from amur.base.fields import field_of
    >>> title = {"zh": "项", "en": "Item"}
    >>> fields = [field_of({"id": name, "type": "text", "title": title}) for name in ("kind", "on")]
    >>> sorted(given(Listed(fields=fields, columns={"on": "day"}), {"kind", "day", "more"}))
    ['kind', 'on']
    >>> sorted(given(Listed(fields=fields, columns={"on": "day"}), {"on"}))
    []
    """
    return frozenset(one.id for one in listed.fields if _called(listed, one.id) in names)


def _ours(found: CodeMap, typed: str, *, is_many: bool) -> str:
    """Return our code for theirs; of a field that holds several, each.

    >>> _ours(CodeMap(id="kinds", codes={"a": "01", "b": "02"}), "01; 02", is_many=True)
    'a,b'
    """
    parts = _BETWEEN.split(typed) if is_many else [typed]
    return ",".join(ours_of(found, part.strip()) for part in parts if part.strip())


def template(listed: Listed) -> tuple[str, ...]:
    """Return the first row of a file that says this, in their words.

    >>> from amur.base.fields import field_of
    >>> order = field_of({"id": "order", "type": "text", "title": {"zh": "工单编号", "en": "Order"}})
    >>> template(Listed(fields=(order,))), template(Listed(fields=(order,), columns={"order": "NO"}))
    (('工单编号',), ('NO',))
    """
    return tuple(listed.columns.get(one.id) or one.title.zh for one in listed.fields)


def _names(listed: Listed) -> dict[str, str]:
    """Return the field that each name of a column means; a title that two fields have names neither."""
    titles: dict[str, set[str]] = {}
    for one in listed.fields:
        for language in LANGUAGES:
            if title := _plain(getattr(one.title, language)):
                titles.setdefault(title, set()).add(one.id)
    names = {title: next(iter(fields)) for title, fields in titles.items() if len(fields) == 1}
    names |= {one.id: one.id for one in listed.fields}
    return names | {_plain(said): name for name, said in listed.columns.items()}


def _called(listed: Listed, name: str) -> str:
    return listed.columns.get(name, name)


def _plain(said: str) -> str:
    return unicodedata.normalize("NFKC", str(said)).strip().casefold()
