"""The services of today under their topics."""

from __future__ import annotations

from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.topics.declarations import TopicsDeclaration
from amur.procedures.topics.engine import Grouped, grouped
from amur.registers import lookups

Group = Grouped[ProcedureDeclaration]


def services_by_topic() -> tuple[Group, ...]:
    """Return the services that can be applied for today under the topics of the active pack; they are public."""
    services = {name: one for name, one in declared.everything().procedures.items() if not one.opened_only}
    said = next(iter(lookups.active(TopicsDeclaration, "topics").values()), None)
    return grouped(said.topics if said else (), services)
