"""Whatever a case has been through: a dry run says exactly what comes, and the way back makes it what it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.acting import SYSTEM, system
from amur.base.faults import AmurError
from amur.procedures import acts, reads
from amur.procedures.migrating.acts import bring_back, migrate_case
from amur.procedures.migrating.planning import edition_of
from amur.procedures.migrating.reads import dry_run, meant
from amur.procedures.models import Case, ClockRun
from tests.procedures.beacon import BEACON_BODY
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.renewed import BEACON_MAP, BEACON_NEXT, LICENCE_MAP, LICENCE_NEXT
from tests.procedures.samples import LICENCE_BODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.either]
MACHINE = {"by": system("t"), "scope": SYSTEM}
EVENTS = ["accept", "ask", "fire_answers", "water_answers", "request_supplement", "answer", "grant"]
PAIRS = {"flat": (LICENCE_BODY, LICENCE_NEXT, LICENCE_MAP), "nested": (BEACON_BODY, BEACON_NEXT, BEACON_MAP)}


def _held(pk):
    case = Case.objects.get(pk=pk)
    runs = (
        ClockRun.objects.filter(case=case)
        .order_by("id")
        .values_list("clock", "waits", "paused_on", "due_on", "ended_on")
    )
    kept = (
        case.declaration_hash,
        case.closure_hash,
        case.state,
        case.configuration,
        case.data,
        case.due_on,
        case.sources,
    )
    return kept, list(runs)


def _live(case, events, now):
    """Let happen to a case what can."""
    for day, event in enumerate(events):
        case = Case.objects.get(pk=case.pk)
        scope = reads.scope_by_code(case.number, acts.query_code(case)) if event == "answer" else SYSTEM
        asked = {"reason": "Why." if event == "request_supplement" else "", "expected_version": case.version}
        extra = {"remark": "x"} if event == "answer" and "look" not in str(case.configuration) else {}
        try:
            acts.fire(
                case.pk, event, by=system(str(day)), scope=scope, now=now + timedelta(days=day), extra=extra, **asked
            )
        except AmurError:
            continue


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pair=st.sampled_from(sorted(PAIRS)),
    lives=st.lists(st.lists(st.sampled_from(EVENTS), max_size=6), min_size=1, max_size=2),
    left=st.sets(st.sampled_from(["states", "fields", "clocks", "stay"]), max_size=1),
)
def test_a_dry_run_is_right_and_there_and_back_is_nothing(now, pair, lives, left):
    before, after, said = PAIRS[pair]
    said = {key: value for key, value in said.items() if key not in left}
    if "stay" in left:
        said = said | {"states": [*said["states"], {"from": "submitted", "stay": text("It ends soon.")}]}
    with transaction.atomic():
        sync(now, {("procedure", "licence"): before})
        cases = [acts.submit(fill(now, name=f"灯{n}").id, by=STRANGER, now=now) for n in range(len(lives))]
        for case, events in zip(cases, lives, strict=True):
            _live(case, events, now)
        sync(now, {("procedure", "licence"): after, ("migration", "licence_next"): said}, version="2.0.0")
        edition, at = edition_of("licence_next"), now + timedelta(days=9)
        held = {pk: _held(pk) for pk in meant(SYSTEM, edition)}
        told = list(dry_run(SYSTEM, edition, at))
        assert {pk: _held(pk) for pk in held} == held
        done = [migrate_case(pk, edition, now=at, **MACHINE) for pk in held]
        assert done == told
        for pk, report in zip(held, done, strict=True):
            if report.becomes == "moves":
                case = Case.objects.get(pk=pk)
                assert (case.state, case.declaration_hash) == (report.to, edition.declaration_hash)
                due = {run.clock: run.due_on for run in ClockRun.objects.filter(case=case, ended_on=None)}
                assert due == {line.after: line.due_after for line in report.clocks if line.after}
                bring_back(pk, edition.map_hash, now=at, **MACHINE)
            assert _held(pk) == held[pk]
        transaction.set_rollback(True)
