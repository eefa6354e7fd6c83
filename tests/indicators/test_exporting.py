from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.faults import Conflict
from amur.indicators import sources
from amur.indicators.acts import exporting
from amur.indicators.snapshots import Folder
from amur.ledger import reads as ledger
from amur.registers.models import RecordVersion
from tests.indicators.conftest import MACHINE, Authority, stored_rows
from tests.procedures.samples import LICENCES_BODY, text

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.sampled_from(
        [
            "submit",
            "accept",
            "request_supplement",
            "answer",
            "grant",
            "withdraw",
            "write",
            "again",
            "close",
            "seal",
            "seal",
        ]
    ),
    min_size=1,
    max_size=14,
)


def _do(authority: Authority, step: str) -> None:
    if step == "submit":
        authority.submit()
    elif step == "write":
        authority.write()
    elif step == "again" and authority.keys:
        with suppress(Conflict):  # it may have ended before
            authority.write(authority.keys[0], colour="blue")
    elif step == "close" and authority.keys:
        with suppress(Conflict):  # it may have ended before
            authority.close(authority.keys[-1])
    elif step not in {"again", "close"}:
        authority.fire(step)


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exports_at_any_heads_are_one_export_at_the_last(authority, steps):
    with tempfile.TemporaryDirectory() as data:
        little, whole = Folder(Path(data) / "little"), Folder(Path(data) / "whole")
        for step in [*steps, "seal"]:
            if step == "seal":
                authority.seal()
                exporting.export(into=little)
            else:
                _do(authority, step)
        exporting.export(into=whole)
        assert stored_rows(little) == stored_rows(whole)
        assert little.damaged() == whole.damaged() == []


def test_every_row_is_of_an_entry_that_is_sealed_by_then(authority, target):
    authority.submit()
    authority.write()
    authority.seal()
    authority.write()
    manifest = exporting.export(into=target)
    rows = stored_rows(target)
    assert manifest.index == ledger.head().size - 1
    assert len(rows["register_licences"]) == 1
    assert [row["state"] for row in rows["cases"]] == ["submitted"]
    leaves = {place.index: place for place in ledger.places(-1, manifest.index)}
    for some in rows.values():
        assert all(leaves[row["_index"]].subject == row["_subject"] for row in some)


def test_a_later_head_adds_a_file_and_leaves_the_others(authority, target):
    authority.write()
    authority.seal()
    first = exporting.export(into=target)
    authority.write()
    authority.seal()
    second = exporting.export(into=target)
    before, after = (one.datasets["register_licences"].parts for one in (first, second))
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert exporting.export(into=target) == second


def test_an_earlier_head_changes_nothing(authority, target):
    authority.write()
    head = authority.seal()
    authority.write()
    authority.seal()
    newest = exporting.export(into=target)
    assert exporting.export(into=target, at=head) == newest


def test_many_small_files_are_joined(authority, target):
    for _ in range(9):
        authority.write()
        authority.seal()
        exporting.export(into=target)
    parts = target.manifest().datasets["register_licences"].parts
    assert len(parts) < 4
    assert [row["_number"] for row in stored_rows(target)["register_licences"]] == [1] * 9
    assert target.damaged() == []


def test_a_new_column_is_null_in_rows_of_before(authority, target):
    authority.write()
    authority.seal()
    exporting.export(into=target)
    watts = {"id": "watts", "type": "number", "title": text("Watts"), "openness": "public", "required": False}
    changed = {**LICENCES_BODY, "fields": [*LICENCES_BODY["fields"], watts]}
    authority.declare({("register", "licences"): changed})
    authority.write(watts=12)
    authority.seal()
    exporting.export(into=target)
    assert [row["watts"] for row in stored_rows(target)["register_licences"]] == [None, 12]


def test_a_field_that_is_closed_leaves_the_public_files(authority, target):
    authority.write()
    authority.seal()
    exporting.export(into=target)
    fields = [
        {**field, "openness": "restricted"} if field["id"] == "colour" else field for field in LICENCES_BODY["fields"]
    ]
    changed = {**LICENCES_BODY, "fields": fields, "shows": ["name"]}
    authority.declare({("register", "licences"): changed})
    authority.seal()
    exporting.export(into=target)
    rows = stored_rows(target)
    assert "colour" not in rows["register_licences"][0]
    assert rows["register_licences__restricted"][0]["colour"] == "red"


def test_personal_fields_are_in_no_file(authority, target):
    authority.submit()
    for event in ("accept", "grant"):
        authority.fire(event)
    authority.seal()
    exporting.export(into=target)
    everything = json.dumps(stored_rows(target), default=str, ensure_ascii=False)
    assert "keeper@example.org" not in everything
    assert "移动灯一号" in everything
    assert "移动灯一号" not in json.dumps(stored_rows(target)["cases"], default=str, ensure_ascii=False)


def test_a_snapshot_of_another_ledger_is_made_anew(authority, target):
    authority.write()
    authority.seal()
    exporting.export(into=target)
    file = target.path / "manifest.json"
    told = json.loads(file.read_text())
    told["head"]["root"] = "00" * 32
    file.write_text(json.dumps(told))
    exporting.export(into=target)
    assert target.manifest().head.root == ledger.head().root
    assert len(stored_rows(target)["register_licences"]) == 1


def test_a_file_that_is_gone_or_cut_off_is_made_anew(authority, target):
    authority.write()
    authority.seal()
    exporting.export(into=target)
    before = stored_rows(target)
    for spoil in (Path.unlink, lambda file: file.write_bytes(b"PAR1")):
        for file in target.manifest().files:
            spoil(target.path / file)
        exporting.export(into=target)
        assert stored_rows(target) == before


def test_a_manifest_that_is_no_manifest_is_made_anew(authority, target):
    authority.seal()
    target.path.mkdir(parents=True)
    (target.path / "manifest.json").write_bytes(b"\xff{")
    assert exporting.export(into=target).index >= 0


def test_what_is_forgotten_is_written_out_of_the_files(authority, target):
    authority.write()
    authority.write()
    authority.seal()
    exporting.export(into=target)
    old = target.manifest()
    rows = stored_rows(target)["register_licences"]
    subject = rows[0]["_subject"]
    RecordVersion.objects.filter(entry_hash__in=[p.leaf for p in ledger.places(-1, 99, subjects=subject)]).update(
        data={"name": "—"}
    )
    assert exporting.forget(subject, by=MACHINE, now=authority.now, into=target) == 2
    left = stored_rows(target)["register_licences"]
    assert left[0]["name"] == "—"
    assert left[0]["colour"] is None
    assert left[1] == rows[1]
    gone = old.files - target.manifest().files
    assert gone
    assert not any((target.path / file).exists() for file in gone)
    assert not any(b"\xe7\x81\xaf 1" in file.read_bytes() for file in target.path.glob("*/*"))
    assert exporting.forget(subject, by=MACHINE, now=authority.now, into=target) == 0
    assert exporting.forget("record:licences:none", by=MACHINE, now=authority.now, into=target) == 0
    told = [place.kind for place in _unsealed(authority)]
    assert told.count(exporting.FORGOTTEN) == 1


def _unsealed(authority: Authority):
    authority.seal()
    return ledger.places(-1, ledger.head().size)


def test_forgetting_sweeps_what_a_stopped_writer_left(authority, target):
    authority.write()
    authority.seal()
    exporting.export(into=target)
    left = target.path / "register_licences" / "0-9-abc.parquet"
    left.write_bytes(b"left")
    exporting.forget("record:licences:none", by=MACHINE, now=authority.now, into=target)
    assert not left.exists()


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_is_killed_leaves_the_old_snapshot_whole(now, tmp_path):
    """Kill an export before each of its steps on files; whatever it left, the next one ends as if nothing had been."""
    authority = Authority(now)
    authority.write()
    authority.seal()
    first = Folder(tmp_path / "first")
    _export_two(first)
    before = stored_rows(first)
    authority.write()
    authority.submit()
    authority.seal()
    whole = Folder(tmp_path / "whole")
    _export_two(whole)
    expected = stored_rows(whole)
    for point in itertools.count():
        victim = Folder(tmp_path / f"victim-{point}")
        shutil.copytree(first.path, victim.path)
        killed = _killed_at(point, victim)
        assert victim.damaged() == []
        assert stored_rows(victim) in (before, expected)
        _export_two(victim)
        assert stored_rows(victim) == expected
        named = victim.manifest().files
        assert {file.relative_to(victim.path).as_posix() for file in victim.path.glob("*/*")} == named
        if not killed:
            break
    assert point > 8


def _export_two(target: Folder) -> None:
    """Write two datasets only, so that there are not too many moments to be killed at."""
    names = {"register_licences", "cases"}
    exporting.export(into=target, of=[one for one in sources.datasets() if one.name in names])


def _killed_at(point: int, victim: Folder) -> bool:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    count = itertools.count()

    def counted(function):
        def step(*args, **options):
            if next(count) == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return step

    for name in ("replace", "unlink", "write_text", "mkdir"):
        setattr(Path, name, counted(getattr(Path, name)))
    os.fsync = counted(os.fsync)
    try:
        _export_two(victim)
    finally:
        os._exit(0)
