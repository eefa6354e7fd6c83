"""Running cases come to another edition as the map says, tried first over all of them, and back again."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Scope, system
from amur.base.faults import Conflict, NotFound
from amur.base.legal_time import explain
from amur.ledger import acts as ledger
from amur.ledger import reads as entries
from amur.procedures import acts, reads
from amur.procedures.datasets import datasets
from amur.procedures.migrating.acts import bring_back, migrate_case
from amur.procedures.migrating.models import CaseMigration
from amur.procedures.migrating.planning import edition_of
from amur.procedures.migrating.reads import dry_run, faults, meant, ways_back
from amur.procedures.models import Case, CaseEvent, ClockRun, Notice
from amur.procedures.shapes import CASES, CLOCKS
from tests.procedures.beacon import BEACON_BODY
from tests.procedures.pack import sync
from tests.procedures.renewed import BEACON_MAP, BEACON_NEXT, LICENCE_MAP, LICENCE_NEXT
from tests.procedures.samples import CALENDAR_BODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.either]
MACHINE = {"by": system("migration"), "scope": SYSTEM}


def renew(now, body=None, said=None):
    """Sync the next edition with its map, and return that."""
    changes = {("procedure", "licence"): body or LICENCE_NEXT, ("migration", "licence_next"): said or LICENCE_MAP}
    sync(now, changes, version="2.0.0")
    return edition_of("licence_next")


def held(case):
    """Return all that a migration may change of a case."""
    case = Case.objects.get(pk=case.pk)
    runs = [
        (run.clock, run.waits, run.paused_on, run.due_on, run.promise_on, run.ended_on)
        for run in ClockRun.objects.filter(case=case).order_by("id")
    ]
    return case.declaration_hash, case.closure_hash, case.state, case.configuration, case.data, case.due_on, runs


def test_a_newer_edition_does_not_change_a_running_case(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    before = held(case)
    renew(now)
    assert held(case) == before
    view = reads.case_for_desk(handler.scope, case.number, on=now.date())
    assert [field.id for field in view.definition.fields][:2] == ["name", "colour"]
    assert decider.fire(case, "grant", now).state == "granted"


def test_a_case_goes_on_by_the_new_edition_with_its_answers_clocks_and_course(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    edition = renew(now)
    later = now + timedelta(days=3)
    report = migrate_case(case.pk, edition, now=later, **MACHINE)
    assert (report.becomes, report.state, report.to) == ("moves", "accepted", "examined")
    case = Case.objects.get()
    assert (case.state, case.version, case.declaration_hash) == ("examined", 3, edition.declaration_hash)
    assert (case.data["lamp"], case.data["label"], case.data["hue"]) == ("移动灯一号", "移动灯一号 (old)", "red")
    assert "watts" not in case.data
    run = ClockRun.objects.get()
    assert (run.clock, run.started_on, run.due_on < report.clocks[0].due_before) == ("handling", now.date(), True)
    assert Notice.objects.order_by("id").last().subject == "【New rules】"
    lines = reads.timeline(handler.scope, case.pk)
    assert [line.state.id for line in lines] == ["submitted", "accepted", "examined"]
    assert lines[-1].title.en.startswith("Goes on by the rules of the new edition")
    answers = reads.answers_by_version(handler.scope, case.pk)
    assert [sorted(one.values)[:2] for one in answers] == [["colour", "email"], ["email", "hue"]]
    assert decider.fire(case, "grant", later).state == "granted"
    assert reads.why_due(handler.scope, case.pk)[0][0].clock.id == "handling"


def test_the_ledger_says_from_which_edition_to_which_by_which_map(submitted, now):
    case = submitted()
    before = case.declaration_hash
    edition = renew(now)
    migrate_case(case.pk, edition, now=now, **MACHINE)
    body = next(one for one in entries.entries_of(SYSTEM, f"case:{case.pk}") if one.kind == "case.migrated").body
    assert (body["declaration_before"], body["declaration"], body["map"]) == (
        before,
        edition.declaration_hash,
        edition.map_hash,
    )
    assert "keeper@example.org" not in str(body)


def test_a_dry_run_over_all_cases_says_what_comes_and_changes_nothing(submitted, handler, now):
    first, second = submitted(name="灯一"), handler.fire(submitted(name="灯二"), "accept", now)
    edition = renew(now)
    before = [held(first), held(second)]
    told = list(dry_run(SYSTEM, edition, now))
    assert [one.becomes for one in told] == ["moves", "moves"]
    assert [held(first), held(second)] == before
    done = [migrate_case(pk, edition, now=now, **MACHINE) for pk in meant(SYSTEM, edition)]
    assert done == told
    assert (meant(SYSTEM, edition), list(dry_run(SYSTEM, edition, now))) == ((), [])
    assert migrate_case(first.pk, edition, now=now, **MACHINE) is None


def test_a_case_comes_back_as_it_was_and_one_that_moved_since_stays(submitted, handler, now):
    one, other = submitted(name="灯一"), handler.fire(submitted(name="灯二"), "accept", now)
    edition = renew(now)
    before = held(other)
    for pk in meant(SYSTEM, edition):
        migrate_case(pk, edition, now=now, **MACHINE)
    handler.fire(Case.objects.get(pk=one.pk), "accept", now)
    assert ways_back(SYSTEM, edition.map_hash) == ((one.pk, one.number, True), (other.pk, other.number, False))
    with pytest.raises(Conflict) as error:
        bring_back(one.pk, edition.map_hash, now=now, **MACHINE)
    assert error.value.code == "moved_since"
    bring_back(other.pk, edition.map_hash, now=now, **MACHINE)
    assert held(other) == before
    assert [line.state.id for line in reads.timeline(SYSTEM, other.pk)][-2:] == ["examined", "accepted"]
    with pytest.raises(NotFound):
        bring_back(other.pk, edition.map_hash, now=now, **MACHINE)
    assert migrate_case(other.pk, edition, now=now, **MACHINE).becomes == "moves"


def test_a_case_that_comes_back_is_due_by_the_calendar_of_now(submitted, handler, now):
    case = handler.fire(submitted(), "accept", now)
    edition = renew(now)
    migrate_case(case.pk, edition, now=now, **MACHINE)
    busy = CALENDAR_BODY | {"holidays": [*CALENDAR_BODY["holidays"], "2026-03-16"]}
    sync(now, {("procedure", "licence"): LICENCE_NEXT, ("calendar", "calendar"): busy}, version="3.0.0")
    acts.recount(now=now)
    bring_back(case.pk, edition.map_hash, now=now, **MACHINE)
    [view], calendar = reads.why_due(SYSTEM, case.pk)
    assert Case.objects.get().due_on == view.run.due_on == explain(view.running, calendar).due.on == date(2026, 4, 9)


def test_an_officer_who_has_the_case_open_gets_a_conflict(submitted, handler, now):
    case = submitted()
    edition = renew(now)
    migrate_case(case.pk, edition, now=now, **MACHINE)
    with pytest.raises(Conflict):
        handler.fire(case, "accept", now)


def test_nobody_but_the_machine_migrates_or_knows_of_cases(submitted, handler, now):
    case = submitted()
    edition = renew(now)
    with pytest.raises(NotFound):
        migrate_case(case.pk, edition, by=handler.by, scope=handler.scope, now=now)
    public = Scope("public")
    assert (meant(public, edition), ways_back(public, edition.map_hash)) == ((), ())
    assert (list(dry_run(public, edition, now)), faults(public, edition, str)) == ([], [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: said.update(states=[]), "state.no_place"),
        (lambda said: said["fields"].pop(2), "field.no_place"),
        (lambda said: said["fields"].pop(0), "field.no_place"),
        (lambda said: said["fields"].pop(3), "field.missing"),
        (lambda said: said["fields"][3].update(value="form.name + form.name + form.name + form.name"), ""),
        (lambda said: said.update(clocks=[]), "clock.no_place"),
        (lambda said: said["clocks"][0].pop("basis"), "clock.length"),
        (lambda said: said["states"][0].update(to="withdrawn"), "state.final"),
    ],
)
def test_a_case_that_has_no_place_is_refused_and_the_report_says_why(submitted, handler, now, change, code):
    case = handler.fire(submitted(name="灯" * 30), "accept", now)
    said = copy.deepcopy(LICENCE_MAP)
    change(said)
    edition = renew(now, said=said)
    report = next(iter(dry_run(SYSTEM, edition, now)))
    assert (code in {one.code for one in report.why}) or report.why[0].code == "field.does_not_fit"
    assert "灯" not in str(report.as_dict())
    assert migrate_case(case.pk, edition, now=now, **MACHINE) == report
    assert Case.objects.get().version == case.version


def test_a_state_that_is_left_keeps_its_cases_and_says_why(submitted, now):
    submitted()
    said = LICENCE_MAP | {"states": [{"from": "submitted", "stay": text("They end soon.")}]}
    report = next(iter(dry_run(SYSTEM, renew(now, said=said), now)))
    assert (report.becomes, report.why[0].said) == ("stays", "They end soon.")


def test_a_map_for_another_edition_leaves_a_case_alone(submitted, now):
    case = submitted()
    edition = renew(now, said=LICENCE_MAP | {"from": ["ffff"]})
    assert (meant(SYSTEM, edition), migrate_case(case.pk, edition, now=now, **MACHINE)) == ((), None)


def test_data_sets_and_logs_follow_a_case_through_its_editions(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    edition = renew(now)
    migrate_case(case.pk, edition, now=now, **MACHINE)
    decider.fire(Case.objects.get(), "grant", now)
    ledger.seal(now)
    found = {one.name: one for one in datasets(SYSTEM)}
    rows = {name: [row for batch in found[name].batches(-1, 99) for row in batch.to_pylist()] for name in found}
    states = [row["state"] for row in rows[CASES.name]]
    assert states == ["submitted", "accepted", "examined", "granted"]
    assert [(row["clock"], row["ended_on"]) for row in rows[CLOCKS.name]][-1] == ("handling", now.date())


class TestNested:
    @pytest.fixture
    def pack(self, now):
        return sync(now, {("procedure", "licence"): BEACON_BODY})

    def test_what_goes_on_at_once_goes_on_at_once_with_its_memory(self, submitted, handler, now):
        case = handler.fire(handler.fire(submitted(), "accept", now), "ask", now)
        edition = renew(now, BEACON_NEXT, BEACON_MAP)
        before = held(case)
        assert migrate_case(case.pk, edition, now=now, **MACHINE).why == ()
        case = Case.objects.get()
        assert (case.state, case.configuration["active"]) == ("opinions", ["fire_waits", "water_asked"])
        assert {run.clock for run in ClockRun.objects.filter(ended_on=None)} == {
            "decision",
            "fire_opinion",
            "water_answer",
        }
        bring_back(case.pk, edition.map_hash, now=now, **MACHINE)
        assert held(case) == before

    def test_a_case_that_waits_takes_up_where_it_was_left_by_the_new_names(self, submitted, handler, now):
        case = handler.fire(handler.fire(submitted(), "accept", now), "ask", now)
        case = handler.fire(case, "fire_answers", now)
        case = handler.fire(case, "request_supplement", now, reason="A plan is missing.")
        assert migrate_case(case.pk, renew(now, BEACON_NEXT, BEACON_MAP), now=now, **MACHINE).why == ()
        case = Case.objects.get()
        assert case.configuration["history"] == {"working.history": ["fire_given", "water_asked"]}
        party = reads.scope_by_code(case.number, acts.query_code(case))
        acts.fire(case.pk, "answer", by=system("x"), scope=party, now=now, expected_version=case.version)
        assert Case.objects.get().configuration["active"] == ["fire_given", "water_asked"]


def test_what_a_migration_keeps_goes_with_the_case(submitted, handler, now):
    case = submitted()
    migrate_case(case.pk, renew(now), now=now, **MACHINE)
    assert CaseMigration.objects.get().data["email"] == "keeper@example.org"
    party = reads.scope_by_code(case.number, acts.query_code(case))
    case = Case.objects.get()
    acts.fire(case.pk, "withdraw", by=system("t"), scope=party, now=now, expected_version=case.version)
    acts.erase_case_party(case.pk, by=system("t"), scope=SYSTEM, now=now, reason="x", basis="y", despite_retention=True)
    assert "email" not in CaseMigration.objects.get().data
    assert all("email" not in event.given for event in CaseEvent.objects.all())
