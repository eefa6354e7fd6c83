"""Field types: what a form asks, a record keeps and a page shows, said once.

A field is a declaration whose ``type`` says how raw input becomes a value, how the value is displayed, what a data set,
an expression, a JSON Schema and a table call it, by what it can be filtered, and who may read it.

Here: the types and their faces. Not here: how a field is drawn on a page, and where its value is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import Field, TypeAdapter

from amur.base.fields.amounts import MoneyField, NumberField, QuantityField
from amur.base.fields.choices import CodeField, ReferenceField, RegionField, YesNoField
from amur.base.fields.column import Column
from amur.base.fields.composite import ComputedField, GroupField, SimpleField
from amur.base.fields.declaration import FieldDeclaration, Lookups, Openness, PersonalClass
from amur.base.fields.people import FileField, PersonField
from amur.base.fields.places import PointField, ShapeField
from amur.base.fields.raw import ERRORS, FieldError, Raw
from amur.base.fields.table_schema import table_schema
from amur.base.fields.times import DateField, InstantField, PeriodField
from amur.base.fields.words import ContactField, IdentifierField, TextField, TextsField

AnyField: TypeAlias = Annotated[SimpleField | GroupField | ComputedField, Field(discriminator="type")]
"""A field of any type, as a declaration holds it."""

TYPES: Mapping[str, type[FieldDeclaration]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in (
        TextField,
        TextsField,
        CodeField,
        IdentifierField,
        ReferenceField,
        MoneyField,
        QuantityField,
        NumberField,
        YesNoField,
        DateField,
        InstantField,
        PeriodField,
        RegionField,
        PointField,
        ShapeField,
        FileField,
        ContactField,
        PersonField,
        GroupField,
        ComputedField,
    )
}
"""Every type by its name."""

_ADAPTER: TypeAdapter[FieldDeclaration] = TypeAdapter(AnyField)


def field_of(declared: Mapping[str, Any]) -> FieldDeclaration:
    """Return the field that a mapping declares, as a pack writes it.

    Raises:
        pydantic.ValidationError: naming every option that is wrong.

    >>> field_of({"id": "staff", "type": "number", "title": {"zh": "人数", "en": "Staff"}}).column().kind
    'integer'
    """
    return _ADAPTER.validate_python(declared)


__all__ = [
    "ERRORS",
    "TYPES",
    "AnyField",
    "CodeField",
    "Column",
    "ComputedField",
    "ContactField",
    "DateField",
    "FieldDeclaration",
    "FieldError",
    "FileField",
    "GroupField",
    "IdentifierField",
    "InstantField",
    "Lookups",
    "MoneyField",
    "NumberField",
    "Openness",
    "PeriodField",
    "PersonField",
    "PersonalClass",
    "PointField",
    "QuantityField",
    "Raw",
    "ReferenceField",
    "RegionField",
    "ShapeField",
    "TextField",
    "TextsField",
    "YesNoField",
    "field_of",
    "table_schema",
]
