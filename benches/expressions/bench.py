"""Evaluation of guards against cel-python: evaluations per CPU-second, from plain Python values to a plain answer.

``amur bench expressions [--evaluations N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from amur.base.expressions import Kind, ListOf, Program, Struct, compile_, evaluate

try:
    import celpy
except ImportError:
    celpy = None

SELF = Struct.of(
    {
        "minReplicas": Kind.INTEGER,
        "replicas": Kind.INTEGER,
        "maxReplicas": Kind.INTEGER,
        "health": Kind.TEXT,
        "priority": Kind.TEXT,
        "widgets": ListOf(Struct.of({"key": Kind.TEXT, "foo": Kind.INTEGER})),
        "set1": ListOf(Kind.TEXT),
        "set2": ListOf(Kind.TEXT),
        "created": Kind.INSTANT,
        "expired": Kind.INSTANT,
        "url": Kind.TEXT,
    }
)
VALUES: dict[str, Any] = {
    "minReplicas": 1,
    "replicas": 3,
    "maxReplicas": 5,
    "health": "ok: serving",
    "priority": "high",
    "widgets": [{"key": "a", "foo": 3}, {"key": "x", "foo": 7}, {"key": "z", "foo": 12}],
    "set1": ["a", "b", "c"],
    "set2": ["d", "e", "f"],
    "created": datetime(2026, 1, 1, tzinfo=UTC),
    "expired": datetime(2026, 3, 9, tzinfo=UTC),
    "url": "https://service.example/orders/17",
}
GUARDS = (
    "self.minReplicas <= self.replicas && self.replicas <= self.maxReplicas",
    "self.health.startsWith('ok')",
    "self.widgets.exists(w, w.key == 'x' && w.foo < 10)",
    "self.set1.all(e, !(e in self.set2))",
    "self.created + duration('24h') < self.expired",
    "self.replicas > 0 ? self.health != '' : self.maxReplicas == 0",
    "self.priority in ['high', 'medium', 'low']",
    "self.url.matches('^https://[a-z.]+/')",
    "size(self.widgets) <= 10 && self.widgets.all(w, size(w.key) < 64)",
    "has(self.health) && self.replicas == 3",
)
"""Rules of the kinds that the documentation of Kubernetes shows for its resources, whose language they share."""


def ours(programs: list[Program], rounds: int) -> None:
    for _ in range(rounds):
        for program in programs:
            if evaluate(program, {"self": VALUES}) is not True:
                raise SystemExit(f"should hold: {program.source}")


def peer(programs: list[Any], rounds: int) -> None:
    for _ in range(rounds):
        for program in programs:
            if not program.evaluate({"self": taken(VALUES)}):
                raise SystemExit("the peer should hold too")


def taken(value: Any) -> Any:
    """Return a value as the peer takes it; its own reader of JSON knows no instants."""
    if isinstance(value, dict):
        return celpy.celtypes.MapType({celpy.celtypes.StringType(name): taken(each) for name, each in value.items()})
    if isinstance(value, list):
        return celpy.celtypes.ListType([taken(each) for each in value])
    return celpy.celtypes.TimestampType(value) if isinstance(value, datetime) else celpy.json_to_cel(value)


def rates(work: Callable[[], None], evaluations: int, repeats: int) -> Iterator[float]:
    for _ in range(repeats):
        begun = time.process_time()
        work()
        yield evaluations / (time.process_time() - begun)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench expressions", description=__doc__.partition("\n")[0])
    parser.add_argument("--evaluations", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    programs = [compile_(source, Struct.of({"self": SELF}), Kind.BOOLEAN) for source in GUARDS]
    rounds = max(1, given.evaluations // len(GUARDS))
    mine = list(rates(lambda: ours(programs, rounds), rounds * len(GUARDS), given.repeats))
    theirs: list[float] = []
    if celpy:
        environment = celpy.Environment()
        others = [environment.program(environment.compile(source)) for source in GUARDS]
        fewer = max(1, rounds // 50)
        theirs = list(rates(lambda: peer(others, fewer), fewer * len(GUARDS), given.repeats))
    if given.json:
        print(json.dumps({"guards": len(GUARDS), "ours": mine, "peer": theirs}))
    speed = statistics.median(mine)
    if not theirs:
        print(f"bench expressions ratio=n/a ours={speed:.0f} peer=absent unit=evaluations/cpu-s")
        return 0
    other = statistics.median(theirs)
    print(f"bench expressions ratio={speed / other:.2f} ours={speed:.0f} peer={other:.0f} unit=evaluations/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
