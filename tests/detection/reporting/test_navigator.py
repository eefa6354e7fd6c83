"""Layers of ATT&CK Navigator have the shape that its format says, and what they tell is what was found."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from amur.detection.reporting.navigator import COLOURS, MOST_RULES, layer
from amur.detection.reporting.summary import Sample, Summary
from amur.detection.sigma.rules import LEVELS, TACTICS, Said

AT = datetime(2026, 3, 9, 22, 15, 7, tzinfo=UTC)
COLOUR = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}
TEXT, FLAG, NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "number"}


def an_object(required=(), **members):
    return {"type": "object", "properties": members, "required": list(required), "additionalProperties": False}


def a_list(of):
    return {"type": "array", "items": of}


METADATA = a_list(
    {"anyOf": [an_object(["name", "value"], name=TEXT, value=TEXT), an_object(["divider"], divider=FLAG)]}
)
LINKS = a_list({"anyOf": [an_object(["label", "url"], label=TEXT, url=TEXT), an_object(["divider"], divider=FLAG)]})
TECHNIQUE = an_object(
    ["techniqueID"],
    techniqueID={"type": "string", "pattern": r"^T[0-9]{4}(\.[0-9]{3})?$"},
    tactic={"enum": list(TACTICS)},
    comment=TEXT,
    enabled=FLAG,
    score=NUMBER,
    color=COLOUR,
    metadata=METADATA,
    links=LINKS,
    showSubtechniques=FLAG,
)
LAYER = an_object(
    ["name", "domain"],
    name=TEXT,
    versions=an_object(
        ["navigator", "layer"],
        attack=TEXT,
        navigator={"type": "string", "pattern": r"^(4\.9|4\.[1-9][0-9]|[5-9])\."},
        layer={"const": "4.5"},
    ),
    description=TEXT,
    domain={"enum": ["enterprise-attack", "mobile-attack", "ics-attack"]},
    customDataURL=TEXT,
    filters=an_object(platforms=a_list(TEXT)),
    sorting={"enum": [0, 1, 2, 3]},
    layout=an_object(
        layout={"enum": ["side", "flat", "mini"]},
        showID=FLAG,
        showName=FLAG,
        showAggregateScores=FLAG,
        countUnscored=FLAG,
        aggregateFunction={"enum": ["average", "min", "max", "sum"]},
        expandedSubtechniques={"enum": ["none", "all", "annotated"]},
    ),
    hideDisabled=FLAG,
    techniques=a_list(TECHNIQUE),
    gradient=an_object(
        ["colors", "minValue", "maxValue"],
        colors={"type": "array", "items": COLOUR, "minItems": 2},
        minValue=NUMBER,
        maxValue=NUMBER,
    ),
    legendItems=a_list(an_object(["label", "color"], label=TEXT, color=COLOUR)),
    showTacticRowBackground=FLAG,
    tacticRowBackground=COLOUR,
    selectTechniquesAcrossTactics=FLAG,
    selectSubtechniquesWithParent=FLAG,
    selectVisibleTechniques=FLAG,
    metadata=METADATA,
    links=LINKS,
)
"""What the format's own document says of version 4.5, property by property."""


def summed(*rules):
    """Return a summary of rules, each with how often it was met."""
    found = Summary(events=99)
    for said, times in rules:
        for number in range(times):
            found.take(said, Sample(AT, "a", number, "", {}, ""))
    return found


def told(*rules):
    found = json.loads(json.dumps(layer(summed(*rules), name="A run")))
    assert [error.message for error in Draft202012Validator(LAYER).iter_errors(found)] == []
    assert found["gradient"]["maxValue"] > found["gradient"]["minValue"]
    return found


def rule(name, level, *tags):
    return Said(name, f"Rule {name}", level=level, tags=tuple(f"attack.{tag}" for tag in tags))


def test_a_technique_is_scored_by_the_hits_of_all_its_rules_and_coloured_by_the_gravest():
    found = told(
        (rule("a", "low", "t1059.001", "execution"), 3),
        (rule("b", "critical", "t1059.001", "t1490"), 2),
    )
    assert [(one["techniqueID"], one["score"], one["color"]) for one in found["techniques"]] == [
        ("T1059.001", 5, COLOURS["critical"]),
        ("T1490", 2, COLOURS["critical"]),
    ]
    assert found["techniques"][0]["comment"] == "Rule b; Rule a"
    assert {"name": "gravest level", "value": "critical"} in found["techniques"][0]["metadata"]
    assert {"name": "low", "value": "3"} in found["techniques"][0]["metadata"]
    assert found["gradient"]["maxValue"] == 5


def test_only_techniques_that_tags_name_are_in_a_layer():
    found = told((rule("a", "low", "execution", "s0002", "g0007", "t1059.1", "t10590"), 1), (rule("b", "low"), 1))
    assert found["techniques"] == []


def test_a_part_of_a_technique_scores_nothing_for_the_whole():
    assert [one["techniqueID"] for one in told((rule("a", "low", "t1059.001"), 1))["techniques"]] == ["T1059.001"]


def test_a_technique_that_a_rule_names_twice_counts_once():
    assert told((rule("a", "low", "t1059", "t1059"), 4))["techniques"][0]["score"] == 4


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_its_colour_in_the_legend(level):
    found = told((rule("a", level, "t1059"), 1))
    (colour,) = [one["color"] for one in found["legendItems"] if one["label"] == level]
    assert found["techniques"][0]["color"] == colour


def test_colours_of_levels_differ():
    assert len(set(COLOURS.values())) == len(LEVELS)


def test_of_many_rules_the_gravest_are_named_and_the_others_counted():
    rules = [(rule(f"{number:03}", "low", "t1059"), 1) for number in range(MOST_RULES + 7)]
    found = told(*rules, (rule("worst", "high", "t1059"), 1))["techniques"][0]
    assert found["comment"].startswith("Rule worst; ")
    assert found["comment"].endswith("; and 8 more")
    assert found["score"] == MOST_RULES + 8


def test_a_run_that_found_nothing_is_a_layer_too():
    assert told()["techniques"] == []


@given(
    st.lists(
        st.builds(
            Said,
            st.text(max_size=5),
            st.text(max_size=5),
            level=st.sampled_from(LEVELS),
            tags=st.lists(st.from_regex(re.compile(r"attack\.[tT]\d{3,5}(\.\d{1,4})?", re.ASCII), fullmatch=True)).map(
                tuple
            ),
        ),
        max_size=5,
    )
)
def test_whatever_rules_are_tagged_with_the_layer_keeps_its_shape(rules):
    found = told(*((said, 1) for said in rules))
    assert all(1 <= one["score"] <= len(rules) for one in found["techniques"])
    assert len({one["techniqueID"] for one in found["techniques"]}) == len(found["techniques"])
