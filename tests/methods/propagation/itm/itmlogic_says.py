"""The model as the package itmlogic computes it, which others wrote in plain Python."""

from __future__ import annotations

from itmlogic.lrprop import lrprop
from itmlogic.misc.qerfi import qerfi
from itmlogic.preparatory_subroutines.qlra import qlra
from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.statistics.avar import avar


def begun(one, height_m):
    """Return what itmlogic wants of a path so high above the sea; ``one`` are our inputs by their names."""
    wave, curvature, refractivity, impedance = qlrps(
        one["frequency_mhz"], height_m, one["n_0"], one["polarisation"], one["epsilon"], one["sigma"]
    )
    return {
        "hg": [one["transmitter_m"], one["receiver_m"]],
        "wn": wave,
        "gme": curvature,
        "ens": refractivity,
        "zgnd": impedance,
        "klimx": one["climate"],
        "klim": one["climate"],
        "mdvarx": one["mdvar"],
        "mdvar": one["mdvar"],
        "lvar": 5,
        "kwx": 0,
    }


def ended(one, prop):
    """Return what is lost beyond free space in dB."""
    quantiles = one["quantiles"]
    deviates = qerfi([quantiles.time / 100, quantiles.location / 100, quantiles.situation / 100])
    return avar(*deviates, prop)[0]


def beyond_free_space(one, step_m, heights):
    """Return what is lost beyond free space in dB over a profile."""
    steps = len(heights) - 1
    tenth = int(0.1 * steps)
    inner = heights[tenth : steps - tenth + 1]
    prop = begun(one, sum(inner) / len(inner)) | {"pfl": [steps, step_m, *heights]}
    return ended(one, qlrpfl(prop))


def beyond_free_space_of_terrain(one, length_km, details):
    """Return reference attenuation and loss beyond free space in dB, of terrain that we looked over."""
    prop = begun(one | {"n_0": details["refractivity"]}, 0.0) | {
        "mdp": -1,
        "dist": length_km * 1000,
        "dh": details["delta_h_m"],
        "he": list(details["effective_m"]),
        "dl": list(details["horizons_m"]),
        "the": list(details["angles"]),
    }
    prop = lrprop(0, prop)
    return prop["aref"], ended(one, prop)


def beyond_free_space_of_area(one, distance_km, delta_h_m, sitings):
    """Return what is lost beyond free space in dB over a distance in an area."""
    prop = begun(one, 0.0) | {"dh": delta_h_m}
    return ended(one, lrprop(distance_km * 1000, qlra(list(sitings), prop)))
