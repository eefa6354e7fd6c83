"""Losses over areas of every climate, kind of variability and way are those of the reference software.

The rows of ``areas.csv`` were drawn over all ranges; losses and warnings are what the NTIA's C++, version 1.4, gives.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from amur.methods.propagation.itm import Caution, Way, area
from tests.methods.propagation.itm.ntia import inputs_of

with Path(__file__).with_name("areas.csv").open(encoding="ascii") as file:
    ROWS = list(csv.DictReader(file))
SAID = {name: [float(row[name]) for row in ROWS] for name in ROWS[0]}


def asked():
    sitings = {"transmitter_siting": SAID["tx_site_criteria"], "receiver_siting": SAID["rx_site_criteria"]}
    return area(inputs_of(SAID), SAID["d__km"], SAID["delta_h__meter"], **sitings)


def test_each_loss_is_that_of_the_reference_software():
    assert asked().loss_db == pytest.approx(SAID["A__db"], abs=2e-6)


def test_each_caution_is_that_of_the_reference_software():
    assert asked().cautions.tolist() == SAID["warnings"]


def test_every_climate_kind_of_variability_and_way_is_among_them():
    assert len(set(SAID["climate"])) == 7
    assert len(set(SAID["mdvar"])) == 16
    assert set(asked().ways.tolist()) == set(Way)
    seen = Caution(0)
    for row in asked().cautions.tolist():
        seen |= Caution(row)
    assert {Caution.LONG, Caution.VERY_LONG, Caution.SHORT, Caution.STEEP, Caution.FREQUENCY} <= set(seen)
