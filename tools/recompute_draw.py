#!/usr/bin/env python3
# ruff: noqa: ANN001, ANN201, D103
"""Recompute a draw from its published file: python3 recompute_draw.py draw.json (needs nothing but Python 3).

How it is drawn: docs/explanation/draws.md.
"""

import hashlib
import json
import sys
from pathlib import Path


def numbers(seed):
    """Give 64-bit numbers: SHA-256(seed, counter), eight bytes at a time."""
    for count in range(2**64):
        block = hashlib.sha256(seed + count.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))


def shuffled(items, source):
    """Fisher and Yates, in place; numbers that would favour some are rejected."""
    for n in range(len(items), 1, -1):
        other = next(x for x in source if x < 2**64 - 2**64 % n) % n
        items[n - 1], items[other] = items[other], items[n - 1]
    return items


def add(thing, order, given, kept, load):
    """Give an object one more person; chains of handing on keep the loads as even as can be."""
    came, queue = {}, [None]  # who was reached, over which object of whom; whose objects are looked at next
    while queue and all(load[one] > min(load.values()) for one in came):
        giver = queue.pop(0)
        for source in [thing] if giver is None else [one for one in given if giver in given[one]]:
            new = [one for one in order if not (one in came or one in kept[source] or one in given[source])]
            came.update(dict.fromkeys(new, (source, giver)))
            queue += new
    best = min(came, key=load.get)  # of several the one who was reached first
    load[best] += 1
    while best is not None:
        source, giver = came[best]
        given[source], best = given[source] - {giver} | {best}, giver


def draw(made, root):
    # RFC 8785 for what these files hold: no floats, and names in ASCII
    canonical = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    source = numbers(hashlib.sha256(bytes.fromhex(root) + hashlib.sha256(canonical).digest()).digest())
    rule, people, objects = made["rule"], made["people"], []
    for stratum, take in enumerate(rule["take"]):
        objects += shuffled([one["id"] for one in made["objects"] if one["stratum"] == stratum], source)[:take]
    kept = {thing: {person: why for one, person, why in made["conflicts"] if one == thing} for thing in objects}
    left = {t: len(people) - len(why) for t, why in kept.items() if len(people) - len(why) < rule["each"]}
    lack = [{"object": t, "left": few, "rules": sorted(set(kept[t].values()))} for t, few in left.items()]
    given, load = {thing: set() for thing in objects}, dict.fromkeys(people, 0)
    for thing in [] if lack else objects:
        order = shuffled([*people], source)
        for _ in range(rule["each"]):  # without balance nobody's load counts: the first in order is taken
            add(thing, order, given, kept, load if rule["balance"] else dict.fromkeys(people, 0))
    drawn = [{"object": t, "people": sorted(given[t], key=str.encode)} for t in objects]
    return {"drawn": drawn, "impossible": lack} if lack else {"drawn": drawn}


if __name__ == "__main__":
    said = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    head = json.loads(said["head"]["body"])
    if head["size"] <= said["sealed"]["size"]:
        sys.exit("WRONG: the head is not later than the one that first holds the commitment")
    if draw(said["commitment"], head["root"]) != said["result"]:
        sys.exit("WRONG: the commitment and the head give another result")
    print("The result is what the commitment and the head give.")
