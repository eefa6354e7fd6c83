from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import Conflict, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger.models import Entry
from amur.registers import acts, reads, spool
from amur.registers.acts import Defaults, importing
from amur.registers.models import Import, Record, RecordVersion
from tests.registers.samples import KEEPER, enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("permits")]
DEFAULTS = Defaults(date(2026, 3, 1), "taken over", "the old book")
HANDLER = Scope("office", "7", grants=(Grant("handler", "bureau"),))
HEADER = "number,holder,colour,granted_on,watts,indoors"


@pytest.fixture
def check(tmp_path, now):
    def run(*lines, header=HEADER, by=KEEPER, through="office", register="permits", **defaults):
        path = tmp_path / "rows.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        filled = Defaults(**{name: getattr(DEFAULTS, name) for name in ("valid_from", "reason", "source")} | defaults)
        return acts.check_rows(register, path, file_name="rows.csv", by=by, now=now, through=through, defaults=filled)

    return run


def found(run):
    return [(one["row"], one["column"], one["code"]) for one in run.faults]


def test_a_dry_run_writes_nothing_and_the_same_rows_are_then_entered(check, now):
    run = check("P-1,甲,red,2026-01-05,9.5,yes", "P-2,乙,,2026年2月5日,,")
    assert (run.state, run.total, run.fault_count, Record.objects.count()) == ("checked", 2, 0, 0)
    done = acts.import_rows(run.id, by=KEEPER, now=now)
    assert (done.state, done.done) == ("done", 2)
    record = reads.record(SYSTEM, "permits", "P-1")
    assert record.values == {
        "number": "P-1",
        "holder": "甲",
        "colour": "red",
        "granted_on": "2026-01-05",
        "watts": "9.5",
        "indoors": True,
    }
    assert (record.reason, record.source, record.valid_from, record.through) == (
        "taken over",
        "the old book",
        date(2026, 3, 1),
        "office",
    )
    assert not spool.path_of(run.id).exists()
    assert acts.import_rows(run.id, by=KEEPER, now=now).done == 2
    assert RecordVersion.objects.count() == 2
    kinds = list(Entry.objects.filter(subject="register:permits").order_by("id").values_list("kind", flat=True))
    assert kinds == ["register.import_begun", "register.import_done"]


def test_all_that_is_wrong_is_said_at_once_with_row_and_column(check):
    run = check(
        "P-1,甲,green,2026-02-30,9.55,maybe",
        "P-2,,old,,,",
        "P-1,丙,,,,",
        "P-4,丁,,,,,surplus",
        ",戊,,,,",
    )
    assert found(run) == [
        (2, "colour", "not_in_list"),
        (2, "granted_on", "not_a_date"),
        (2, "watts", "too_precise"),
        (2, "indoors", "not_yes_no"),
        (3, "holder", "required"),
        (3, "colour", "no_longer_in_list"),
        (4, "_key", "key_twice"),
        (5, "7", "too_many_cells"),
        (6, "number", "required"),
    ]
    assert (run.state, run.total, Record.objects.count()) == ("faulty", 5, 0)
    assert all(one["found"] and one["fix"] for one in run.faults)


def test_a_file_with_one_bad_row_is_not_entered_at_all(check, now):
    run = check("P-1,甲,,,,", "P-2,,,,,")
    with pytest.raises(Conflict):
        acts.import_rows(run.id, by=KEEPER, now=now)
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("编号,持有人,颜色", []),
        ("Number ,HOLDER", []),
        ("number,holder,state,entry_hash", []),
        ("number,holder,_valid_from,_reason,_source", []),
        ("number,holder,valid from,来源", []),
        ("number,holder,shape", ["unknown_column"]),
        ("number", ["missing_column"]),
        ("number,holder,持有人", ["column_twice"]),
        ("holder,number,phone,", []),
    ],
)
def test_a_column_is_called_by_its_id_or_its_title_in_any_language(check, header, codes):
    run = check(*([",".join(["x"] * 2)] if not codes else []), header=header)
    assert [code for row, _, code in found(run) if row == 1] == codes


def test_what_a_row_says_itself_goes_before_what_holds_for_the_file(check, now):
    run = check("P-1,甲,2026-02-01,2026-12-31,moved,D-9", header="number,holder,_valid_from,_valid_to,_reason,_source")
    acts.import_rows(run.id, by=KEEPER, now=now)
    row = reads.record(SYSTEM, "permits", "P-1")
    assert (row.valid_from, row.valid_to, row.reason, row.source) == (
        date(2026, 2, 1),
        date(2026, 12, 31),
        "moved",
        "D-9",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("P-1,甲,soon,,r,s", (2, "_valid_from", "not_a_date")),
        ("P-1,甲,2026-02-01,2026-01-01,r,s", (2, "_valid_to", "ends_before_it_begins")),
        ("P-1,甲,,,,s", (2, "_reason", "required")),
        ("P-1/history,甲,,,r,s", (2, "_key", "bad_key")),
    ],
)
def test_days_words_and_keys_of_a_row_are_checked(check, line, expected):
    run = check(line, header="number,holder,_valid_from,_valid_to,_reason,_source", reason="")
    assert found(run) == [expected]


def test_what_the_register_has_already_is_said_or_changed_as_was_asked(check, now):
    enter(now, "P-1")
    assert found(check("P-1,乙,,,,", "P-2,丙,,,,")) == [(2, "_key", "record_exists")]
    run = check("P-1,乙,,,,", "P-2,丙,,,,", updates=True)
    acts.import_rows(run.id, by=KEEPER, now=now)
    assert reads.record(SYSTEM, "permits", "P-1").values["holder"] == "乙"
    assert Record.objects.count() == 2


def test_a_file_of_another_kind_or_without_rows_is_one_finding(check, now, tmp_path):
    assert found(check()) == [(0, "", "empty_file")]
    book = Workbook()
    book.active.append(["number", "holder", "granted_on", "watts"])
    book.active.append(["P-1", "甲", 46_086, 9.5])
    book.save(tmp_path / "rows.xlsx")
    run = acts.check_rows(
        "permits",
        tmp_path / "rows.xlsx",
        file_name="rows.xlsx",
        by=KEEPER,
        now=now,
        through="office",
        defaults=DEFAULTS,
    )
    acts.import_rows(run.id, by=KEEPER, now=now)
    values = reads.record(SYSTEM, "permits", "P-1").values
    assert (values["granted_on"], values["watts"]) == ("2026-03-05", "9.5")


def test_an_import_in_batches_goes_on_where_it_was_cut_off(check, now, monkeypatch):
    run = check(*(f"P-{number},甲,,,," for number in range(10)))
    assert acts.import_rows(run.id, by=KEEPER, now=now, limit=4).done == 4
    real, count = importing.records.write_new, 0

    def breaks_off(*args, **options):
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return real(*args, **options)

    monkeypatch.setattr(importing.records, "write_new", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        acts.import_rows(run.id, by=KEEPER, now=now, limit=4)
    monkeypatch.undo()
    run.refresh_from_db()
    assert (run.done, run.state, Record.objects.count()) == (4, "running", 4)
    assert acts.import_rows(run.id, by=KEEPER, now=now, limit=4).done == 8
    assert acts.import_rows(run.id, by=KEEPER, now=now, limit=4).state == "done"
    assert RecordVersion.objects.count() == 10


def test_a_file_that_was_half_entered_can_be_checked_again_and_ends_as_one(check, now):
    lines = [f"P-{number},甲,,,," for number in range(6)]
    first = check(*lines)
    acts.import_rows(first.id, by=KEEPER, now=now, limit=3)
    spool.remove(first.id)
    with pytest.raises(NotFound):
        acts.import_rows(first.id, by=KEEPER, now=now)
    again = check(*lines)
    assert again.fault_count == 0
    acts.import_rows(again.id, by=KEEPER, now=now)
    assert RecordVersion.objects.count() == 6


def test_a_row_that_can_no_longer_be_entered_stops_the_import_and_says_so(check, now):
    run = check("P-1,甲,,,,", "P-2,乙,,,,")
    enter(now, "P-2")
    stopped = acts.import_rows(run.id, by=KEEPER, now=now)
    assert (stopped.state, stopped.done, found(stopped)) == ("stopped", 0, [(3, "_key", "record_exists")])
    assert Record.objects.count() == 1, "nothing of it was entered"


def test_a_record_that_somebody_writes_at_the_same_moment_stops_the_import(check, now, monkeypatch):
    run = check("P-1,甲,,,,")
    enter(now, "P-1")
    monkeypatch.setattr(importing, "_known", lambda run, rows: (set(), set()))
    stopped = acts.import_rows(run.id, by=KEEPER, now=now)
    assert (stopped.state, found(stopped)) == ("stopped", [(2, "_key", "record_exists")])
    assert RecordVersion.objects.count() == 1


def test_the_worker_enters_what_was_confirmed(check, now, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    run = check(*(f"P-{number},甲,,,," for number in range(7)))
    acts.start_import(run.id, by=KEEPER, now=now)
    acts.start_import(run.id, by=KEEPER, now=now)
    for _ in range(3):
        importing._go_on({"import": str(run.id)}, now)
    run.refresh_from_db()
    assert (run.state, run.done, RecordVersion.objects.count()) == ("done", 7, 7)
    importing._go_on({"import": str(run.id)}, now)
    actors = {entry.content.act for entry in Entry.objects.filter(kind="record.written")}
    assert all('"role":"handler"' in act for act in actors)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_an_import_is_one_that_the_queue_runs(check, now):
    run = check("P-1,甲,,,,")
    acts.start_import(run.id, by=KEEPER, now=now)
    assert jobs.run_due(acts.HANDLERS, now, 5) == 1
    assert Import.objects.get(pk=run.pk).state == "done"


def test_only_whoever_keeps_the_register_imports_and_only_their_own_file(check, now):
    clerk = Actor("8", role="cook", body_id="bureau", client="desk")
    with pytest.raises(Refused):
        check("P-1,甲,,,,", by=clerk)
    run = check("P-1,甲,,,,")
    other = Actor("9", role="handler", body_id="bureau", client="desk")
    for act in (acts.import_rows, acts.start_import, acts.drop_import):
        with pytest.raises(Refused):
            act(run.id, by=other, now=now)
    taken = check("P-1,甲,,,,", by=system("import", client="cli"), through="takeover")
    acts.import_rows(taken.id, by=system("import", client="cli"), now=now)
    assert reads.record(SYSTEM, "permits", "P-1").through == "takeover"


def test_what_is_not_confirmed_is_dropped_with_its_rows(check, now):
    run, kept = check("P-1,甲,,,,"), check("P-2,甲,,,,")
    acts.drop_import(run.id, by=KEEPER, now=now)
    assert not spool.path_of(run.id).exists()
    with pytest.raises(Conflict):
        acts.import_rows(run.id, by=KEEPER, now=now)
    assert acts.tidy_imports(now + timedelta(days=1)) == 0
    assert acts.tidy_imports(now + timedelta(days=3)) == 1
    assert Import.objects.get(pk=kept.pk).state == "dropped"
    with pytest.raises(NotFound):
        reads.import_of(Scope("office", "8"), "permits", kept.id)
    assert {one.id for one in reads.imports(HANDLER, "permits")} == {kept.id, run.id}


permits = st.fixed_dictionaries(
    {"holder": st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)},
    optional={
        "colour": st.sampled_from(["red", "blue"]),
        "granted_on": st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat),
        "watts": st.integers(-10_000, 10_000).map(lambda tenths: f"{tenths / 10:.1f}"),
        "indoors": st.booleans(),
        "note": st.sampled_from(["=1+1", "'=1", "-3", "a,b", 'say "so"', "二；三", "@x"]),
    },
)


@given(st.dictionaries(st.from_regex(r"[A-Z]-[0-9]{1,4}", fullmatch=True), permits, min_size=1, max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_exported_can_be_imported_as_it_was(tmp_path, drawn):
    now = datetime(2026, 3, 10, 2, tzinfo=UTC)
    for model in (RecordVersion, Record):
        model.objects.all().delete()
    for key, values in drawn.items():
        enter(now, key, values={"colour": None, **values})
    before = {row.key: (row.values, row.valid_from, row.reason) for row in reads.every_record(SYSTEM, "permits")}
    path = tmp_path / "out.csv"
    path.write_bytes(b"".join(reads.as_csv(SYSTEM, "permits")))
    for model in (RecordVersion, Record):
        model.objects.all().delete()
    later = now + timedelta(seconds=Import.objects.count() + 1)
    run = acts.check_rows(
        "permits", path, file_name="out.csv", by=KEEPER, now=later, through="office", defaults=DEFAULTS
    )
    assert run.faults == []
    acts.import_rows(run.id, by=KEEPER, now=later)
    after = {row.key: (row.values, row.valid_from, row.reason) for row in reads.every_record(SYSTEM, "permits")}
    assert after == before


def test_a_template_names_the_columns_that_an_import_knows(check, now):
    header = b"".join(reads.template(SYSTEM, "permits")).decode("utf-8-sig").strip()
    assert header.split(",")[:2] == ["number", "holder"]
    assert "phone" in header
    titles = b"".join(reads.template(SYSTEM, "permits", "zh")).decode("utf-8-sig").strip()
    assert titles.startswith("编号,持有人,颜色")
    assert found(check(header=titles)) == [(0, "", "empty_file")]


def test_a_finding_about_personal_data_does_not_quote_it(check):
    run = check(f"P-1,甲,{'13800000000' * 30}", header="number,holder,phone")
    assert found(run) == [(2, "phone", "too_long")]
    assert run.faults[0]["found"] == "found what this field cannot keep"
