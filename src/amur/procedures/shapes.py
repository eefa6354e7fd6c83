"""What cases look like as datasets. Pure, so that a pack can be checked without a database."""

from collections.abc import Mapping

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import BOOLEAN, DATE, INSTANT, INTEGER, TEXT, Column
from amur.procedures.ratings.shapes import RATINGS

_CASE: Mapping[str, Column] = {"number": TEXT, "procedure": TEXT, "body": TEXT, "region": TEXT, "channel": TEXT}

CASES = Shape(
    name="cases",
    title=Text(zh="办件", en="Cases"),
    columns={
        **_CASE,
        "version": INTEGER,
        "state": TEXT,
        "final": BOOLEAN,
        "outcome": TEXT,
        "changed_at": INSTANT,
        "submitted_on": DATE,
        "accepted_on": DATE,
        "decided_on": DATE,
        "closed_on": DATE,
    },
    key=("number",),
    openness="restricted",
)
EVENTS = Shape(
    name="case_events",
    title=Text(zh="办理环节", en="Events of cases"),
    columns={
        **_CASE,
        "version": INTEGER,
        "event": TEXT,
        "source": TEXT,
        "target": TEXT,
        "role": TEXT,
        "happened_at": INSTANT,
        "happened_on": DATE,
        "voids": INTEGER,
    },
    key=("number", "version"),
    openness="restricted",
    versioned=False,
)
DECISIONS = Shape(
    name="decisions",
    title=Text(zh="办理决定", en="Decisions"),
    columns={
        **_CASE,
        "version": INTEGER,
        "outcome": TEXT,
        "decided_at": INSTANT,
        "decided_on": DATE,
        "stands": BOOLEAN,
        "withdrawn_on": DATE,
        "withdrawn_by": TEXT,
    },
    key=("number", "version"),
    openness="restricted",
)
CLOCKS = Shape(
    name="clocks",
    title=Text(zh="办理时限", en="Clocks of cases"),
    columns={
        **_CASE,
        "clock": TEXT,
        "run": INTEGER,
        "started_on": DATE,
        "ended_on": DATE,
        "due_on": DATE,
        "promise_on": DATE,
        "working_days": INTEGER,
    },
    key=("number", "clock", "run"),
    openness="restricted",
)
SERVICES = Shape(
    name="services",
    title=Text(zh="政务服务事项", en="Services"),
    columns={
        "id": TEXT,
        "title_zh": TEXT,
        "title_en": TEXT,
        "body": TEXT,
        "item": TEXT,
        "steps": INTEGER,
        "documents": INTEGER,
        "visits": INTEGER,
        "limit_clock": TEXT,
        "legal": INTEGER,
        "legal_unit": TEXT,
        "promised_working_days": INTEGER,
        "declared": BOOLEAN,
    },
    key=("id",),
    openness="public",
)
OF_CASES = (CASES, EVENTS, DECISIONS, CLOCKS)
SHAPES = (*OF_CASES, RATINGS, SERVICES)
