"""The draw: fair, blind to the order of its lists, never against a conflict, and as even as conflicts let it be."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.canonical import canonical
from amur.procedures.draws import engine

ROOT = "5a" * 32
SEED = "bd6a9392be7cd25941c59b833192bed095a70915111ec363b263aeafe1f0bc32"
_CHI_SQUARE_OF_5 = 25.7
"""Five degrees of freedom: exceeded by chance once in ten thousand times; the seeds are fixed, so never by chance."""


def made(objects, people, *, conflicts=(), take=(1,), each=1, balance=True, **of):
    strata = objects if isinstance(objects, dict) else dict.fromkeys(objects, 0)
    pairs = dict.fromkeys(conflicts, 0)
    return engine.commitment(of, objects=strata, people=people, conflicts=pairs, take=take, each=each, balance=balance)


@st.composite
def commitments(draw):
    """Make draws of up to eight objects for up to six people, with conflicts that leave each object enough people."""
    people = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    each = draw(st.integers(1, len(people)))
    objects = {f"o{n}": draw(st.integers(0, 1)) for n in range(draw(st.integers(1, 8)))}
    free = {name: draw(st.permutations(people))[:each] for name in objects}
    pairs = [(thing, one) for thing in objects for one in people if one not in free[thing]]
    conflicts = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    take = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    return made(objects, people, conflicts=conflicts, take=take, each=each, balance=draw(st.booleans()))


roots = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(committed=commitments(), root=roots)
def test_each_stratum_gives_its_number_and_each_object_gets_its_people(committed, root):
    result = engine.draw(committed, root)
    strata = {one["id"]: one["stratum"] for one in committed["objects"]}
    drawn = Counter(strata[line["object"]] for line in result["drawn"])
    for stratum, take in enumerate(committed["rule"]["take"]):
        assert drawn[stratum] == min(take, list(strata.values()).count(stratum))
    for line in result["drawn"]:
        assert len(set(line["people"])) == committed["rule"]["each"] == len(line["people"])
    assert len({line["object"] for line in result["drawn"]}) == len(result["drawn"])


@given(committed=commitments(), root=roots)
def test_nobody_is_drawn_against_a_conflict(committed, root):
    kept = {(thing, person) for thing, person, _ in committed["conflicts"]}
    for line in engine.draw(committed, root)["drawn"]:
        assert not kept & {(line["object"], person) for person in line["people"]}


@given(committed=commitments(), root=roots)
def test_no_load_could_be_made_more_even(committed, root):
    """No chain of handing objects on leads from anybody to somebody with two fewer: so the loads are the most even."""
    if not committed["rule"]["balance"]:
        return
    result = engine.draw(committed, root)
    has = {line["object"]: set(line["people"]) for line in result["drawn"]}
    kept = {(thing, person) for thing, person, _ in committed["conflicts"]}
    loads = Counter(person for people in has.values() for person in people)
    for begin in committed["people"]:
        reached = {begin}
        for _ in committed["people"]:
            reached |= {
                other
                for thing, people in has.items()
                if people & reached
                for other in committed["people"]
                if other not in people and (thing, other) not in kept
            }
        assert all(loads[begin] - loads[other] <= 1 for other in reached)


@given(objects=st.integers(1, 12), people=st.integers(1, 6), each=st.integers(1, 6), root=roots)
def test_without_conflicts_nobody_gets_more_than_one_above_the_least(objects, people, each, root):
    names = [f"p{n}" for n in range(people)]
    committed = made([f"o{n}" for n in range(objects)], names, take=(objects,), each=min(each, people))
    loads = Counter(one for line in engine.draw(committed, root)["drawn"] for one in line["people"])
    assert max(loads[name] for name in names) - min(loads[name] for name in names) <= 1


def test_somebody_hands_an_object_on_where_that_is_what_keeps_the_loads_even():
    """Both objects may go to a, only the second to b: whoever draws in whichever order, each gets one."""
    committed = made(["x", "y"], ["a", "b"], conflicts=[("x", "b")], take=(2,))
    for number in range(20):
        result = engine.draw(committed, f"{number:064x}")
        assert {line["object"]: line["people"] for line in result["drawn"]} == {"x": ["a"], "y": ["b"]}


@given(committed=commitments(), root=roots, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_lists_does_not_matter(committed, root, chance):
    objects = [(one["id"], one["stratum"]) for one in committed["objects"]]
    conflicts = [((thing, person), number) for thing, person, number in committed["conflicts"]]
    people = list(committed["people"])
    for one in (objects, conflicts, people):
        chance.shuffle(one)
    rule = committed["rule"]
    again = engine.commitment(
        {},
        objects=dict(objects),
        people=people,
        conflicts=dict(conflicts),
        take=rule["take"],
        each=rule["each"],
        balance=rule["balance"],
    )
    assert canonical(again) == canonical(committed)
    assert engine.draw(again, root) == engine.draw(committed, root)


def test_an_object_that_conflicts_leave_too_few_people_is_named_with_the_rules():
    committed = engine.commitment(
        {},
        objects={"x": 0, "y": 0},
        people=["a", "b"],
        conflicts={("x", "a"): 1, ("x", "b"): 0},
        take=[2],
        each=1,
        balance=True,
    )
    result = engine.draw(committed, ROOT)
    assert result["impossible"] == [{"object": "x", "left": 0, "rules": [0, 1]}]
    assert all(not line["people"] for line in result["drawn"])


def test_the_same_on_every_machine():
    """Numbers that were computed once and stand in the documents too: another result is another algorithm."""
    people = [f"p{n}" for n in range(4)]
    committed = made({f"o{n}": n % 2 for n in range(6)}, people, conflicts=[("o1", "p1")], take=(2, 1), each=2)
    assert engine.seed(ROOT, committed).hex() == SEED
    assert engine.draw(committed, ROOT)["drawn"] == [
        {"object": "o0", "people": ["p0", "p1"]},
        {"object": "o2", "people": ["p2", "p3"]},
        {"object": "o5", "people": ["p1", "p3"]},
    ]


def _chi_square(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def _spread(seeds):
    """Return how far pairs of objects, persons and their meetings are from equally many, over some heads."""
    objects, people = "abcd", "xyz"
    pairs, singles, meetings = Counter(), Counter(), Counter()
    for number in range(seeds):
        result = engine.draw(made(objects, people, take=(2,)), random.Random(number).randbytes(32).hex())
        pairs[frozenset(line["object"] for line in result["drawn"])] += 1
        singles[frozenset(line["people"][0] for line in result["drawn"])] += 1
        meetings[(result["drawn"][0]["object"], result["drawn"][0]["people"][0])] += 1
    assert len(pairs) == 6
    assert len(singles) == 3
    assert len(meetings) == 12
    return [
        _chi_square(pairs.values(), seeds / 6),
        _chi_square(singles.values(), seeds / 3),
        _chi_square(meetings.values(), seeds / 12) * 5 / 11,
    ]


def test_every_choice_is_as_likely_as_every_other():
    assert max(_spread(1_500)) < _CHI_SQUARE_OF_5


@pytest.mark.deep
def test_every_choice_is_as_likely_over_many_heads():
    assert max(_spread(60_000)) < _CHI_SQUARE_OF_5


def test_numbers_below_a_limit_are_equally_likely_and_stay_below():
    numbers = engine.Numbers(bytes(32))
    counts = Counter(numbers.below(6) for _ in range(6_000))
    assert set(counts) == set(range(6))
    assert _chi_square(counts.values(), 1_000) < _CHI_SQUARE_OF_5


def test_what_would_favour_some_numbers_is_rejected():
    """Of 2**64 values three quarters are below this limit: the others are thrown away, and each number is below it."""
    limit = (1 << 63) + (1 << 62)
    numbers = engine.Numbers(bytes(32))
    found = list(itertools.islice((numbers.below(limit) for _ in range(40)), 40))
    assert max(found) < limit
    assert numbers._count > 10
