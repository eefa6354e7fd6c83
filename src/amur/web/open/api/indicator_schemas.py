"""The shapes of what the interface answers about indicators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from amur.web.open.api.schemas import BasisOut, Said


class IndicatorOut(Schema):
    """What is measured, with its newest value for all together. Numbers are decimals in text, so no digit is lost."""

    id: str
    title: Said
    summary: Said
    definition: Said
    unit: Said
    direction: str
    source: Said
    carries_out: list[str]
    declaration_hash: str
    basis: list[BasisOut]
    target: str | None
    target_on: date | None
    no_target_because: Said | None
    value: str | None
    status: str = Field(description="measured, not_measured, or no_denominator: nothing to count from.")
    standing: str | None = Field(description="How it stands to its target: met, missed, not_yet, no_value, no_target.")
    base: int | None = Field(description="How many things the value rests on.")
    taken_on: date | None
    computed_at: datetime | None
    entry_hash: str | None
    demonstration: bool = Field(description="Whether this installation holds demonstration data.")
    address: str


class IndicatorValueOut(Schema):
    """A value for all together (no dimensions) or for one group; labels stand in the order of the dimensions."""

    dimensions: dict[str, Any]
    labels: list[Said]
    value: str | None
    status: str
    standing: str
    base: int | None


class IndicatorValuesOut(IndicatorOut):
    """An indicator with all its newest values, their query, and the snapshot of the ledger they are computed on."""

    query: str
    query_hash: str | None
    snapshot_index: int | None
    snapshot_root: str | None
    values: list[IndicatorValueOut]


class IndicatorDayOut(Schema):
    """The value of a day for all together; another declaration_hash means another definition."""

    taken_on: date
    value: str | None
    status: str
    base: int | None
    declaration_hash: str
    snapshot_index: int
    entry_hash: str


class IndicatorHistoryOut(Schema):
    """How an indicator went, day by day."""

    id: str
    unit: Said
    target: str | None
    demonstration: bool
    days: list[IndicatorDayOut]
