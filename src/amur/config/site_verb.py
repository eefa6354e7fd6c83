"""``amur site``: the cheapest sites that reach who has to be reached, from tables, with the proof of a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amur.config.cover_verb import Notice, Report, Reports
from amur.config.terminal import CommandError, print_table, say, step

if TYPE_CHECKING:
    from amur.methods.filing.results import Results
    from amur.methods.siting import Goal, Plan
    from amur.methods.siting.files import Asked, Terms
    from amur.methods.siting.solving import Effort

_PACKAGES = ("highspy", "numpy", "scipy")
_NO_PLAN = 3
"""The exit code where nothing meets what is asked for."""


Table = Annotated[Path, typer.Argument(help="Table of places: id, longitude, latitude, households …", exists=True)]
Sites = Annotated[
    Path, typer.Argument(help="Table of candidates: id, longitude, latitude, build, yearly …", exists=True)
]
To = Annotated[Path, typer.Option("--to", help="Folder for the plan.")]
Ways = Annotated[Path | None, typer.Option("--ways", help="Table of who reaches whom: place, candidate.", exists=True)]
Radius = Annotated[float | None, typer.Option("--radius-km", help="Or how far each candidate reaches.")]
Share = Annotated[float, typer.Option("--share", help="Share of households to reach, 0 to 1.")]
Floors = Annotated[list[str] | None, typer.Option("--floor", help="COUNTY=SHARE: in a county; may be repeated.")]
Budget = Annotated[float | None, typer.Option("--budget", help="Reach most households for so much money.")]
Budgets = Annotated[str, typer.Option("--frontier", help="Several budgets, such as 1e6,2e6: a plan for each.")]
Years = Annotated[float, typer.Option("--years", help="Years of operation that count.")]
Rate = Annotated[float, typer.Option("--rate", help="Yearly rate at which they are discounted.")]
Subsidy = Annotated[
    str, typer.Option("--subsidy", help="SHARE,YEARS,YEARS: of building and operation, and the years at a border.")
]
Gap = Annotated[float, typer.Option("--gap", help="How near to the best is near enough, as a share.")]
Seconds = Annotated[float, typer.Option("--seconds", help="How long to look for it.")]
Simulated = Annotated[
    list[str] | None, typer.Option("--simulated", help="What in the tables is made up, in a sentence; may be repeated.")
]


def site(  # noqa: PLR0917 -- options of the command
    of_places: Table,
    of_candidates: Sites,
    to: To,
    ways: Ways = None,
    radius_km: Radius = None,
    share: Share = 0.0,
    floor: Floors = None,
    budget: Budget = None,
    frontier: Budgets = "",
    years: Years = 10.0,
    rate: Rate = 0.0,
    subsidy: Subsidy = "",
    gap: Gap = 0.01,
    seconds: Seconds = 60.0,
    report: Reports = Report.ZH,
    simulated: Simulated = None,
    map_notice: Notice = "",
) -> None:
    """Plan sites: the cheapest for a share of households, or most households for a budget."""
    from amur.methods.printing.reports import siting_report
    from amur.methods.siting import Goal
    from amur.methods.siting.files import Terms, read_question
    from amur.methods.siting.solving import Effort

    terms, goal = Terms(years, rate, _rule(subsidy)), Goal(share, _floors(floor), budget)
    budgets = _numbers("--frontier", frontier) if frontier else []
    asked = read_question(of_places, of_candidates, ways=ways, radius_km=radius_km, terms=terms)
    plans = _plans(asked, goal, budgets, Effort(gap, seconds))
    parameters = {
        "share": share, "floors": _floors(floor), "budget": budget, "frontier": budgets, "radius_km": radius_km,
        "years": years, "rate": rate, "subsidy": subsidy, "gap": gap, "seconds": seconds,
        "simulated": simulated or [],
    }  # fmt: skip
    inputs = [one for one in (of_places, of_candidates, ways) if one]
    set_type = (
        partial(siting_report, language=report.value, map_notice=map_notice) if report is not Report.NONE else None
    )
    _finish(_write(asked, plans, to), inputs, parameters, set_type)
    _tell(asked, plans, terms, to)


def _plans(asked: Asked, goal: Goal, budgets: list[float], effort: Effort) -> list[Plan]:
    """Return the plans that are asked for; where there is none, say why and end."""
    from amur.methods.siting import NoPlan, least_cost, most_reached
    from amur.methods.siting import frontier as of_budgets

    is_asked = goal.share or goal.floors or budgets or goal.budget is not None or asked.question.places.must.any()
    if not is_asked:
        raise CommandError(
            "nothing is asked for; say --share, --floor, --budget or --frontier, or which places must be"
        )
    try:
        with step("Looking for the best plan"):
            if budgets:
                return of_budgets(asked.question, budgets, effort, goal)
            if goal.budget is not None:
                return [most_reached(asked.question, goal, effort)]
            return [least_cost(asked.question, goal, effort)]
    except NoPlan as error:
        for reason in error.reasons:
            say(f"There is no such plan: {reason}.")
        raise typer.Exit(_NO_PLAN) from error


def _rule(said: str) -> Any:
    from amur.methods.siting.subsidies import Rule

    if not said:
        return None
    parts = _numbers("--subsidy", said)
    if len(parts) != len("SYY"):
        raise CommandError(f"--subsidy: found {said!r}, wanted SHARE,YEARS,YEARS, such as 0.3,6,10")
    return Rule(*parts)


def _numbers(option: str, said: str) -> list[float]:
    try:
        return [float(one) for one in said.split(",")]
    except ValueError as error:
        raise CommandError(f"{option}: found {said!r}, wanted numbers with commas between them") from error


def _floors(said: list[str] | None) -> dict[str, float]:
    found = {}
    for one in said or ():
        county, sign, share = one.partition("=")
        try:
            found[county] = float(share)
        except ValueError as error:
            raise CommandError(f"--floor: found {one!r}, wanted COUNTY=SHARE, such as 230102=0.9") from error
        if not (county and sign):
            raise CommandError(f"--floor: found {one!r}, wanted COUNTY=SHARE, such as 230102=0.9")
    return found


def _write(asked: Asked, plans: list[Plan], to: Path) -> Results:
    from amur.methods.filing.results import Results, csv_of
    from amur.methods.siting.files import plan_files

    results = Results(to)
    for number, plan in enumerate(plans, start=1):
        for name, content in plan_files(asked, plan).items():
            results.write(f"{number}-{name}" if len(plans) > 1 else name, content)
    head = ["charge", "cost", "households", "bound", "gap"]
    results.write("frontier.csv", csv_of(({name: getattr(plan, name) for name in head} for plan in plans), head))
    return results


def _finish(
    results: Results, inputs: list[Path], parameters: dict[str, Any], report: Callable[[Path], bytes] | None
) -> None:
    """Write the manifest, and the report that is made from the folder; the manifest names the report as well."""
    from amur.web import clock

    made_at = clock.now()
    results.finish(inputs, parameters, made_at=made_at, packages=_PACKAGES)
    if report is None:
        (results.folder / "report.pdf").unlink(missing_ok=True)  # one of former results
        return
    with step("Setting the report"):
        results.write("report.pdf", report(results.folder))
    results.written.pop("manifest.json")  # of the results before there was a report
    results.finish(inputs, parameters, made_at=made_at, packages=_PACKAGES)


def _tell(asked: Asked, plans: list[Plan], terms: Terms, to: Path) -> None:
    from amur.methods.siting.subsidies import per_household

    everybody = asked.question.places.households.sum()
    before = asked.question.places.households[asked.question.reached].sum()
    rows = []
    for plan in plans:
        each = per_household(plan.charge, plan.households - before)
        rows.append(
            (
                f"{len(plan.built):,}",
                f"{plan.cost:,.0f}",
                f"{plan.charge:,.0f}",
                f"{plan.households:,.0f} ({plan.households / everybody:.1%})" if everybody else "0",
                f"{each:,.0f}" if each is not None else "–",
                f"{plan.gap:.2%}",
            )
        )
    given = "subsidy" if terms.rule else "of the budget"
    print_table("Plans", ("sites", "cost", given, "households", "a new one costs", "from the best at most"), rows)
    also = ", a report (report.pdf)" if (to / "report.pdf").exists() else ""
    say(f"In {to}: tables, a map (GeoJSON){also}, and a manifest of what they came of.")
