"""Which fields are sealed, under which part of the key of their subject, and for how long they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from amur.base.fields.composite import GroupField
from amur.base.fields.declaration import FieldDeclaration
from amur.base.fields.people import PersonField


def retention_days(field: FieldDeclaration) -> int | None:
    """Return for how many days after the end of the matter a field is kept; None where only the whole has a time.

    Of a group, which is sealed as one, the shortest time counts.

    >>> from amur.base.fields import field_of
    >>> title = {"zh": "姓名", "en": "Name"}
    >>> name = {"id": "name", "type": "person", "of": "name", "purpose": title, "title": title, "retention_days": 90}
    >>> retention_days(field_of(name))
    90
    >>> retention_days(field_of({"id": "who", "type": "group", "title": title, "fields": [name]}))
    90
    >>> retention_days(field_of({"id": "note", "type": "text", "title": title})) is None
    True
    """
    if isinstance(field, PersonField):
        return field.retention_days
    if isinstance(field, GroupField):
        return min((one.retention_days for one in field.fields if isinstance(one, PersonField)), default=None)
    return None


def key_parts(fields: Iterable[FieldDeclaration]) -> dict[str, str]:
    """Return the personal fields by id, each with the part of the key that seals it.

    What has a retention time of its own has a part of its own, so that it can be forgotten before the rest.

    >>> from amur.base.fields import field_of
    >>> title = {"zh": "联系人", "en": "Contact"}
    >>> whole = field_of({"id": "contact", "type": "text", "title": title, "personal": True})
    >>> open_ = field_of({"id": "note", "type": "text", "title": title})
    >>> key_parts([whole, open_])
    {'contact': ''}
    """
    return {
        field.id: field.id if retention_days(field) is not None else ""
        for field in fields
        if field.personal_class != "none"
    }


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; for 29 February, the last day of that February.

    >>> years_after(date(2024, 2, 29), 1), years_after(date(2026, 3, 10), 10)
    (datetime.date(2025, 2, 28), datetime.date(2036, 3, 10))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
