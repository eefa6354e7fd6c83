"""A log is a file of OCEL 2.0 in both forms, which say the same; outside tools read it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.procedures.eventlog import Log, LogEvent, LogObject, log_of_play, write
from amur.procedures.eventlog.files import as_json
from amur.procedures.eventlog.log import ALWAYS
from amur.procedures.simulating import ScenarioDeclaration, plan_of
from tests.procedures.eventlog.ocel20 import SCHEMA, broken_relations
from tests.procedures.samples import CALENDAR, LICENCE

NAMES = st.text(alphabet="ab.Ä灯_ ", min_size=1, max_size=4)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- as it asks
VALUES = st.one_of(st.text(max_size=5), TIMES)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    things = draw(st.dictionaries(NAMES, NAMES, max_size=4))
    objects = tuple(
        LogObject(
            name,
            kind,
            tuple(
                (word, draw(st.text(max_size=3)), draw(st.sampled_from([ALWAYS, datetime(2026, 1, 1, tzinfo=UTC)])))
                for word in ("state", "region")
            ),
            tuple((other, "of") for other in things if other != name),
        )
        for name, kind in things.items()
    )
    events = tuple(
        LogEvent(
            f"e{place}",
            draw(NAMES),
            draw(TIMES),
            {"role": draw(st.text(max_size=3))},
            tuple((name, "case") for name in things),
        )
        for place in range(draw(st.integers(0, 4)))
    )
    return Log(events, objects)


def play() -> Log:
    flow = {"procedure": "licence", "arrivals": {"per_working_day": 2}}
    return log_of_play(
        plan_of(ScenarioDeclaration(procedures=[flow], days=60, warm_up_days=0), {"licence": LICENCE}, CALENDAR)
    )


def counted(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as database:
        tables = ("event", "object", "event_object", "object_object")
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def checked(log: Log) -> dict[str, Any]:
    told = json.loads(as_json(log))
    jsonschema.validate(told, SCHEMA, format_checker=jsonschema.FormatChecker())
    return dict(told)


@settings(max_examples=40, deadline=None)
@given(log=logs())
def test_any_log_is_valid_in_both_forms_and_they_say_the_same(
    log: Log, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told, file = checked(log), tmp_path_factory.mktemp("log") / "a.sqlite"
    write(log, file)
    assert not list(broken_relations(file))
    related = [sum(len(one["relationships"]) for one in told[what]) for what in ("events", "objects")]
    assert counted(file) == [len(told["events"]), len(told["objects"]), *related]


def test_a_play_is_marked_as_simulated_everywhere(tmp_path: Path) -> None:
    told = checked(play())
    assert told["events"]
    for one in told["events"]:
        assert {"name": "simulated", "value": "true"} in one["attributes"]
    cases = [one for one in told["objects"] if one["type"] == "case"]
    assert all("simulated" in [attribute["name"] for attribute in one["attributes"]] for one in cases)
    assert {"licence.accept", "licence.decision.paused", "licence.decision.stopped"} <= {
        one["name"] for one in told["eventTypes"]
    }


def test_a_type_may_be_called_as_a_table_of_the_standard(tmp_path: Path) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    log = Log((LogEvent("e", "object", at, {}, ()), LogEvent("f", "Object", at, {}, ())), (LogObject("o", "map_type"),))
    write(log, tmp_path / "a.db")
    assert not list(broken_relations(tmp_path / "a.db"))


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    file.write_text("before")
    twice = LogObject("o", "case")
    with pytest.raises(sqlite3.IntegrityError):
        write(Log((), (twice, twice)), file)
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


READER = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import pm4py
from pm4py.objects.ocel.validation import ocel20_rel_validation as relations
told = {}
for file in sys.argv[1:]:
    log = pm4py.read_ocel2_json(file) if file.endswith("json") else pm4py.read_ocel2_sqlite(file)
    told[file[-6:]] = [len(log.events), len(log.objects), len(log.relations), len(log.o2o), len(log.object_changes)]
    if not file.endswith("json"):
        told["broken"] = sorted(relations.apply(file)[1])
print("told " + json.dumps(told))
"""


@pytest.mark.deep
@pytest.mark.skipif(
    not os.environ.get("AMUR_PM4PY"), reason="AMUR_PM4PY names no Python that has pm4py (AGPL: never in a lock)"
)
def test_pm4py_reads_both_forms(tmp_path: Path) -> None:
    log = play()
    files = [tmp_path / "a.json", tmp_path / "a.sqlite"]
    for file in files:
        write(log, file)
    ran = subprocess.run(
        [os.environ["AMUR_PM4PY"], "-c", READER, *map(str, files)], check=True, capture_output=True, text=True
    )
    told = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith("told "))[5:])
    assert told.pop("broken") == []
    states = [sum(since != ALWAYS for _, _, since in one.attributes) for one in log.objects]
    assert told["sqlite"] == [*counted(files[1]), sum(states)]
    # Out of JSON it takes the first state of a case as what the case always was, and only later ones as changes.
    assert told["a.json"] == [*counted(files[1]), sum(max(count - 1, 0) for count in states)]
