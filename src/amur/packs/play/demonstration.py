"""The demonstration: what happened up to today, played once through the real acts; all of it is made up and says so."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from amur.base.acting import Actor
from amur.base.faults import AmurError
from amur.base.identifiers import IdentifierScheme
from amur.base.journal import journal
from amur.ledger import acts as ledger
from amur.packs.arrivals.declarations import ArrivalsDeclaration
from amur.packs.arrivals.engine.parties import Party, parties
from amur.packs.arrivals.engine.plans import Over, plan
from amur.packs.declarations import DemonstrationDeclaration, Player
from amur.packs.play.agenda import Agenda
from amur.packs.play.casting import Troupe, unheld
from amur.packs.play.coming import Coming
from amur.packs.play.opening import drawings, enter_held
from amur.packs.play.stage import Stage, at_opening, calendar
from amur.packs.play.told import Told
from amur.packs.play.tour import note
from amur.packs.year.declarations import Year
from amur.people import reads as people
from amur.people.declarations import BodiesDeclaration, RolesDeclaration
from amur.people.models import Account
from amur.policy import reads as policy
from amur.policy.held import hold
from amur.procedures.declarations import ProcedureDeclaration

ACCOUNTS = "demo-accounts.json"
"""The file in the data folder that keeps the passwords; only its owner may read it."""

PLAYED = "demonstration.played"
"""The entry that says for ever that this installation holds made-up data."""

_ENTERS_BEFORE_DAYS = 401
"""When the cast enters at the latest; earlier where a case began earlier."""
_PASSWORD_BYTES = 12
_WHOLE = 100
_FEWEST_HOLDERS = 16
_log = journal("packs")

AccountLine = tuple[str, str, str]
Heard = Callable[[int, int], None]
"""Hears how many days of how many were played."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a pack says of its demonstration, with what is needed to play it."""

    declared: DemonstrationDeclaration
    arrivals: tuple[ArrivalsDeclaration, ...] = ()
    procedures: Mapping[str, ProcedureDeclaration] = field(default_factory=dict)
    schemes: Mapping[str, IdentifierScheme] = field(default_factory=dict)
    roles: RolesDeclaration | None = None
    bodies: BodiesDeclaration | None = None

    @property
    def year(self) -> Year:
        """Return the year, or one of which nothing is said."""
        return self.declared.year or Year()

    def parties(self, today: date, percent: int = _WHOLE) -> dict[str, list[Party]]:
        """Return the made-up parties of each pool; in a small year fewer of those that hold something."""
        found = {}
        for pool in self.year.pools:
            some = min(pool.count, max(_FEWEST_HOLDERS, round(pool.count * percent / _WHOLE)))
            made = pool.model_copy(update={"count": some}) if pool.holds else pool
            found[pool.id] = parties(made, self.schemes.get(pool.scheme or ""), self.year.seed, today)
        return found

    def cast(self) -> Iterator[Player]:
        """Yield the cast, and somebody for each office and each role that it leaves empty."""
        yield from self.declared.cast
        if self.roles and self.bodies:
            yield from unheld(self.declared, self.arrivals, self.procedures, self.roles, self.bodies)


def play(
    script: Script, file: Path, *, by: Actor, now: datetime, percent: int = _WHOLE, heard: Heard | None = None
) -> list[AccountLine]:
    """Play the demonstration in one transaction, unless it was played before; return its accounts.

    ``percent`` makes a smaller one of it: of what comes by arrivals, so many of a hundred, and of each course some.

    Raises:
        AmurError: if it was played and the file of the accounts is gone, or if a step goes wrong.
    """
    declared = script.declared
    if Account.objects.filter(username__in=[player.id for player in declared.cast]).exists():
        return _read(file)
    with transaction.atomic(), hold(policy.active_hash()):
        today = people.day_of(now)
        begins = max((_ENTERS_BEFORE_DAYS, *(case.days_before + 1 for case in declared.cases)))
        stage = Stage(at_opening(today - timedelta(days=begins)), calendar(), until=now)
        troupe = Troupe(stage, by, parties=script.parties(today, percent))
        coming = list(_coming(script, troupe, now, percent))
        entry = {"cast": len(declared.cast), "cases": len(declared.cases) + len(coming)}
        ledger.record(subject="system", kind=PLAYED, by=by, now=now, body=entry)
        accounts = list(_engage_all(script, troupe))
        told = list(_told(declared, stage))
        troupe.told.update({one.told.id: one.stage for one in told})
        agenda = Agenda(now)
        enter_held(script.year, troupe, agenda, today)
        _run(agenda, told, coming, heard)
        note(declared.tour, troupe.told, by=by, now=now)
        _write(file, accounts)
    return accounts


def _engaged(troupe: Troupe, player: Player) -> AccountLine:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    troupe.engage(player, password)
    return player.id, password, f"{player.title.zh} {player.title.en}" if player.title else player.name


def _engage_all(script: Script, troupe: Troupe) -> Iterator[AccountLine]:
    """Open everybody's account; one of each role has a password, since to make one takes long."""
    known: set[str] = set()
    for player in script.cast():
        if player in script.declared.cast or not known.issuperset(player.roles):
            known.update(player.roles)
            yield _engaged(troupe, player)
        else:
            troupe.engage(player, None)


def _coming(script: Script, troupe: Troupe, now: datetime, percent: int) -> Iterator[Coming]:
    """Yield each case of the arrivals, those of the pack's files in the order of their ids."""
    year, carried, today = script.year, 0.0, people.day_of(now)
    until = now.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
    over = Over(today, year.days, troupe.stage.calendar, until)
    for one in sorted(script.arrivals, key=lambda one: one.id):
        late = one.late or year.late
        planned, carried = plan(one, late, over, seed=year.seed, percent=percent, carried=carried)
        for each in planned:
            yield Coming(each, one, late, _own(troupe.stage), troupe, year.seed)


def _own(stage: Stage) -> Stage:
    """Return a stage with the same cast on which no case was opened yet."""
    return Stage(stage.now, stage.calendar, until=stage.until, cast=stage.cast)


def _told(declared: DemonstrationDeclaration, stage: Stage) -> Iterator[Told]:
    for case in sorted(declared.cases, key=lambda case: -case.days_before):
        yield Told(case, _own(stage))


def _run(agenda: Agenda, told: list[Told], coming: list[Coming], heard: Heard | None) -> None:
    """Let everything happen up to now."""
    now, today = agenda.until, people.day_of(agenda.until)
    for one in told:
        agenda.enter(min(at_opening(today - timedelta(days=one.told.days_before)), now), one.go)
    for each in coming:
        if each.declared.drawn is None:
            agenda.enter(each.arrives_at, each.go)
    for drawing in drawings(coming):
        agenda.enter(drawing.held_at, drawing.go)
    # What was told or held years before is little; how far it is says the time in which cases come.
    begins = [each.arrives_at for each in coming] or [when for when, *_ in agenda.waiting]
    days = max((today - min(map(people.day_of, begins), default=today)).days, 1)
    agenda.run(lambda when: heard(max(0, days - (today - people.day_of(when)).days), days) if heard else None)


def _write(file: Path, accounts: list[AccountLine]) -> None:
    """Keep the accounts where only the owner of the installation reads them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [dict(zip(("username", "password", "title"), account, strict=True)) for account in accounts]
    fresh = file.with_name(f".{file.name}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(file)
    _log.info("the accounts of the demonstration are in %s", file)


def _read(file: Path) -> list[AccountLine]:
    try:
        lines = json.loads(file.read_text(encoding="utf-8"))
        return [(line["username"], line["password"], line["title"]) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        raise AmurError(
            "demonstration_accounts_lost",
            f"the demonstration was played before, but {file} cannot be read; use an empty data folder to play it anew",
        ) from None
