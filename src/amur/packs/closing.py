"""Gaps that were closed and may not silently open again: what ``closed.yaml`` says, held against the pack.

Pure: a pack as it was read goes in, faults or the next text of the file come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amur.base.declared import MayCarry
from amur.base.faults import Fault
from amur.packs.declarations import ClosedDeclaration, ClosedGap, ExampleDeclaration
from amur.packs.engine import Pack
from amur.packs.engine.schemas import header
from amur.policy.declarations import PolicyDeclaration

FILE = "closed.yaml"
REOPENED, UNPROVED, FAILED = "trace.reopened", "trace.unproved", "trace.failed"

_HEAD = """\
# Which commitments run and were proved, each with the examples that prove it. `./amur docs` adds to this file
# and never takes away: what stands here may not silently be planned again. Whoever gives one up knowingly moves
# it to `reopened`, with `on:` and a `reason:` in zh and en; whoever renames an example renames it here too.
"""
_BRING_BACK = f"let it run again; to give it up knowingly, move it in {FILE} to `reopened` with a day and a reason"


def check(pack: Pack) -> Iterator[Fault]:
    """Yield where a gap that was closed is open again, and an example that closed it is gone.

    >>> list(check(Pack()))
    []
    """
    for found, closed in pack.of(ClosedDeclaration):
        carriers, examples = _carriers(pack), _examples(pack)
        for place, gap in enumerate(closed.closed):
            at = found.source.locate(("closed", place))
            if gap.commitment not in carriers:
                yield _reopened(pack, gap, at)
                continue
            # Where no example is left at all, the policy's own check says so.
            for name in gap.examples if gap.commitment in examples else ():
                if name not in examples[gap.commitment]:
                    said = f"{gap.commitment} was proved by the example {name!r}, which is gone or no longer proves it"
                    yield Fault(*at, UNPROVED, said, f"bring the example back, or write here what proves it: {FILE}")
        for place, one in enumerate(closed.reopened):
            if one.commitment in carriers:
                said = f"{one.commitment} is said to be given up, but {carriers[one.commitment]} carries it out"
                at = found.source.locate(("reopened", place))
                yield Fault(*at, "trace.runs_again", said, "delete it here; `./amur docs` writes it under `closed`")


def _reopened(pack: Pack, gap: ClosedGap, at: tuple[str, int]) -> Fault:
    """Return the fault of a commitment that nothing carries out any more, where the policy speaks of it."""
    proved = f"it ran and {', '.join(gap.examples)} proved it ({at[0]}, line {at[1]})"
    for found, policy in pack.of(PolicyDeclaration):
        for place, one in enumerate(policy.commitments):
            if one.id == gap.commitment:
                now = f"is {one.verdict} again" if one.verdict else "is a gap again"
                where = found.source.locate(("commitments", place))
                return Fault(*where, REOPENED, f"{one.id} {now}, although {proved}", _BRING_BACK)
    return Fault(*at, REOPENED, f"{gap.commitment} is no commitment any more, although {proved}", _BRING_BACK)


def failed(pack: Pack, results: Mapping[str, bool]) -> Iterator[Fault]:
    """Yield each example that closed a gap and does not pass now.

    >>> list(failed(Pack(), {}))
    []
    """
    files = {name: found.file for name, found in pack.ids("example").items()}
    for found, closed in pack.of(ClosedDeclaration):
        for place, gap in enumerate(closed.closed):
            for name in gap.examples:
                if name in files and not results.get(name, False):
                    at = found.source.locate(("closed", place))
                    said = f"{gap.commitment} is open again: its example {name!r} in {files[name]} does not pass"
                    yield Fault(
                        *at, FAILED, said, "mend what it shows; `amur check PACK --examples` says where it ends"
                    )


def against(before: Mapping[str, Any], now: Mapping[str, Any], file: str) -> list[Fault]:
    """Return which commitments ran by an earlier trace (``amur trace --json``) and are open in this one.

    Where the examples were not run, a commitment that something carries out and an example names counts as running.

    >>> ran = {"commitments": [{"id": "1.1", "verdict": "assisted", "examples": [{"id": "a", "passed": True}]}]}
    >>> [fault.found for fault in against(ran, {"commitments": [{"id": "1.1", "verdict": "planned"}]}, "old.json")]
    ['1.1 was assisted (proved by a) and is planned now']
    """
    here = {line["id"]: line["verdict"] for line in now["commitments"]}
    faults = []
    for line in before["commitments"]:
        verdict = here.get(line["id"], "gone")
        if line["verdict"] in _RUNS and verdict not in _RUNS:
            proved = ", ".join(example["id"] for example in line.get("examples", ())) or "no example"
            said = f"{line['id']} was {line['verdict']} (proved by {proved}) and is {verdict} now"
            fix = "let it run again; if it is given up on purpose, say so with the change and keep a new trace"
            faults.append(Fault(file, 1, REOPENED, said, fix))
    return faults


_RUNS = ("automated", "assisted", "unproved")


def text(pack: Pack, results: Mapping[str, bool] | None = None, *, before: str = "") -> str:
    """Return ``closed.yaml`` as it should be: what stood there, with all that runs and is proved now.

    What a person wrote from ``reopened:`` on is kept as it stood before.
    Without ``results`` each example counts as passing: the gate plays them all.
    """
    declared = pack.one(ClosedDeclaration)
    kept = {gap.commitment: set(gap.examples) for gap in declared.closed} if declared else {}
    reopened = {one.commitment for one in declared.reopened} if declared else set()
    carriers, examples = _carriers(pack), _examples(pack)
    for name in carriers.keys() - reopened:
        proving = examples.get(name, ())
        if proving and all(results is None or results.get(one, False) for one in proving):
            kept.setdefault(name, set()).update(proving)
    lines = [f'  - {{ commitment: "{name}", examples: [{", ".join(sorted(kept[name]))}] }}' for name in _ordered(kept)]
    listed = "closed:\n" + "\n".join(lines) if lines else "closed: []"
    _, by_hand, reasons = before.partition("\nreopened:")
    return header("closed", 2) + "\n" + _HEAD + listed + "\n" + by_hand.lstrip("\n") + reasons


def _ordered(names: Mapping[str, Any]) -> list[str]:
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def _carriers(pack: Pack) -> dict[str, str]:
    """Return for each commitment that something carries out the file of the first that does."""
    found: dict[str, str] = {}
    for one, carrier in pack.of(MayCarry):
        for name in carrier.carries_out:
            found.setdefault(name, one.file)
    return found


def _examples(pack: Pack) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, example in pack.of(ExampleDeclaration):
        for name in example.proves:
            found.setdefault(name, []).append(example.id)
    return found
