"""What a pack says about the form of a procedure."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text
from amur.base.fields import AnyField


class Page(Declared):
    """One page of the form: it asks one thing, with as many fields as that takes.

    A page with ``when`` is asked where that expression holds. It sees the answers that stand before it.
    """

    id: Identifier
    title: Text
    intro: Text | None = None
    why: Text | None = None
    when: str = ""
    fields: tuple[AnyField, ...] = Field(min_length=1)
