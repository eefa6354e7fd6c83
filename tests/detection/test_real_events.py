"""Real attacks and the rules of others: the engine finds what the full scan finds, event by event.

Both lie beside a checkout, not in the project.
"""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from amur.config.environment import ROOT
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.matching.full_scan import full_scan
from amur.detection.reading.opening import read
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.reading import read_rules

DATA = ROOT.parent / "shared" / "data"
EVENTS, RULES = DATA / "attack-samples.jsonl.gz", DATA / "sigma"
LOOKED_AT = 400
WITH_HITS = 200


@pytest.mark.deep
@pytest.mark.skipif(not (EVENTS.exists() and RULES.exists()), reason=f"the events and rules are not there: {DATA}")
def test_the_engine_finds_in_real_attacks_what_the_full_scan_finds():
    found = read_rules(rule_files([RULES]))
    assert (len(found.rules) >= 3_754, found.unusable) == (True, ())
    engine = Engine(compile_rules(found.rules))
    batches = list(read(EVENTS, fields=engine.compiled.fields, rows=100_000))
    chance = random.Random(7)
    for batch in batches:
        hits = sorted(set(engine.match(batch).rows.tolist()))
        share = max(1, LOOKED_AT * batch.num_rows // 8_255)
        rows = sorted(
            {
                *chance.sample(range(batch.num_rows), share),
                *chance.sample(hits, min(len(hits), share * WITH_HITS // LOOKED_AT)),
            }
        )
        some = batch.take(pa.array(rows))
        got = engine.match(some)
        assert list(zip(got.rows.tolist(), got.rules.tolist(), strict=True)) == list(full_scan(found.rules, some))
