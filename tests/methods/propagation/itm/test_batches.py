"""Many paths at once are as many paths one by one, in machine code and in plain Python."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import sys
from contextlib import contextmanager
from pathlib import Path

import numba
import numpy as np
import pytest

from amur.methods.propagation import itm
from amur.methods.propagation.compiling import fingerprint
from amur.methods.propagation.itm import (
    Caution,
    Climate,
    Inputs,
    Polarisation,
    TimeLocationSituation,
    Way,
    batches,
    predicting,
)
from amur.methods.propagation.paths import Paths, evenly, paths_of
from tests.methods.propagation.itm.drawn import drawn

MODULES = [f"{itm.__name__}.{one.name}" for one in pkgutil.iter_modules(itm.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name):
    assert not doctest.testmod(importlib.import_module(name)).failed


def columns_of(found):
    details = found.details
    return [
        found.loss_db,
        found.ways,
        found.cautions,
        *(getattr(details, name) for name in type(details).__slots__),
    ]


def test_a_batch_is_as_its_paths_one_by_one():
    paths, values = drawn(300)
    found = columns_of(itm.losses(paths, Inputs(**values), details=True))
    for at in range(len(paths)):
        ends = slice(*paths.starts[at : at + 2])
        one = paths_of([(paths.distances_km[ends], paths.heights_m[ends])])
        inputs = Inputs(**{name: column[at] for name, column in values.items()})
        alone = columns_of(itm.losses(one, inputs, details=True))
        assert all((column[at] == mine[0]).all() for column, mine in zip(found, alone, strict=True)), at


def test_all_three_ways_are_among_the_drawn_paths():
    found = itm.losses(drawn(300)[0], Inputs(**drawn(300)[1]))
    assert {Way(way) for way in found.ways} == set(Way)


def test_the_loss_is_the_same_whether_details_are_asked_for_or_not():
    paths, values = drawn(100)
    plain = itm.losses(paths, Inputs(**values))
    assert plain.details is None
    assert len(plain) == 100
    assert (plain.loss_db == itm.losses(paths, Inputs(**values), details=True).loss_db).all()


def test_one_value_for_all_is_that_value_for_each():
    paths, _ = drawn(5)
    one = itm.losses(paths, Inputs(800, 30, 1.5, climate=Climate.DESERT))
    each = itm.losses(paths, Inputs([800] * 5, np.full(5, 30), (1.5,) * 5, climate=[4] * 5))
    assert (one.loss_db == each.loss_db).all()


def test_no_path_has_no_loss():
    found = itm.losses(paths_of([]), Inputs(800, 30, 1.5))
    assert len(found) == 0
    assert len(itm.area(Inputs(800, 30, 1.5), [], 90)) == 0


def test_arrays_that_nobody_may_write_to_are_read():
    paths, values = drawn(4)
    for one in (paths.starts, paths.distances_km, paths.heights_m):
        one.flags.writeable = False
    itm.losses(paths, Inputs(**values))
    before = len(getattr(batches.over_profiles, "signatures", []))
    itm.losses(Paths(paths.starts, paths.distances_km, paths.heights_m), Inputs(800, 30, 1.5))
    assert len(getattr(batches.over_profiles, "signatures", [])) == before, "the kernel was compiled once more"


def test_the_kernels_that_run_are_those_of_the_sources():
    now = fingerprint(Path(itm.__file__).parent)
    paths, values = drawn(1)
    told = predicting._fixed(paths.starts), predicting._fixed(paths.distances_km), predicting._fixed(paths.heights_m)
    room = predicting._room_for(1, details=False)
    assert batches.over_profiles(told, Inputs(**values).table(1), 0.01, room) == now
    assert batches.over_areas(np.zeros((0, 16)), predicting._room_for(0, details=False)) == now


@contextmanager
def in_plain_python():
    """Give the model with compiling switched off, and put back what was there."""
    ours = {name: module for name, module in sys.modules.items() if name.startswith(itm.__name__)}
    for name in ours:
        del sys.modules[name]
    numba.config.DISABLE_JIT = True
    try:
        yield importlib.import_module(itm.__name__)
    finally:
        numba.config.DISABLE_JIT = False
        for name in [name for name in sys.modules if name.startswith(itm.__name__)]:
            del sys.modules[name]
        sys.modules.update(ours)


def test_machine_code_says_what_plain_python_says():
    paths, values = drawn(300)
    compiled = columns_of(itm.losses(paths, Inputs(**values), details=True))
    distances = [1.0, 10.0, 50.0, 400.0]
    sitings = {"transmitter_siting": [0, 1, 2, 2], "receiver_siting": [2, 1, 0, 1]}
    areas = itm.area(Inputs(800, [1.5, 3, 30, 30], 1.5), distances, 90, **sitings).loss_db
    with in_plain_python() as plain:
        assert not hasattr(plain.batches.over_profiles, "signatures")
        slow = columns_of(plain.losses(paths, plain.Inputs(**values), details=True))
        slow_areas = plain.area(plain.Inputs(800, [1.5, 3, 30, 30], 1.5), distances, 90, **sitings).loss_db
    # On level ground roughness is what rounding leaves, which roots make some 1e-5 of.
    for fast, one in zip(compiled, slow, strict=True):
        assert fast == pytest.approx(one, rel=1e-6, abs=1e-4)
    assert areas == pytest.approx(slow_areas, rel=1e-9)


def near_hill(**more):
    """Return the loss of 500 m over a rock that stands out of the sea, close to the transmitter."""
    paths = paths_of([evenly(0.5, [100, 300, *[100] * 9])])
    sea = {"epsilon": 81, "sigma": 5, "polarisation": Polarisation.VERTICAL}
    return itm.losses(paths, Inputs(**{"frequency_mhz": 50, "transmitter_m": 1.5, "receiver_m": 1.5} | sea | more))


def test_where_the_round_earth_has_no_value_knife_edges_stand_and_it_is_said():
    found = near_hill()
    assert Caution.NO_ROUND_EARTH in found.caution(0)
    assert found.loss_db[0] > 90, "that of free space would be 60.4"
    assert Caution.NO_ROUND_EARTH not in near_hill(polarisation=Polarisation.HORIZONTAL).caution(0)


@pytest.mark.parametrize(
    ("change", "caution"),
    [
        ({"transmitter_m": 0.9}, Caution.TRANSMITTER_HEIGHT),
        ({"receiver_m": 1001}, Caution.RECEIVER_HEIGHT),
        ({"frequency_mhz": 39}, Caution.FREQUENCY),
        ({"frequency_mhz": 10_001}, Caution.FREQUENCY),
        ({"quantiles": TimeLocationSituation(99.95, 50, 50)}, Caution.EXTREME_QUANTILE),
        ({"receiver_m": 300}, Caution.STEEP),
        ({}, Caution.SHORT),
        ({}, Caution.TRANSMITTER_ANGLE),
        ({}, Caution.TRANSMITTER_NEAR_HORIZON),
        ({"n_0": 250}, Caution.REFRACTIVITY),
    ],
)
def test_what_lies_near_the_limits_is_cautioned_of(change, caution):
    assert caution in near_hill(**change).caution(0)


def test_far_paths_are_cautioned_of():
    found = itm.area(Inputs(800, 30, 1.5), [999, 1001, 2001], 90)
    assert [found.caution(at) & (Caution.LONG | Caution.VERY_LONG) for at in range(3)] == [
        Caution(0),
        Caution.LONG,
        Caution.LONG | Caution.VERY_LONG,
    ]


def test_two_masts_on_level_ground_are_not_steep():
    level = paths_of([evenly(1.0, [100.0] * 11)])
    assert Caution.STEEP not in itm.losses(level, Inputs(800, 300, 300)).caution(0)
    assert Caution.STEEP in itm.losses(level, Inputs(800, 300, 30)).caution(0)
