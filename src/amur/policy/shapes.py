"""What commitments look like as a dataset. Pure, so that a pack can be checked without a database."""

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import BOOLEAN, INTEGER, TEXT

COMMITMENTS = Shape(
    name="commitments",
    title=Text(zh="政策承诺", en="Commitments of the policy"),
    columns={
        "id": TEXT,
        "clause": INTEGER,
        "target": TEXT,
        "verdict": TEXT,
        "title_zh": TEXT,
        "title_en": TEXT,
        "declared": BOOLEAN,
    },
    key=("id",),
    openness="public",
)
