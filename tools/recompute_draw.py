#!/usr/bin/env python3
# ruff: noqa: ANN001, ANN201, D103, PTH123
"""Recompute a draw from its published file: python3 recompute_draw.py draw.json (needs nothing but Python 3).

How it is drawn: docs/explanation/draws.md.
"""

import hashlib
import json
import sys


def canonical(value):
    """RFC 8785 for what these files hold: no floats, and names in ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def numbers(seed):
    """Give 64-bit numbers: SHA-256(seed, counter), eight bytes at a time."""
    for count in range(2**64):
        block = hashlib.sha256(seed + count.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))


def shuffled(items, source):
    """Fisher and Yates; numbers that would favour some are rejected."""
    items = list(items)
    for n in range(len(items), 1, -1):
        other = next(x for x in source if x < 2**64 - 2**64 % n) % n
        items[n - 1], items[other] = items[other], items[n - 1]
    return items


def add(thing, order, given, kept, load):
    """Give an object one more person; chains of handing on keep the loads as even as can be."""
    came, level = {}, [(thing, None)]
    while level and all(load[one] > min(load.values()) for one in came):
        known = len(came)
        for source, giver in level:
            for person in order:
                if person not in came and person not in kept[source] and person not in given[source]:
                    came[person] = source, giver
        level = [(source, person) for person in list(came)[known:] for source in given if person in given[source]]
    best = min(came, key=load.get)  # of several the one who was reached first
    load[best] += 1
    while best is not None:
        source, giver = came[best]
        given[source] = [one for one in given[source] if one != giver] + [best]
        best = giver


def draw(made, root):
    seed = hashlib.sha256(bytes.fromhex(root) + hashlib.sha256(canonical(made)).digest()).digest()
    source, rule, people, objects = numbers(seed), made["rule"], made["people"], []
    for stratum, take in enumerate(rule["take"]):
        objects += shuffled([one["id"] for one in made["objects"] if one["stratum"] == stratum], source)[:take]
    kept = {thing: {person: why for one, person, why in made["conflicts"] if one == thing} for thing in objects}
    left = {thing: len(people) - len(kept[thing]) for thing in objects}
    lack = [t for t in objects if left[t] < rule["each"]]
    if lack:
        lack = [{"object": t, "left": left[t], "rules": sorted(set(kept[t].values()))} for t in lack]
        return {"drawn": [{"object": thing, "people": []} for thing in objects], "impossible": lack}
    given, load = {}, dict.fromkeys(people, 0)
    for thing in objects:
        given[thing], order = [], shuffled(people, source)
        for _ in range(rule["each"]):
            if rule["balance"]:
                add(thing, order, given, kept, load)
            else:
                given[thing].append(next(p for p in order if p not in kept[thing] and p not in given[thing]))
    return {"drawn": [{"object": t, "people": sorted(given[t], key=str.encode)} for t in objects]}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        said = json.load(file)
    head = json.loads(said["head"]["body"])
    if head["size"] <= said["sealed"]["size"]:
        sys.exit("WRONG: the head is not later than the one that first holds the commitment")
    if draw(said["commitment"], head["root"]) != said["result"]:
        sys.exit("WRONG: the commitment and the head give another result")
    print("The result is what the commitment and the head give.")
