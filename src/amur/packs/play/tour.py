"""The guided tour: which pages of what was played a first visitor is led to, noted so that the pages can say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.ledger import acts as ledger
from amur.packs.play.stage import Stage
from amur.packs.year.declarations import TourStop

TOUR = "demonstration.tour"
"""The entry that keeps the stops of the tour."""


def note(stops: Iterable[TourStop], cases: Mapping[str, Stage], *, by: Actor, now: datetime) -> None:
    """Keep where the tour leads; a case is named by the number that it was given."""
    found: list[Json] = []
    for stop in stops:
        told = cases[stop.of].cases.get(stop.of) if stop.is_of_a_case and stop.of in cases else None
        said = {"title": stop.title.model_dump(exclude_none=True), "text": stop.text.model_dump(exclude_none=True)}
        found.append(
            {
                "page": stop.page,
                "of": told.number if told else stop.of,
                "case_id": str(told.pk) if told else "",
                **said,
            }
        )
    if found:
        ledger.record(subject="system", kind=TOUR, by=by, now=now, body={"stops": found})
