"""Every example of every pack, played through the real acts; a test id begins with the commitment that it proves."""

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.packs import acts, reads, throwaway
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.walks import whole

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


def test_an_example_tells_which_states_and_arrows_its_cases_walked(island, now):
    found, example = next(one for one in reads.load(island).of(ExampleDeclaration) if one[1].id == "second_look")
    acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, found.source)
    definitions = reads.load(island).named(ProcedureDeclaration)
    assert outcome.walked
    for name, (states, arrows) in outcome.walked.items():
        assert set(states) <= whole(definitions[name]).states
        assert set(arrows) <= whole(definitions[name]).arrows
        assert definitions[name].initial in states
    results = [throwaway.Result("a", (), "", (), outcome.walked)]
    told = {name: (said, left) for name, said, left in reads.walks(island, results)}
    assert set(told) == set(definitions)
    for name, (said, left) in told.items():
        states, arrows = outcome.walked.get(name, ([], []))
        every = whole(definitions[name])
        assert (
            said
            == f"{len(states)} of {len(every.states)} states and {len(arrows)} of {len(every.arrows)} arrows walked"
        )
        assert {*left} == (every.states | every.arrows) - {*states, *arrows}
