"""Declarations of every field type with what they look up, and strategies that make declarations and raw input."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import TYPES, FieldDeclaration, Lookups, field_of
from amur.base.identifiers import IdentifierScheme

TITLE = {"zh": "项", "en": "Item"}
UPLOAD = "0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11"

# type → the options that it cannot do without, and some that make it choosy
OPTIONS: dict[str, dict[str, Any]] = {
    "code": {"codelist": "colours"},
    "identifier": {"scheme": "number"},
    "reference": {"register_id": "companies"},
    "money": {"currency": "CNY", "maximum": 5_000},
    "quantity": {"unit": "Mbit/s", "unit_title": {"zh": "兆", "en": "Mbit/s"}, "decimals": 1},
    "number": {"minimum": 1, "maximum": 9_000},
    "shape": {"shapes": ["area", "line"], "max_points": 20},
    "file": {"media_types": ["application/pdf"]},
    "contact": {"medium": "telephone"},
    "person": {"of": "name", "purpose": {"zh": "联系", "en": "To reach you"}, "retention_days": 30},
    "group": {
        "fields": [
            {"id": "name", "type": "text", "title": {"zh": "姓名", "en": "Name"}},
            {
                "id": "share",
                "type": "number",
                "title": {"zh": "份额", "en": "Share"},
                "decimals": 2,
                "required": False,
            },
        ],
        "most": 3,
    },
    "computed": {"expression": "1 + 1", "result": {"type": "money", "currency": "CNY"}},
}
LOOKUPS = Lookups(
    date(2026, 3, 10),
    codelists={
        "colours": CodeList(
            id="colours",
            title=TITLE,
            source="demo",
            codes=(
                {"code": "colour", "title": {"zh": "颜色", "en": "Colour"}, "heading": True},
                {"code": "red", "title": {"zh": "红", "en": "Red"}, "parent": "colour"},
                {"code": "green", "title": {"zh": "绿", "en": "Green"}},
                {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-01-01", "successors": ["red"]},
            ),
        )
    },
    schemes={
        "number": IdentifierScheme(id="number", title=TITLE, alphabet="0123456789", weights=(1, 3), modulus=10),
    },
    regions={"230100": Text(zh="哈尔滨市", en="Harbin"), "231121": Text(zh="嫩江县", en="Nenjiang County")},
    gone={"231121": ("231183",)},
    records=lambda _, key: Text(zh="甲公司", en="Company A") if key == "A-1" else None,
    zone=ZoneInfo("Asia/Shanghai"),
)


def declare(kind: str, **more: Any) -> FieldDeclaration:
    """Return a field of a type with the options that it needs."""
    return field_of({"id": "item", "type": kind, "title": TITLE, **OPTIONS.get(kind, {}), **more})


_SIMPLE = tuple(sorted(set(TYPES) - {"group", "computed"}))
_FRACTION = st.integers(0, 4)
_TITLE = st.just(TITLE)


def _bounds(most: int) -> st.SearchStrategy[dict[str, Any]]:
    ordered = st.lists(st.integers(-most, most), min_size=2, max_size=2).map(sorted)
    return ordered.map(lambda pair: {"minimum": pair[0] - 1, "maximum": pair[1] + 1})


_DIGITS = _FRACTION.flatmap(lambda n: _bounds(10**6).map(lambda bounds: {"decimals": n, **bounds}))
_MORE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "text": st.fixed_dictionaries({"multiline": st.booleans(), "max_length": st.integers(1, 40)}),
    "texts": st.fixed_dictionaries(
        {
            "multiline": st.booleans(),
            "languages": st.lists(st.sampled_from(["zh", "en", "ru", "ja", "ko"]), min_size=1, unique=True),
        }
    ),
    "code": st.fixed_dictionaries({"many": st.booleans()}),
    "money": st.tuples(st.sampled_from(["CNY", "JPY", "TND", "EUR"]), _bounds(10**6)).map(
        lambda pair: {"currency": pair[0], **pair[1]}
    ),
    "quantity": _DIGITS.flatmap(
        lambda digits: st.sampled_from(["Mbit/s", "m²", "%", "台"]).map(
            lambda unit: {"unit": unit, "unit_title": None, **digits}
        )
    ),
    "number": _DIGITS,
    "period": st.fixed_dictionaries({"may_be_open": st.booleans()}),
    "contact": st.fixed_dictionaries({"medium": st.sampled_from(["email", "telephone", "url", "address"])}),
    "person": st.one_of(
        st.fixed_dictionaries(
            {
                "of": st.sampled_from(["name", "address", "telephone", "email", "birth_date", "other"]),
                "keep": st.booleans(),
                "sensitive": st.booleans(),
            }
        ),
        st.fixed_dictionaries({"of": st.just("document"), "scheme": st.just("number"), "keep": st.booleans()}),
    ),
}


def _named(kinds: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.tuples(*(declared(kind) for kind in kinds)).map(
        lambda all_of: [{**one, "id": f"part_{number}"} for number, one in enumerate(all_of)]
    )


def _group() -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.lists(st.sampled_from(sorted(set(_SIMPLE) - {"file"})), min_size=1, max_size=4)
    return st.fixed_dictionaries(
        {
            "fields": kinds.flatmap(_named).filter(lambda all_of: all(one.get("keep", True) for one in all_of)),
            "least": st.integers(0, 1),
            "most": st.integers(3, 5),
        }
    )


def _computed() -> st.SearchStrategy[dict[str, Any]]:
    inner = st.sampled_from(sorted(set(_SIMPLE) - {"file", "person"})).flatmap(declared)
    return inner.map(lambda one: {"result": {name: said for name, said in one.items() if name in _OWN_OPTIONS}})


_OWN_OPTIONS = {
    *("type", "codelist", "many", "scheme", "register_id", "currency", "minimum", "maximum", "unit", "decimals"),
    *("shapes", "max_points", "medium", "may_be_open", "languages", "multiline", "max_length", "unit_title"),
}


def declared(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings that declare fields of a type, as a pack writes them."""
    shared = {"id": "item", "type": kind, "title": TITLE, **OPTIONS.get(kind, {})}
    composite = {"group": _group, "computed": _computed}
    more = composite[kind]() if kind in composite else _MORE.get(kind, st.just({}))
    return st.tuples(more, st.booleans()).map(lambda pair: {**shared, **pair[0], "required": pair[1]})


def declarations(kind: str) -> st.SearchStrategy[FieldDeclaration]:
    """Return fields of a type with any of its options."""
    return declared(kind).map(field_of)


_WORD = st.text("aé中 １ñ\u0303e\u0301'\"\\\\,;=<tn", min_size=1, max_size=12)
_DAY = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
_DEGREE = st.decimals(-90, 90, places=7, allow_nan=False).map(lambda number: f"{number:f}")
_CONTACTS = {
    "email": st.sampled_from(["name@example.org", "a.b+c@例子.example"]),
    "telephone": st.sampled_from(["0451-8888000", "+86 451 8888000"]),
    "url": st.sampled_from(["https://example.org/?a=1&b=%E4", "http://例子.example/路"]),
    "address": _WORD,
}
_SHAPES = st.one_of(
    st.lists(st.tuples(_DEGREE, _DEGREE), min_size=2, max_size=8).map(
        lambda points: f"LINESTRING ({', '.join(' '.join(point) for point in points)})"
    ),
    st.tuples(st.integers(-80, 80), st.integers(-80, 80), st.decimals("0.00001", 9, places=7, allow_nan=False)).map(
        lambda t: f"POLYGON (({t[0]} {t[1]}, {t[0] + t[2]:f} {t[1]}, {t[0]} {t[1] + t[2]:f}, {t[0]} {t[1]}))"
    ),
)


def _amount(field: Any) -> st.SearchStrategy[str]:
    low, high = field.minimum, field.maximum
    return st.decimals(low, high, places=field.decimals, allow_nan=False).map(lambda number: f"{number:f}")


def _instant() -> st.SearchStrategy[Any]:
    first, last = datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30")
    known = st.datetimes(first, last)
    return st.one_of(
        known.map(lambda at: at.isoformat(sep=" ", timespec="seconds")),
        known.map(lambda at: f"{at.isoformat(timespec='minutes')}+05:30"),
        known.map(lambda at: {"day": f"{at:%Y}-{at.month}-{at.day}", "time": f"{at.hour}:{at.minute:02}"}),
    )


def typed(field: FieldDeclaration) -> st.SearchStrategy[Any]:
    """Return raw input that a field will nearly always accept."""
    kind = field.type
    made: dict[str, Any] = {
        "text": lambda: _WORD.map(lambda text: text[: field.max_length]),
        "texts": lambda: st.fixed_dictionaries(dict.fromkeys(field.languages, _WORD)),
        "code": lambda: st.lists(st.sampled_from(["red", "green"]), min_size=1) if field.many else st.just("red"),
        "identifier": lambda: st.sampled_from(["123", "１２ ３"]),
        "reference": lambda: st.just("A-1"),
        "money": lambda: _amount(field),
        "quantity": lambda: _amount(field).map(lambda text: f"{text} {field.unit}"),
        "number": lambda: _amount(field),
        "yes_no": lambda: st.sampled_from(["yes", "no", "是", "ＮＯ", "True"]),
        "date": lambda: _DAY,
        "instant": _instant,
        "period": lambda: st.lists(_DAY, min_size=2, max_size=2).map(sorted).map(lambda d: {"from": d[0], "to": d[1]}),
        "region": lambda: st.just("230100"),
        "point": lambda: st.fixed_dictionaries({"lat": _DEGREE, "lon": _DEGREE}),
        "shape": lambda: _SHAPES,
        "file": lambda: st.uuids().map(str),
        "contact": lambda: _CONTACTS[field.medium],
        "person": lambda: _person(field),
        "group": lambda: st.lists(
            st.fixed_dictionaries({inner.id: typed(inner) for inner in field.fields}), min_size=1, max_size=3
        ),
        "computed": lambda: typed(field.inner),
    }
    return made[kind]()


def _person(field: Any) -> st.SearchStrategy[str]:
    if field.of == "document":
        return st.just("123")
    return _DAY if field.of == "birth_date" else _CONTACTS.get(field.of, _WORD)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["zh", "en", "from", "to", "lat", "lon", "name", "share", "type"]), inner)
    ),
    max_leaves=8,
)
"""Any value that can be kept."""
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "zh",
                        "en",
                        "from",
                        "to",
                        "lat",
                        "lon",
                        "day",
                        "time",
                        "name",
                        "share",
                        "type",
                        "coordinates",
                        "part_0",
                    )
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
"""Anything that a request could hold where raw input is expected."""
LANGUAGES = ("zh", "zh-hans", "en", "en-gb", "ru", "ja", "ko", "fr", "")
