"""Checks of topics: each name leads to a service that can be applied for, or to a public register."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.topics.declarations import TopicsDeclaration
from amur.registers.checks import Locate, fault
from amur.registers.declarations import RegisterDeclaration


@dataclass(frozen=True, slots=True)
class Around:
    """What else stands in the pack: procedures and registers by id, and the ids of finders."""

    procedures: Mapping[str, ProcedureDeclaration]
    registers: Mapping[str, RegisterDeclaration]
    finders: Collection[str]


def check_topics(declaration: TopicsDeclaration, around: Around, locate: Locate) -> list[Fault]:
    """Return the names of topics that lead nowhere, given what else stands in the pack."""
    services = [name for name, one in around.procedures.items() if not one.opened_only]
    public = [name for name, one in around.registers.items() if one.public]
    faults = []
    for place, topic in enumerate(declaration.topics):
        for number, name in enumerate(topic.services):
            if name not in services:
                found = f"{name!r} is no service that can be applied for"
                faults.append(fault(locate, ("topics", place, "services", number), "topics.service", found, services))
        for number, name in enumerate(topic.finders):
            if name not in around.finders:
                found = f"{name!r} is no finder"
                at = ("topics", place, "finders", number)
                faults.append(fault(locate, at, "topics.finder", found, around.finders))
        for number, name in enumerate(topic.registers):
            if name not in public:
                found = f"{name!r} is no public register"
                faults.append(fault(locate, ("topics", place, "registers", number), "topics.register", found, public))
    return faults
