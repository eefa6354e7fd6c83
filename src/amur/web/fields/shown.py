"""How a value is shown on a page, whatever its type: what ``components/value.html`` draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from amur.base.canonical import Json
from amur.base.fields import ContactField, FieldDeclaration, GroupField, Lookups

Kind = Literal["", "text", "code", "number", "day", "moment", "period", "link", "table", "shape", "texts"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is drawn. ``text`` stands for it wherever there is room for words alone."""

    kind: Kind = ""
    text: str = ""
    since: str = ""
    until: str = ""
    address: str = ""
    original: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[Shown, str], ...], ...] = ()
    said: tuple[tuple[str, str], ...] = ()


NOTHING = Shown()
_SIMPLE: dict[str, Kind] = {
    "identifier": "code",
    "number": "number",
    "money": "number",
    "quantity": "number",
    "instant": "moment",
    "period": "period",
    "point": "number",
    "shape": "shape",
    "texts": "texts",
}


def value_shown(declaration: FieldDeclaration, value: Json, language: str, lookups: Lookups) -> Shown:
    """Return how a value is drawn; one that its field would not let in any more is shown as plain words."""
    declaration = getattr(declaration, "inner", declaration)
    if value is None:
        return NOTHING
    text = declaration.display(value, language, lookups)
    try:
        declaration.as_typed(value)
        declaration.cell(value)
    except (ValueError, ArithmeticError):
        return Shown("text", text)
    if isinstance(declaration, GroupField) and isinstance(value, Sequence):
        return _table(declaration, value, text, language, lookups)
    return _one(declaration, value, text)


def _one(declaration: FieldDeclaration, value: Json, text: str) -> Shown:
    if isinstance(declaration, ContactField):
        return Shown("link", text, address=_address(declaration.medium, text))
    kind = _SIMPLE.get(declaration.type, "text")
    if declaration.column().kind == "date":
        kind = "day"
    if isinstance(value, Mapping) and kind == "texts":
        return Shown(kind, text, said=tuple((one, str(said)) for one, said in value.items() if said != text))
    if isinstance(value, Mapping) and kind == "period":
        return Shown(kind, text, since=str(value["from"]), until=str(value["to"] or ""))
    if kind in {"day", "moment"}:
        return Shown(kind, text, since=str(value))
    return Shown(kind, text, original=str(value) if kind == "shape" else "")


def _table(group: GroupField, items: Sequence[Json], text: str, language: str, lookups: Lookups) -> Shown:
    titles = tuple(field.title.say(language) for field in group.fields)
    rows = tuple(
        tuple(
            (value_shown(field, item.get(field.id), language, lookups), title)
            for field, title in zip(group.fields, titles, strict=True)
        )
        for item in items
        if isinstance(item, Mapping)
    )
    return Shown("table", text, headings=titles, rows=rows)


def _address(medium: str, text: str) -> str:
    """Return where a contact leads; a postal address leads nowhere."""
    if medium == "url":
        return text if urlsplit(text).scheme in {"http", "https"} else ""
    if medium == "email":
        return f"mailto:{text}"
    return f"tel:{''.join(text.split())}" if medium == "telephone" else ""
