"""A play as a log; everything in it says that it is simulated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from amur.procedures.eventlog.courses import Course
from amur.procedures.eventlog.log import Log
from amur.procedures.simulating import Happened, Plan, run


def log_of_play(plan: Plan, replication: int = 0) -> Log:
    """Return the log of one play of a plan. Times are those of the place, written as if it were UTC.

    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> from amur.procedures.simulating import ScenarioDeclaration, plan_of
    >>> scenario = ScenarioDeclaration(procedures=[{"procedure": "licence"}], days=20, warm_up_days=0)
    >>> log = log_of_play(plan_of(scenario, {"licence": LICENCE}, CALENDAR))
    >>> log.events[0].type, log.events[0].attributes
    ('licence.submitted', {'target': 'submitted', 'role': 'applicant', 'simulated': 'true'})
    """
    midnight = datetime.combine(plan.begin, datetime.min.time(), UTC)
    courses: dict[tuple[str, int], Course] = {}

    def tell(one: Happened) -> None:
        number = f"simulated-{one.procedure}-{one.number}"
        key = (one.procedure, one.number)
        course = courses.setdefault(key, Course(one.procedure, number, marks={"simulated": "true"}))
        time = midnight + timedelta(seconds=round(one.time * 60))
        course.happened(one.version, one.event, one.target, time, said={"source": one.source, "role": one.role})
        course.clocks_changed(one.version, one.clocks, time)

    run(plan, replication, tell)
    events = sorted((event for course in courses.values() for event in course.events), key=lambda event: event.time)
    return Log(tuple(events), tuple(one for course in courses.values() for one in (course.case, *course.clocks)))
