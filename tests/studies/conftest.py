"""What the tests of this room share: an authority whose pack declares methods, and people who run them."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amur.base.acting import Actor, Grant, Scope, system
from amur.ledger import acts as ledger
from amur.studies import acts, reads
from amur.studies.models import Study
from tests.procedures.pack import sync
from tests.procedures.samples import text

QUICK = (sys.executable, "-S", "-E", str(Path(__file__).with_name("quick.py")))
"""Runs a job as the worker's own command does, without loading anything."""
ANALYST = Scope("office", "11", grants=(Grant("analyst", "bureau", "230000"),))
DIRECTOR = Scope("office", "12", grants=(Grant("director", "bureau", "230000"),))
CLERK = Scope("office", "13", grants=(Grant("clerk", "bureau", "230000"),))
BY = Actor("11", role="analyst", client="desk")
MACHINE = system("studies")
FIRMS = "id,size,market\na,30,north\nb,30,north\nc,20,south\nd,20,south\n"


def method(**changes: Any) -> dict[str, Any]:
    """Return the body of a method, as a pack would declare it: 0.3² + 0.3² + 0.2² + 0.2² = 0.26, so 2,600 points."""
    return {
        "id": "market",
        "kind": "method",
        "title": text("Concentration of the market", "市场集中度"),
        "carries_out": ["1.1"],
        "summary": text("In how few hands it is."),
        "model": "concentration",
        "inputs": [{"id": "firms", "title": text("Firms"), "given": True}],
        "parameters": [
            {
                "field": {"id": "largest", "type": "number", "minimum": 1, "maximum": 9, "title": text("Largest")},
                "default": "2",
            }
        ],
        "runs": ["analyst"],
        "publishes": ["director"],
        "public": {"summary": ["hhi"], "files": ["markets.csv"]},
    } | changes


class Bureau:
    """A bureau whose analyst runs studies."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def declare(self, *methods: dict[str, Any], version: str = "1.0.0") -> None:
        sync(self.now, {("method", one["id"]): one for one in methods}, version)

    def queue(self, name: str = "market", *, firms: str = FIRMS, **more: Any) -> Study:
        given = {
            "title": "测算",
            "files": {"firms": acts.Given("firms.csv", [firms.encode()])},
            "scope": ANALYST,
        } | more
        return acts.queue(name, by=BY, now=self.now, **given)

    def run(self, **more: Any) -> Study | None:
        self.now += timedelta(hours=1)
        return acts.run_next(by=MACHINE, now=self.now, **({"command": QUICK} | more))

    def done(self, **more: Any) -> Study:
        self.queue(**more)
        found = self.run()
        assert found is not None
        return found

    def seal(self) -> None:
        ledger.seal(self.now)


@pytest.fixture
def bureau(transactional_db: None, now: datetime) -> Bureau:
    made = Bureau(now)
    made.declare(method())
    return made


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return reads.folder().path
