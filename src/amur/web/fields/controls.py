"""The control of each field type: what the template shows, with what was entered before and what is wrong with it."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from amur.base.canonical import Json
from amur.base.fields import (
    CodeField,
    DateField,
    FieldDeclaration,
    FieldError,
    FileField,
    GroupField,
    InstantField,
    Lookups,
    MoneyField,
    NumberField,
    PeriodField,
    PersonField,
    PointField,
    QuantityField,
    ReferenceField,
    RegionField,
    ShapeField,
    TextField,
    TextsField,
    YesNoField,
)
from amur.web.dates import size
from amur.web.fields import choosing
from amur.web.fields.labels import item_label, part_label
from amur.web.fields.views import DATE_PARTS, DatePart, FieldView, GroupItem, Option, Received

Errors = Mapping[str, str]
"""What is wrong, in words, by the place inside the field; the whole field is the empty place."""

_NO_ERRORS: Errors = {}


def view_of(
    declaration: FieldDeclaration,
    language: str,
    lookups: Lookups,
    *,
    raw: Json = "",
    error: str = "",
    errors: Errors = _NO_ERRORS,
    received: Sequence[Received] = (),
    is_heading: bool = False,
    name: str = "",
) -> FieldView:
    """Return what the template shows for a field, with what was entered before and what was wrong with it.

    ``errors`` are those of parts by their place, such as ``0.name``, which are told there and not again at the whole;
    ``name`` is that of the control where the field is part of another.
    """
    shared: dict[str, Any] = {
        "name": name or declaration.id,
        "label": declaration.title.say(language),
        "hint": _hint(declaration, language),
        "error": "" if errors else error,
        "note": _note(declaration, language, raw),
        "is_required": declaration.required,
        "is_heading": is_heading,
        "received": tuple(received),
    }
    control = _Control(declaration, language, lookups, shared["name"], raw, errors)
    return FieldView(**{**shared, **control.described()})


class _Control:
    """One field on its way to the template."""

    def __init__(  # noqa: PLR0917 -- what is known of a field that is asked; nothing of it has a default
        self,
        declaration: FieldDeclaration,
        language: str,
        lookups: Lookups,
        name: str,
        raw: Json,
        errors: Errors,
    ) -> None:
        self.declaration = declaration
        self.language = language
        self.lookups = lookups
        self.name = name
        self.raw = raw
        self.errors = errors

    def described(self) -> dict[str, Any]:
        """Return what the type adds to what all fields have."""
        match self.declaration:
            case CodeField() as codes:
                made = self._codes(codes)
            case ReferenceField() as reference:
                made = self._reference(reference)
            case PeriodField() as period:
                made = self._period(period)
            case TextsField() as texts:
                made = self._texts(texts)
            case GroupField() as group:
                made = self._group(group)
            case DateField() | PersonField(of="birth_date"):
                made = self._day()
            case RegionField() | YesNoField() | InstantField() | PointField():
                made = self._named()
            case plain:
                made = {"value": typed(plain, self.raw)} | _plain(plain, self.language)
        return made

    def _named(self) -> dict[str, Any]:
        """Return the control of a type that has no options to look at."""
        made = {"region": self._region, "yes_no": self._yes_no, "instant": self._instant, "point": self._point}
        return made[self.declaration.type]()

    def _codes(self, declaration: CodeField) -> dict[str, Any]:
        if declaration.many:
            chosen = self.raw if isinstance(self.raw, list | tuple) else str(self.raw).split(",")
            options = choosing.codes(declaration, self.language, self.lookups, [str(one).strip() for one in chosen])
            return {"control": "checkboxes", "options": options}
        return choosing.one_of(declaration, self.language, self.lookups, str(self.raw))

    def _region(self) -> dict[str, Any]:
        chosen, gone = str(self.raw), self.lookups.gone
        offered = {code: title for code, title in self.lookups.regions.items() if code not in gone or code == chosen}
        return choosing.select(
            choosing.regions({code: one.say(self.language) for code, one in offered.items()}, chosen)
        )

    def _reference(self, declaration: ReferenceField) -> dict[str, Any]:
        key = typed(declaration, self.raw)
        title = self.lookups.records(declaration.register_id, key) if key else None
        listed = dict(self.lookups.listed(declaration.register_id))
        if listed:
            return choosing.select([choosing.records(listed, key, title, self.language)])
        found = _("That is: %(title)s") % {"title": title.say(self.language)} if title else ""
        return {"control": "input", "value": key, "is_code": True, "note": found}

    def _yes_no(self) -> dict[str, Any]:
        chosen = typed(self.declaration, self.raw)
        options = (Option("yes", _("Yes"), chosen == "yes"), Option("no", _("No"), chosen == "no"))
        return {"control": "radios", "options": options, "is_inline": True}

    def _day(self) -> dict[str, Any]:
        return {"control": "date", "parts": _date_parts(self.name, typed(self.declaration, self.raw))}

    def _instant(self) -> dict[str, Any]:
        entered = self._parts(("day", "time"))
        time = self._box("time", entered, "input", width=5, hint=_("Hours and minutes, such as 09:30"))
        return {"control": "boxes", "inner": (self._days("day", entered), time)}

    def _period(self, declaration: PeriodField) -> dict[str, Any]:
        entered = self._parts(("from", "to"))
        may_be_open = declaration.may_be_open
        hint = _("Leave it empty as long as the end is open.") if may_be_open else ""
        last = self._days("to", entered, hint=hint, is_required=not may_be_open)
        return {"control": "boxes", "inner": (self._days("from", entered), last)}

    def _point(self) -> dict[str, Any]:
        entered = self._parts(("lat", "lon"))
        return {
            "control": "boxes",
            "inner": tuple(self._box(part, entered, "input", width=10) for part in ("lat", "lon")),
        }

    def _texts(self, declaration: TextsField) -> dict[str, Any]:
        entered = self._parts(declaration.languages)
        control = "textarea" if declaration.multiline else "input"
        inner = tuple(self._box(one, entered, control, lang=_TAGS[one]) for one in declaration.languages)
        return {"control": "boxes", "inner": inner}

    def _group(self, declaration: GroupField) -> dict[str, Any]:
        items = self._items(declaration)
        offered = len(items) < declaration.most
        shown = tuple(self._item(declaration, number, item, len(items)) for number, item in enumerate(items))
        return {"control": "group", "items": shown, "add": declaration.id if offered else ""}

    def _items(self, declaration: GroupField) -> list[Mapping[str, Json]]:
        """Return the items that were entered; at least as many empty ones as have to be filled in."""
        found: Json = self.raw
        if isinstance(found, str):
            try:
                found = declaration.parse(found, self.lookups) if found else []
            except FieldError:
                found = []
        listed = list(found) if isinstance(found, list | tuple) else []
        items = [item if isinstance(item, Mapping) else {} for item in listed]
        return items + [{}] * (max(declaration.least, 1) - len(items))

    def _item(self, declaration: GroupField, number: int, item: Mapping[str, Json], count: int) -> GroupItem:
        place = f"{number}."
        inner = tuple(
            view_of(
                field,
                self.language,
                self.lookups,
                raw=item.get(field.id, ""),
                error=self.errors.get(place + field.id, ""),
                errors=_below(self.errors, place + field.id),
                name=f"{self.name}-{number}-{field.id}",
            )
            for field in declaration.fields
        )
        return GroupItem(
            label=item_label(declaration, number, self.language),
            inner=inner,
            id=f"{self.name}-{number}",
            error=self.errors.get(str(number), ""),
            drop=f"{self.name}-{number}" if count > 1 else "",
        )

    def _parts(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return what was entered in each box, also where it came as one text or is kept as a value."""
        found: Json = self.raw
        if isinstance(found, str) and found:
            try:
                found = self.declaration.parse(found, self.lookups)
            except FieldError:
                found = {names[0]: found}
            if isinstance(found, str):
                day, _space, time = self.declaration.display(found, self.language, self.lookups).partition(" ")
                found = {names[0]: day, names[1]: time}
        entered = found if isinstance(found, Mapping) else {}
        return {name: str(entered.get(name) or "") for name in names}

    def _box(self, part: str, entered: Mapping[str, str], control: str, **more: Any) -> FieldView:
        return FieldView(
            name=f"{self.name}-{part}",
            control=control,
            label=part_label(part),
            value=entered[part],
            error=self.errors.get(part, ""),
            **more,
        )

    def _days(self, part: str, entered: Mapping[str, str], **more: Any) -> FieldView:
        parts = _date_parts(f"{self.name}-{part}", entered[part])
        return self._box(part, entered, "date", parts=parts, **more)


def typed(declaration: FieldDeclaration, entered: Json) -> str:
    """Return what was entered as it was typed, also where it is kept as a value."""
    if isinstance(entered, str):
        return entered
    try:
        return declaration.as_typed(entered)
    except FieldError:
        return json.dumps(entered, ensure_ascii=False) if isinstance(entered, Mapping | list) else str(entered)


def _below(errors: Errors, place: str) -> Errors:
    """Return the errors inside a place, by the place inside it."""
    start = f"{place}."
    return {name.removeprefix(start): words for name, words in errors.items() if name.startswith(start)}


def _hint(declaration: FieldDeclaration, language: str) -> str:
    said = declaration.hint.say(language) if declaration.hint else ""
    if isinstance(declaration, FileField) and not said:
        kinds = ", ".join(_suffix(media_type) for media_type in declaration.media_types)
        return _("%(kinds)s, at most %(size)s") % {"kinds": kinds, "size": size(declaration.max_bytes)}
    if isinstance(declaration, TextField | TextsField) and declaration.multiline:
        limit = _("At most %(count)s characters.") % {"count": declaration.max_length}
        return f"{said} {limit}".strip()
    more = ""
    if isinstance(declaration, PointField):
        more = _("In degrees, such as 45.756967; south and west have a minus before them.")
    if isinstance(declaration, ShapeField):
        more = _("GeoJSON or well-known text, longitude before latitude. You can also choose a file.")
    return f"{said} {more}".strip()


def _note(declaration: FieldDeclaration, language: str, raw: Json) -> str:
    """Return why something about a person is asked, and how long it is kept."""
    if not isinstance(declaration, PersonField):
        return ""
    purpose = declaration.purpose.say(language).rstrip("。.")
    if declaration.keep:
        words = _("Why we ask: %(purpose)s. It is kept for %(days)s days after the matter has ended, then erased.")
        return words % {"purpose": purpose, "days": declaration.retention_days}
    words = _("Why we ask: %(purpose)s. It is checked and not kept.") % {"purpose": purpose}
    again = _("It was checked before; leave it empty unless it changed.")
    return f"{words} {again}" if raw is True else words


def _plain(declaration: FieldDeclaration, language: str) -> dict[str, Any]:
    if isinstance(declaration, NumberField | MoneyField):
        return _amount(declaration, language)
    if isinstance(declaration, FileField):
        return {"control": "file", "accept": ",".join(declaration.media_types)}
    if isinstance(declaration, ShapeField):
        return {"control": "shape", "accept": ".geojson,.json,application/geo+json,.wkt"}
    if isinstance(declaration, TextField) and declaration.multiline:
        return {"control": "textarea"}
    medium = getattr(declaration, "medium", None) or getattr(declaration, "of", None)
    return _PLAIN.get(medium or declaration.type, _INPUT)


def _amount(declaration: NumberField | MoneyField, language: str) -> dict[str, Any]:
    """Return a box as wide as numbers are, with its currency or unit; the keyboard of digits has no minus."""
    shown = _INPUT | {"width": 10}
    if declaration.minimum is not None and declaration.minimum >= 0:
        shown["input_mode"] = "decimal" if declaration.decimals else "numeric"
    if isinstance(declaration, MoneyField):
        return shown | {"prefix": declaration.symbol_in(language)}
    if isinstance(declaration, QuantityField):
        return shown | {"suffix": declaration.unit_in(language)}
    return shown


_INPUT: dict[str, Any] = {"control": "input"}
_PLAIN: dict[str, dict[str, Any]] = {
    "identifier": {"control": "input", "is_code": True},
    "document": {"control": "input", "is_code": True, "autocomplete": "off"},
    "name": {"control": "input", "autocomplete": "name"},
    "address": {"control": "input", "autocomplete": "street-address"},
    "email": {"control": "input", "input_type": "email", "autocomplete": "email"},
    "telephone": {"control": "input", "input_type": "tel", "autocomplete": "tel", "width": 20},
    "url": {"control": "input", "input_type": "url", "autocomplete": "url"},
}
_TAGS = {"zh": "zh-Hans", "en": "en", "ru": "ru", "ja": "ja", "ko": "ko"}


def _date_parts(name: str, raw: str) -> tuple[DatePart, ...]:
    values = [*raw.split("-"), "", "", ""][: len(DATE_PARTS)]
    labels = (_("Year"), _("Month"), _("Day"))
    widths = (4, 2, 2)
    return tuple(
        DatePart(f"{name}-{part}", label, value, width)
        for part, label, value, width in zip(DATE_PARTS, labels, values, widths, strict=True)
    )


def _suffix(media_type: str) -> str:
    return (mimetypes.guess_extension(media_type) or media_type).strip(".").upper()
