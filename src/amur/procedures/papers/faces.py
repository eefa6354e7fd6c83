"""The paper face of each field type: what a form shows for it, blank or filled, as the sheet takes it; pure.

Lines for words, a box for each character of a number, boxes to cross for what is chosen, a table for what repeats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import (
    CodeField,
    ContactField,
    DateField,
    FieldDeclaration,
    FileField,
    GroupField,
    IdentifierField,
    InstantField,
    Lookups,
    PeriodField,
    PersonField,
    PointField,
    ReferenceField,
    RegionField,
    ShapeField,
    TextField,
    TextsField,
    YesNoField,
)

Face = dict[str, Json]

_FEW = 30
"""Up to so many choices are printed with a box each; of more the code or the name is written on a line."""
_LONGEST_BOXES = 24
_WORDS_A_LINE = 42
_ROWS = 3
_LANGUAGES = {
    "zh": Text(zh="中文", en="Chinese"),
    "en": Text(zh="英文", en="English"),
    "ru": Text(zh="俄文", en="Russian"),
    "ja": Text(zh="日文", en="Japanese"),
    "ko": Text(zh="韩文", en="Korean"),
}
_YES, _NO = Text(zh="是", en="Yes"), Text(zh="否", en="No")
_FROM, _TO = Text(zh="自", en="From"), Text(zh="至", en="To")
_DAY, _TIME = Text(zh="日期", en="Day"), Text(zh="时间", en="Time")
_LATITUDE, _LONGITUDE = Text(zh="纬度", en="Latitude"), Text(zh="经度", en="Longitude")
_OUTLINE = Text(zh="范围图附在后面。", en="Attach a map of the outline.")


def face_of(field: FieldDeclaration, value: Json, language: str, lookups: Lookups) -> Face:
    """Return the face of a field with its value, or blank without one.

    >>> from datetime import date
    >>> from amur.base.fields import field_of
    >>> title = {"zh": "名", "en": "Name"}
    >>> face_of(field_of({"id": "a", "type": "text", "title": title}), "", "en", Lookups(date(2026, 3, 2)))
    {'kind': 'lines', 'lines': 2, 'text': ''}
    >>> face_of(field_of({"id": "a", "type": "yes_no", "title": title}), True, "en", Lookups(date(2026, 3, 2)))
    {'kind': 'choices', 'options': [{'title': 'Yes', 'chosen': True}, {'title': 'No', 'chosen': False}]}
    """
    shown = _shown(field, value, language, lookups)
    made = _lines(_lines_of(field), shown, _note(field, language))
    match field:
        case CodeField() | ReferenceField() | YesNoField():
            options = _options(field, value, language, lookups)
            if 0 < len(options) <= _FEW:
                made = {"kind": "choices", "options": options}
        case IdentifierField():
            made = _boxes(_length(field.scheme, lookups), shown)
        case PersonField(of="document") if field.scheme:
            made = _boxes(_length(field.scheme, lookups), shown)
        case DateField() | PersonField(of="birth_date"):
            made = _date(value, language)
        case FileField():
            made = {"kind": "file", "chosen": value is not None and value != ""}
        case GroupField():
            made = _table(field, value, language, lookups)
        case InstantField() | PeriodField() | PointField() | TextsField():
            made = {"kind": "parts", "parts": _parts(field, value, language)}
        case _:
            pass
    return made


def _shown(field: FieldDeclaration, value: Json, language: str, lookups: Lookups) -> str:
    return "" if value is None or value == "" else field.display(value, language, lookups)


def _lines(count: int, text: str, note: str = "") -> Face:
    made: Face = {"kind": "lines", "lines": count, "text": text}
    return made | {"note": note} if note else made


def _lines_of(field: FieldDeclaration) -> int:
    """Return how many lines the longest answer may take, within what a sheet can give."""
    if isinstance(field, TextField):
        whole = ceil(field.max_length / _WORDS_A_LINE)
        return max(3, min(whole, 10)) if field.multiline else min(whole, 2)
    if isinstance(field, ContactField) and field.medium == "address":
        return 2
    if isinstance(field, PersonField) and field.of in {"address", "other"}:
        return 2
    return 4 if isinstance(field, ShapeField) else 1


def _note(field: FieldDeclaration, language: str) -> str:
    if isinstance(field, ShapeField):
        return _OUTLINE.say(language)
    unit = getattr(field, "unit_in", None) or getattr(field, "symbol_in", None)
    return str(unit(language)) if callable(unit) else ""


def _options(
    field: CodeField | ReferenceField | YesNoField, value: Json, language: str, lookups: Lookups
) -> list[Mapping[str, Json]]:
    chosen = set(value) if isinstance(value, list | tuple) else {value}
    found: list[tuple[Json, str]]
    if isinstance(field, YesNoField):
        found = [(True, _YES.say(language)), (False, _NO.say(language))]
    elif isinstance(field, ReferenceField):
        found = [(key, title.say(language)) for key, title in lookups.listed(field.register_id).items()]
    else:
        codes = lookups.codelists[field.codelist].codes
        found = [(one.code, one.title.say(language)) for one in codes if one.may_be_chosen(lookups.on)]
    return [{"title": title, "chosen": key in chosen} for key, title in found]


def _length(scheme: str, lookups: Lookups) -> int:
    """Return how many characters a number has: as the scheme's example or its weights say, else 0."""
    known = lookups.schemes.get(scheme)
    if known is None:
        return 0
    return len(known.valid[0]) if known.valid else len(known.weights) + 1 if known.weights else 0


def _boxes(count: int, text: str) -> Face:
    if not 0 < count <= _LONGEST_BOXES or len(text) > count:
        return _lines(1, text)
    return {"kind": "boxes", "groups": [count], "texts": [text], "after": [""]}


def _date(value: Json, language: str) -> Face:
    year, month, day = (str(value).split("-") if value else ["", "", ""]) if _is_day(value) else ["", "", ""]
    after: list[str] = ["年", "月", "日"] if language == "zh" else ["year", "month", "day"]
    return {"kind": "boxes", "groups": [4, 2, 2], "texts": [year, month, day], "after": after}


def _is_day(value: Json) -> bool:
    return not value or (isinstance(value, str) and value.count("-") == len(("year", "month")))


def _parts(
    field: InstantField | PeriodField | PointField | TextsField, value: Json, language: str
) -> list[Mapping[str, Json]]:
    held = value if isinstance(value, Mapping) else {}
    if isinstance(field, TextsField):
        lines = 3 if field.multiline else 1
        return [_part(_LANGUAGES[one], _lines(lines, str(held.get(one, ""))), language) for one in field.languages]
    if isinstance(field, PeriodField):
        ends = (("from", _FROM), ("to", _TO))
        return [_part(title, _date(held.get(name), language), language) for name, title in ends]
    if isinstance(field, PointField):
        axes = (("lat", _LATITUDE), ("lon", _LONGITUDE))
        return [_part(title, _lines(1, str(held.get(name, ""))), language) for name, title in axes]
    day, _, clock = str(value or "").partition("T")
    hours: Face = {"kind": "boxes", "groups": [2, 2], "texts": [clock[:2], clock[3:5]], "after": [":", ""]}
    return [_part(_DAY, _date(day, language), language), _part(_TIME, hours, language)]


def _part(title: Text, face: Face, language: str) -> Mapping[str, Json]:
    return {"title": title.say(language), "face": face}


def _table(field: GroupField, value: Json, language: str, lookups: Lookups) -> Face:
    """Return a table with a row for each item, and some to write in where it is blank."""
    items: Sequence[Json] = value if isinstance(value, list | tuple) else ()
    rows: list[Json] = [
        [_shown(inner, item.get(inner.id), language, lookups) for inner in field.fields]
        for item in items
        if isinstance(item, Mapping)
    ]
    blank: list[Json] = [[""] * len(field.fields)] * max(0, min(field.most, max(field.least, _ROWS)) - len(rows))
    columns: list[Json] = [inner.title.say(language) for inner in field.fields]
    return {"kind": "table", "columns": columns, "rows": rows or blank}


def sample_of(field: FieldDeclaration, lookups: Lookups) -> str:
    """Return how an answer looks, where that can be known of any; a pack's own hint stands beside it.

    >>> from datetime import date
    >>> from amur.base.fields import field_of
    >>> mail = {"id": "a", "type": "contact", "medium": "email", "personal": True, "title": {"zh": "信", "en": "Mail"}}
    >>> sample_of(field_of(mail), Lookups(date(2026, 3, 2)))
    'name@example.org'
    """
    known = {
        "email": "name@example.org",
        "telephone": "0451-0000000",
        "url": "https://example.org",
        "point": "45.756967 / 126.642464",
    }
    if isinstance(field, IdentifierField) and (scheme := lookups.schemes.get(field.scheme)):
        return scheme.valid[0] if scheme.valid and not scheme.personal else ""
    if isinstance(field, RegionField) and lookups.regions:
        return next(iter(lookups.regions.values())).zh
    name = field.medium if isinstance(field, ContactField) else field.of if isinstance(field, PersonField) else ""
    return known.get(name or field.type, "")
