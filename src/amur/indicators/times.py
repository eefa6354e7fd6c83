"""How the clocks of all procedures went, by one query of the kernel: no pack need declare it; pure.

Of the runs that ended in the year before the snapshot, whatever ended them: how many within their limit, how many
within the promise, and the median of their working days. Days on which a clock waited do not count. A clock that counts
hours has no day as its limit, and so no share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from amur.base.canonical import Json, digest
from amur.indicators.engine.queries import Statement
from amur.indicators.engine.values import Measured, measured

NAME = "clock_times"
"""Under which these figures are kept; no pack can declare an indicator beside it that is the same."""

Time: TypeAlias = Literal["in_time", "in_promise", "days"]
TIMES: tuple[Time, ...] = ("in_time", "in_promise", "days")

STATEMENT = Statement(
    """\
SELECT procedure, clock,
  COUNT(*) AS ended,
  COUNT(due_on) AS limited,
  COUNT(*) FILTER (WHERE ended_on <= due_on) AS in_time,
  COUNT(promise_on) AS promised,
  COUNT(*) FILTER (WHERE ended_on <= promise_on) AS in_promise,
  MEDIAN(working_days) AS days
FROM clocks
WHERE ended_on IS NOT NULL AND ended_on > (SELECT taken_on FROM snapshot) - 365
GROUP BY procedure, clock
ORDER BY procedure, clock""",
    frozenset({"clocks"}),
    asks_day=True,
)
HASH = digest({"kernel": NAME, "query": STATEMENT.sql})
"""What stands for a declaration: another query is another measure."""


def values(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Json], Measured]]:
    """Yield what the rows of the query measure: three figures for each clock of each procedure.

    >>> row = {"procedure": "p", "clock": "c", "ended": 4, "limited": 4, "in_time": 3, "promised": 0, "in_promise": 0}
    >>> found = list(values([row | {"days": 6.5}]))
    >>> [(group["time"], str(one.value), one.status, one.base) for group, one in found]
    [('in_time', '75.0', 'measured', 4), ('in_promise', 'None', 'no_denominator', 0), ('days', '6.5', 'measured', 4)]
    """
    for row in rows:
        of: dict[str, Json] = {"procedure": row["procedure"], "clock": row["clock"]}
        for time, among in (("in_time", "limited"), ("in_promise", "promised")):
            share = {"numerator": row[time], "denominator": row[among]}
            yield of | {"time": time}, measured(share, decimals=1, per=100)
        yield of | {"time": "days"}, measured({"value": row["days"], "base": row["ended"]}, decimals=1)
