"""The fast mode: what it is on ground of which the answer is known, how it turns with the ground, and what it refuses."""

from __future__ import annotations

import importlib
import sys

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods import coverage
from amur.methods.coverage import excess, rays
from amur.methods.coverage.deviations import Sample
from amur.methods.coverage.discs import disc_of
from amur.methods.coverage.grounds import Ground, Link, Mast, sites
from amur.methods.coverage.signals import gain_table
from amur.methods.coverage.sweeping import NO_SERVER, best_server, swept
from amur.methods.propagation import p1812
from amur.methods.propagation.paths import evenly, paths_of
from tests.methods.coverage.grids import drawn, flat

LINK = Link(frequency_mhz=800, radius_m=2000)
FEW = Sample(ways=20)
seeds = st.integers(min_value=0, max_value=2**32 - 1)


def free_space_db(link, length_m, apart_m=0.0):
    return 32.4 + 20 * np.log10(link.frequency_mhz) + 10 * np.log10((length_m**2 + apart_m**2) / 1e6)


def test_flat_ground_far_below_both_antennas_loses_what_free_space_does():
    link = Link(frequency_mhz=2600, radius_m=2000, receiver_m=250.0)
    found = swept(flat(), Mast(20, 20, 300.0), link, FEW)
    down, across = np.mgrid[-20:21, -20:21]
    far = np.maximum(np.hypot(down, across), 0.5) * 100.0
    asked = np.hypot(down, across) <= 20
    assert (found.is_asked == asked).all()
    assert not found.is_unknown.any()
    np.testing.assert_allclose(found.loss_db[asked], free_space_db(link, far, 50.0)[asked], atol=1e-3)


@pytest.mark.parametrize("edge_m", [150.0, 200.0, 210.0, 300.0, 500.0])
def test_one_knife_edge_loses_what_the_published_formula_says(edge_m):
    link = Link(frequency_mhz=800, radius_m=2000, receiver_m=200.0)
    heights = np.zeros((41, 41), np.float32)
    heights[12] = edge_m
    found = swept(Ground(heights, 100.0), Mast(20, 20, 200.0), link, FEW).loss_db[2, 20]
    to_edge, beyond, wave_m = 800.0, 1000.0, 299.8 / 800
    earth_m = 6_371_000 * 157 / (157 - 45)
    over_m = edge_m + to_edge * beyond / (2 * earth_m) - 200.0
    v = over_m * np.sqrt(2 / wave_m * (1 / to_edge + 1 / beyond))
    edge_db = 6.9 + 20 * np.log10(np.sqrt((v - 0.1) ** 2 + 1) + v - 0.1) if v > -0.78 else 0.0
    expected = free_space_db(link, 1800.0) + edge_db + (1 - np.exp(-edge_db / 6)) * (10 + 0.02 * 1.8)
    assert found == pytest.approx(expected, abs=2e-3)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_ground_that_is_turned_or_mirrored_turns_or_mirrors_the_map(seed):
    ground, mast = drawn(seed), Mast(20, 20, 30.0)
    straight = swept(ground, mast, LINK, FEW).loss_db
    for turn in (np.rot90, np.flipud, np.fliplr, np.transpose):
        turned = swept(Ground(turn(ground.heights_m), 100.0), mast, LINK, FEW).loss_db
        np.testing.assert_allclose(turned, turn(straight), atol=0.02)


@given(seeds, st.floats(min_value=-300, max_value=3000))
@settings(max_examples=15, deadline=None)
def test_ground_that_is_lifted_as_a_whole_loses_the_same(seed, by_m):
    ground, mast = drawn(seed), Mast(18, 23, 30.0)
    lifted = Ground(ground.heights_m + np.float32(by_m), 100.0)
    np.testing.assert_allclose(
        swept(lifted, mast, LINK, FEW).loss_db, swept(ground, mast, LINK, FEW).loss_db, atol=0.02
    )


@given(seeds, st.sampled_from([100.0, 800.0, 3500.0]), st.sampled_from([5.0, 60.0, 400.0]))
@settings(max_examples=25, deadline=None)
def test_no_way_loses_less_than_free_space(seed, frequency_mhz, antenna_m):
    link = Link(frequency_mhz=frequency_mhz, radius_m=1500)
    ground = drawn(seed, rough_m=100.0)
    found = swept(ground, Mast(20, 20, antenna_m), link, FEW)
    down, across = np.argwhere(found.is_asked).T
    far = np.maximum(np.hypot(down - 15, across - 15), 0.5) * 100.0
    apart = ground.heights_m[down + 5, across + 5] + 1.5 - ground.heights_m[20, 20] - antenna_m
    assert (found.loss_db[found.is_asked] >= free_space_db(link, far, apart) - 1e-3).all()


def test_what_lies_beside_the_grid_is_not_asked():
    whole = swept(drawn(3), Mast(20, 20, 30.0), LINK, FEW)
    part = Ground(drawn(3).heights_m[5:, :33].copy(), 100.0)
    found = swept(part, Mast(15, 20, 30.0), LINK, FEW)
    assert not found.is_asked[:5].any()
    assert not found.is_asked[:, 33:].any()
    inside = found.is_asked
    assert inside.sum() == whole.is_asked[5:, :33].sum()
    # A ray to the rim that would run beside the grid is bent onto it; farther in nothing changes.
    deep = np.zeros_like(inside)
    deep[7:, :31] = inside[7:, :31]
    np.testing.assert_allclose(found.loss_db[deep], whole.loss_db[deep], atol=1e-3)


def test_a_hole_and_what_lies_behind_it_are_not_known_and_nothing_else_changes():
    ground = drawn(5)
    torn = ground.heights_m.copy()
    torn[12:15, 20] = np.nan
    whole, found = (swept(Ground(one, 100.0), Mast(20, 20, 30.0), LINK, FEW) for one in (ground.heights_m, torn))
    assert found.is_unknown[:15, 20].all()
    assert not found.is_unknown[15:].any()
    assert np.isnan(found.loss_db[found.is_unknown]).all()
    known = found.is_asked & ~found.is_unknown
    assert known.sum() > 1000
    assert (found.loss_db[known] == whole.loss_db[known]).all()


@given(seeds, st.sampled_from([1.0, 10.0, 60.0]), st.sampled_from([200.0, 800.0, 3500.0]))
@settings(max_examples=25, deadline=None)
def test_where_the_ray_is_the_way_only_the_nodes_of_the_table_err(seed, rough_m, frequency_mhz):
    ground, mast = drawn(seed, rough_m=rough_m), Mast(20, 20, 25.0)
    link = Link(frequency_mhz=frequency_mhz, radius_m=2000)
    found = swept(ground, mast, link, FEW).loss_db
    asked = p1812.Inputs(
        frequency_ghz=frequency_mhz / 1000,
        antenna_t_m=25.0,
        antenna_r_m=1.5,
        latitude_deg=46.0,
        refractivity_n0=320.0,
        delta_n=45.0,
    )
    for turns in range(4):
        way = np.rot90(ground.heights_m, turns)[20, 20:]
        paths = paths_of([evenly(0.1 * far, way[: far + 1]) for far in range(3, 21)])
        expected = p1812.losses(paths, asked, by_profile=False).loss_db
        np.testing.assert_allclose(np.rot90(found, turns)[20, 23:], expected, atol=0.2)


def test_a_hole_beside_the_way_hides_nothing_of_it():
    heights = drawn(5).heights_m.copy()
    heights[[19, 21], 25:28] = np.nan
    found = swept(Ground(heights, 100.0), Mast(20, 20, 30.0), LINK, FEW)
    assert not found.is_unknown[20].any()
    assert found.is_unknown[19, 25:].any()
    assert found.is_unknown[21, 25:].any()


def test_a_signal_leaves_towards_the_horizon_where_that_is_higher_than_the_receiver():
    heights = np.zeros((41, 41), np.float32)
    heights[:, 25] = 180.0
    table = gain_table(lambda azimuth, elevation: 0 * azimuth - np.abs(elevation))[None]
    found = [
        best_server(
            Ground(heights, 100.0), sites([20], [20], 30.0, patterns=pattern), LINK, gains_db=table, sample=FEW
        ).signal_dbm
        for pattern in (-1, 0)
    ]
    lost = found[0][20, 22:40] - found[1][20, 22:40]
    up = round(np.degrees(np.arctan2(150.0, 500.0)))
    np.testing.assert_allclose(lost[4:19], up, atol=1e-3)
    assert lost[0] == pytest.approx(round(np.degrees(np.arctan2(28.5, 200.0))), abs=1e-3)


def test_every_pixel_of_a_disc_has_one_ray_and_a_ray_passes_near_it():
    disc = disc_of(40, 100.0)
    assert len({*zip(disc.rows.tolist(), disc.columns.tolist(), strict=True)}) == len(disc.rows)
    assert set(zip(disc.rows.tolist(), disc.columns.tolist(), strict=True)) == {
        (row, column) for row in range(-40, 41) for column in range(-40, 41) if row**2 + column**2 <= 1600
    }
    rays = np.repeat(np.arange(len(disc.directions)), np.diff(disc.starts))
    by_row, by_column = disc.directions[rays].T
    aside = np.abs(disc.rows * by_column - disc.columns * by_row)
    assert aside.max() <= 0.51
    assert (disc.rows * by_row + disc.columns * by_column >= 0).all()


def every_map(ground, of, link):
    """Return the strongest signal and its site from the map of each site, one after the other."""
    best = np.full(ground.shape, -np.inf, np.float32)
    servers = np.full(ground.shape, NO_SERVER)
    unknown = np.zeros(ground.shape, int)
    for site in range(len(of)):
        mast = of.mast(site)
        found = swept(ground, mast, link, FEW)
        steps = len(found.loss_db) // 2
        for down, across in np.argwhere(found.is_asked):
            at = (mast.row - steps + down, mast.column - steps + across)
            signal = np.float32(of.eirp_dbm[site] - found.loss_db[down, across])
            unknown[at] += np.isnan(signal)
            if signal > best[at]:
                best[at], servers[at] = signal, site
    best[(servers == NO_SERVER) & (unknown > 0)] = np.nan
    return best, servers, unknown


def some_sites(seed, ground, count=6):
    numbers = np.random.default_rng(seed)
    places = np.argwhere(~np.isnan(ground.heights_m))
    rows, columns = places[numbers.permutation(len(places))[:count]].T
    return sites(rows, columns, numbers.uniform(10, 60, count), numbers.uniform(0, 40, count))


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_the_best_server_is_that_of_all_maps_side_by_side(seed):
    heights = drawn(seed).heights_m.copy()
    heights[np.random.default_rng(seed).random(heights.shape) < 0.002] = np.nan
    ground = Ground(heights, 100.0)
    of, link = some_sites(seed, ground), Link(frequency_mhz=800, radius_m=1200)
    found = best_server(ground, of, link, sample=FEW)
    best, servers, unknown = every_map(ground, of, link)
    np.testing.assert_array_equal(found.signal_dbm, best)
    assert (found.servers == servers).all()
    assert (found.unknown_sites == unknown).all()
    assert (found.is_unknown == np.isnan(best)).all()


def test_a_window_is_a_part_of_the_whole():
    ground = drawn(8)
    of = some_sites(8, ground, 12)
    link = Link(frequency_mhz=800, radius_m=900)
    whole = best_server(ground, of, link, sample=FEW)
    part = best_server(ground, of, link, window=(7, 11, 13, 9), sample=FEW)
    assert (part.signal_dbm == whole.signal_dbm[7:20, 11:20]).all()
    assert (part.servers == whole.servers[7:20, 11:20]).all()


def test_pixels_without_a_site_have_no_signal_and_no_server():
    found = best_server(flat(), sites([5], [5], 30.0, 40.0), Link(frequency_mhz=800, radius_m=500), sample=FEW)
    assert found.servers[30, 30] == NO_SERVER
    assert found.signal_dbm[30, 30] == -np.inf
    assert not found.is_unknown.any()


def test_of_two_sites_that_are_alike_the_first_serves():
    found = best_server(flat(), sites([20, 20], [20, 20], 30.0, 40.0), LINK, sample=FEW)
    assert set(found.servers.ravel().tolist()) == {0, NO_SERVER}


def test_no_sites_give_no_signal():
    found = best_server(flat(), sites([], [], 30.0), LINK)
    assert (found.servers == NO_SERVER).all()
    assert found.errors.ways == 0
    assert str(found.errors) == "no way could be compared to p1812"


def test_an_antenna_takes_off_what_its_table_says_for_azimuth_and_elevation():
    tables = np.stack(
        [
            gain_table(lambda azimuth, elevation: -np.abs(azimuth) / 10 + 0 * elevation),
            gain_table(lambda azimuth, elevation: 0 * azimuth - np.abs(elevation)),
        ]
    )
    ground, link = flat(), Link(frequency_mhz=2600, radius_m=2000, receiver_m=100.0)

    def signal(pattern, azimuth_deg=0.0):
        of = sites([20], [20], 300.0, 40.0, patterns=pattern, azimuths_deg=azimuth_deg)
        found = best_server(ground, of, link, gains_db=tables, sample=FEW).signal_dbm
        found[20, 20] = 0.0  # the site's own pixel has no direction
        found[found == -np.inf] = 0.0
        return found

    lost = signal(-1) - signal(0, 90.0)
    east, south, west, north = lost[20, 30], lost[30, 20], lost[20, 10], lost[10, 20]
    assert [float(one) for one in (east, south, west, north)] == pytest.approx([0.0, 9.0, 18.0, 9.0], abs=1e-3)
    np.testing.assert_allclose(np.rot90(signal(0, 90.0)), signal(0, 0.0), atol=1e-3)
    down = np.degrees(np.arctan2(200.0, 1000.0))
    assert float((signal(-1) - signal(1))[20, 30]) == pytest.approx(round(down), abs=1e-3)


@pytest.fixture(scope="module")
def plain():
    """Import the kernels a second time, uncompiled, and leave the first and Numba as they were."""
    names = [excess.__name__, rays.__name__]
    with pytest.MonkeyPatch.context() as patch:
        for module in (excess, rays):
            patch.setattr(coverage, module.__name__.rpartition(".")[2], module)
        for name in names:
            patch.delitem(sys.modules, name)
        patch.setattr(numba.config, "DISABLE_JIT", True)
        second = importlib.import_module(names[0]), importlib.import_module(names[1])
        for name in names:
            del sys.modules[name]
    return second


def seen(modules, ground, of, link, gains_db):
    """Return what kernels write of the first site, and what they keep of all."""
    scenes, kernels = modules
    disc = disc_of(link.steps(100.0), 100.0)
    room, scene = kernels.room_for(disc, 100.0), scenes.scene_of(ground, link, gains_db)
    best = kernels.Best(
        np.full(ground.shape, -np.inf, np.float32),
        np.full(ground.shape, NO_SERVER, np.int32),
        np.zeros(ground.shape, np.uint16),
        0,
        0,
    )
    told = (of.rows, of.columns, np.arange(len(of)), of.eirp_dbm, of.patterns, of.azimuths_deg, of.antennas_m)
    kernels.see_all(scene, np.column_stack(told).astype(np.float64), disc, room, best)
    kernels.see_one(scene, of.mast(0), disc, room)
    return np.asarray(scene.table), room.losses, best.signals_dbm, best.servers, best.unknown


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="compiling is switched off: NUMBA_DISABLE_JIT")
@pytest.mark.parametrize("rough_m", [5.0, 80.0])
def test_machine_code_and_plain_python_agree(plain, rough_m):
    heights = drawn(11, side=15, rough_m=rough_m).heights_m.copy()
    heights[3, 9] = np.nan
    ground, link = Ground(heights, 100.0), Link(frequency_mhz=800, radius_m=700)
    of = sites([7, 2, 12], [7, 4, 10], [20.0, 8.0, 40.0], [30.0, 40.0, 30.0], patterns=[-1, 0, 0], azimuths_deg=70.0)
    gains_db = gain_table(lambda azimuth, elevation: -np.abs(azimuth) / 10 - np.abs(elevation) / 10)[None]
    assert not hasattr(plain[1].see_one, "py_func")
    for one, other in zip(
        seen(plain, ground, of, link, gains_db), seen((excess, rays), ground, of, link, gains_db), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=2e-3)


GROUND = flat(side=9)
SMALL = Link(frequency_mhz=800, radius_m=300)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (lambda: swept(GROUND, Mast(9, 0, 30.0), SMALL), "site_outside", "site 0 stands in row 9, column 0"),
        (lambda: swept(GROUND, Mast(0, -1, 30.0), SMALL), "site_outside", "rows 0 to 8 and columns 0 to 8"),
        (lambda: swept(GROUND, Mast(4, 4, 0.0), SMALL), "out_of_range", "site 0: antenna_m is 0, not 1 to 3000"),
        (lambda: swept(GROUND, Mast(4, 4, np.nan), SMALL), "out_of_range", "site 0: antenna_m is nan"),
        (lambda: swept(GROUND, Mast(4, 4.5, 30.0), SMALL), "no_pixel", "columns has numbers that are not whole"),
        (lambda: swept(GROUND, Mast(4, 4, 30.0), SMALL, Sample(ways=0)), "no_sample", "every result carries its error"),
        (lambda: Link(frequency_mhz=800, radius_m=0), "out_of_range", "radius_m is 0, not 1 to 200000"),
        (lambda: Link(frequency_mhz=800, radius_m=np.inf), "out_of_range", "radius_m is inf"),
        (lambda: Link(frequency_mhz=np.nan, radius_m=300), "out_of_range", "frequency_mhz is nan, not 30 to 6000"),
        (lambda: Link(frequency_mhz=800, radius_m=300, receiver_m=0), "out_of_range", "receiver_m is 0"),
        (
            lambda: swept(GROUND, Mast(4, 4, 30.0), Link(frequency_mhz=800, radius_m=50)),
            "bad_radius",
            "0 pixels of 100",
        ),
        (
            lambda: swept(flat(9, 1.0), Mast(4, 4, 9.0), Link(frequency_mhz=800, radius_m=5000)),
            "bad_radius",
            "5000 pixels",
        ),
        (lambda: Ground(np.zeros(9), 100.0), "no_grid", "shape (9,)"),
        (lambda: Ground(np.zeros((0, 3)), 100.0), "no_grid", "shape (0, 3)"),
        (lambda: Ground(np.zeros((3, 3)), 0.0), "out_of_range", "pixel_m is 0, not 1 to 10000"),
        (lambda: Ground([[0, 1], [-9999, 1]], 100.0), "bad_height", "row 1, column 0: the height is -9999.0 m"),
        (
            lambda: Ground([[0, np.inf], [1, 1e5]], 100.0),
            "bad_height",
            "row 0, column 1: the height is inf m, not -500",
        ),
        (lambda: sites([1, 2], [1], 30.0), "uneven_sites", "columns has 1 numbers; give one, or one for each of 2"),
        (lambda: sites([1], [1], 30.0, np.inf), "out_of_range", "site 0: eirp_dbm is inf"),
        (lambda: best_server(GROUND, sites([1], [1], 9.0, patterns=0), SMALL), "no_pattern", "there are 0 tables"),
        (lambda: best_server(GROUND, sites([1], [1], 9.0), SMALL, gains_db=np.zeros((2, 3))), "bad_gains", "(2, 3)"),
        (
            lambda: best_server(GROUND, sites([1], [1], 9.0), SMALL, gains_db=np.full((1, 360, 181), np.nan)),
            "bad_gains",
            "pattern 0, azimuth 0, elevation -90 is no number",
        ),
        (
            lambda: best_server(GROUND, sites([1], [1], 9.0), SMALL, window=(5, 5, 5, 4)),
            "bad_window",
            "row 5, column 5",
        ),
        (lambda: best_server(GROUND, sites([1], [1], 9.0), SMALL, window=(0, 0, 0, 4)), "bad_window", "has 0 rows"),
    ],
)
def test_what_makes_no_sense_is_refused_and_told(asked, code, said):
    with pytest.raises(AmurError) as fault:
        asked()
    assert fault.value.code == code
    assert said in fault.value.message


def test_a_site_in_a_hole_is_refused():
    heights = np.zeros((5, 5), np.float32)
    heights[2, 3] = np.nan
    with pytest.raises(AmurError, match="site 1 stands in row 2, column 3, where no height is known") as fault:
        best_server(Ground(heights, 100.0), sites([1, 2], [1, 3], 30.0), SMALL)
    assert fault.value.code == "site_in_hole"
