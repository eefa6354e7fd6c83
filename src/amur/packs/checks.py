"""The checks of a whole pack: those of each room, gathered, and those that need more than one file.

What refers to a file that could not be read is not looked at, so that one mistake is one fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import amur
from amur.base.codelists import CodeList, Edition
from amur.base.declared import Basis, Carrier, MayCarry, Text, inside
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration, PersonField
from amur.base.identifiers import IdentifierScheme
from amur.base.legal_time import CalendarYear
from amur.exchange import checks as exchange
from amur.exchange.declarations import ExchangeDeclaration
from amur.indicators import catalogue
from amur.indicators import checks as indicators
from amur.indicators.declarations import IndicatorDeclaration
from amur.packs import closing, following, playchecks
from amur.packs.arrivals import checks as arrivals
from amur.packs.declarations import ExampleDeclaration
from amur.packs.engine import Pack
from amur.people import checks as people
from amur.people.declarations import (
    BodiesDeclaration,
    BodyDeclaration,
    RegionDeclaration,
    RegionsDeclaration,
    RolesDeclaration,
)
from amur.policy import checks as policy
from amur.policy.declarations import (
    PackDeclaration,
    PolicyDeclaration,
    SourcesDeclaration,
    ValueDeclaration,
    ValueEntry,
)
from amur.policy.tongues.checks import check_texts
from amur.policy.tongues.declarations import TextsDeclaration
from amur.procedures import checks as procedures
from amur.procedures.consultation.checks import check_consultation
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws.checks import check_draw, check_opens
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.finders.checks import Around, check_finder
from amur.procedures.finders.declarations import FinderDeclaration
from amur.procedures.migrating.checks import check_migration
from amur.procedures.migrating.declarations import MigrationDeclaration
from amur.procedures.topics.checks import Around as Towards
from amur.procedures.topics.checks import check_topics
from amur.procedures.topics.declarations import TopicsDeclaration
from amur.registers import checks as registers
from amur.registers.declarations import RegisterDeclaration
from amur.studies import checks as studies
from amur.studies.declarations import InputDeclaration, MethodDeclaration, ParameterDeclaration

Path = tuple[str | int, ...]
Locate = Callable[[Path], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Names:
    """The ids that the pack declares, for whatever refers to them."""

    bodies: frozenset[str]
    roles: frozenset[str]
    regions: frozenset[str]
    sources: frozenset[str]
    languages: tuple[str, ...]
    said: Mapping[str, frozenset[str]]


def check(pack: Pack) -> Iterator[Fault]:
    """Yield the faults of a pack that was read."""
    yield from (fault for fault in _all(pack) if not following.follows(fault, pack))


def _all(pack: Pack) -> Iterator[Fault]:
    names = _names(pack)
    yield from _of_people(pack, names)
    yield from _of_policy(pack, names)
    yield from _of_carriers(pack, names)
    yield from _of_schemes(pack)
    yield from _of_texts(pack, names)
    yield from _of_sources(pack, names)
    yield from playchecks.check(pack)
    yield from arrivals.check(pack)
    yield from closing.check(pack)


def _names(pack: Pack) -> Names:
    bodies, roles = pack.one(BodiesDeclaration), pack.one(RolesDeclaration)
    regions, sources = pack.one(RegionsDeclaration), pack.one(SourcesDeclaration)
    declared = pack.one(PackDeclaration)
    complete = [entry.language for entry in declared.languages if entry.status != "draft"] if declared else ["zh", "en"]
    return Names(
        bodies=frozenset(body.id for body in bodies.bodies) if bodies else frozenset(),
        roles=frozenset(role.id for role in roles.roles) if roles else frozenset(),
        regions=frozenset(region.code for region in regions.regions) if regions else frozenset(),
        sources=frozenset(source.id for source in sources.sources) if sources else frozenset(),
        languages=tuple(complete),
        said=_translated(pack),
    )


def _translated(pack: Pack) -> dict[str, frozenset[str]]:
    """Return the Chinese words that are translated apart from where they stand, by language."""
    found: dict[str, frozenset[str]] = {}
    for _, declared in pack.of(TextsDeclaration):
        found[declared.language] = found.get(declared.language, frozenset()) | declared.texts.keys()
    return found


def _of_people(pack: Pack, names: Names) -> Iterator[Fault]:
    for found, regions in pack.of(RegionsDeclaration):
        yield from people.check_regions(regions, found.source.locate)
    for found, roles in pack.of(RolesDeclaration):
        yield from people.check_roles(roles, found.source.locate)
    if names.roles and names.regions:
        for found, bodies in pack.of(BodiesDeclaration):
            yield from people.check_bodies(bodies, names.roles, names.regions, found.source.locate)


def _of_policy(pack: Pack, names: Names) -> Iterator[Fault]:
    if names.bodies:
        for found, declared in pack.of(PackDeclaration):
            yield from policy.check_pack(declared, amur.__version__, names.bodies, found.source.locate)
            if names.roles:
                yield from policy.check_editions(declared, names.bodies, names.roles, found.source.locate)
    for found, value in pack.of(ValueDeclaration):
        yield from policy.check_value(value, found.source.locate)
    for found, declaration in pack.of(PolicyDeclaration):
        if names.bodies:
            yield from policy.check_policy(declaration, names.bodies, found.source.locate)
        carried = [
            policy.Claim(commitment, "carries_out", place, one.source.locate)
            for one, carrier in pack.of(MayCarry)
            for place, commitment in enumerate(carrier.carries_out)
        ]
        proved = [
            policy.Claim(commitment, "proves", place, one.source.locate)
            for one, example in pack.of(ExampleDeclaration)
            for place, commitment in enumerate(example.proves)
        ]
        yield from policy.check_claims(declaration, carried, proved, found.source.locate)


def _of_carriers(pack: Pack, names: Names) -> Iterator[Fault]:
    known = registers.Known(
        codelists=pack.ids("codelist"),
        schemes=pack.ids("scheme"),
        roles=names.roles,
        values={value.id: value.type for _, value in pack.of(ValueDeclaration)},
        currencies={value.id: value.currency for _, value in pack.of(ValueDeclaration) if value.currency},
        languages=names.languages,
        said=names.said,
    )
    for found, register in pack.of(RegisterDeclaration):
        yield from registers.check_register(register, known, found.source.locate)
    declared = pack.named(RegisterDeclaration)
    drawn = frozenset(draw.opens.procedure_id for _, draw in pack.of(DrawDeclaration) if draw.opens)
    drawn |= {name for _, one in pack.of(ExchangeDeclaration) for name in one.opened}
    beside = Beside(declared, pack.named(ProcedureDeclaration), drawn)
    for found, procedure in pack.of(ProcedureDeclaration):
        yield from procedures.check_procedure(procedure, known, beside, names.bodies, found.source.locate)
    for found, draw in pack.of(DrawDeclaration):
        yield from check_draw(draw, known, declared, names.bodies, found.source.locate)
        yield from check_opens(draw, known, beside, found.source.locate)
    for found, migration in pack.of(MigrationDeclaration):
        yield from check_migration(migration, beside.procedures, known, found.source.locate)
    for found, consultation in pack.of(ConsultationDeclaration):
        yield from check_consultation(consultation, known, names.bodies, found.source.locate)
    yield from _of_finders(pack, names, known)
    yield from _of_exchanges(pack, names, known)
    for found, topics in pack.of(TopicsDeclaration):
        yield from check_topics(topics, Towards(beside.procedures, declared, pack.ids("finder")), found.source.locate)
    datasets, codelists = catalogue.shapes(declared.values()), pack.named(CodeList)
    for found, indicator in pack.of(IndicatorDeclaration):
        yield from indicators.check_indicator(indicator, known, datasets, found.source.locate)
    for found, method in pack.of(MethodDeclaration):
        yield from studies.check_method(method, known, datasets, codelists, found.source.locate)
        yield from studies.check_challenge(method, beside.procedures, found.source.locate)


def _of_exchanges(pack: Pack, names: Names, known: registers.Known) -> Iterator[Fault]:
    """Yield the faults of exchanges, and of whatever says that another system decides."""
    beside = exchange.Beside(
        procedures=pack.named(ProcedureDeclaration),
        registers=pack.named(RegisterDeclaration),
        codelists=pack.named(CodeList),
        exchanges=pack.named(ExchangeDeclaration),
    )
    for found, declared in pack.of(ExchangeDeclaration):
        yield from exchange.check_exchange(declared, known, beside, names.bodies, found.source.locate)
    for found, carrier in pack.of(Carrier):
        yield from exchange.check_system(carrier, found.kind.name, beside, found.source.locate)
    for found, procedure in pack.of(ProcedureDeclaration):
        yield from exchange.check_moved(procedure, beside, found.source.locate)


def _of_finders(pack: Pack, names: Names, known: registers.Known) -> Iterator[Fault]:
    finders = list(pack.of(FinderDeclaration))
    if finders:
        around = Around(pack.named(CodeList), names.bodies, pack.ids("procedure"), pack.ids("register"), names.sources)
        for found, finder in finders:
            yield from check_finder(finder, known, around, found.source.locate)


def _of_schemes(pack: Pack) -> Iterator[Fault]:
    """Yield examples that a scheme contradicts, and fields that would keep what is looked at in flight only."""
    for found, scheme in pack.of(IdentifierScheme):
        for key, place, said in scheme.wrong_examples():
            yield Fault(*found.source.locate((key, place)), "scheme.example", said, "correct the rule or the example")
    personal = {scheme.id for _, scheme in pack.of(IdentifierScheme) if scheme.personal}
    for found in pack.found if personal else ():
        for path, field in inside(found.declared):
            if isinstance(field, FieldDeclaration) and _keeps(field, personal):
                said = f"the field {field.id!r} would keep an identifier that says who somebody is"
                fix = "ask for it as a person's document with keep: false, so that it is checked in flight"
                yield Fault(*found.source.locate(path), "scheme.personal", said, fix)


def _keeps(field: FieldDeclaration, personal: set[str]) -> bool:
    in_flight = isinstance(field, PersonField) and not field.keep
    return getattr(field, "scheme", None) in personal and not in_flight


def _of_texts(pack: Pack, names: Names) -> Iterator[Fault]:
    """Yield what is not translated; carriers are looked at by their rooms."""
    known = registers.Known(languages=names.languages, said=names.said)
    for found in pack.found:
        if not isinstance(found.declared, Carrier | ExampleDeclaration):
            yield from registers.missing_texts(found.declared, known, found.source.locate)
    declared = pack.one(PackDeclaration)
    if declared and not pack.unread:
        languages = {entry.language: entry.status for entry in declared.languages}
        texts = list(pack.of(TextsDeclaration))
        said = {text.zh for text in _texts(pack)} if texts else set()
        for found, one in texts:
            yield from check_texts(one, languages, said, found.source.locate)


def _texts(pack: Pack) -> Iterator[Text]:
    return (one for found in pack.found for _, one in inside(found.declared) if isinstance(one, Text))


def _of_sources(pack: Pack, names: Names) -> Iterator[Fault]:
    """Yield whatever says where it is from, and ``sources.yaml`` does not say what that is."""
    if not names.sources:
        return
    for found in pack.found:
        for path, one in inside(found.declared):
            if isinstance(one, _SAYS_SOURCE) and one.source and one.source not in names.sources:
                where = found.source.locate((*path, "source"))
                said = f"unknown source {one.source!r}"
                yield Fault(*where, "source.unknown", said, "describe it in sources.yaml")


_SAYS_SOURCE = (
    Basis,
    BodiesDeclaration,
    BodyDeclaration,
    CalendarYear,
    CodeList,
    Edition,
    IdentifierScheme,
    InputDeclaration,
    ParameterDeclaration,
    RegionDeclaration,
    RegionsDeclaration,
    ValueEntry,
)
