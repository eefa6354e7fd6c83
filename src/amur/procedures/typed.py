"""Words that somebody typed beside a form, such as a reason, as they are kept: by the rules of a text field; pure."""

from __future__ import annotations

from datetime import date

from amur.base.declared import Text
from amur.base.faults import Invalid
from amur.base.fields import FieldError, Lookups, TextField


def typed(name: str, entered: str, longest: int, on: date, *, required: bool = True) -> str:
    """Return words as they are kept, empty where there are none and none are required.

    Raises:
        Invalid: naming what was entered, if it is missing, too long, or holds what cannot be shown.

    >>> day = date(2026, 3, 10)
    >>> typed("reason", " it is dark ", 20, day), typed("remark", "", 20, day, required=False)
    ('it is dark', '')
    >>> typed("reason", "", 20, day)
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: the input has faults
    """
    title = Text(zh=name, en=name)
    field = TextField(id="words", type="text", multiline=True, title=title, required=required, max_length=longest)
    try:
        return str(field.parse(entered, Lookups(on)) or "")
    except FieldError as error:
        raise Invalid({name: (error.code, str(error))}) from None
