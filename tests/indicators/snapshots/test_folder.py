from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from amur.base.datasets import Shape, dataset
from amur.base.declared import Text
from amur.base.faults import Conflict
from amur.base.fields.column import INTEGER
from amur.indicators.snapshots import Folder, Head, Manifest, Stored, folder

SHAPE = Shape("lamps", Text(zh="灯", en="Lamps"), {"watts": INTEGER}, (), "public")


def written(target: Folder, count: int = 3):
    given = dataset(SHAPE, lambda *_: ((n, "s", {"watts": n}) for n in range(count)))
    return target.write_part("lamps", -1, count - 1, given.schema, given.batches(-1, count - 1))


def snapshot(*parts) -> Manifest:
    return Manifest(Head(3, "ab", "2026-01-01T00:00:00Z"), {"lamps": Stored("public", "f", "", parts)})


def test_a_manifest_comes_back_as_it_was_kept(tmp_path: Path):
    target = Folder(tmp_path)
    assert target.manifest() is None
    kept = snapshot(written(target))
    target.replace_manifest(kept)
    assert target.manifest() == kept
    assert (kept.index, kept.datasets["lamps"].rows) == (2, 3)


def test_nothing_is_written_where_there_are_no_rows(tmp_path: Path):
    target = Folder(tmp_path)
    assert written(target, 0) is None
    assert list(tmp_path.glob("*/*")) == []


def test_what_the_manifest_does_not_name_is_swept_away(tmp_path: Path):
    target = Folder(tmp_path)
    kept = written(target)
    (tmp_path / "lamps" / ".writing-7").write_bytes(b"half")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "a.parquet").write_bytes(b"old")
    target.replace_manifest(snapshot(kept))
    assert {file.name for file in tmp_path.iterdir()} == {"manifest.json", "lamps"}
    assert [file.name for file in (tmp_path / "lamps").iterdir()] == [Path(kept.file).name]
    assert target.sweep(None) == 1


def test_a_file_that_was_changed_is_found(tmp_path: Path):
    target = Folder(tmp_path)
    part = written(target)
    target.replace_manifest(snapshot(part))
    assert target.damaged() == []
    file = tmp_path / part.file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert target.damaged() == [part.file]
    file.unlink()
    assert target.damaged() == [part.file]


def test_many_rows_are_blocks_of_one_file(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(folder, "_GROUP_ROWS", 2_000)
    part = written(Folder(tmp_path), 5_000)
    from pyarrow import parquet

    with parquet.ParquetFile(tmp_path / part.file) as opened:
        assert [opened.metadata.row_group(n).num_rows for n in range(opened.num_row_groups)] == [2_000, 2_000, 1_000]


def test_one_writes_while_nobody_reads(tmp_path: Path):
    target = Folder(tmp_path / "new")
    readers = target.locked(alone=False), target.locked(alone=False)
    with readers[0], readers[1], pytest.raises(Conflict), target.locked(alone=True, wait=False):
        pytest.fail("two hold the folder")
    with target.locked(alone=True, wait=False), (target.path / ".lock").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
