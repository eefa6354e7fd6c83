"""What the command does with registers, in process."""

from __future__ import annotations

import json
from datetime import date

import pytest

from amur.base.acting import SYSTEM, system
from amur.config import register_verbs
from amur.config.register_verbs import Order
from amur.config.terminal import CommandError
from amur.registers import acts, reads, spool
from amur.registers.models import Import, Record
from tests.conftest import FrozenClock
from tests.procedures.pack import sync
from tests.registers.samples import PERMITS_BODY, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(clock: FrozenClock, tmp_path):
    sync(clock.now(), {("register", "permits"): {**PERMITS_BODY, "entry": "constitutive", "kept_by": []}}, "1.1.0")

    def put(*lines: str, name: str = "old.csv"):
        path = tmp_path / name
        path.write_text("\n".join(["number,holder,colour", *lines]), encoding="utf-8")
        return path

    return put


def order(path, **options) -> Order:
    return Order("permits", path, reason="taken over", source="the old book", valid_from=date(2020, 1, 1), **options)


def test_a_dry_run_says_what_it_would_do_and_enters_nothing(file, capsys):
    assert register_verbs.import_file(order(file("P-1,甲,red")), dry_run=True, as_json=False) == 0
    assert "1 rows read, nothing is wrong" in capsys.readouterr().out
    assert not Record.objects.exists()
    assert not spool.path_of(Import.objects.get().pk).exists()


def test_all_that_is_wrong_is_printed_with_row_and_column(file, capsys):
    assert register_verbs.import_file(order(file("P-1,甲,green", "P-2,,red")), dry_run=False, as_json=False) == 1
    told = capsys.readouterr()
    assert "row 2, colour: found 'green'" in told.err
    assert "row 3, holder: nothing was entered" in told.err
    assert "2 things to put right. Nothing was entered." in told.out
    register_verbs.import_file(order(file("P-1,甲,green")), dry_run=False, as_json=True)
    assert json.loads(capsys.readouterr().out)["faults"][0]["row"] == 2


@pytest.mark.parametrize("in_batches", [False, True])
def test_an_older_register_is_taken_over_and_its_entries_say_so(file, capsys, in_batches):
    path = file("P-1,甲,red", "P-2,乙,blue")
    assert register_verbs.import_file(order(path, in_batches=in_batches), dry_run=False, as_json=False) == 0
    assert "2 rows are entered" in capsys.readouterr().out
    row = reads.record(SYSTEM, "permits", "P-2")
    assert (row.through, row.valid_from, row.source) == ("takeover", date(2020, 1, 1), "the old book")


def test_what_was_cut_off_goes_on_where_it_stopped(file, clock, capsys):
    path = file(*(f"P-{number},甲,red" for number in range(5)))
    run = register_verbs._checked(order(path), as_json=True)
    acts.import_rows(run.pk, by=system("import", client="cli"), now=clock.now(), limit=2)
    with pytest.raises(CommandError, match="2 of 5 rows"):
        register_verbs.import_file(order(path), dry_run=False, as_json=False)
    assert register_verbs.resume("permits", path, as_json=False) == 0
    assert Record.objects.count() == 5
    assert "2 of 5 rows are entered; going on" in capsys.readouterr().out
    with pytest.raises(CommandError, match="was cut off"):
        register_verbs.resume("permits", path, as_json=False)


def test_a_row_that_can_no_longer_be_entered_is_told(file, clock, capsys):
    path = file("P-1,甲,red", "P-2,乙,red")
    register_verbs._checked(order(path), as_json=True)
    enter(clock.now(), "P-2", by=system("import", client="cli"), through="takeover")
    assert register_verbs.resume("permits", path, as_json=False) == 1
    told = capsys.readouterr()
    assert "row 3, _key: there is a record 'P-2'" in told.err
    assert "Stopped after 0 of 2 rows" in told.out


def test_the_columns_are_written_for_whoever_fills_them(file, clock, tmp_path, capfdbinary):
    register_verbs.write_template("permits", language="en", filled=False, to=None)
    assert b"Number,Holder" in capfdbinary.readouterr().out
    enter(clock.now(), by=system("import", client="cli"), through="takeover")
    register_verbs.write_template("permits", language="", filled=True, to=tmp_path / "out.csv")
    assert "P-1,甲,red" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
