"""Who plays a year: the cast of the pack, an official for each office that it leaves empty, and made-up parties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from amur.base.acting import Actor
from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.packs.arrivals.declarations import STRANGER, ArrivalsDeclaration, CourseStep
from amur.packs.arrivals.engine.parties import NOBODY, Party
from amur.packs.arrivals.engine.plans import Planned
from amur.packs.declarations import DemonstrationDeclaration, Enterprise, Player
from amur.packs.play.stage import Member, Stage
from amur.packs.play.told import ITS_OWN
from amur.people.declarations import BodiesDeclaration, RolesDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.declarations.transitions import NO_OFFICE

Office = tuple[str, str]
"""A role and the body in which it is held."""


@dataclass(slots=True)
class Troupe:
    """Everybody who may act in a year, by office and by pool; and what the pack tells, to which others may be tied."""

    stage: Stage
    by: Actor
    officials: dict[Office, list[str]] = field(default_factory=dict)
    parties: Mapping[str, list[Party]] = field(default_factory=dict)
    told: dict[str, Stage] = field(default_factory=dict)
    come: set[tuple[str, str]] = field(default_factory=set)

    def engage(self, player: Player, password: str | None) -> None:
        """Open the account of somebody of the cast, with a password that was drawn; without one nobody enters by it."""
        self.stage.enter(player, by=self.by, key="demonstration", password=password, drawn=True)
        for role in player.roles:
            self.officials.setdefault((role, player.body_id or ""), []).append(player.id)

    def official(self, role: str, body: str, chance: Random, without: Collection[str] = ()) -> str | None:
        """Return somebody who holds an office, other than some, or None."""
        found = [name for name in self.officials.get((role, body), ()) if name not in without]
        return chance.choice(found) if found else None

    def comes(self, planned: Planned, declared: ArrivalsDeclaration, chance: Random, today: date) -> tuple[str, Party]:
        """Return who files a case, and the party that it is about; of those who hold something, another each time.

        Raises:
            AmurError: if nobody is left of whom it could be.
        """
        if declared.about is None and planned.who not in self.parties:
            return self.filer(planned.who, chance)
        pool = self.parties[declared.about or planned.who]
        fitting = [one for one in pool if one.fits(today, declared.until_in) and not self._came(declared, one)]
        if not fitting:
            said = f"arrivals {declared.id}: nobody is left of the pool {declared.about or planned.who} on {today}"
            raise AmurError("demonstration_failed", said)
        party = chance.choice(fitting)
        if party.held:
            self.come.add((declared.id, party.id))
        if declared.about:
            return self.filer(planned.who, chance)[0], party
        return self._known_to_all(party), party

    def _came(self, declared: ArrivalsDeclaration, party: Party) -> bool:
        return (declared.id, party.id) in self.come

    def _known_to_all(self, party: Party) -> str:
        if party.id not in self.stage.cast:
            self._open(party)
        return party.id

    def filer(self, who: str, chance: Random) -> tuple[str, Party]:
        """Return who files, and what is known of them; whoever files first opens an account then."""
        if who in self.stage.cast:
            return who, _known(self.stage.cast[who].player)
        if who == STRANGER:
            # A stranger has a name as well, and none of them an account.
            everybody = [one for pool in self.parties.values() for one in pool]
            people = [one for one in everybody if not one.scheme] or everybody
            return who, chance.choice(people) if people else NOBODY
        party = chance.choice(self.parties[who])
        return self._known_to_all(party), party

    def _open(self, party: Party) -> Member:
        firm = Enterprise(scheme=party.scheme, identifier=party.code, name=party.name) if party.scheme else None
        player = Player(id=party.id, name=party.person, enterprise=firm)
        return self.stage.enter(player, by=self.by, key="demonstration")


def _known(player: Player) -> Party:
    """Return what a form can be filled with by somebody of the cast."""
    firm = player.enterprise
    return Party(
        id=player.id,
        person=player.name,
        region=player.region,
        name=firm.name if firm else "",
        scheme=firm.scheme if firm else "",
        code=firm.identifier if firm else "",
    )


def unheld(
    declared: DemonstrationDeclaration,
    arrivals: Iterable[ArrivalsDeclaration],
    procedures: Mapping[str, ProcedureDeclaration],
    roles: RolesDeclaration,
    bodies: BodiesDeclaration,
) -> Iterator[Player]:
    """Yield an official for each office of the year, and for each role, that nobody of the cast has."""
    held = {(role, player.body_id or "") for player in declared.cast for role in player.roles}
    titles, places = {one.id: one.title for one in roles.roles}, {one.id: one for one in bodies.bodies}
    wanted = (office for one in arrivals for office in offices(one, procedures))
    named = list(dict.fromkeys(office for office in wanted if office[0] in titles and office[1] in places))
    have = {role for role, _ in held} | {role for role, _ in named}
    for each in roles.roles:
        if each.id not in have:
            working = [one.body_id for one in procedures.values() if each.id in one.roles]
            fitting = [one.id for one in bodies.bodies if each.id in one.roles and one.valid_to is None]
            named += [(each.id, (fitting or working or [bodies.bodies[0].id])[0])]
    for place, (role, body) in enumerate(office for office in named if office not in held):
        # In the order of the alphabet they are 甲, 乙, 丙 …, as in a textbook.
        name = f"例{_NAMES[place % len(_NAMES)]}{place // len(_NAMES) or ''}（{declared.marker}）"
        said, where = titles[role], places[body].title
        title = Text(zh=f"{said.zh}（{where.zh}）", en=f"{said.en} ({where.en})")
        yield Player(id=f"demo_{role}_{body}"[:60], name=name, roles=(role,), body=body, title=title)


_NAMES = "甲乙丙丁戊己庚辛壬癸"


def offices(one: ArrivalsDeclaration, procedures: Mapping[str, ProcedureDeclaration]) -> Iterator[Office]:
    """Yield the offices that the courses of a file need, as far as the procedure says who does what."""
    definition = procedures.get(one.procedure)
    if definition is None:
        return
    if set(one.channels) != {"portal"} and not one.message:
        yield taker_of(definition), definition.body_id
    for course in one.courses:
        known = {ITS_OWN: (definition, definition.body_id)}
        for step in course.steps:
            here, body = known.get(step.case, known[ITS_OWN])
            yield from _of_step(step, here, step.body or body)
            heard = procedures.get(here.appeal.procedure_id or "") if step.contest else None
            if step.contest and heard:
                hears = step.contest.body_id or next(iter(here.appeal.bodies), heard.body_id)
                known[step.contest.opens] = heard, hears
            opened = procedures.get(step.then.opened or "") if step.then else None
            if opened:
                known[opened.id] = opened, opened.body_id


def taker_of(definition: ProcedureDeclaration) -> str:
    """Return the role that takes in what does not come by the portal: at the window, else whoever moves it first."""
    moving = [arrow.by for arrow in definition.transitions if definition.initial in arrow.sources]
    office = [role for role in moving if role not in NO_OFFICE]
    return definition.window.by if definition.window else next(iter(office), min(definition.roles))


def _of_step(step: CourseStep, definition: ProcedureDeclaration, body: str) -> Iterator[Office]:
    """Yield the offices that a step needs: whose the event is, who makes the clock longer, who signs."""
    if step.by is not None:
        yield step.by, body
    arrows = [arrow for arrow in definition.transitions if step.fire and arrow.event == step.fire]
    for arrow in arrows:
        if step.by is None and arrow.by not in NO_OFFICE:
            yield arrow.by, body
        for each in definition.chain(arrow.sign_off).steps if arrow.sign_off else ():
            yield each.by, each.body_id or body
    for clock in definition.clocks if step.extend and step.by is None else ():
        if clock.extension and step.extend and clock.id == step.extend.clock:
            yield clock.extension.by[0], body
