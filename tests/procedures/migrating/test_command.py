"""``amur pack migrate``: a dry run as table and JSON, a run that is cut off and run again, and the way back."""

from __future__ import annotations

import copy
import json

import pytest

from amur.config import migrating
from amur.config.terminal import CommandError
from amur.procedures.migrating import acts as migrating_acts
from amur.procedures.models import Case
from tests.procedures.migrating.test_migrating import renew
from tests.procedures.renewed import LICENCE_MAP

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture(autouse=True)
def _no_pack(monkeypatch, tmp_path, now):
    monkeypatch.setattr(migrating, "pack_folder", lambda: tmp_path)
    monkeypatch.setattr(migrating.clock, "now", lambda: now)


def _told(capsys, **options):
    asked = {"dry_run": False, "undo": False, "as_json": True} | options
    code = migrating.migrate("licence_next", **asked)
    said = capsys.readouterr().out
    return code, json.loads(said) if asked["as_json"] else said


def test_a_run_that_is_cut_off_goes_on_where_it_was(submitted, now, capsys, monkeypatch):
    cases = [submitted(name="灯一"), submitted(name="灯二")]
    renew(now)
    code, told = _told(capsys, dry_run=True)
    assert (code, [one["becomes"] for one in told["cases"]], told["faults"]) == (0, ["moves", "moves"], [])
    known, seen = migrating_acts.migrate_case, []

    def cut_off(case_id, *arguments, **options):
        if seen:
            raise KeyboardInterrupt
        seen.append(case_id)
        return known(case_id, *arguments, **options)

    monkeypatch.setattr(migrating_acts, "migrate_case", cut_off)
    with pytest.raises(KeyboardInterrupt):
        _told(capsys)
    monkeypatch.setattr(migrating_acts, "migrate_case", known)
    assert sorted(Case.objects.values_list("version", flat=True)) == [1, 2]
    code, again = _told(capsys)
    assert (code, [one["number"] for one in again["cases"]]) == (0, [cases[1].number])
    code, back = _told(capsys, undo=True)
    assert (code, len(back["back"]), back["moved_since"]) == (0, 2, [])


def test_a_map_with_a_fault_moves_nothing_and_says_what_is_wrong(submitted, now, capsys):
    submitted()
    said = copy.deepcopy(LICENCE_MAP)
    said["fields"].pop(2)
    renew(now, said=said)
    with pytest.raises(CommandError):
        _told(capsys)
    code, told = _told(capsys, dry_run=True, as_json=False)
    assert code == 1
    assert "refused 1" in told
    assert "Nothing was changed." in told
    assert Case.objects.get().version == 1


def test_a_map_that_is_not_there_is_said_so(pack, capsys):
    with pytest.raises(CommandError):
        _told(capsys)
