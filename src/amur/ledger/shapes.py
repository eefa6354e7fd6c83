"""What the ledger looks like as a dataset. Pure, so that a pack can be checked without a database."""

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import INSTANT, TEXT

ENTRIES = Shape(
    name="ledger_entries",
    title=Text(zh="台账记录", en="Ledger entries"),
    columns={"kind": TEXT, "subject_kind": TEXT, "happened_at": INSTANT, "recorded_at": INSTANT},
    key=("_index",),
    openness="public",
    versioned=False,
)
