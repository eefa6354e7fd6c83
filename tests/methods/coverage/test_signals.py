"""From loss to signal: what is taken off, how it scatters, and that a hole is never covered."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Sample
from amur.methods.coverage.grounds import Ground, Link, Mast, sites
from amur.methods.coverage.signals import gain_table, signals
from amur.methods.coverage.sweeping import best_server, swept
from tests.methods.coverage.grids import drawn, flat

LINK = Link(frequency_mhz=800, radius_m=1500)
SAMPLE = Sample(ways=200)


def best(ground, eirp_dbm=20.0, link=LINK):
    return best_server(ground, sites([20], [20], 30.0, eirp_dbm), link, sample=SAMPLE)


def test_the_median_is_what_is_sent_less_what_is_lost_less_clutter():
    ground = drawn(1)
    clutter = np.random.default_rng(1).uniform(0, 20, ground.shape)
    found = signals(best(ground), clutter_db=clutter, location_deviation_db=5.5)
    loss = swept(ground, Mast(20, 20, 30.0), LINK, SAMPLE)
    expected = 20.0 - loss.loss_db - clutter[5:36, 5:36]
    inside = loss.is_asked
    np.testing.assert_allclose(found.median_dbm[5:36, 5:36][inside], expected[inside], atol=1e-3)
    assert (found.sigma_db == np.float32(5.5)).all()


def test_the_probability_over_a_threshold_is_that_of_the_normal_distribution():
    found = signals(best(drawn(1)), location_deviation_db=7.0)
    known = np.isfinite(found.median_dbm)
    reached = found.reaches(-85.0)
    np.testing.assert_allclose(reached[known], norm.sf(-85.0, found.median_dbm[known].astype(float), 7.0), atol=1e-6)
    assert reached[known].min() < 0.1
    assert reached[known].max() > 0.9
    np.testing.assert_allclose(found.edge_dbm(0.9)[known], found.median_dbm[known] - norm.ppf(0.9) * 7.0, atol=1e-3)


def test_without_a_site_there_is_no_signal_and_a_probability_of_nothing():
    found = signals(best(flat()), location_deviation_db=6.0)
    assert found.median_dbm[0, 0] == -np.inf
    assert found.reaches(-200.0)[0, 0] == 0.0


def test_a_hole_and_what_lies_behind_it_are_never_covered():
    heights = drawn(2).heights_m.copy()
    heights[15, 15:26] = np.nan
    found = signals(best(Ground(heights, 100.0), eirp_dbm=100.0), location_deviation_db=6.0)
    behind = (slice(6, 16), 20)
    assert np.isnan(found.median_dbm[behind]).all()
    assert np.isnan(found.reaches(-150.0)[behind]).all()
    assert not (found.reaches(-150.0)[behind] > 0).any()
    assert found.is_at_least[behind].all()
    assert not found.is_at_least[25, 20]


def test_where_one_of_two_sites_is_not_known_the_signal_is_at_least_that_of_the_other():
    heights = drawn(2).heights_m.copy()
    heights[15, 15:26] = np.nan
    ground = Ground(heights, 100.0)
    both = best_server(ground, sites([20, 5], [20, 20], 30.0, 20.0), LINK, sample=SAMPLE)
    found = signals(both, location_deviation_db=6.0)
    assert both.servers[10, 20] == 1
    assert np.isfinite(found.median_dbm[10, 20])
    assert found.is_at_least[10, 20]


def test_the_error_of_the_fast_mode_counts_if_that_is_asked():
    strongest = best(drawn(3, rough_m=100.0))
    found = signals(strongest, location_deviation_db=4.0, counts_errors=True)
    assert strongest.errors.rms_db > 0
    assert found.sigma_db[20, 25] == pytest.approx(np.hypot(4.0, strongest.errors.rms_db))
    assert found.errors is strongest.errors


def test_an_error_that_nobody_knows_does_not_count():
    near = best(flat(), link=Link(frequency_mhz=800, radius_m=200))
    with pytest.raises(AmurError, match="no way could be compared") as fault:
        signals(near, location_deviation_db=4.0, counts_errors=True)
    assert fault.value.code == "no_error"


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        ({"location_deviation_db": -1.0}, "out_of_range", "location_deviation_db is -1, not 0 to 50"),
        ({"location_deviation_db": np.nan}, "out_of_range", "location_deviation_db is nan"),
        ({"location_deviation_db": 5.0, "clutter_db": np.inf}, "out_of_range", "clutter_db is inf, not 0 to 100"),
        ({"location_deviation_db": 5.0, "clutter_db": np.zeros((2, 2))}, "uneven_signal", "shape (2, 2)"),
        (
            {"location_deviation_db": 5.0, "clutter_db": np.where(np.arange(41) == 7, -3.0, np.zeros((41, 41)))},
            "out_of_range",
            "row 0, column 7: clutter_db is -3",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_told(told, code, said):
    with pytest.raises(AmurError) as fault:
        signals(best(flat()), **told)
    assert fault.value.code == code
    assert said in fault.value.message


def test_a_table_of_gains_of_another_shape_is_refused():
    with pytest.raises(AmurError, match=r"gains have the shape \(360, 1\)"):
        gain_table(lambda azimuth, _elevation: azimuth)
