"""What a migration would make of every running case, and what one has made of some."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from amur.base.acting import Scope
from amur.base.faults import Fault
from amur.procedures import declared
from amur.procedures.migrating.checks import check_against
from amur.procedures.migrating.models import CaseMigration
from amur.procedures.migrating.planning import Edition, planned
from amur.procedures.migrating.reports import Report, report_of
from amur.procedures.models import Case
from amur.registers.checks import Locate

_AT_ONCE = 200


def meant(scope: Scope, edition: Edition) -> tuple[UUID, ...]:
    """Return the running cases that a map means, by number; whoever is not the machine is told of none."""
    if scope.kind != "system":
        return ()
    running = Case.objects.filter(procedure=edition.declared.procedure, closed_at=None)
    rows = running.exclude(declaration_hash=edition.declaration_hash).order_by("number")
    return tuple(pk for pk, pinned in rows.values_list("pk", "declaration_hash") if edition.declared.moves(pinned))


def dry_run(scope: Scope, edition: Edition, now: datetime) -> Iterator[Report]:
    """Yield what would become of each case that a map means; nothing is changed."""
    wanted = meant(scope, edition)
    for start in range(0, len(wanted), _AT_ONCE):
        for case in Case.objects.filter(pk__in=wanted[start : start + _AT_ONCE]).order_by("number"):
            yield report_of(case, planned(case, edition, max(now, case.changed_at)))


def ways_back(scope: Scope, map_hash: str) -> tuple[tuple[UUID, str, bool], ...]:
    """Return the cases that came by a map and were not brought back: id, number, and whether they have moved since."""
    if scope.kind != "system":
        return ()
    rows = CaseMigration.objects.filter(map_hash=map_hash, undone_version=None).select_related("case")
    newest = {row.case_id: row for row in rows.order_by("case__number", "version")}
    return tuple((row.case_id, row.case.number, row.case.version != row.version) for row in newest.values())


def faults(scope: Scope, edition: Edition, locate: Locate) -> list[Fault]:
    """Return the faults of a map for the cases of each edition that runs."""
    if scope.kind != "system":
        return []
    running = Case.objects.filter(procedure=edition.declared.procedure, closed_at=None)
    pinned = sorted(set(running.values_list("declaration_hash", flat=True)) - {edition.declaration_hash})
    found = {
        fault
        for one in pinned
        if edition.declared.moves(one)
        for fault in check_against(edition.declared, declared.pinned(one), edition.definition, locate)
    }
    return sorted(found)
