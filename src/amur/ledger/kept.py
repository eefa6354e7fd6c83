"""Columns that hold personal data: plain for the program, sealed under the subject's key in the database.

Whatever stores a row seals it, in bulk too; what cannot know the row (``QuerySet.update``) is refused, so there is no
path on which a plain value reaches the disk. What was stored before these columns were sealed is read as it is.

A model with such columns says by ``key_subject`` whose they are. After erasure a text is empty and a value is absent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from amur.base.canonical import Json
from amur.base.once import once
from amur.ledger import keys
from amur.ledger.acts.subjects import protect
from amur.ledger.engine import Erased, part_of
from amur.ledger.reads.subjects import revealed

Row = TypeVar("Row", bound=models.Model)

_KEYS = "_keys_of_subject"
_STORED = "_stored_"


class StoredText(str):
    """Text as the database holds it: sealed, empty, or plain from an earlier version."""

    __slots__ = ()


class StoredData(dict[str, Json]):
    """Values as the database holds them, some of them sealed."""


def prefetch(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return rows with their keys, fetched with one query a few hundred, so that reading them costs none.

    While a look lasts, the keys of a subject are fetched once for all of its rows.
    """
    listed = tuple(rows)
    held: dict[str, dict[str, bytes | Erased]] = once(_KEYS, dict)
    wanted = {_subject(row) for row in listed} - held.keys()
    held.update({subject: {} for subject in wanted} | keys.keys_of(wanted))
    for row in listed:
        row.__dict__[_KEYS] = held[_subject(row)]
    return listed


def sealed_for(row: models.Model, value: Json, part: str = "") -> str:
    """Return a value sealed for the subject of a row, for an entry or another table that tells of it.

    Raises:
        Refused: ``ledger.forgotten`` if the subject was forgotten.
    """
    known = _keys(row)
    if part not in known:
        known[part] = keys.read_or_make(_subject(row), part, known)
    return protect(_subject(row), value, part=part, known=known)


def sealed_values(row: models.Model, values: Mapping[str, Json], parts: Mapping[str, str]) -> dict[str, Json]:
    """Return values with those sealed that ``parts`` names, each with the part of the key.

    Raises:
        Refused: ``ledger.forgotten`` if the subject was forgotten.
    """
    return {
        name: sealed_for(row, value, parts[name]) if name in parts and value is not None else value
        for name, value in values.items()
    }


def stored(row: models.Model, column: str) -> Json:
    """Return what the database holds of a sealed column, for an entry that commits to it.

    Raises:
        ValueError: if the column was set and not stored since.
    """
    present = row.__dict__.get(column)
    if isinstance(present, StoredText | StoredData):
        return cast("Json", _plain(present))
    if (known := row.__dict__.get(f"{_STORED}{column}")) is None:
        raise ValueError(f"{column} was not stored yet")
    return cast("Json", _plain(known))


class _Sealed(DeferredAttribute):
    """The attribute of a row: opened when it is first read."""

    field: _Kept

    def __get__(self, row: models.Model | None, owner: type[models.Model] | None = None) -> Any:
        if row is None:
            return self
        found = super().__get__(row, owner)
        if isinstance(found, StoredText | StoredData):
            row.__dict__[f"{_STORED}{self.field.attname}"] = found
            found = row.__dict__[self.field.attname] = self.field.opened(row, found)
        return found

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class _Kept(models.Field, ABC):  # type: ignore[type-arg]  # the two subclasses name their types
    """What both columns share."""

    descriptor_class = _Sealed
    empty_in: ClassVar[Mapping[str, str]]
    """What a database keeps of nothing, where that is one text."""

    @abstractmethod
    def opened(self, row: models.Model, found: StoredText | StoredData) -> Any:
        """Return what the program reads."""

    @abstractmethod
    def closed(self, row: models.Model, value: Any) -> StoredText | StoredData:
        """Return what the database keeps."""

    def pre_save(self, row: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 -- Django's own parameters
        """Return what is stored; a value that was not opened is stored as it was read."""
        value = row.__dict__.get(self.attname, "")
        if not isinstance(value, StoredText | StoredData):
            value = self.closed(row, value)
            row.__dict__[f"{_STORED}{self.attname}"] = value
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Let nothing through that was not sealed.

        Raises:
            TypeError: for a plain value.
        """
        if value and not isinstance(value, StoredText | StoredData):
            raise TypeError(f"{self.model.__name__}.{self.name} is sealed for its row; set it on the row and save that")
        return super().get_db_prep_save(_plain(value), connection)


class KeptText(_Kept, models.TextField):  # type: ignore[type-arg]  # the stubs take parameters that Django does not
    """A text that holds personal data."""

    empty_in = {"sqlite": "", "postgresql": ""}

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Say to migrations that it is an ordinary text, as it is for the database."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options

    def from_db_value(self, value: str | None, *_: Any) -> StoredText | None:
        """Mark what was read as what is stored."""
        return None if value is None else StoredText(value)

    def opened(self, row: models.Model, found: StoredText | StoredData) -> str:
        """Return the text, empty where it was erased."""
        text = str(found)
        if part_of(text) is None:
            return text
        value = revealed(_subject(row), text, _keys(row))
        return "" if isinstance(value, Erased) else str(value)

    def closed(self, row: models.Model, value: Any) -> StoredText:
        """Return the sealed text; nothing is sealed as nothing."""
        return StoredText(sealed_for(row, str(value)) if value else "")


class KeptData(_Kept, models.JSONField):
    """Values that hold personal data: all of them, or those that ``parts`` of the row names.

    ``parts`` is the name of an attribute of the row: a mapping of names to the parts of the subject under whose keys
    they are sealed. Without it everything is sealed as one, under the subject's own key.
    """

    empty_in = {"sqlite": "{}"}

    def __init__(self, *arguments: Any, parts: str = "", **options: Any) -> None:
        self.parts = parts
        super().__init__(*arguments, **options)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Say to migrations that it is ordinary JSON, as it is for the database."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Mark what was read as what is stored."""
        if value == "{}":
            return StoredData()
        found = super().from_db_value(value, expression, connection)
        if isinstance(found, str):
            return StoredText(found)
        return StoredData(found) if isinstance(found, dict) else found

    def opened(self, row: models.Model, found: StoredText | StoredData) -> dict[str, Json]:
        """Return the values; what was erased is absent."""
        if isinstance(found, StoredText):
            whole = revealed(_subject(row), str(found), _keys(row))
            return {} if isinstance(whole, Erased) else dict(cast("Mapping[str, Json]", whole))
        if not any(part_of(value) is not None for value in found.values()):
            return dict(found)  # nothing is personal: no declaration is read and no key
        return opened_values(_subject(row), found, self._parts(row), _keys(row))

    def closed(self, row: models.Model, value: Any) -> StoredText | StoredData:
        """Return the values with what is personal sealed."""
        if not value:
            return StoredData()
        if self.parts:
            return StoredData(sealed_values(row, value, self._parts(row)))
        return StoredText(sealed_for(row, value))

    def _parts(self, row: models.Model) -> Mapping[str, str]:
        return cast("Mapping[str, str]", getattr(row, self.parts)) if self.parts else {}


def opened_values(subject: str, values: Mapping[str, Json], names: Iterable[str], known: keys.Keys) -> dict[str, Json]:
    """Return values with those opened that are named; one that was erased is absent."""
    found = dict(values)
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and part_of(value) is not None:
            opened = revealed(subject, value, known)
            if isinstance(opened, Erased):
                del found[name]
            else:
                found[name] = opened
    return found


def _subject(row: models.Model) -> str:
    return str(cast("Any", row).key_subject)


def _keys(row: models.Model) -> dict[str, bytes | Erased]:
    """Return the keys of a row's subject, read once for it and for what is written about it beside."""
    if _KEYS not in row.__dict__:
        known = _keys_beside(row)
        if known is None:
            prefetch([row])
        else:
            row.__dict__[_KEYS] = known
    return cast("dict[str, bytes | Erased]", row.__dict__[_KEYS])


def _keys_beside(row: models.Model) -> dict[str, bytes | Erased] | None:
    """Return the keys that a row which this one belongs to has read, if they are of the same subject."""
    for other in row._state.fields_cache.values():  # noqa: SLF001 -- where Django keeps the rows that a row refers to
        if isinstance(other, models.Model) and _KEYS in other.__dict__ and _subject(other) == _subject(row):
            return cast("dict[str, bytes | Erased]", other.__dict__[_KEYS])
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, StoredText):
        return str(value)
    return dict(value) if isinstance(value, StoredData) else value
