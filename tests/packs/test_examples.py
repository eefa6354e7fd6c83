"""Every example of every pack, played through the real acts; a test id begins with the commitment that it proves."""

from datetime import date
from pathlib import Path

import pytest

from amur.base.acting import system
from amur.base.fields import FieldError
from amur.packs import acts, reads, throwaway
from amur.packs.declarations import ExampleDeclaration
from amur.packs.play import play_example
from amur.packs.play.stage import at_opening
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.walks import whole
from amur.registers.lookups import lookups
from tests.standing import GROUND

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PROVINCE = ROOT / "packs" / "heilongjiang"


def examples(*folders: Path):
    """Return the examples of these packs, each once, named by the first commitment that it proves."""
    return [
        pytest.param(file.parent, found.source, example, id=f"{example.proves[0]}-{example.id}")
        for folder in folders
        for file in sorted(folder.glob("pack.yaml"))
        for found, example in reads.load(file.parent).of(ExampleDeclaration)
    ]


def enough(found):
    """Return these examples; those that prove nothing new, as of refusals and reviews, are for the deep run."""
    proved, told = set(), []
    for one in found:
        news = set(one.values[2].proves) - proved
        proved |= news
        told.append(one if news else pytest.param(*one.values, id=one.id, marks=pytest.mark.deep))
    return told


OTHERS = examples(*(folder for folder in sorted((ROOT / "packs").iterdir()) if folder != PROVINCE))
OF_THE_PROVINCE = enough(examples(PROVINCE))
TOGETHER = pytest.mark.xdist_group("examples of the province")
"""On one worker: that takes the pack in once, and knows at the end what all the examples have walked."""


@pytest.fixture(scope="session")
def standing_province(django_db_setup, django_db_blocker) -> None:
    """Take the pack of the province in once: it is large, and none of its examples changes it."""

    def take_in() -> None:
        first = min(parameters.values[2].starts_on for parameters in OF_THE_PROVINCE)
        acts.sync(PROVINCE, by=system("tests"), now=at_opening(first))

    GROUND.offer("standing_province", take_in, django_db_blocker)


def test_there_are_examples_of_more_than_one_pack():
    assert OTHERS
    assert OF_THE_PROVINCE


@pytest.mark.parametrize(("folder", "source", "example"), OTHERS)
def test_the_example_passes(folder, source, example):
    acts.sync(folder, by=system("tests"), now=at_opening(example.starts_on))
    outcome = play_example(example, source)
    assert outcome.passed, "\n".join(outcome.failures)


@pytest.fixture(scope="session")
def walked_in_the_province() -> dict[str, throwaway.Result]:
    """Return what the examples of the province have walked so far, by the example."""
    return {}


@TOGETHER
@pytest.mark.parametrize(("folder", "source", "example"), OF_THE_PROVINCE)
def test_the_example_of_the_province_passes(standing_province, walked_in_the_province, folder, source, example):
    assert folder == PROVINCE
    outcome = play_example(example, source)
    walked_in_the_province[example.id] = throwaway.Result(example.id, (), "", outcome.failures, outcome.walked)
    assert outcome.passed, "\n".join(outcome.failures)


@TOGETHER
@pytest.mark.usefixtures("standing_province")
def test_every_sample_of_a_form_answers_with_what_the_lists_of_the_pack_hold():
    found, wrong, read = lookups(date(2026, 4, 1)), [], 0
    for service in declared.everything().procedures.values():
        for field in service.fields:
            raw = "" if field.type in {"file", "computed"} else service.sample.get(field.id, "")
            try:
                read += bool(raw and field.parse(raw, found))
            except FieldError as error:
                wrong.append((service.id, field.id, str(error)))
    assert (wrong, read > 200) == ([], True)


@pytest.mark.deep
@TOGETHER
def test_every_state_and_arrow_of_the_province_is_walked_by_an_example(walked_in_the_province):
    known = {parameters.values[2].id for parameters in OF_THE_PROVINCE}
    played = walked_in_the_province.values() if known == set(walked_in_the_province) else reads.run_examples(PROVINCE)
    missed = {name: left for name, _, left in reads.walks(PROVINCE, played) if left}
    assert not missed, "write an example that walks it, or take the arrow away"


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
