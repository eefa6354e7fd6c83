"""What a new release of the pack changes in the tables of this room: indexes, and the values that they are over.

Indexes stand outside migrations, since which there are is said by the pack. They are named by what they are made of
(see ``dialect``), so that this can be repeated at any time: what is missing is made, what nothing needs is dropped.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from amur.people.reads import day_of
from amur.registers import dialect, filtering, finding, lookups
from amur.registers.acts import writing
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record
from amur.search.models import IndexedDocument

_AT_ONCE = 500
_STALE = "stale"


def sync(*, now: datetime) -> None:
    """Bring filters, indexes and what is found to what the active release declares; the same again changes nothing.

    Values are filled in before an index is used by anybody, some hundreds of records at a time, so that others can
    write meanwhile. Call it after the release was committed.
    """
    declared = lookups.active(RegisterDeclaration, "register").values()
    wanted = {dialect.name_of(one.id, each): (one.id, each) for one in declared for each in filtering.filters_of(one)}
    there = dialect.indexes(connection)
    for declaration in declared:
        _fill(declaration, now)
    for name in sorted(there - set(wanted)):
        dialect.drop(connection, name)
    missing = sorted(set(wanted) - there)
    for name in missing:
        dialect.create(connection, *wanted[name])
    if missing:
        dialect.analyse(connection)


def _fill(declaration: RegisterDeclaration, now: datetime) -> None:
    """Compute anew what lists show of records that were written when the register was declared otherwise.

    All are looked at where some are not in the index of the search.
    """
    definition = filtering.definition(filtering.filters_of(declaration))
    mine = Record.objects.filter(register=declaration.id)
    found = IndexedDocument.objects.filter(kind=finding.kind_of(declaration.id))
    if found.count() != mine.count():
        mine.update(filtering=_STALE)
    others = mine.exclude(filtering=definition)
    if not others.exists():
        return
    today = day_of(now)
    book = writing.book(declaration.id, today)
    while True:
        with transaction.atomic():
            some = list(others.select_for_update().order_by("pk")[:_AT_ONCE])
            for record in some:
                rows = record.versions.select_related("record")
                writing.refresh(book, record, list(rows), today)
                record.filtering = definition
            Record.objects.bulk_update(some, ["filters", "filtering", "present", "state", "search", "turns_on"])
        if len(some) < _AT_ONCE:
            return
