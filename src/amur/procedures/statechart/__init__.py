"""Statecharts after the algorithm of SCXML (W3C, 1 September 2015): nested and parallel states, history, final; pure.

A ``Chart`` is compiled once from ``Node`` and ``Arrow``. ``start`` and ``step`` then map a configuration and an event
to the next one. There is no clock here: a timer is an event that somebody delivers when it is time.
"""

from amur.procedures.statechart.charts import Chart, ChartError
from amur.procedures.statechart.nodes import Arrow, Node
from amur.procedures.statechart.stepping import Configuration, Event, Moment, Outcome, Runaway, start, step

__all__ = [
    "Arrow",
    "Chart",
    "ChartError",
    "Configuration",
    "Event",
    "Moment",
    "Node",
    "Outcome",
    "Runaway",
    "start",
    "step",
]
