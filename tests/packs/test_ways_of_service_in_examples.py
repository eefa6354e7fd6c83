"""Examples of a pack promise, bring later and open several cases; each passes, and fails for the right reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db
WAYS = Path(__file__).parent / "ways"


def played(island: Path, name: str) -> list[str]:
    loaded = reads.load(island)
    found, example = next(pair for pair in loaded.of(ExampleDeclaration) if pair[1].id == name)
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    return list(play_example(example, found.source).failures)


@pytest.fixture
def ways(island: Path) -> Path:
    shutil.copytree(WAYS, island / "02-ways")
    return island


def test_the_pack_has_no_faults(ways):
    assert [str(one) for one in reads.check(ways)] == []


@pytest.mark.parametrize("name", ["on_a_promise", "brought_later", "all_at_once"])
def test_the_example_passes(ways, name):
    assert played(ways, name) == []


@pytest.mark.parametrize(
    ("name", "file", "change", "why"),
    [
        ("on_a_promise", "on_a_promise.example.yaml", ('by_promise: "yes"', 'by_promise: "no"'), "proof"),
        ("brought_later", "brought_later.example.yaml", ("fire: bring", "fire: grant"), "still_missing"),
        ("all_at_once", "all_at_once.example.yaml", ("state: granted", "state: refused"), "refused"),
    ],
)
def test_the_example_fails_for_the_right_reason(ways, name, file, change, why):
    path = ways / "02-ways" / file
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    assert why in " ".join(played(ways, name))
