"""The rules of our own are whole: they parse together, say what they are, and show what they find and what not."""

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.rule import SigmaRule

from tests.detection import device_logs, plain_logs

FOLDER = Path(__file__).parents[2] / "src" / "amur" / "detection" / "own_rules"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
FILES = sorted(file for file in FOLDER.rglob("*.yml") if not file.name.endswith(".samples.yml"))
SAID = {file: yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in FILES}
KINDS = {"detection", "correlation", "filter"}
TACTICS = {
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
}
LEVELS = {"informational", "low", "medium", "high", "critical"}
_each = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")


@cache
def _samples(file):
    return yaml.load(file.with_suffix(".samples.yml").read_bytes(), Loader=yaml.CSafeLoader)


def _kind(file):
    return next(iter(KINDS & SAID[file].keys()))


def _events(file):
    for entry in [*_samples(file)["positive"], *_samples(file)["negative"]]:
        yield from entry if isinstance(entry, list) else [entry]


def _fields(said):
    """Give the fields that a part of a detection names, at any depth."""
    if isinstance(said, dict):
        for name, value in said.items():
            if not isinstance(value, dict | list) or all(not isinstance(one, dict) for one in value):
                yield name.partition("|")[0]
            else:
                yield from _fields(value)
    elif isinstance(said, list):
        for one in said:
            yield from _fields(one)


def _fields_of(file):
    said = SAID[file].get("detection") or SAID[file].get("filter") or {}
    return {name for part, value in said.items() if part not in {"condition", "rules"} for name in _fields(value)}


def _counted(name):
    """Give the fields by which correlations group or count what the rule of that name finds."""
    for said in SAID.values():
        one = said.get("correlation", {})
        if name in one.get("rules", []):
            aliases = {alias: fields[name] for alias, fields in one.get("aliases", {}).items()}
            yield from (aliases.get(field, field) for field in one["group-by"])
            yield from {one.get("condition", {}).get("field")} - {None}


def _source(file):
    said = SAID[file]["logsource"]
    return "/".join(said.get(part, "") for part in ("product", "category", "service"))


def _section(source):
    """Give what the page says of a log source: the heading that names it and what stands below, and what all share."""
    shared, *sections = re.split(r"^### ", README, flags=re.MULTILINE)
    return shared + "".join(one for one in sections if f"`{source}`" in one.partition("\n")[0])


@pytest.fixture(scope="module")
def read():
    return SigmaCollection.from_yaml(
        "\n---\n".join(file.read_text(encoding="utf-8") for file in FILES), collect_filters=True
    )


def test_all_rules_correlations_and_filters_parse_together(read):
    assert not read.errors
    assert len(read.rules) + len(read.filters) == len(FILES)
    for rule in read.rules:
        if isinstance(rule, SigmaRule):
            assert [condition.parse() for condition in rule.detection.parsed_condition]


def test_there_are_enough_that_find_something_by_themselves(read):
    telling = [rule for rule in read.rules if rule.level.name != "INFORMATIONAL"]
    assert len(telling) >= 70
    kinds = Counter(rule.type.name for rule in read.rules if isinstance(rule, SigmaCorrelationRule))
    assert kinds.keys() == {"EVENT_COUNT", "VALUE_COUNT", "TEMPORAL", "TEMPORAL_ORDERED"}
    assert min(kinds.values()) >= 3
    assert len(read.filters) == 3


@pytest.mark.parametrize("key", ["id", "title", "name"])
def test_no_two_share_an_id_a_title_or_a_name(key):
    found = [said[key] for said in SAID.values() if key in said]
    assert len(found) == len(set(found))


@_each
def test_each_says_what_it_is(file):
    said = SAID[file]
    assert len(KINDS & said.keys()) == 1
    assert UUID(said["id"]).version == 4
    assert (said["status"], said["author"]) == ("experimental", "Amur contributors")
    assert said["description"].strip()
    assert all(isinstance(part, str) for part in said.get("detection", ())), "YAML took a name for a truth value"
    assert isinstance(said.get("detection", {}).get("condition", ""), str)
    if _kind(file) != "filter":
        assert said["level"] in LEVELS
        assert said["falsepositives"]


@_each
def test_each_is_tagged_with_a_technique_and_a_tactic(file):
    tags = SAID[file].get("tags", [])
    if _kind(file) == "filter":
        assert not tags
        return
    techniques = [tag for tag in tags if re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag)]
    tactics = [tag for tag in tags if tag.removeprefix("attack.") in TACTICS]
    assert techniques
    assert tactics
    assert sorted(techniques + tactics) == sorted(set(tags))


@_each
def test_each_shows_at_least_two_samples_of_both_kinds(file):
    samples = _samples(file)
    assert samples.keys() == {"positive", "negative"}
    assert min(len(samples["positive"]), len(samples["negative"])) >= 2
    several = _kind(file) == "correlation"
    assert all(isinstance(entry, list) == several for entries in samples.values() for entry in entries)
    assert not [entry for entry in samples["positive"] if entry in samples["negative"]]


@_each
def test_each_sample_is_an_instant_and_fields_of_text(file):
    for event in _events(file):
        assert event.keys() == {"at", "fields"}
        assert event["at"].endswith("Z")
        at = datetime.fromisoformat(event["at"])
        values = [one for value in event["fields"].values() for one in (value if isinstance(value, list) else [value])]
        assert values
        assert all(isinstance(value, str) for value in values)
        if "local_time" in event["fields"]:
            assert datetime.fromisoformat(event["fields"]["local_time"]).astimezone(UTC) == at


@_each
def test_the_events_of_a_sequence_stand_in_the_order_of_time(file):
    for entry in [*_samples(file)["positive"], *_samples(file)["negative"]]:
        times = [event["at"] for event in entry] if isinstance(entry, list) else []
        assert times == sorted(times)


@pytest.mark.parametrize("source", sorted({_source(file) for file in FILES if "logsource" in SAID[file]}))
def test_the_page_names_each_log_source_and_each_field_that_its_rules_look_at(source):
    section = _section(source)
    assert f"`{source}`" in section
    files = [file for file in FILES if "logsource" in SAID[file] and _source(file) == source]
    fields = {name for file in files for name in [*_fields_of(file), *_counted(SAID[file].get("name"))]}
    assert {name for name in fields if f"`{name}`" not in section} == set()


def test_each_rule_that_only_feeds_others_is_used_by_one():
    used = {name for said in SAID.values() for name in said.get("correlation", {}).get("rules", [])}
    feeding = {said["name"] for said in SAID.values() if said.get("level") == "informational"}
    assert feeding
    assert feeding <= used
    named = {said["name"] for said in SAID.values() if "name" in said}
    assert used <= named


def _sources(name):
    said = next(said for said in SAID.values() if said.get("name") == name)
    if "logsource" in said:
        return {tuple(sorted(said["logsource"].items()))}
    return {source for one in said["correlation"]["rules"] for source in _sources(one)}


def test_all_events_of_a_sequence_come_from_one_log_so_that_a_sample_need_not_name_it():
    mixed = [
        file.stem
        for file, said in SAID.items()
        if len({source for name in said.get("correlation", {}).get("rules", []) for source in _sources(name)}) > 1
    ]
    assert mixed == []


def test_a_correlation_lets_rules_that_tell_by_themselves_still_tell():
    levels = {said["name"]: said["level"] for said in SAID.values() if "name" in said and "level" in said}
    silenced = [
        file.stem
        for file, said in SAID.items()
        if "correlation" in said
        and any(levels[name] != "informational" for name in said["correlation"]["rules"])
        and not said["correlation"].get("generate")
    ]
    assert silenced == []


def test_examples_of_filters_touch_nothing_that_is_real():
    for file in FILES:
        if _kind(file) == "filter":
            assert re.search(r"example-unit|\.example\b", file.read_text(encoding="utf-8"))


def test_samples_name_no_real_address_or_domain():
    real = []
    for file in FILES:
        text = file.with_suffix(".samples.yml").read_text(encoding="utf-8")
        real += re.findall(
            r"\b[\w-]+\.(?:com|net|org|cn|gov|ru)\b(?<!example\.com)(?<!example\.net)(?<!example\.org)", text
        )
        real += [
            found
            for found in re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text)
            if not re.match(r"(10|127|192\.168|192\.0\.2|198\.51\.100|203\.0\.113|100\.64)\.", found)
        ]
        real += re.findall(r"\b1[3-9]\d{9}\b", text)
    assert real == []


def _told_in_the_table():
    """Give each line of the table of log sources: how many rules and correlations it feeds, and how."""
    row = re.compile(r"^\| `([^`/]*/[^`/]*/[^`/]*)` \| (\d+) \| (\d+) \| .+ \| ([^|]+) \|$", re.MULTILINE)
    return {one[1]: (int(one[2]), int(one[3]), one[4]) for one in row.finditer(README)}


def _log_of(said):
    while "correlation" in said:
        said = next(one for one in SAID.values() if one.get("name") == said["correlation"]["rules"][0])
    return "/".join(said["logsource"].get(part, "") for part in ("product", "category", "service"))


def test_the_page_says_of_each_log_source_how_many_rules_it_feeds():
    counted = Counter((_log_of(said), "correlation" in said) for said in SAID.values() if "filter" not in said)
    found = {log: (counted[log, False], counted[log, True]) for log, _ in counted}
    assert {log: said[:2] for log, said in _told_in_the_table().items()} == found


def test_each_telling_rule_about_a_log_that_the_page_calls_plain_is_shown_to_fire_on_one():
    plain = {log for log, (*_, how) in _told_in_the_table().items() if how.startswith("plain")} - {
        "build_system//audit"
    }
    shown = set().union(*(titles for _, titles in (plain_logs.FOUND | device_logs.FOUND).values()))
    telling = {
        said["title"]
        for said in SAID.values()
        if "filter" not in said and said["level"] != "informational" and _log_of(said) in plain
    }
    assert len(plain) > 10
    assert telling - shown == set()
