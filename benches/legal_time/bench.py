"""Due dates by the published calendar against chinesecalendar, which walks from day to day: due dates per CPU-second.

``amur bench legal_time [--dates N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from amur.base.legal_time import Extension, Pause, Period, RunningClock, Term, WorkCalendar, due, explain

try:
    import chinese_calendar
    from chinese_calendar.constants import holidays as official_holidays
    from chinese_calendar.constants import workdays as official_workdays
except ImportError:
    chinese_calendar = None

try:
    import numpy as np
except ImportError:
    np = None

PERIODS = (3, 5, 10, 15, 20, 30, 45, 60)
"""Working days that laws and promises give."""
PEER_TAKES_ONE_IN = 25
"""chinesecalendar takes a minute for a hundred thousand dates, so it is given a part of them."""
FIRST, LAST = date(2004, 1, 2), date(2026, 8, 1)
Case = tuple[date, int]


def cases(count: int) -> list[Case]:
    """Return starts spread over all published years, each with a period; every run has the same."""
    span = (LAST - FIRST).days
    return [(FIRST + timedelta(days=number * 7919 % span), PERIODS[number % len(PERIODS)]) for number in range(count)]


def calendar() -> WorkCalendar:
    return WorkCalendar.model_validate(
        {
            "title": {"zh": "工作日历", "en": "Working days"},
            "published_from": date(2004, 1, 1),
            "published_to": date(2026, 12, 31),
            "holidays": sorted(official_holidays),
            "workdays": sorted(official_workdays),
            "source": "chinesecalendar",
        }
    )


def ours(wanted: list[Case], published: WorkCalendar) -> list[date]:
    return [due(start, Period(days), published).on for start, days in wanted]


def peer(wanted: list[Case]) -> list[date]:
    """Count as chinesecalendar does: its find_workday(0, day) is the first working day from that day on."""
    day = timedelta(days=1)
    return [chinese_calendar.find_workday(days - 1, start + day) for start, days in wanted]


def walking(wanted: list[Case], published: WorkCalendar) -> list[date]:
    """Walk from day to day over two sets, which is what a walk costs when nothing is checked on the way."""
    off, on, day = frozenset(published.holidays), frozenset(published.workdays), timedelta(days=1)
    found = []
    for start, days in wanted:
        here, left = start, days
        while left:
            here += day
            left -= here in on or (here.weekday() < 5 and here not in off)
        found.append(here)
    return found


def with_numpy(wanted: list[Case]) -> list[date]:
    """Count with busday_offset, which knows holidays on weekdays and no working weekend."""
    off = [day for day in official_holidays if day.weekday() < 5]
    starts, days = (np.array(column) for column in zip(*wanted, strict=True))
    found = np.busday_offset(starts.astype("datetime64[D]"), days, roll="backward", holidays=off)
    return list(found.tolist())


def clocks(wanted: list[Case]) -> list[RunningClock]:
    """Return clocks of every kind: half of them waited, some were extended, a third have a last-day rule."""
    found = []
    for number, (start, days) in enumerate(wanted):
        pause = Pause(start + timedelta(days=2), start + timedelta(days=2 + number % 20))
        extension = Extension(days // 2, start + timedelta(days=1)) if number % 5 == 0 else None
        term = (
            Term(Period(days, "days"), "next_working_day", 30) if number % 3 == 0 else Term(Period(days), "as_is", 30)
        )
        found.append(RunningClock(term, start, (pause,) if number % 2 else (), extension))
    return found


def seconds(work: Callable[[], object], repeats: int) -> Iterator[float]:
    for _ in range(repeats):
        begun = time.process_time()
        work()
        yield time.process_time() - begun


def side_lines(wanted: list[Case], published: WorkCalendar, mine: list[date], repeats: int) -> dict[str, list[float]]:
    """Measure what has no peer, and numpy, whose answers are others; say so on standard error."""
    running = clocks(wanted)
    measured = {
        "clocks": list(seconds(lambda: [clock.due(published) for clock in running], repeats)),
        "explained": list(seconds(lambda: [explain(clock, published) for clock in running[:2000]], repeats)),
    }
    each = statistics.median(measured["clocks"])
    print(f"{len(running)} clocks with waits, extensions and last-day rules: {each:.2f} s", file=sys.stderr)
    told = statistics.median(measured["explained"]) / min(2000, len(running)) * 1e6
    print(f"a derivation, made only when asked for: {told:.0f} µs", file=sys.stderr)
    measured["walking"] = list(seconds(lambda: walking(wanted, published), repeats))
    print(
        f"a bare walk over two sets: {len(wanted) / statistics.median(measured['walking']):.0f} a CPU-second",
        file=sys.stderr,
    )
    if np is not None:
        measured["numpy"] = list(seconds(lambda: with_numpy(wanted), repeats))
        wrong = sum(one != other for one, other in zip(with_numpy(wanted), mine, strict=True))
        speed = len(wanted) / statistics.median(measured["numpy"])
        print(f"numpy busday_offset: {speed:.0f} a CPU-second, {wrong} of {len(wanted)} dates wrong", file=sys.stderr)
    return measured


def compare(wanted: list[Case], mine: list[date], theirs: list[date]) -> None:
    for case, one, other in zip(wanted, mine, theirs, strict=True):
        if one != other:
            raise SystemExit(f"{case}: {one} here and {other} by walking")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench legal_time", description=__doc__.partition("\n")[0])
    parser.add_argument("--dates", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    if chinese_calendar is None:
        print("absent: chinesecalendar, from which both the calendar and the peer are; nothing was measured")
        print("bench legal_time ratio=n/a ours=n/a peer=absent unit=due-dates/cpu-s")
        return 0
    wanted, published = cases(given.dates), calendar()
    some = wanted[::PEER_TAKES_ONE_IN]
    mine, theirs = ours(wanted, published), peer(some)
    compare(wanted, mine, walking(wanted, published))
    compare(some, mine[::PEER_TAKES_ONE_IN], theirs)
    our_rates = [len(wanted) / one for one in seconds(lambda: ours(wanted, published), given.repeats)]
    their_rates = [len(some) / one for one in seconds(lambda: peer(some), given.repeats)]
    others = side_lines(wanted, published, mine, given.repeats)
    if given.json:
        print(json.dumps({"dates": given.dates, "ours": our_rates, "peer": their_rates, "seconds": others}))
    speed, other = statistics.median(our_rates), statistics.median(their_rates)
    print(f"bench legal_time ratio={speed / other:.2f} ours={speed:.0f} peer={other:.0f} unit=due-dates/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
