"""What follows from an event happens with it or not at all, wherever it breaks off, and once however often it is asked."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import connection

from amur.jobs.models import Job
from amur.ledger.models import Entry
from amur.procedures import acts
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Document, Notice
from amur.registers.models import Record, RecordVersion
from tests.procedures.followups import ISSUES, OPENS, SECOND_LOOK, licence
from tests.procedures.pack import STRANGER, fill, sync

pytestmark = pytest.mark.django_db
GRANT = 3
TABLES = (Case, CaseEvent, ClockRun, Decision, Document, Notice, Record, RecordVersion, Entry, Job)


class Broken(Exception):
    """The process ends here."""


def many_effects():
    """Return the procedure with every kind of effect on its granting arrow."""
    body = licence()
    writes, told = body["transitions"][GRANT]["effects"]
    corrects = {
        "do": "correct_record",
        "register": "licences",
        "key": "case.number",
        "valid_from": "add_days(today, -1)",
    }
    body["transitions"][GRANT]["effects"] = [
        writes,
        corrects | {"values": writes["values"]},
        {"do": "start_clock", "clock": "decision"},
        {"do": "change_state", "register": "licences", "key": "case.number", "event": "close"},
        ISSUES,
        OPENS,
        told,
    ]
    return {("procedure", "licence"): body, ("procedure", "second_look"): SECOND_LOOK}


def everything():
    """Return all that an event could change."""
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


@pytest.mark.no_cover
def test_wherever_it_breaks_off_an_event_with_all_its_effects_has_not_happened(now, handler, decider):
    sync(now, many_effects())
    case = handler.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)
    before = everything()
    for place in count(1):
        statements = count(1)

        def breaks(execute, sql, params, many, context, *, statements=statements, place=place):
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) and next(statements) == place:
                raise Broken
            return execute(sql, params, many, context)

        with connection.execute_wrapper(breaks):
            try:
                decider.fire(case, "grant", now, key="once")
            except Broken:
                assert everything() == before, f"something stayed behind after statement {place}"
                continue
        break
    assert place > len(TABLES)
    after = everything()
    assert after != before
    assert decider.fire(case, "grant", now, key="once").state == "granted"
    assert everything() == after, "the same event again has no further effect"


def test_effects_happen_in_their_order(now, handler, decider):
    sync(now, many_effects())
    case = handler.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)
    decider.fire(case, "grant", now)
    kinds = Entry.objects.filter(subject__startswith="record:").order_by("sequence").values_list("kind", flat=True)
    assert len(kinds) == RecordVersion.objects.count() == 3
    keys = RecordVersion.objects.order_by("number").values_list("idempotency", flat=True)
    assert list(keys) == [f"case:{case.id}:3:{place}" for place in (0, 1, 3)]
