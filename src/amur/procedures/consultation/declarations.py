"""What a pack can say about a consultation: on what, from when to when, by which channels, and who answers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text

Channel = Literal["portal", "window", "letter", "mail", "hotline", "meeting"]
"""How a comment came."""
TakenUp = Literal["yes", "partly", "no"]
"""What the authority made of it."""


class Attachment(Declared):
    """A paper that belongs to what is planned, by its address."""

    title: Text
    address: str = Field(pattern=r"^https?://\S+$")


class ConsultationDeclaration(Carrier):
    """A consultation. Its page, its form, its desk and what is published at its end are derived from this.

    It is open from its first to its last day. Roles of ``by`` in the body enter what came by other channels, and
    publish the summary within ``answer_working_days`` after the last day. Comments are kept for ``keep_days`` after it.
    """

    kind: Literal["consultation"] = "consultation"
    summary: Text
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    body_id: Identifier = Field(alias="body")
    by: tuple[Identifier, ...] = Field(min_length=1)
    paragraphs: tuple[Text, ...] = Field(min_length=1)
    attachments: tuple[Attachment, ...] = ()
    opens_on: date
    closes_on: date
    channels: tuple[Channel, ...] = Field(default=("portal",), min_length=1)
    answer_working_days: int = Field(gt=0, le=200)
    keep_days: int = Field(default=365, gt=0, le=3650)
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> ConsultationDeclaration:
        if self.closes_on < self.opens_on:
            raise ValueError(f"it closes on {self.closes_on}, before it opens on {self.opens_on}")
        return self
