"""What the command does for ``amur simulate``: which pack and scenario, the play, and how its result is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amur.config.installation import pack_folder
from amur.config.terminal import CommandError, complain, console, print_json, print_table, say

if TYPE_CHECKING:
    from amur.packs.engine import Pack
    from amur.packs.scenarios import Scenario
    from amur.procedures.simulating import Forecast, Plan, Staffing
    from amur.procedures.simulating.estimates import Estimate
    from amur.procedures.simulating.forecasts import Waiting

_NONE = "–"
_ENDING = ".procedure.yaml"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: of what, by which scenario, with which seed, for which target, and where a log goes."""

    what: str
    scenario: Path | None = None
    seed: int | None = None
    replications: int | None = None
    target: int | None = None
    log: Path | None = None


def simulate(asked: Asked, *, as_json: bool) -> int:
    """Play, and print what would become of the cases; return the exit code.

    Raises:
        CommandError: if there is nothing to play, or the scenario cannot be read.
    """
    if asked.log is not None:
        check_form(asked.log)
    pack, only = _pack(asked.what)
    scenario = _scenario(asked, pack, only)
    if scenario is None:
        return 1
    plan = scenario.plan(pack)
    from amur.procedures.simulating import forecast

    with console.status("Playing") as status:
        found = forecast(plan, lambda done: status.update(f"Playing {done} of {plan.replications}"))
        staffing = _staffing(plan, asked.target)
    if asked.log is not None:
        _write_log(plan, asked.log)
    if as_json:
        print_json(_data(plan, found, staffing, asked.target))
    else:
        _tell(plan, found, staffing, asked)
    return 0


def check_form(file: Path) -> None:
    """Look whether the ending of a file names a form of a log.

    Raises:
        CommandError: if it names none.
    """
    from amur.procedures.eventlog.files import FORMS

    if file.suffix.lower() not in FORMS:
        raise CommandError(f"{file}: found no form of a log; end its name in {', '.join(FORMS)}.")


def _pack(what: str) -> tuple[Pack, str]:
    """Return the pack that is meant, and the procedure in it if one is."""
    from amur.packs.scenarios import read_pack
    from amur.procedures.declarations import ProcedureDeclaration

    path = Path(what)
    if path.is_dir():
        return read_pack(path), ""
    if path.is_file() and path.name.endswith(_ENDING):
        folder = next((one for one in path.absolute().parents if (one / "pack.yaml").is_file()), None)
        if folder is None:
            raise CommandError(f"{path} lies in no pack: no folder above it has a pack.yaml.")
        pack, inside = read_pack(folder), path.absolute().relative_to(folder).as_posix()
        for found, procedure in pack.of(ProcedureDeclaration):
            if found.file == inside:
                return pack, procedure.id
        raise CommandError(f"{path} cannot be read. See ./amur check {folder}")
    pack = read_pack(pack_folder())
    if what in pack.named(ProcedureDeclaration):
        return pack, what
    known = ", ".join(sorted(pack.named(ProcedureDeclaration))) or "none"
    raise CommandError(f"{what} is no folder, no file {_ENDING} and no procedure of {pack_folder().name}: {known}.")


def _scenario(asked: Asked, pack: Pack, only: str) -> Scenario | None:
    """Return the scenario, or None where it has faults, which are printed."""
    from amur.packs import scenarios
    from amur.procedures.declarations import ProcedureDeclaration
    from amur.procedures.simulating import unsaid

    if asked.scenario is None:
        declared = unsaid(pack.named(ProcedureDeclaration), only)
        if declared is None:
            raise CommandError(f"{asked.what} declares no procedure that can be read. See ./amur check {asked.what}")
        scenario = scenarios.scenario_of(declared, pack)
    else:
        read, faults = scenarios.read_scenario(asked.scenario, pack)
        for fault in faults:
            complain(f"{asked.scenario.parent / fault.file}:{fault.line}: [{fault.check}] {fault.found}; {fault.fix}")
        if read is None:
            return None
        if only and only not in {flow.procedure for flow in read.declared.procedures}:
            raise CommandError(f"{asked.scenario} says nothing of {only}.")
        scenario = read
    given = {"seed": asked.seed, "replications": asked.replications}
    changes = {name: value for name, value in given.items() if value is not None}
    return scenarios.Scenario(scenario.declared.model_copy(update=changes), scenario.times)


def _staffing(plan: Plan, target: int | None) -> Staffing | None:
    from amur.procedures.simulating import least_staff

    return None if target is None else least_staff(plan, target / 100)


def _write_log(plan: Plan, file: Path) -> None:
    from amur.procedures.eventlog import log_of_play, write

    write(log_of_play(plan), file)


def _data(plan: Plan, found: Forecast, staffing: Staffing | None, target: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "simulated": True,
        "seed": plan.seed,
        "replications": plan.replications,
        "begins_on": plan.begin.isoformat(),
        "days": plan.days,
        "warm_up_days": plan.warm_up_days,
        "staff": {role: office.people for role, office in plan.offices.items()},
        "assumptions": list(plan.assumptions),
        **asdict(found),
    }
    if staffing is not None:
        told["staffing"] = {"target_percent": target, **asdict(staffing)}
    return told


def _tell(plan: Plan, found: Forecast, staffing: Staffing | None, asked: Asked) -> None:
    last = "all days" if not plan.warm_up_days else f"all days after the first {plan.warm_up_days}"
    say(
        f"This is a simulation, not a measurement: {plan.replications} plays of {plan.days} days from {plan.begin}, "
        f"seed {plan.seed}; {last} are counted. Ranges hold the value 95 times of 100, if all that is assumed holds."
    )
    for sentence in plan.assumptions:
        say(f"  assumed – {sentence}")
    _tables(found)
    if staffing is not None:
        for line in _staffing_told(staffing, asked.target or 0):
            say(line)
    if asked.log is not None:
        say(f"{asked.log}: the log of the first play, marked as simulated.")


def _tables(found: Forecast) -> None:
    print_table(
        "Cases",
        ["procedure", "arrived", "promised", "ended", "open", "on time %", "ended a working day", "days", "days p95"],
        [
            [
                *(one.procedure, str(one.arrived), str(one.promised), str(one.ended), str(one.unsettled)),
                _percent(one.on_time),
                *(_said(one.a_working_day), _said(one.days), _said(one.days_p95)),
            ]
            for one in found.procedures
        ],
    )
    print_table(
        "Clocks",
        ["procedure", "clock", "settled", "lapses", "late by law %", "after the promise %"],
        [
            [
                *(one.procedure, one.clock, str(one.settled), str(one.lapsed), _percent(one.late)),
                _percent(one.after_promise) if one.after_promise else "no promise",
            ]
            for one in found.clocks
        ],
    )
    if found.rounds:
        _opinions(found)
    _work(found)


def _opinions(found: Forecast) -> None:
    print_table(
        "Opinions",
        ["procedure", "round", "closed", "days", "silent %", "too few %"],
        [
            [*(one.procedure, one.round, str(one.closed)), _said(one.days), _percent(one.silent), _percent(one.too_few)]
            for one in found.rounds
        ],
    )


def _work(found: Forecast) -> None:
    waits = ["waits at all %", "hours waited", "p50", "p95"]
    print_table(
        "Roles",
        ["role", "people", "busy %", "queue", *waits, "begun a working day"],
        [
            [
                *(one.role, str(one.people), _percent(one.utilisation), _said(one.queue)),
                *(*_waited(one.waiting), _said(one.done)),
            ]
            for one in found.roles
        ],
    )
    print_table(
        "States",
        ["procedure", "state", *waits, "days there", "left a working day"],
        [[one.procedure, one.state, *_waited(one.waiting), _said(one.days), _said(one.left)] for one in found.states],
    )


def _staffing_told(staffing: Staffing, target: int) -> Iterator[str]:
    if not staffing.people:
        share = _percent(staffing.on_time)
        yield f"With any staff only {share} % are on time: the work itself or the applicant's time is too long."
        return
    people = ", ".join(f"{count} as {role}" for role, count in staffing.people.items())
    yield f"For {target} % on time: {people}. Then {_percent(staffing.on_time)} % are on time."
    for role, fewer in staffing.one_fewer.items():
        yield f"  with one fewer as {role}: {_percent(fewer)} %"
    if staffing.on_time.low is not None and staffing.on_time.low * 100 < target:
        yield f"  The range reaches below {target} %: play more, or plan for more."


def _waited(waiting: Waiting) -> list[str]:
    return [_percent(waiting.at_all), _said(waiting.mean), _said(waiting.p50), _said(waiting.p95)]


def _said(found: Estimate, times: float = 1.0) -> str:
    """Return a value with its range, as people read it."""
    if found.value is None:
        return _NONE
    value = f"{found.value * times:.2f}"
    if found.low is None or found.high is None:
        return value
    return f"{value} ({max(found.low, 0.0) * times:.2f} to {found.high * times:.2f})"


def _percent(found: Estimate) -> str:
    return _said(found, 100.0)
