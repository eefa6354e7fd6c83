"""Declarations of every field type with what they look up."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import FieldDeclaration, Lookups, field_of
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
                {"code": "red", "title": {"zh": "红", "en": "Red"}},
                {"code": "green", "title": {"zh": "绿", "en": "Green"}},
                {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-01-01"},
            ),
        )
    },
    schemes={
        "number": IdentifierScheme(id="number", title=TITLE, alphabet="0123456789", weights=(1, 3), modulus=10),
    },
    regions={"230100": Text(zh="哈尔滨市", en="Harbin")},
    records=lambda _, key: Text(zh="甲公司", en="Company A") if key == "A-1" else None,
    zone=ZoneInfo("Asia/Shanghai"),
)


def declare(kind: str, **more: Any) -> FieldDeclaration:
    """Return a field of a type with the options that it needs."""
    return field_of({"id": "item", "type": kind, "title": TITLE, **OPTIONS.get(kind, {}), **more})
