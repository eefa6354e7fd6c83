"""What would become of a procedure with so many cases and so many people: a simulation on a clock of its own; pure.

States, clocks, pauses and due dates are those of the declared procedure, through the very functions that move real
cases. What is not declared is assumed by a scenario, and what the scenario does not say is named as an assumption.
"""

from amur.procedures.simulating.declarations import REST, ScenarioDeclaration
from amur.procedures.simulating.engine import run
from amur.procedures.simulating.forecasts import Forecast, forecast
from amur.procedures.simulating.kept import Happened, Run
from amur.procedures.simulating.plans import Plan, plan_of
from amur.procedures.simulating.problems import Problem, problems
from amur.procedures.simulating.staffing import Staffing, least_staff
from amur.procedures.simulating.unsaid import unsaid

__all__ = [
    "REST",
    "Forecast",
    "Happened",
    "Plan",
    "Problem",
    "Run",
    "ScenarioDeclaration",
    "Staffing",
    "forecast",
    "least_staff",
    "plan_of",
    "problems",
    "run",
    "unsaid",
]
