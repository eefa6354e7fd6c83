"""The lists of a draw as they stand on a day: objects, people, and who may not meet what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from amur.base.acting import SYSTEM, region_prefix
from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind, Struct, compile_, evaluate, variable_of
from amur.base.faults import Refused
from amur.base.fields import FieldDeclaration
from amur.people import reads as people
from amur.procedures.draws.declarations import KEY, ConflictRule, DrawDeclaration, Objects, People, fields_of
from amur.procedures.moments import here
from amur.registers import reads as registers

_SEPARATORS = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object or a person on a list: its key there, and what expressions and rules read of it."""

    key: str
    values: Mapping[str, Json]

    def value(self, name: str) -> Json:
        """Return what a rule compares."""
        return self.key if name == KEY else self.values.get(name)


@dataclass(frozen=True, slots=True)
class Lists:
    """What is committed to, before anything is hidden; ``conflicts`` gives the number of the rule for each pair."""

    objects: Mapping[str, int]
    people: tuple[str, ...]
    conflicts: Mapping[tuple[str, str], int]


def lists_of(declared: DrawDeclaration, on: date) -> Lists:
    """Return the lists of a draw on a day.

    Raises:
        Refused: if an expression has no value, so that it cannot be told who is on a list.
    """
    things, thing_fields = _objects(declared.objects, on)
    persons, person_fields = _people(declared.people, declared.body_id, on)
    strata = {
        one.key: number for one in things if (number := stratum_of(declared.objects, one, thing_fields)) is not None
    }
    listed = [one for one in things if one.key in strata]
    conflicts: dict[tuple[str, str], int] = {}
    for number, rule in enumerate(declared.conflicts):
        meets = _meeting(rule, thing_fields, person_fields)
        for thing in listed:
            for person in persons:
                if (thing.key, person.key) not in conflicts and meets(thing, person):
                    conflicts[thing.key, person.key] = number
    return Lists(strata, tuple(one.key for one in persons), conflicts)


def take_of(declared: DrawDeclaration, lists: Lists) -> list[int]:
    """Return how many objects each stratum gives."""
    strata = list(lists.objects.values())
    quotas = declared.objects.strata or ((declared.objects.quota,) if declared.objects.quota else ())
    return [quota.of(strata.count(number)) for number, quota in enumerate(quotas)]


def stratum_of(objects: Objects, thing: Candidate, fields: tuple[FieldDeclaration, ...]) -> int | None:
    """Return the number of the stratum in which an object is; None for one that is in none."""
    if objects.by is None:
        return 0
    by_region = any(field.id == objects.by and field.type == "region" for field in fields)
    value = thing.value(objects.by)
    for number, stratum in enumerate(objects.strata):
        if not stratum.values or _text(value) in stratum.values:
            return number
        if by_region and any(_text(value).startswith(region_prefix(one)) for one in stratum.values):
            return number
    return None


def _objects(declared: Objects, on: date) -> tuple[list[Candidate], tuple[FieldDeclaration, ...]]:
    register = registers.register(declared.register_id)
    return _chosen(_in_force(declared.register_id), declared.when, "object", register.fields, on), register.fields


def _people(declared: People, body_id: str, on: date) -> tuple[list[Candidate], tuple[FieldDeclaration, ...]]:
    register = registers.register(declared.register_id) if declared.register_id else None
    fields = fields_of(register)
    found = _in_force(declared.register_id) if declared.register_id else _holders(declared.role or "", body_id, on)
    return _chosen(found, declared.when, "person", fields, on), fields


def _in_force(register_id: str) -> Iterator[Candidate]:
    for row in registers.every_record(SYSTEM, register_id):
        if row.standing.in_force:
            yield Candidate(row.key, row.values)


def _holders(role: str, body_id: str, on: date) -> Iterator[Candidate]:
    """Yield who holds a role in a body, each once."""
    seen: set[str] = set()
    for one in people.appointments(SYSTEM, on=on).filter(role_id=role, body_id=body_id):
        name = str(one.account_id)
        if name not in seen:
            seen.add(name)
            yield Candidate(name, {"body": one.body_id, "region": one.region_id or ""})


def _chosen(
    found: Iterator[Candidate], when: str, name: str, fields: tuple[FieldDeclaration, ...], on: date
) -> list[Candidate]:
    """Return those for whom a condition holds; one that reads what is absent does not."""
    if not when:
        return list(found)
    known = Struct.of({name: variable_of(fields), "today": Kind.DATE})
    holds = _condition(when, known, {name: fields})
    return [one for one in found if holds({name: one}, {"today": on})]


def _meeting(
    rule: ConflictRule, things: tuple[FieldDeclaration, ...], persons: tuple[FieldDeclaration, ...]
) -> Callable[[Candidate, Candidate], bool]:
    """Return what says whether an object and a person conflict."""
    if rule.when:
        known = Struct.of({"object": variable_of(things), "person": variable_of(persons)})
        holds = _condition(rule.when, known, {"object": things, "person": persons})
        return lambda thing, person: holds({"object": thing, "person": person}, {})

    def meets(thing: Candidate, person: Candidate) -> bool:
        mine, theirs = _text(thing.value(rule.object or KEY)), _text(person.value(rule.person or KEY))
        return mine != "" and (mine in _SEPARATORS.split(theirs) if rule.among else mine == theirs)

    return meets


def _condition(
    source: str, known: Struct, fields: Mapping[str, tuple[FieldDeclaration, ...]]
) -> Callable[[Mapping[str, Candidate], Mapping[str, date]], bool]:
    program, context = compile_(source, known, Kind.BOOLEAN), here()
    wanted = {name: [one for one in declared if one.id in program.reads_of(name)] for name, declared in fields.items()}

    def holds(candidates: Mapping[str, Candidate], beside: Mapping[str, date]) -> bool:
        given: dict[str, object] = dict(beside)
        for name, one in candidates.items():
            values = one.values
            given[name] = {
                each.id: each.cel_cell(values[each.id]) for each in wanted[name] if values.get(each.id) is not None
            }
        try:
            return evaluate(program, given, context) is True
        except ExpressionError as error:
            if error.is_absence:
                return False
            keys = ", ".join(one.key for one in candidates.values())
            raise Refused("draw_without_value", f"{source!r} has no value for {keys}: {error}") from error

    return holds


def _text(value: Json) -> str:
    return "" if value is None else str(value)
