"""How cases of a year begin that nobody files, and what some hold before it begins: draws, and records of pools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from amur.base.faults import AmurError
from amur.packs.arrivals.engine.choices import entered
from amur.packs.arrivals.engine.parties import Party
from amur.packs.declarations import Step
from amur.packs.play.agenda import Agenda, Turn
from amur.packs.play.casting import Troupe
from amur.packs.play.coming import Coming
from amur.packs.play.stage import at_opening
from amur.packs.play.steps import perform
from amur.packs.play.told import check
from amur.packs.year.declarations import Held, Pool, Year
from amur.procedures.draws import reads as draws

_DRAWN = "drawn_"


@dataclass(slots=True)
class Drawing:
    """A draw on its day, and the courses that the cases take which it opens."""

    coming: list[Coming]

    @property
    def held_at(self) -> datetime:
        """Return when it is held: when the first of its cases was to come, or when an office works next."""
        first = min(self.coming, key=lambda one: one.arrives_at)
        return first.in_hours(first.arrives_at)

    def go(self, now: datetime) -> Iterator[tuple[datetime, Turn]]:
        """Draw, and let each case that was opened take its course; where more were drawn, courses are taken again."""
        first = self.coming[0]
        stage, drawn = first.stage, first.declared.drawn
        if drawn is None:
            return
        where = f"arrivals {first.declared.id}, the draw of {now.date()}"
        body = draws.active(drawn.draw_id)[1].body_id
        official = first.troupe.official(drawn.by, body, first.chance)
        if official is None:
            raise AmurError("demonstration_failed", f"{where}: nobody of the cast is {drawn.by!r} in {body!r}")
        stage.now = now
        step = Step.model_validate({"as": official, "draw": drawn.draw_id})
        check(where, step, stage, perform(step, stage, f"demonstration:{first.planned.name}:drawn"))
        opened = [case for label, case in stage.cases.items() if label.startswith(_DRAWN)]
        stage.cases.clear()
        for place, case in enumerate(opened):
            yield from self._taking(place).follow(case, now)

    def _taking(self, place: int) -> Coming:
        again, which = divmod(place, len(self.coming))
        taken = self.coming[which]
        if not again:
            return taken
        planned = replace(taken.planned, serial=taken.planned.serial + again * 1_000)
        stage = replace(taken.stage, cases={}, heard={}, strangers=set())
        return Coming(planned, taken.declared, taken.late, stage, taken.troupe, taken.seed)


def drawings(coming: Iterable[Coming]) -> Iterator[Drawing]:
    """Yield the draws by which cases come: one for each day on which they do."""
    drawn = [one for one in coming if one.declared.drawn]
    for _, found in groupby(drawn, key=lambda one: (one.declared.id, one.planned.arrives_at.date())):
        yield Drawing(list(found))


def enter_held(year: Year, troupe: Troupe, agenda: Agenda, today: date) -> None:
    """Note that what the parties of pools hold from the start is entered on the day before the year."""
    day = at_opening(today - timedelta(days=year.days + 1))
    for pool in year.pools:
        if pool.holds:
            agenda.enter(day, _entering(pool, pool.holds, troupe, year.seed))


def _entering(pool: Pool, rule: Held, troupe: Troupe, seed: int) -> Turn:
    """Return what enters the record of each of a pool."""

    def enter(now: datetime) -> Iterator[tuple[datetime, Turn]]:
        stage = replace(troupe.stage, now=now, cases={}, heard={}, strangers=set())
        for party in troupe.parties[pool.id]:
            refused = perform(_keeping(rule, party, seed), stage, f"demonstration:{party.id}:held")
            check(f"demonstration.yaml, pool {pool.id}", Step.model_validate({"then": {}}), stage, refused)
        yield from ()

    return enter


def _keeping(rule: Held, party: Party, seed: int) -> Step:
    """Return the step that enters what a party holds."""
    chance = Random(f"{seed}/{party.id}/held")  # noqa: S311 - chance that can be repeated, and no secret
    words = {**party.words(0), "number": party.number}
    keep = {
        "register": rule.register_id,
        "key": party.held,
        "source": rule.source,
        "valid_from": words["since"],
        "valid_to": words["until"] or None,
        "values": {name: entered(value, words, chance) for name, value in rule.values.items()},
    }
    return Step.model_validate({"as": rule.by, "keep": keep, "reason": rule.reason})
