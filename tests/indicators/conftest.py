"""What the tests of this room share: an authority with cases and records, and a folder for its snapshot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from amur.base.acting import SYSTEM, system
from amur.indicators.snapshots import Folder
from amur.ledger import acts as ledger
from amur.procedures import acts
from amur.procedures.models import Case
from amur.registers import acts as registers
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import text

MACHINE = system("tests")


def indicator(**changes: Any) -> dict[str, Any]:
    """Return the body of an indicator, as a pack would declare it."""
    return {
        "id": "lanterns",
        "kind": "indicator",
        "title": text("Lanterns with a licence", "有证的灯笼"),
        "carries_out": ["1.1"],
        "summary": text("How many there are."),
        "definition": text("Records of the register that have not ended."),
        "unit": text("lanterns", "盏"),
        "direction": "higher_is_better",
        "sql": "select count(*) as value from register_licences where not _ended",
        "target": {"none": text("Nobody has set one.", "没有人定过")},
        "source": text("The register of licences."),
        "cycle": "hourly",
    } | changes


class Authority:
    """An authority in which things happen, a day after each other."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.cases: list[Case] = []
        self.written = 0
        self.keys: list[str] = []
        sync(now)

    def declare(self, changes: dict[tuple[str, str], dict[str, Any]], version: str = "1.0.1") -> None:
        self.now += timedelta(hours=1)
        sync(self.now, changes, version)

    def submit(self) -> Case:
        self.now += timedelta(hours=20)
        case = acts.submit(fill(self.now).id, by=STRANGER, now=self.now)
        self.cases.append(case)
        return case

    def fire(self, event: str) -> None:
        """Let an event happen to the case that was moved longest ago and knows it."""
        self.now += timedelta(hours=20)
        for case in self.cases:
            case.refresh_from_db()
            if event in _events(case):
                acts.fire(
                    case.id,
                    event,
                    by=system(f"{event}er"),
                    scope=SYSTEM,
                    now=self.now,
                    expected_version=case.version,
                    reason="因为",
                    extra={"remark": "好"} if event == "answer" else {},
                )
                return

    def write(self, key: str = "", **values: Any) -> None:
        self.now += timedelta(hours=1)
        self.written += 1
        self.keys.append(key or f"K{self.written}")
        given = {
            "name": f"灯 {self.written}",
            "colour": "red",
            "keeper": "123",
            "granted_on": "2026-03-01",
            "state": "in_force",
        }
        registers.write_record(
            "licences",
            self.keys[-1],
            given | values,
            by=MACHINE,
            now=self.now,
            valid_from=self.now.date(),
            reason="test",
            source="test",
            through="filing",
        )

    def close(self, key: str) -> None:
        self.now += timedelta(hours=1)
        registers.close_record(
            "licences",
            key,
            by=MACHINE,
            now=self.now,
            valid_to=self.now.date(),
            reason="test",
            source="test",
            through="filing",
        )

    def seal(self) -> Any:
        return ledger.seal(self.now)


def _events(case: Case) -> set[str]:
    from amur.procedures import declared

    definition = declared.pinned(case.declaration_hash)
    return {arrow.event for arrow in definition.transitions if case.state in arrow.sources}


@pytest.fixture
def authority(db: None, now: datetime) -> Authority:
    return Authority(now)


@pytest.fixture
def target(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "datasets")


@pytest.fixture
def rows_in() -> Callable[[Folder], dict[str, list[dict[str, Any]]]]:
    return stored_rows


def stored_rows(folder: Folder) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of a snapshot, by dataset, as its manifest names them."""
    manifest = folder.manifest()
    assert manifest is not None
    return {
        name: pa.concat_tables([parquet.read_table(file) for file in folder.files_of(stored.parts)]).to_pylist()
        if stored.parts
        else []
        for name, stored in manifest.datasets.items()
    }
