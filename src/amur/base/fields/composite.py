"""Composite types: a group of fields that repeats, and a value that is computed from the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from amur.base.canonical import Json
from amur.base.fields.amounts import MoneyField, NumberField, QuantityField
from amur.base.fields.choices import CodeField, ReferenceField, RegionField, YesNoField
from amur.base.fields.column import Column
from amur.base.fields.declaration import FieldDeclaration, Lookups, PersonalClass
from amur.base.fields.people import FileField, PersonField
from amur.base.fields.places import PointField, ShapeField
from amur.base.fields.raw import FieldError, Raw, from_json, kind_of, plain, raise_all, says_something
from amur.base.fields.times import DateField, InstantField, PeriodField
from amur.base.fields.words import ContactField, IdentifierField, TextField, TextsField

SimpleField: TypeAlias = Annotated[
    TextField
    | TextsField
    | CodeField
    | IdentifierField
    | ReferenceField
    | MoneyField
    | QuantityField
    | NumberField
    | YesNoField
    | DateField
    | InstantField
    | PeriodField
    | RegionField
    | PointField
    | ShapeField
    | FileField
    | ContactField
    | PersonField,
    Field(discriminator="type"),
]
"""A field that a group may repeat."""


class GroupField(FieldDeclaration):
    """A group of fields that repeats. Its value is a list of objects; its plain text is that as JSON.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> name = TextField(id="name", type="text", title=Text(zh="姓名", en="Name"))
    >>> owners = GroupField(id="owners", type="group", title=Text(zh="所有人", en="Owners"), fields=(name,))
    >>> owners.parse([{"name": " 甲 "}, {"name": ""}], Lookups(date(2026, 1, 1)))
    [{'name': '甲'}]
    """

    type: Literal["group"]
    fields: tuple[SimpleField, ...] = Field(min_length=1)
    least: int = Field(default=0, ge=0)
    most: int = Field(default=50, gt=0, le=1_000)

    @model_validator(mode="after")
    def _each_field_once_and_no_files(self) -> GroupField:
        names = [field.id for field in self.fields]
        for field in self.fields:
            if names.count(field.id) > 1:
                raise ValueError(f"group {self.id!r} holds {field.id!r} twice; give each field one id")
            if isinstance(field, FileField) or field.indexed:
                raise ValueError(f"group {self.id!r}: {field.id!r} is a file or indexed, which a group cannot repeat")
            if isinstance(field, PersonField) and not field.keep:
                raise ValueError(f"group {self.id!r}: {field.id!r} is not kept, so no item can be shown again; keep it")
            if field.openness != self.openness:
                raise ValueError(f"group {self.id!r} is {self.openness} and {field.id!r} is not; make them the same")
            if field.when:
                raise ValueError(f"group {self.id!r}: {field.id!r} has a condition; set it on the whole group")
        if self.least > self.most:
            raise ValueError(f"group {self.id!r} needs {self.least} and takes {self.most}; exchange them")
        return self

    @property
    def personal_class(self) -> PersonalClass:
        """Return the strictest class of the group and its fields."""
        classes = {field.personal_class for field in self.fields} | {super().personal_class}
        return next(one for one in ("sensitive", "personal", "none") if one in classes)

    def clean(self, raw: str) -> str:
        """Return the JSON as it came: what it holds is cleaned, field by field."""
        return raw.strip()

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the items that a JSON list holds."""
        found = from_json(text)
        if not isinstance(found, list):
            raise FieldError("bad_shape", f"found {text[:40]!r}; give a list of objects in JSON")
        return self.validate_value(found, lookups)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the items of a list; one in which nothing was entered is left out."""
        if isinstance(raw, Mapping) or not isinstance(raw, Sequence):
            return super().gather(raw, lookups)
        entered = {number: item for number, item in enumerate(raw) if says_something(item)}
        return self._items(entered, lambda field, part: field.parse("" if part is None else part, lookups))

    def as_typed(self, value: Json) -> str:
        """Return the items as JSON."""
        if value is None:
            return ""
        for item in self._listed(value):
            for field in self.fields:
                field.as_typed(item.get(field.id) if isinstance(item, Mapping) else self._no_item(item))
        return json.dumps(value, ensure_ascii=False)

    def validate_value(self, value: Json, lookups: Lookups) -> Json:
        """Return the items, each field checked as if a person had typed it."""
        if value is None:
            return self._left_empty()
        items = dict(enumerate(self._listed(value)))
        return self._items(items, lambda field, kept: field.validate_value(kept, lookups))

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return one line an item."""
        colon, stop = ("：", "；") if language.startswith("zh") else (": ", "; ")
        return "\n".join(
            stop.join(
                f"{field.title.say(language)}{colon}{field.display(item[field.id], language, lookups)}"
                for field in self.fields
                if item.get(field.id) is not None
            )
            if isinstance(item, Mapping)
            else plain(item)
            for item in self._listed(value)
        )

    def column(self) -> Column:
        """Return a list of structs."""
        return Column("list", item=Column("struct", columns=tuple((f.id, f.column()) for f in self.fields)))

    def cell(self, value: Json) -> object:
        """Return a list of dicts."""
        return self._cells(value, lambda field, kept: field.cell(kept))

    def cel_column(self) -> Column:
        """Return a list of structs as expressions see their fields."""
        return Column("list", item=Column("struct", columns=tuple((f.id, f.cel_column()) for f in self.fields)))

    def cel_cell(self, value: Json) -> object:
        """Return a list of dicts as expressions see their fields."""
        return self._cells(value, lambda field, kept: field.cel_cell(kept))

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an array of objects."""
        return super().json_schema(lookups) | {
            "type": "array",
            "minItems": max(self.least, 1),
            "maxItems": self.most,
            "items": {
                "type": "object",
                "properties": {field.id: field.json_schema(lookups) for field in self.fields},
                "required": [field.id for field in self.fields if field.required],
                "additionalProperties": False,
            },
        }

    def _cells(self, value: Json, cell: Any) -> object:
        if isinstance(value, str) or not isinstance(value, Sequence):
            return None
        items = [item for item in value if isinstance(item, Mapping)]
        return [{field.id: cell(field, item.get(field.id)) for field in self.fields} for item in items]

    def _listed(self, value: Json) -> Sequence[Json]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.misfit(value)
        return value

    def _items(self, items: Mapping[int, Any], read: Callable[[FieldDeclaration, Any], Json]) -> Json:
        """Return the items; a fault says the number of its item as it was entered."""
        if not items:
            return self._left_empty()
        if not self.least <= len(items) <= self.most:
            code = "too_few" if len(items) < self.least else "too_many"
            raise FieldError(code, f"found {len(items)} items; {self.least} to {self.most} are needed")
        kept: list[Json] = []
        faults: list[FieldError] = []
        for number, item in items.items():
            try:
                kept.append(self._item(item, read))
            except FieldError as error:
                faults.append(error.inside(str(number)))
        raise_all(faults, "bad_item")
        return kept

    def _item(self, item: Any, read: Callable[[FieldDeclaration, Any], Json]) -> Json:
        if not isinstance(item, Mapping) or set(item) - {field.id for field in self.fields}:
            self._no_item(item)
        kept: dict[str, Json] = {}
        faults: list[FieldError] = []
        for field in self.fields:
            try:
                value = read(field, item.get(field.id))
            except FieldError as error:
                faults.append(error.inside(field.id))
            else:
                if value is not None:
                    kept[field.id] = value
        raise_all(faults)
        return kept

    def _no_item(self, item: object) -> NoReturn:
        raise FieldError("bad_shape", f"found {kind_of(item)}; give {', '.join(field.id for field in self.fields)}")


_RESULT: TypeAdapter[FieldDeclaration] = TypeAdapter(SimpleField)


class ComputedField(FieldDeclaration):
    """A value that an expression computes from the other fields when the record is written; nobody enters it.

    ``result`` is what the value is, with the options of that type: ``result: { type: money, currency: CNY }``. Where
    the field is required, the expression must yield a value.

    >>> from amur.base.declared import Text
    >>> total = ComputedField(id="total", type="computed", title=Text(zh="合计", en="Total"), expression="fee + fine",
    ...     result={"type": "money", "currency": "CNY"})
    >>> total.as_typed(123450), total.column().kind
    ('1234.50', 'decimal')
    """

    type: Literal["computed"]
    required: bool = False
    expression: str = Field(min_length=1, max_length=4_000)
    result: dict[str, Any]

    @model_validator(mode="after")
    def _result_is_a_simple_type(self) -> ComputedField:
        kind = self.result.get("type")
        if not isinstance(kind, str) or kind in {"file", "person", "group", "computed"}:
            raise ValueError(f"field {self.id!r}: found result {kind!r}; name a simple type")
        _ = self.inner
        return self

    @cached_property
    def inner(self) -> FieldDeclaration:
        """Return the field that the computed value is one of."""
        own = {"id": self.id, "title": self.title, "openness": self.openness, "required": self.required}
        return _RESULT.validate_python({**self.result, **own, "personal": self.personal})

    def read(self, text: str, lookups: Lookups) -> Json:
        """Refuse: what is computed is not entered."""
        del lookups
        raise FieldError("computed", f"found {text[:40]!r}; this value is computed, leave it empty")

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Refuse, as ``read`` does."""
        return self.read(kind_of(raw), lookups)

    def _left_empty(self) -> Json:
        return None

    @property
    def unit_code(self) -> str:
        """Return the unit of the result."""
        return self.inner.unit_code

    def as_typed(self, value: Json) -> str:
        """Return what the type of the result says."""
        return self.inner.as_typed(value)

    def validate_value(self, value: Json, lookups: Lookups) -> Json:
        """Return the computed value if it is one of the type of the result."""
        return self.inner.validate_value(value, lookups)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return what the type of the result says."""
        return self.inner.show(value, language, lookups)

    def column(self) -> Column:
        """Return the column of the result."""
        return self.inner.column()

    def cell(self, value: Json) -> object:
        """Return the cell of the result."""
        return self.inner.cell(value)

    def cel_column(self) -> Column:
        """Return what expressions see of the result."""
        return self.inner.cel_column()

    def cel_cell(self, value: Json) -> object:
        """Return what expressions see of the value."""
        return self.inner.cel_cell(value)

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return the schema of the result, read only."""
        return self.inner.json_schema(lookups) | {"readOnly": True}

    def constraints(self) -> dict[str, Json]:
        """Return the constraints of the result."""
        return self.inner.constraints()

    def index(self) -> str | None:
        """Return the index of the result."""
        return self.inner.index()
