"""Whatever is asked of the model, it answers with a number, and that number leans the right way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amur.methods.propagation.itm import (
    Climate,
    ConfidenceReliability,
    Inputs,
    Polarisation,
    Siting,
    TimeLocationSituation,
    area,
    losses,
)
from amur.methods.propagation.paths import evenly, paths_of
from tests.methods.propagation.itm.drawn import drawn

PERCENT = st.floats(0.01, 99.99)
MDVAR = st.builds(lambda tens, kind: 10 * tens + kind, st.integers(0, 3), st.integers(0, 3))
SLACK_DB = 0.02
"""The published approximation of the normal distribution is off by 4.5e-4, on either side of the middle."""


@st.composite
def inputs(draw, **fixed):
    told = {
        "frequency_mhz": draw(st.floats(20, 20_000)),
        "transmitter_m": draw(st.floats(0.5, 3000)),
        "receiver_m": draw(st.floats(0.5, 3000)),
        "polarisation": draw(st.sampled_from(Polarisation)),
        "epsilon": draw(st.floats(1.5, 90)),
        "sigma": draw(st.floats(1e-4, 8)),
        "n_0": draw(st.floats(250, 350)),
        "climate": draw(st.sampled_from(Climate)),
        "mdvar": draw(MDVAR),
    }
    return told | fixed


@st.composite
def path(draw):
    heights = draw(st.lists(st.floats(-50, 3000), min_size=3, max_size=60))
    return evenly(draw(st.floats(0.01, 2000)), heights)


@given(inputs(), path(), st.builds(TimeLocationSituation, PERCENT, PERCENT, PERCENT))
def test_there_is_a_number_for_each_path(told, profile, quantiles):
    found = losses(paths_of([profile]), Inputs(**told, quantiles=quantiles), details=True)
    details = found.details
    assert np.isfinite(found.loss_db).all()
    assert all(np.isfinite(getattr(details, name)).all() for name in type(details).__slots__)
    assert details.reference_db[0] >= 0
    assert (details.horizons_m > 0).all()
    assert details.effective_m[0, 0] >= told["transmitter_m"]
    assert details.effective_m[0, 1] >= told["receiver_m"]


@given(
    inputs(),
    st.floats(0.01, 2000),
    st.floats(0, 1000),
    st.tuples(st.sampled_from(Siting), st.sampled_from(Siting)),
    st.builds(TimeLocationSituation, PERCENT, PERCENT, PERCENT),
)
def test_there_is_a_number_for_each_area(told, distance, delta_h, sitings, quantiles):
    asked = Inputs(**told, quantiles=quantiles)
    found = area(asked, distance, delta_h, transmitter_siting=sitings[0], receiver_siting=sitings[1])
    assert np.isfinite(found.loss_db).all()


@given(inputs(), path(), PERCENT)
def test_more_reliability_allows_for_more_loss(told, profile, confidence):
    reliability = np.linspace(0.5, 99.5, 34)
    quantiles = ConfidenceReliability(confidence, reliability)
    found = losses(paths_of([profile] * len(reliability)), Inputs(**told, quantiles=quantiles))
    assert (np.diff(found.loss_db) >= -SLACK_DB).all()


@given(inputs(), path(), PERCENT)
def test_more_confidence_allows_for_more_loss(told, profile, reliability):
    confidence = np.linspace(0.5, 99.5, 34)
    quantiles = ConfidenceReliability(confidence, reliability)
    found = losses(paths_of([profile] * len(confidence)), Inputs(**told, quantiles=quantiles))
    assert (np.diff(found.loss_db) >= -SLACK_DB).all()


@given(st.floats(100, 3000), st.floats(1, 200), st.integers(1, 60))
def test_nothing_hides_behind_flat_ground_close_by(frequency, height, metres):
    """Two high antennas over flat ground lose little more than in free space."""
    flat = paths_of([evenly(metres / 10, [metres] * 21)])
    found = losses(flat, Inputs(frequency, 200 + height, 200 + height), details=True)
    assert found.details.reference_db[0] < 10
    assert found.details.delta_h_m[0] == 0
    assert found.way(0).name == "LINE_OF_SIGHT"


def test_as_much_is_lost_on_the_way_back():
    """But for rounding: which points lie within nine tenths of the way to a horizon is counted from one end."""
    paths, there = drawn(1000)
    turned = paths_of(
        (paths.distances_km[first:last], paths.heights_m[first:last][::-1])
        for first, last in pairwise(paths.starts.tolist())
    )
    back = there | {"transmitter_m": there["receiver_m"], "receiver_m": there["transmitter_m"]}
    differ = abs(losses(paths, Inputs(**there)).loss_db - losses(turned, Inputs(**back)).loss_db)
    assert (differ < 1e-6).mean() > 0.98
    assert differ.max() < 1
