"""Budgets reckoned by hand, and what must be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.budgets import (
    BANDS,
    Receiver,
    Transmitter,
    band_of,
    blocks_of,
    most_path_loss_db,
    rsrp_dbm,
    terms,
)

LTE = Transmitter(power_dbm=46, blocks=100, gain_dbi=18, loss_db=2)
NR = Transmitter(power_dbm=53, blocks=273, gain_dbi=25, boost_db=3)
INSIDE = Receiver(gain_dbi=-1, body_db=3, penetration_db=15, clutter_db=7, spread_db=8, probability=0.9)
LOSS = st.floats(0, 250)


def test_a_budget_of_lte_is_as_reckoned_by_hand():
    # 20 MHz: 100 blocks of 12 carriers, 10 lg 1200 = 30.792 dB. 46 - 30.792 - 2 + 18 = 31.208 dBm an element.
    assert LTE.eirp_dbm == 62
    assert LTE.element_dbm == pytest.approx(15.208, abs=5e-4)
    assert float(rsrp_dbm(LTE, Receiver(), 130)) == pytest.approx(-98.792, abs=5e-4)
    # 3 dB of the pattern, then 7 of clutter, 15 of walls, 3 of the body, 1 of the antenna, 1.28155 * 8 = 10.252 margin.
    assert float(rsrp_dbm(LTE, INSIDE, 130, 3)) == pytest.approx(-98.792 - 3 - 7 - 15 - 3 - 1 - 10.252, abs=1e-3)


def test_a_budget_of_nr_is_as_reckoned_by_hand():
    # 100 MHz, 30 kHz: 273 blocks, 10 lg 3276 = 35.153 dB. 53 - 35.153 + 3 + 25 = 45.847 dBm an element.
    assert float(rsrp_dbm(NR, Receiver(), 140)) == pytest.approx(45.847 - 140, abs=5e-4)


@given(LOSS, st.floats(0, 25))
def test_the_last_term_is_what_is_measured(loss, pattern):
    lines = terms(LTE, INSIDE, loss, pattern)
    assert lines[-1].level_dbm == pytest.approx(float(rsrp_dbm(LTE, INSIDE, loss, pattern)), abs=1e-9)
    assert sum(one.adds_db for one in lines) == pytest.approx(lines[-1].level_dbm, abs=1e-9)
    assert len({one.name for one in lines}) == len(lines) == 12


@given(st.floats(-140, -60))
def test_with_the_greatest_loss_the_threshold_is_reached(threshold):
    most = most_path_loss_db(LTE, INSIDE, threshold)
    if most >= 0:
        assert float(rsrp_dbm(LTE, INSIDE, most)) == pytest.approx(threshold, abs=1e-9)


@given(st.floats(0.5, 0.99), st.floats(0.1, 20))
def test_who_wants_to_be_surer_keeps_more(probability, spread):
    assert Receiver(spread_db=spread, probability=0.5).margin_db == 0
    surer = Receiver(spread_db=spread, probability=min(0.999, probability + 0.005))
    assert surer.margin_db > Receiver(spread_db=spread, probability=probability).margin_db >= 0
    better = Receiver(spread_db=spread, probability=1 - probability)
    assert better.margin_db == pytest.approx(-Receiver(spread_db=spread, probability=probability).margin_db, abs=1e-9)


def test_losses_of_many_paths_go_together_and_what_is_not_known_stays_so():
    found = rsrp_dbm(LTE, Receiver(), np.array([[100.0, np.nan], [120.0, 140.0]]))
    assert found.shape == (2, 2)
    assert np.isnan(found[0, 1])
    assert found[1, 0] - found[1, 1] == pytest.approx(20)


def test_channels_and_bands_are_those_of_the_tables():
    assert [blocks_of(width) for width in (1.4, 3, 5, 10, 15, 20)] == [6, 15, 25, 50, 75, 100]
    assert [blocks_of(width, spacing_khz=30, is_nr=True) for width in (20, 40, 60, 100)] == [51, 106, 162, 273]
    assert [blocks_of(width, is_nr=True) for width in (5, 20, 50)] == [25, 106, 270]
    assert [band_of(mhz) for mhz in (780, 880, 940, 1850, 2140, 2350, 2600, 3500)] == [
        "28", "5", "8", "3", "1", "40", "41", "78",
    ]  # fmt: skip
    assert all(low < high for low, high in BANDS.values())


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Transmitter(power_dbm=146, blocks=100, gain_dbi=18), "found a power in dBm of 146, wanted -20 to 80"),
        (lambda: Transmitter(power_dbm=46, blocks=0, gain_dbi=18), "number of resource blocks of 0"),
        (lambda: Transmitter(power_dbm=46, blocks=6, gain_dbi=float("nan")), "gain in dBi of nan"),
        (lambda: Transmitter(power_dbm=46, blocks=6, gain_dbi=8, loss_db=-1), "loss of cables in dB of -1"),
        (lambda: Transmitter(power_dbm=46, blocks=6, gain_dbi=8, boost_db=40), "boost in dB of 40"),
        (lambda: Receiver(penetration_db=-3), "penetration in dB of -3"),
        (lambda: Receiver(gain_dbi=99), "gain in dBi of 99"),
        (lambda: Receiver(spread_db=-1), "spread in dB of -1"),
        (lambda: Receiver(probability=1), "probability of 1, wanted 0.001 to 0.999"),
        (lambda: rsrp_dbm(LTE, Receiver(), [5.0, -1.0]), "found a loss of the path of -1 dB"),
        (lambda: rsrp_dbm(LTE, Receiver(), 5.0, -2.0), "found a loss of the pattern of -2 dB"),
        (lambda: blocks_of(7), "there are: 1.4, 3, 5"),
        (lambda: blocks_of(20, spacing_khz=30), "20 MHz with carriers 30 kHz apart"),
        (lambda: blocks_of(20, spacing_khz=60, is_nr=True), "there are: none"),
        (lambda: band_of(600), "600 MHz, which is in none"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(made, words):
    with pytest.raises(AmurError, match=words):
        made()
