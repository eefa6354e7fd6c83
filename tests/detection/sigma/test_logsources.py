"""Which events a log source is about, judged by the pipelines that pySigma has for Windows and Sysmon."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sigma.pipelines.common import windows_logsource_mapping
from sigma.pipelines.sysmon.sysmon import sysmon_generic_logsource_eventid_mapping
from sigma.pipelines.windows.windows import windows_generic_category_channel_mapping

from amur.detection.events import KIND
from amur.detection.sigma import logsources
from amur.detection.sigma.atoms import Atom, Op
from amur.detection.sigma.logsources import LogSource, ways_of
from amur.detection.sigma.trees import Leaf, atoms_of, evaluate


def declared():
    return yaml.safe_load(Path(logsources.__file__).with_suffix(".yaml").read_text("utf-8"))["windows"]


def listed(value):
    return value if isinstance(value, list) else [value]


def test_each_service_of_windows_is_in_the_channels_of_the_judge():
    assert declared()["services"] == {name: listed(value) for name, value in windows_logsource_mapping.items()}


def test_what_the_judge_does_not_name_is_marked():
    assert not set(declared()["unjudged"]) & set(windows_logsource_mapping)


def test_each_category_is_in_the_events_of_the_judge():
    ours = {
        name: next(set(way["events"]) for way in ways if way["service"] == "sysmon")
        for name, ways in declared()["categories"].items()
        if any(way["service"] == "sysmon" for way in ways)
    }
    assert ours == {name: set(listed(value)) for name, value in sysmon_generic_logsource_eventid_mapping.items()}
    for name, value in windows_generic_category_channel_mapping.items():
        (way,) = declared()["categories"][name]
        assert (way["service"], way["events"]) == (value["service"], [value["EventID"]])


def test_a_way_says_what_fields_are_called_there():
    ways = {way.name: way for way in ways_of(LogSource("windows", "process_creation"))}
    assert ways["security"].fields["Image"] == "NewProcessName"
    assert {atom.value for atom in atoms_of(ways["security"].gate)} == {"security", "4688"}
    assert [way.name for way in ways_of(LogSource("windows", "process_creation", "security"))] == ["security"]


@pytest.mark.parametrize(
    ("source", "kind", "fits"),
    [
        (LogSource("linux", service="auditd"), "linux//auditd", True),
        (LogSource("linux"), "linux//auditd", True),
        (LogSource("linux", service="sshd"), "linux//auditd", False),
        (LogSource(category="webserver"), "/webserver/", True),
        (LogSource("apache", "webserver"), "/webserver/", False),
        (LogSource("windows", "file_access"), "windows//", False),
    ],
)
def test_other_logs_are_told_by_the_kind_that_a_reader_found(source, kind, fits):
    (way,) = ways_of(source)
    assert isinstance(way.gate, Leaf)
    assert way.gate.atom.field == KIND
    from amur.detection.sigma.atoms import holds

    assert evaluate(way.gate, lambda atom: holds(atom, kind)) is fits
    assert not evaluate(way.gate, lambda atom: holds(Atom(KIND, Op.LIKE, atom.value), None))
