"""A scenario of a simulation, read beside a pack: typed, with each fault at its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amur.base.faults import AmurError, Fault
from amur.base.legal_time import WorkCalendar
from amur.packs.engine import LONGEST_BYTES, Kind, Pack, Source, assemble, read_yaml, typed
from amur.packs.folder import read_folder
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.simulating import Plan, ScenarioDeclaration, plan_of, problems
from amur.procedures.simulating.arrivals import arrival_times
from amur.procedures.simulating.declarations import Arrivals

SCENARIO = Kind("scenario", ScenarioDeclaration, single=True, released=False)
_LONGEST_CSV_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that fits its pack, and the real arrivals of each procedure for which it names a file."""

    declared: ScenarioDeclaration
    times: Mapping[str, Sequence[datetime]]

    def plan(self, pack: Pack) -> Plan:
        """Return what is to be played."""
        return plan_of(self.declared, pack.named(ProcedureDeclaration), calendar_of(pack), self.times)


def read_pack(folder: Path) -> Pack:
    """Return what of a pack could be read; to play a procedure, nothing else of the pack need be right."""
    return assemble(read_folder(folder)[0])


def calendar_of(pack: Pack) -> WorkCalendar:
    """Return the working calendar of a pack.

    Raises:
        AmurError: if it has none that could be read.
    """
    calendar = pack.one(WorkCalendar)
    if calendar is None:
        raise AmurError("no_calendar", "the pack has no calendar that can be read; see amur check")
    return calendar


def read_scenario(file: Path, pack: Pack) -> tuple[Scenario | None, list[Fault]]:
    """Return a scenario that lies in a file, and all that is wrong with it; with a fault there is none."""
    with file.open("rb") as stream:
        source = read_yaml(file.name, stream.read(LONGEST_BYTES + 1))
    found = typed(SCENARIO, source)
    if found is None or not isinstance(found.declared, ScenarioDeclaration):
        return None, sorted(source.faults)
    declared = found.declared
    source.faults += _misfits(declared, pack, source)
    times: dict[str, Sequence[datetime]] = {}
    for place, flow in enumerate(declared.procedures):
        name = flow.arrivals.times_from if isinstance(flow.arrivals, Arrivals) else ""
        if name:
            said_at = source.locate(("procedures", place, "arrivals", "times_from"))
            times[flow.procedure], faults = _times(file.parent / name, said_at, name)
            source.faults += faults
    return (None if source.faults else Scenario(declared, times)), sorted(source.faults)


def scenario_of(declared: ScenarioDeclaration, pack: Pack) -> Scenario:
    """Return a scenario that nobody wrote, as that of a procedure with nothing but assumptions.

    Raises:
        AmurError: if it does not fit the pack.
    """
    for problem in problems(declared, pack.named(ProcedureDeclaration)):
        raise AmurError("no_scenario", f"{problem.found}; {problem.fix}")
    return Scenario(declared, {})


def _misfits(declared: ScenarioDeclaration, pack: Pack, source: Source) -> Iterator[Fault]:
    for problem in problems(declared, pack.named(ProcedureDeclaration)):
        file, line = source.locate(problem.path)
        yield Fault(file, line, "scenario.unfit", problem.found, problem.fix)


def _times(beside: Path, said_at: tuple[str, int], name: str) -> tuple[Sequence[datetime], list[Fault]]:
    """Return the times in a file beside the scenario, and what is wrong with it."""
    try:
        with beside.open("rb") as stream:
            text = stream.read(_LONGEST_CSV_BYTES).decode("utf-8")
    except OSError as error:
        return (), [Fault(*said_at, "scenario.times", f"{name} cannot be read: {error.strerror}", "name a CSV file")]
    except UnicodeDecodeError:
        return (), [Fault(name, 1, "scenario.times", "found bytes that are not UTF-8", "save the file as UTF-8")]
    times, wrong = arrival_times(text)
    faults = [
        Fault(name, line, "scenario.times", f"found {found!r}", "write times such as 2026-03-09T09:30")
        for line, found in wrong
    ]
    if not times and not faults:
        faults = [Fault(name, 1, "scenario.times", "found no time", "write one time a line")]
    return times, faults
