"""Checks of what follows from a lapse: its clock can run there, ends with it, and one law says what follows."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.clockchecks import reached_from
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.statechart import ChartError, Runaway
from amur.procedures.statechecks import is_nested, runs_in
from amur.registers.checks import Locate, Path, fault


def check_lapses(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of all arrows that a lapse fires."""
    clocks = {clock.id: clock for clock in definition.clocks}
    seen: dict[tuple[str, str], str] = {}
    for place, arrow in enumerate(definition.transitions):
        if not arrow.on_lapse:
            continue
        at: Path = ("transitions", place)
        if not arrow.basis:
            found = f"{arrow.event!r} follows from a lapse without a legal basis"
            yield Fault(*locate(at), "lapse.basis", found, "name the basis")
        if arrow.on_lapse not in clocks:
            yield fault(locate, (*at, "on_lapse"), "lapse.clock", f"unknown clock {arrow.on_lapse!r}", clocks)
            continue
        yield from _runs(definition, clocks[arrow.on_lapse], arrow, at, locate)
        for n, source in enumerate(arrow.sources):
            before = seen.setdefault((source, arrow.on_lapse), arrow.event)
            if before != arrow.event:
                found = f"{before!r} follows from the lapse of {arrow.on_lapse!r} in {source!r} too"
                yield Fault(*locate((*at, "from", n)), "lapse.two", found, "let one arrow follow from it")


def _runs(
    definition: ProcedureDeclaration, clock: Clock, arrow: Transition, at: Path, locate: Locate
) -> Iterator[Fault]:
    """Find arrows out of states in which their clock does not run, and those that leave it running."""
    ways = {(source, t.target) for t in definition.transitions for source in t.sources if source not in clock.stop}
    running = reached_from({*clock.start}, ways) - {*clock.stop} - {*clock.pause}
    if is_nested(definition):
        try:
            running = runs_in(definition, clock)
        except (ChartError, Runaway):
            return  # ``check_nested`` says what is wrong.
    for n, source in enumerate(arrow.sources):
        if source not in running:
            found = f"the clock {clock.id!r} never runs in {source!r}"
            yield Fault(*locate((*at, "from", n)), "lapse.never", found, "name states in which it runs")
    final = {state.id for state in definition.states if state.final}
    if arrow.target not in {*clock.stop} | final:
        found = f"{arrow.event!r} leaves the clock {clock.id!r} running, which is over"
        yield Fault(*locate((*at, "to")), "lapse.end", found, f"add {arrow.target!r} to what stops the clock")
