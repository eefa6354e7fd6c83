"""The draw itself: pure, exact and the same on every machine. ``docs/explanation/draws.md`` specifies it.

A commitment names the objects with their strata, the people, the pairs that conflict, and the rule. Together with the
root of a later head of the ledger it gives a seed, and the seed gives the result: whoever has both can draw again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from amur.base.canonical import Json, digest

FORMAT = "amur-draw/1"
_WORD = 8
_LARGEST = 1 << 64


class Numbers:
    """An endless row of random numbers out of a seed: SHA-256 in counter mode, read eight bytes at a time.

    >>> numbers = Numbers(bytes(32))
    >>> [numbers.below(6) for _ in range(8)]
    [0, 3, 3, 5, 2, 1, 4, 0]
    """

    def __init__(self, seed: bytes) -> None:
        self._seed, self._count, self._block = seed, 0, b""

    def below(self, limit: int) -> int:
        """Return a number from 0 up to and without a limit, each equally likely: what would favour some is rejected."""
        while True:
            if not self._block:
                self._block = hashlib.sha256(self._seed + self._count.to_bytes(_WORD, "big")).digest()
                self._count += 1
            word, self._block = int.from_bytes(self._block[:_WORD], "big"), self._block[_WORD:]
            if word < _LARGEST - _LARGEST % limit:
                return word % limit

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """Return items in a random order (Fisher and Yates, from the last place to the second).

        >>> Numbers(bytes(32)).shuffled(["a", "b", "c", "d"])
        ['c', 'b', 'd', 'a']
        """
        mixed = list(items)
        for place in range(len(mixed) - 1, 0, -1):
            other = self.below(place + 1)
            mixed[place], mixed[other] = mixed[other], mixed[place]
        return mixed


def commitment(
    of: Mapping[str, Json],
    *,
    objects: Mapping[str, int],
    people: Sequence[str],
    conflicts: Mapping[tuple[str, str], int],
    take: Sequence[int],
    each: int,
    balance: bool,
) -> dict[str, Json]:
    """Return what is committed to, in the one order that it has whatever order the lists came in.

    ``of`` says which draw it is; ``objects`` gives the stratum of each; ``conflicts`` the number of the rule by which a
    person is kept from an object; ``take`` how many objects each stratum gives.

    >>> both = [commitment({}, objects=dict.fromkeys(ids, 0), people=[], conflicts={}, take=[1], each=0, balance=True)
    ...         for ids in ("ab", "ba")]
    >>> both[0] == both[1], both[0]["objects"]
    (True, [{'id': 'a', 'stratum': 0}, {'id': 'b', 'stratum': 0}])
    """
    return {
        **of,
        "format": FORMAT,
        "objects": [{"id": name, "stratum": objects[name]} for name in _sorted(objects)],
        "people": _sorted(set(people)),
        "conflicts": [
            [thing, person, conflicts[thing, person]]
            for thing, person in sorted(conflicts, key=lambda pair: (pair[0].encode(), pair[1].encode()))
        ],
        "rule": {"take": list(take), "each": each, "balance": balance},
    }


def seed(root: str, committed: Mapping[str, Json]) -> bytes:
    """Return the seed: SHA-256 over the root of the head and the SHA-256 of the commitment, both as bytes.

    >>> seed("00" * 32, {}).hex()[:16]
    '961af672d320bfb8'
    """
    return hashlib.sha256(bytes.fromhex(root) + bytes.fromhex(digest(committed))).digest()


def draw(committed: Mapping[str, Any], root: str) -> dict[str, Json]:
    """Return the result that a commitment and the root of its head give: each drawn object with its people.

    Where conflicts leave an object too few people, nobody is assigned, and ``impossible`` names each such object.

    >>> made = commitment({}, objects={"a": 0, "b": 0}, people=["p"], conflicts={}, take=[1], each=1, balance=True)
    >>> draw(made, "00" * 32)
    {'drawn': [{'object': 'b', 'people': ['p']}]}
    >>> made = commitment({}, objects={"a": 0}, people=["p"], conflicts={("a", "p"): 2}, take=[1], each=1, balance=True)
    >>> draw(made, "00" * 32)
    {'drawn': [{'object': 'a', 'people': []}], 'impossible': [{'object': 'a', 'left': 0, 'rules': [2]}]}
    """
    numbers, rule = Numbers(seed(root, committed)), committed["rule"]
    objects: list[str] = []
    for stratum, take in enumerate(rule["take"]):
        members = [one["id"] for one in committed["objects"] if one["stratum"] == stratum]
        objects += numbers.shuffled(members)[:take]
    kept: dict[str, dict[str, int]] = {name: {} for name in objects}
    for thing, person, number in committed["conflicts"]:
        if thing in kept:
            kept[thing][person] = number
    count, each = len(committed["people"]), rule["each"]
    lacking: list[Json] = [
        {"object": name, "left": count - len(kept[name]), "rules": sorted(set(kept[name].values()))}
        for name in objects
        if count - len(kept[name]) < each
    ]
    if lacking:
        return {"drawn": [{"object": name, "people": []} for name in objects], "impossible": lacking}
    return _assigned(objects, committed["people"], kept, each, numbers, balance=rule["balance"])


def _assigned(
    objects: Sequence[str],
    people: Sequence[str],
    kept: Mapping[str, Mapping[str, int]],
    each: int,
    numbers: Numbers,
    *,
    balance: bool,
) -> dict[str, Json]:
    """Give each object its people; they are asked in an order that is drawn anew for each object."""
    given: dict[str, list[str]] = {}
    loads = dict.fromkeys(people, 0)
    for thing in objects:
        given[thing] = []
        order = numbers.shuffled(people)
        for _ in range(each):
            if balance:
                _add(thing, order, given, kept, loads)
            else:
                given[thing].append(next(one for one in order if one not in kept[thing] and one not in given[thing]))
    return {"drawn": [{"object": thing, "people": _sorted(given[thing])} for thing in objects]}


def _add(
    thing: str,
    order: Sequence[str],
    given: dict[str, list[str]],
    kept: Mapping[str, Mapping[str, int]],
    loads: dict[str, int],
) -> None:
    """Give an object one more person, so that the loads stay as even as the conflicts let them be.

    Whoever is reached takes it: directly, or by handing one of their objects on to somebody else. Of all who could end
    up with one more, it is who has the least; then the shortest chain; then who is reached first.
    """
    least = min(loads.values())
    best = next(one for one in order if one not in kept[thing] and one not in given[thing])
    came: dict[str, tuple[str, str]] = {}
    level = [(thing, "")]
    while level:
        reached = []
        for source, giver in level:
            for person in order:
                if person not in came and person not in kept[source] and person not in given[source]:
                    came[person] = (source, giver)
                    reached.append(person)
                    if loads[person] < loads[best]:
                        best = person
        if loads[best] == least:
            break
        level = [(source, person) for person in reached for source in given if person in given[source]]
    _hand_on(best, came, given, loads)


def _hand_on(
    last: str, came: Mapping[str, tuple[str, str]], given: dict[str, list[str]], loads: dict[str, int]
) -> None:
    """Follow the chain back: each one in it gives up an object to the next."""
    loads[last] += 1
    while last:
        source, giver = came[last]
        given[source] = [*(one for one in given[source] if one != giver), last]
        last = giver


def _sorted(names: Any) -> list[str]:
    """Return names in the order of their UTF-8 bytes."""
    return sorted(names, key=lambda name: str(name).encode())
