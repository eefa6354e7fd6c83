"""What bodies and regions look like as datasets. Pure, so that a pack can be checked without a database."""

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import BOOLEAN, DATE, TEXT

_ENDS = {"title_zh": TEXT, "title_en": TEXT, "valid_from": DATE, "valid_to": DATE, "declared": BOOLEAN}

REGIONS = Shape(
    name="regions",
    title=Text(zh="行政区划", en="Regions"),
    columns={
        "code": TEXT,
        "level": TEXT,
        "sort": TEXT,
        "parent": TEXT,
        "successors": TEXT,
        "verified": BOOLEAN,
        **_ENDS,
    },
    key=("code",),
    openness="public",
)
BODIES = Shape(
    name="bodies",
    title=Text(zh="机构", en="Bodies"),
    columns={"id": TEXT, "region": TEXT, "parent": TEXT, "successor": TEXT, "inferred": BOOLEAN, **_ENDS},
    key=("id",),
    openness="public",
)
