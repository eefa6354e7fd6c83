"""What the NTIA published comes out: losses, and what is found on the way."""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.propagation.itm import Caution, ConfidenceReliability, TimeLocationSituation, Way, area, losses
from amur.methods.propagation.paths import paths_of
from tests.methods.propagation.itm import ntia

pytestmark = ntia.beside


def test_each_vector_of_point_to_point_comes_out():
    said = ntia.table("p2p.csv")
    found = losses(paths_of(ntia.profiles()), ntia.inputs_of(said))
    assert found.loss_db == pytest.approx(said["A__db"], abs=0.01)
    assert [found.way(at) for at in range(5)] == [
        Way.TROPOSCATTER,
        Way.LINE_OF_SIGHT,
        Way.LINE_OF_SIGHT,
        Way.DIFFRACTION,
        Way.DIFFRACTION,
    ]
    assert found.caution(4) == Caution.TRANSMITTER_NEAR_HORIZON | Caution.RECEIVER_NEAR_HORIZON


def test_each_vector_of_areas_comes_out():
    said = ntia.table("area.csv")
    found = area(
        ntia.inputs_of(said),
        said["d__km"],
        said["delta_h__meter"],
        transmitter_siting=said["tx_siting_criteria"],
        receiver_siting=said["rx_siting_criteria"],
    )
    assert found.loss_db.round(1).tolist() == said["A__db"]


def as_printed(found):
    """Return what was found of the first path, as the reference software prints it."""
    details = found.details
    shown = {
        "Basic Transmission Loss": f"{found.loss_db[0]:.1f}",
        "Free Space": f"{details.free_space_db[0]:.1f}",
        "N_s": f"{details.refractivity[0]:.1f}",
        "delta_h__meter": f"{details.delta_h_m[0]:.1f}",
        "A_ref__db": f"{details.reference_db[0]:.1f}",
        "Mode of Propagation": f"{found.ways[0]}",
    }
    for end, name in enumerate(("tx", "rx")):
        shown[f"theta_hzn_{name}"] = f"{details.angles[0, end] * 1000:.3f}"
        shown[f"d_hzn_{name}__meter"] = f"{details.horizons_m[0, end]:.0f}"
        shown[f"h_e_{name}__meter"] = f"{details.effective_m[0, end]:.1f}"
    return {key: float(value) for key, value in shown.items()}


def agree(found, said):
    ours = as_printed(found)
    for key in set(ours) & set(said):
        assert ours[key] == said[key], key
    return len(set(ours) & set(said))


@pytest.mark.parametrize("name", ["p2pcr", "p2ptls"])
def test_a_worked_example_over_terrain_comes_out_with_all_that_is_found_on_the_way(name):
    given, said, _ = ntia.worked(name)
    quantiles = ConfidenceReliability(given["confidence"], given["reliability"]) if name == "p2pcr" else None
    found = losses(ntia.hill(), ntia.inputs_of(given, quantiles), details=True)
    assert agree(found, said) == 12
    assert found.cautions.tolist() == [0]


@pytest.mark.parametrize("name", ["areacr", "areatls"])
def test_a_worked_example_of_an_area_comes_out_with_all_that_is_found_on_the_way(name):
    given, said, _ = ntia.worked(name)
    quantiles = ConfidenceReliability(given["confidence"], given["reliability"]) if name == "areacr" else None
    found = area(
        ntia.inputs_of(given, quantiles),
        given["d__km"],
        given["delta_h__meter"],
        transmitter_siting=given["tx_site_criteria"],
        receiver_siting=given["rx_site_criteria"],
        details=True,
    )
    assert agree(found, said) == 12


def test_the_worked_table_over_terrain_comes_out():
    given, said, rows = ntia.worked("p2pcr_tbl")
    paths = paths_of([(ntia.hill().distances_km, ntia.hill().heights_m)] * 9)
    told = {key: value for key, value in given.items() if key not in {"confidence", "reliability"}}
    reliability, confidence = (
        one.ravel() for one in np.meshgrid(given["reliability"], given["confidence"], indexing="ij")
    )
    inputs = ntia.inputs_of(
        {key: value[0] for key, value in told.items()}, ConfidenceReliability(confidence, reliability)
    )
    found = losses(paths, inputs, details=True)
    assert found.loss_db.round(1).reshape(3, 3).tolist() == [row[1:] for row in rows if len(row) == 4]
    assert agree(found, {key: value for key, value in said.items() if key.endswith(("meter", "rx", "tx"))}) == 7


def test_the_worked_table_of_an_area_comes_out():
    given, _, rows = ntia.worked("areacr_tbl")
    expected = np.array([row for row in rows if len(row) == 5])
    assert len(expected) == 19
    told = {key: value[0] for key, value in given.items() if key != "d__km"}
    for column, confidence in enumerate(given["confidence"]):
        quantiles = ConfidenceReliability(confidence, given["reliability"][0])
        found = area(ntia.inputs_of(told, quantiles), expected[:, 0], told["delta_h__meter"], details=True)
        assert [float(f"{one:.1f}") for one in found.loss_db] == expected[:, 2 + column].tolist()
        assert [float(f"{one:.1f}") for one in found.details.free_space_db] == expected[:, 1].tolist()


def test_confidence_and_reliability_are_situation_and_time_at_half_of_the_locations():
    given, _, _ = ntia.worked("p2ptls")
    one = losses(ntia.hill(), ntia.inputs_of(given, ConfidenceReliability(70, 90)))
    other = losses(ntia.hill(), ntia.inputs_of(given, TimeLocationSituation(90, 50, 70)))
    assert one.loss_db.tolist() == other.loss_db.tolist()
