"""What a new edition changes: every difference is told once with its path, and applying the story gives the edition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.acting import system
from amur.base.faults import AmurError, NotFound
from amur.config import comparing
from amur.config.terminal import CommandError
from amur.packs import acts, reads
from amur.packs.engine.diff import Changed, differences, touched
from amur.policy import reads as policy

PROCEDURE = "01-lamps/lamp_registration.procedure.yaml"
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "code", "x", "y"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.fixture
def edited(island: Path) -> Path:
    for file, before, after in (
        (PROCEDURE, "working_days: 4", "working_days: 3"),
        (PROCEDURE, "en: Brightness", "en: Light"),
        ("01-lamps/dark_nights.value.yaml", "value: 20", "value: 25"),
        ("codelists/lamp_kinds.yaml", "Firefly lamp", "Fireflies"),
    ):
        path = island / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
    return island


@given(BODIES)
def test_a_body_does_not_differ_from_itself(body) -> None:
    assert list(differences(body, body)) == []


@given(BODIES, BODIES)
def test_two_bodies_that_are_not_the_same_differ_and_the_other_way_round_too(before, after) -> None:
    same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    there, back = list(differences(before, after)), list(differences(after, before))
    assert bool(there) == bool(back) == (not same)


def test_a_member_in_the_middle_is_one_change_and_a_new_order_is_another() -> None:
    before = [{"id": "a"}, {"id": "c"}]
    (added,) = differences(before, [{"id": "a"}, {"id": "b"}, {"id": "c"}], "states")
    assert (added.path, added.how) == ("states[b]", "added")
    (turned,) = differences(before, before[::-1], "states")
    assert (turned.before, turned.after) == ("a, c", "c, a")
    assert {one.path for one in differences([[1], [2]], [[1], [3]], "rows")} == {"rows[1]"}


def test_arrows_of_one_event_are_told_apart_by_where_they_begin() -> None:
    before = [{"event": "go", "from": ["a"], "to": "x"}, {"event": "go", "from": ["b"], "to": "x"}]
    after = [before[0], {"event": "go", "from": ["b"], "to": "y"}]
    (changed,) = differences(before, after, "transitions")
    assert changed.path == "transitions[go from b].to"


def test_only_cases_of_procedures_that_name_what_changed_are_touched() -> None:
    bodies = {
        ("procedure", "p"): {"clocks": [{}], "effects": [{"register": "r"}]},
        ("procedure", "q"): {"values": None},
    }
    changed = [Changed(kind, name, "changed") for kind, name in (("calendar", "calendar"), ("register", "r"))]
    assert {name: [one.follows for one in why] for name, why in touched(changed, bodies).items()} == {"p": [True, True]}
    assert list(touched([Changed("procedure", "q", "removed")], bodies)) == ["q"]


def test_a_folder_with_faults_is_not_compared(spoil, island) -> None:
    spoil("pack.yaml", ("id: lantern", "id: 7"))
    with pytest.raises(AmurError, match=r"pack.yaml:\d"):
        reads.edition(island)


@pytest.mark.django_db
def test_a_release_is_found_by_the_beginning_of_its_hash(island, now) -> None:
    with pytest.raises(NotFound):
        policy.edition_of("active")
    release = acts.sync(island, by=system("tests"), now=now)
    assert policy.edition_of(release.hash[:12]) == policy.edition_of("active") == reads.edition(island)
    with pytest.raises(NotFound):
        policy.edition_of("zz")


@pytest.mark.django_db
def test_the_command_tells_what_changed_and_which_cases_it_touches(edited, now, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(comparing, "start_django", lambda _: None)
    monkeypatch.setenv("AMUR_DATABASE_URL", "set")
    original = Path(__file__).parents[2] / "packs" / "lantern"
    acts.sync(original, by=system("tests"), now=now)
    comparing.diff("active", str(edited), tmp_path, as_json=False)
    said = capsys.readouterr().out
    for line in (
        "    ~ clocks[decision].working_days: 4 → 3",
        "    ~ pages[lamp].fields[brightness].title.en: Brightness → Light",
        "    ~ entries[2026-01-01].value: 20 → 25",
        "    ~ codes[firefly].title.en: Firefly lamp → Fireflies",
        "    follow the new value dark_nights",
        "    none",
    ):
        assert line in said.splitlines(), said
    comparing.diff(str(original), str(original), tmp_path, as_json=True)
    assert json.loads(capsys.readouterr().out)["changes"] == []
    comparing.diff(str(original), "active", tmp_path, as_json=False)
    assert capsys.readouterr().out == "The two editions say the same.\n"


def test_without_a_database_only_folders_are_compared(edited, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.delenv("AMUR_DATABASE_URL", raising=False)
    comparing.diff(str(edited), str(Path(__file__).parents[2] / "packs" / "lantern"), tmp_path, as_json=False)
    assert "not counted: no database answers" in capsys.readouterr().out
    with pytest.raises(CommandError, match="holds no database"):
        comparing.diff("active", str(edited), tmp_path, as_json=False)
