"""Every example of every pack, played through the real acts; a test id begins with the commitment that it proves."""

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
EXAMPLES = [
    pytest.param(file.parent, found.source, example, id=f"{commitment}-{example.id}")
    for file in sorted((ROOT / "packs").glob("*/pack.yaml"))
    for found, example in reads.load(file.parent).of(ExampleDeclaration)
    for commitment in example.proves
]


def test_there_are_examples_of_more_than_one_pack():
    assert len({parameters.values[0] for parameters in EXAMPLES}) > 1


@pytest.mark.parametrize(("folder", "source", "example"), EXAMPLES)
def test_the_example_passes(folder, source, example):
    acts.sync(folder, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, source)
    assert outcome.passed, "\n".join(outcome.failures)
