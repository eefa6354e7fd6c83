"""Findings in OCSF: what others say of them, for real attacks and for whatever may stand in logs and rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amur.compute import local
from amur.config.environment import ROOT
from amur.detection.correlating.engine import Finding
from amur.detection.detecting import RulesAt, detection, fields_of
from amur.detection.entities import ECS
from amur.detection.events import Quarantined
from amur.detection.iocs.kinds import Kind
from amur.detection.reading.opening import read
from amur.detection.reporting.ocsf import CORRELATIONS, MOST_RELATED, finding
from amur.detection.reporting.summary import Sample, sample_of, samples
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.rules import LEVELS, TACTICS, Correlation, Said
from tests.detection.reporting.ocsf_judges import faults

MADE_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
AT = datetime(2026, 3, 9, 22, 15, 7, tzinfo=UTC)
ILL_FORMED = ("\ud800 alone \udfff", "\x00\x1b[2J\x85\ufeff\u2028", "\ufffe\uffff\U0010ffff", "e" + "\u0301" * 300)
DATA = ROOT.parent / "shared" / "data"
LABELS = sorted((DATA / "sigma-regression").rglob("info.yml"))
EVENTS, RULES = DATA / "attack-samples.jsonl.gz", DATA / "sigma"
RULE = Said(
    "r-1",
    "Shell started",
    level="high",
    description="What it is about.",
    tags=("attack.execution", "attack.t1059.001", "attack.t1204", "attack.stealth", "attack.s0002", "cve.2021-1"),
)
FULL = {
    "host.name": "pc-1",
    "user.name": "CORP\\ann",
    "process.executable": "C:\\Windows\\cmd.exe",
    "process.command_line": "cmd /c x",
    "process.parent.executable": "C:\\Windows\\explorer.exe",
    "source.ip": "192.0.2.1",
    "destination.ip": "2001:DB8::1",
    "destination.port": "443",
    "dns.question.name": "example.org",
    "url.original": "https://example.org/a?b",
    "file.path": "/tmp/a.txt",
    "registry.path": "HKLM\\Software\\A",
    "service.name": "spooler",
}


def hit(at=AT, raw='{"EventID": 1}', way="sysmon", position=7, **about):
    return Sample(at, "a.evtx", position, way, {name.replace("__", "."): text for name, text in about.items()}, raw)


def told(said=RULE, sample=None, **about):
    found = finding(said, sample or hit(**about), made_at=MADE_AT)
    assert faults(found) == []
    return found


def found_in(files, rules, kept_in):
    """Yield what rules find in files, each hit with what is said of its rule."""
    at = RulesAt(tuple(rules), kept_in)
    loaded = at.load()
    said = {rule.said.id: rule.said for rule in loaded.read.rules}
    batches = (
        batch for file in files for batch in read(file, fields=fields_of(loaded)) if not isinstance(batch, Quarantined)
    )
    for batch in local.run(detection(at), batches, workers=1):
        for name, sample in samples(batch):
            yield said[name], sample


def judged(hits):
    """Return how many hits there are, how many names they have, and what is wrong with some."""
    names, wrong, count = set(), [], 0
    for said, sample in hits:
        found = finding(said, sample, made_at=MADE_AT)
        count += 1
        names.add(found["finding_info"]["uid"])
        wrong += [f"{said.id} in {sample.source}:{sample.position}: {fault}" for fault in faults(found)]
    return count, len(names), wrong


@pytest.mark.skipif(not LABELS, reason=f"the recordings are not there: {DATA}")
@pytest.mark.deep
def test_each_hit_of_recordings_that_others_labelled_is_a_finding_and_has_a_name_of_its_own(tmp_path):
    wanted = {one["id"] for label in LABELS for one in yaml.safe_load(label.read_text("utf-8"))["rule_metadata"]}
    rules = [file for file in rule_files([RULES]) if any(f"id: {name}" in file.read_text("utf-8") for name in wanted)]
    files = [file for label in LABELS for file in label.parent.glob("*.evtx")]
    count, names, wrong = judged(found_in(files, rules, tmp_path))
    assert (count >= len(files) >= 100, wrong[:5]) == (True, [])
    assert names == count


@pytest.mark.deep
@pytest.mark.skipif(not (EVENTS.exists() and RULES.exists()), reason=f"the events and rules are not there: {DATA}")
def test_each_hit_of_real_attacks_is_a_finding_and_has_a_name_of_its_own(tmp_path):
    count, names, wrong = judged(found_in([EVENTS], rule_files([RULES]), tmp_path))
    assert (count >= 1_186, wrong[:5]) == (True, [])
    assert names == count


@pytest.mark.parametrize(("level", "number"), list(zip(LEVELS, range(1, 6), strict=True)))
def test_the_level_of_a_rule_is_told_as_the_severity_of_that_name(level, number):
    found = told(Said("1", "A", level=level))
    assert (found["severity_id"], found["severity"]) == (number, level.title())


def test_whatever_the_schema_has_a_name_for_has_a_place():
    found = told(sample=Sample(AT, "a.evtx", 7, "sysmon", FULL, "{}"))
    one = found["evidences"][0]
    assert set(FULL) == set(ECS)
    assert "about" not in found["unmapped"]
    assert found["device"] == {"hostname": "pc-1", "type_id": 0}
    assert one["actor"] == {"user": {"name": "ann", "domain": "CORP"}}
    assert (one["process"]["name"], one["process"]["cmd_line"]) == ("cmd.exe", "cmd /c x")
    assert one["process"]["file"]["path"] == "C:\\Windows\\cmd.exe"
    assert one["process"]["parent_process"]["file"]["path"] == "C:\\Windows\\explorer.exe"
    assert one["src_endpoint"] == {"ip": "192.0.2.1"}
    assert one["dst_endpoint"] == {"ip": "2001:db8::1", "port": 443}
    assert (one["query"], one["url"]) == ({"hostname": "example.org"}, {"url_string": "https://example.org/a?b"})
    assert one["file"] == {"name": "a.txt", "path": "/tmp/a.txt", "type_id": 0}
    assert one["reg_key"] == {"path": "HKLM\\Software\\A"}
    assert one["resources"] == [{"name": "spooler", "type": "Service"}]
    assert len(found["observables"]) == 9
    assert found["metadata"]["extensions"] == [{"name": "win", "uid": "2", "version": "1.5.0"}]


def test_an_extension_of_the_schema_is_named_only_where_it_is_used():
    assert "extensions" not in told(host__name="pc-1")["metadata"]


@pytest.mark.parametrize(
    "text", ["-", "192.0.2.1:443", "999.0.0.1", "localhost", "::1 ::2", "\u0661.2.3.4", "fe80::1%" + "a" * 60]
)
@pytest.mark.parametrize("name", ["source.ip", "destination.ip"])
def test_an_address_that_is_none_stays_under_its_name_and_makes_no_endpoint(name, text):
    found = told(**{name: text})
    assert found["unmapped"]["about"] == {name: text}
    assert not {"src_endpoint", "dst_endpoint"} & found["evidences"][0].keys()


@pytest.mark.parametrize("port", ["https", "-1", "65536", "٤٤٣", "9" * 400])
def test_a_port_that_is_none_stays_under_its_name(port):
    found = told(destination__ip="192.0.2.2", destination__port=port)
    assert found["evidences"][0]["dst_endpoint"] == {"ip": "192.0.2.2"}
    assert found["unmapped"]["about"] == {"destination.port": port}


def test_a_port_without_an_address_makes_no_endpoint():
    found = told(destination__port="443")
    assert "dst_endpoint" not in found["evidences"][0]
    assert found["unmapped"]["about"] == {"destination.port": 443}


def test_of_several_values_the_first_has_the_place_and_all_are_kept():
    found = told(source__ip="192.0.2.1\x1f192.0.2.2")
    assert found["evidences"][0]["src_endpoint"] == {"ip": "192.0.2.1"}
    assert found["unmapped"]["about"] == {"source.ip": ["192.0.2.1", "192.0.2.2"]}


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("/a/b", {"path": "/a/b"}),
        ("/a?b=c?d", {"path": "/a", "query_string": "b=c?d"}),
        ("/a?", {"path": "/a"}),
        ("//host/a", {"url_string": "//host/a"}),
    ],
)
def test_of_an_address_without_its_host_the_path_and_what_it_asks_are_told_apart(text, url):
    assert told(url__original=text)["evidences"][0]["url"] == url


def test_a_host_that_is_told_by_its_address_has_no_name():
    assert told(host__name="192.0.2.9")["device"] == {"ip": "192.0.2.9", "type_id": 0}


def test_the_time_is_that_of_the_event_in_milliseconds():
    found = told(sample=hit(datetime(2026, 3, 1, 0, 0, 0, 1_999, UTC)))
    assert found["time"] == 1_772_323_200_001
    assert found["finding_info"]["first_seen_time"] == found["finding_info"]["last_seen_time"] == found["time"]
    assert found["metadata"]["original_time"] == "2026-03-01T00:00:00.001999+00:00"
    assert "comment" not in found


def test_an_event_without_a_time_gets_that_of_the_finding_and_the_finding_says_so():
    found = told(sample=hit(None))
    assert found["time"] == found["metadata"]["processed_time"] == int(MADE_AT.timestamp() * 1000)
    assert "says no time" in found["comment"]
    assert not {"first_seen_time", "last_seen_time"} & found["finding_info"].keys()
    assert "original_time" not in found["metadata"]


def test_a_hit_has_the_same_name_in_each_run_and_another_hit_another():
    def name(said=RULE, **more):
        return finding(said, hit(**more), made_at=MADE_AT + timedelta(days=len(more)))["finding_info"]["uid"]

    assert name() == name(host__name="learnt later") == name(at=None)
    others = [name(), name(position=8), name(Said("r-2", "B"))]
    assert len(set(others)) == len(others)


def test_tactics_and_techniques_are_those_of_the_tags():
    assert told()["finding_info"]["attacks"] == [
        {"tactic": {"uid": "TA0002", "name": "Execution"}},
        {"tactic": {"uid": "TA0005", "name": "Stealth"}},
        {
            "technique": {"uid": "T1059", "name": "T1059"},
            "sub_technique": {"uid": "T1059.001", "name": "T1059.001"},
        },
        {"technique": {"uid": "T1204", "name": "T1204"}},
    ]
    assert told()["metadata"]["labels"] == list(RULE.tags)


def test_every_tactic_has_its_number_and_its_name():
    found = told(Said("1", "A", tags=tuple(f"attack.{name}" for name in TACTICS)))["finding_info"]["attacks"]
    assert len({one["tactic"]["name"] for one in found}) == len(TACTICS)
    assert {"uid": "TA0011", "name": "Command and Control"} in [one["tactic"] for one in found]


def test_a_tag_that_only_looks_like_a_technique_is_a_label_alone():
    found = told(Said("1", "A", tags=("attack.t1059.1", "attack.t10591")))
    assert "attacks" not in found["finding_info"]
    assert found["metadata"]["labels"] == ["attack.t1059.1", "attack.t10591"]


IOC_TYPES = {
    "domain": 2, "host": 3, "url": 5, "md5": 4, "sha1": 4, "sha256": 4, "sha512": 4,
    "address": 1, "network": 99, "email": 9, "file": 11,
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_what_an_indicator_matches_says_the_indicator_and_what_it_met(kind):
    said = Said(f"{kind}:evil.example", f"{kind}: a.evil.example", level="high", tags=("ioc",))
    found = told(said, hit(way="ioc", QueryName="a.evil.example"))
    (indicator,) = found["osint"]
    assert (indicator["value"], indicator["type_id"]) == ("evil.example", IOC_TYPES[kind])
    assert found["metadata"]["profiles"] == ["osint"]
    assert found["evidences"][0]["query"] == {"hostname": "a.evil.example"}
    analytic = found["finding_info"]["analytic"]
    assert (analytic["name"], analytic["uid"]) == (said.id, said.id)
    assert analytic["type_id"] == (10 if kind in {"domain", "url", "network"} else 9)


def test_an_indicator_whose_id_is_bare_has_the_kind_that_the_hit_says():
    (indicator,) = told(Said("evil.example", "host: evil.example", tags=("ioc",)), hit(way="ioc"))["osint"]
    assert (indicator["value"], indicator["type_id"]) == ("evil.example", IOC_TYPES["host"])


def test_an_indicator_of_no_kind_is_of_a_type_that_is_not_known():
    (indicator,) = told(Said("odd:evil", "odd", tags=("ioc",)), hit(way="ioc"))["osint"]
    assert (indicator["value"], indicator["type_id"]) == ("odd:evil", 0)


def test_an_indicator_that_is_met_in_two_fields_of_an_event_is_two_findings():
    said = Said("domain:evil.example", "domain: evil.example", tags=("ioc",))
    one, two = (told(said, hit(way="ioc", **{name: "evil.example"})) for name in ("QueryName", "host"))
    assert one["finding_info"]["uid"] != two["finding_info"]["uid"]


def correlated(count=3.0, events=3, group="ann"):
    rule = Correlation(Said("c-1", "Many", level="critical"), "event_count", ("r-1",), 60, group=("User", "SourceIp"))
    at = int(AT.timestamp() * 1_000_000)
    places = tuple(("a.evtx", number) for number in range(events))
    return rule.said, sample_of(Finding(rule, (group, "192.0.2.1"), at - 5, at, count, places))


def test_a_correlation_says_its_events_how_many_and_the_group_in_which_they_are():
    found = told(*correlated())
    info = found["finding_info"]
    assert (found["count"], info["related_events_count"], found["unmapped"]["count"]) == (3, 3, "3")
    assert info["related_events"] == [{"uid": "a.evtx:0"}, {"uid": "a.evtx:1"}, {"uid": "a.evtx:2"}]
    assert found["evidences"][0]["uid"] == "a.evtx:2"
    assert found["evidences"][0]["actor"]["user"] == {"name": "ann"}
    assert found["evidences"][0]["src_endpoint"] == {"ip": "192.0.2.1"}
    assert "first_seen_time" not in info


def test_groups_of_a_correlation_that_end_with_one_event_are_findings_of_their_own():
    one, two = told(*correlated(group="ann")), told(*correlated(group="bob"))
    assert one["finding_info"]["uid"] != two["finding_info"]["uid"]


def test_of_a_flood_only_the_first_events_are_listed_and_all_are_counted_and_kept():
    found = told(*correlated(count=1.5, events=MOST_RELATED + 5))
    assert len(found["finding_info"]["related_events"]) == MOST_RELATED
    assert found["count"] == found["finding_info"]["related_events_count"] == MOST_RELATED + 5
    assert len(json.loads(found["raw_data"])) == MOST_RELATED + 5
    assert found["unmapped"]["count"] == "1.5"


def test_a_huge_event_is_kept_whole_and_its_size_in_bytes_is_told():
    found = finding(RULE, hit(raw="日" * 3_000_000), made_at=MADE_AT)
    assert (len(found["raw_data"]), found["raw_data_size"]) == (3_000_000, 9_000_000)


TEXTS = st.text(st.characters(), max_size=12) | st.sampled_from(ILL_FORMED)
ODD = TEXTS | st.sampled_from(
    ["-", "\x1f", "\x1f\x1f", " ", "a\x1fb", "\\", "a\\", "\\b", "/", "/?", "//", "0", "00443", "::", "::1%\n"]
)
SAID = st.builds(
    Said,
    st.one_of(TEXTS, st.builds("{}:{}".format, st.sampled_from(list(Kind)), TEXTS)),
    TEXTS,
    TEXTS,
    st.sampled_from(LEVELS) | TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    st.lists(
        TEXTS | st.sampled_from(["ioc", "attack.t1059", "attack.t1059.001", "attack.t1", "attack.impact"]), max_size=4
    ).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
)
NAMES = sorted({*ECS, *(name for names in ECS.values() for name in names), "count", "other"})
SAMPLES = st.builds(
    Sample,
    st.none() | st.datetimes(timezones=st.just(UTC)) | st.datetimes(),
    TEXTS,
    st.integers(0, 2**60),
    st.sampled_from(sorted(CORRELATIONS)) | TEXTS,
    st.dictionaries(st.sampled_from(NAMES) | TEXTS, ODD | st.ip_addresses().map(str), max_size=6),
    TEXTS | st.lists(TEXTS, max_size=3).map(json.dumps) | st.just("[1]"),
)


@given(SAID, SAMPLES)
def test_whatever_stands_in_logs_and_rules_makes_no_finding_that_others_refuse(said, sample):
    found = finding(said, sample, made_at=MADE_AT)
    assert faults(found) == []


@given(SAID, SAMPLES)
def test_no_value_that_an_event_is_about_is_lost(said, sample):
    found = json.dumps(finding(said, sample, made_at=MADE_AT) | {"raw_data": ""}, ensure_ascii=False)
    for name, text in sample.about.items():
        if name == "count" or not text.isascii() or not text.isalnum():
            continue
        assert text in found or (text.isdigit() and str(int(text)) in found)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"severity_id": 7},
        {"severity_id": 5.5},
        {"time": "yesterday"},
        {"type_uid": 200409},
        {"device": {"type_id": 0}},
        {"evidences": [{"uid": "a:1"}]},
        {"evidences": [{"src_endpoint": {"ip": "-"}}]},
        {"evidences": [{"process": {"name": "a"}}]},
        {"observables": [{"name": "message", "type_id": 2, "value": "192.0.2.1"}]},
        {"surprise": 1},
    ],
)
def test_the_judges_refuse_what_is_wrong(spoilt):
    assert faults(finding(RULE, hit(), made_at=MADE_AT)) == []
    assert faults(finding(RULE, hit(), made_at=MADE_AT) | spoilt) != []
