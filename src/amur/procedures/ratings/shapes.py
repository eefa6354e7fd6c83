"""What ratings look like as a dataset: a row for each thing that happened to one, and of nobody and no words."""

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import BOOLEAN, DATE, INTEGER, TEXT

RATINGS = Shape(
    name="ratings",
    title=Text(zh="好差评", en="Ratings"),
    columns={
        "number": TEXT,
        "procedure": TEXT,
        "body": TEXT,
        "region": TEXT,
        "channel": TEXT,
        "grade": INTEGER,
        "is_bad": BOOLEAN,
        "rated_on": DATE,
        "follow_up_due_on": DATE,
        "followed_up_on": DATE,
        "grade_after": INTEGER,
    },
    key=("number",),
    openness="restricted",
)
