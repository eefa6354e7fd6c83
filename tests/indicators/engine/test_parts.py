from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amur.indicators.engine import Part, to_join
from amur.indicators.engine.parts import FULL_ROWS, MOST_PARTS


@given(sizes=st.lists(st.integers(1, FULL_ROWS // 4), max_size=120))
def test_however_it_grows_a_dataset_has_few_files(sizes):
    parts: list[Part] = []
    for size in sizes:
        parts.append(Part("f", len(parts), len(parts) + 1, size, 0, ""))
        while span := to_join(parts):
            joined = parts[slice(*span)]
            parts[slice(*span)] = [Part("f", joined[0].after, joined[-1].up_to, sum(p.rows for p in joined), 0, "")]
    assert sum(part.rows for part in parts) == sum(sizes)
    assert len([part for part in parts if part.rows < FULL_ROWS]) < 4 * MOST_PARTS
