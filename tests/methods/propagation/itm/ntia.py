"""What the NTIA published beside its reference software: vectors, worked examples and real profiles.

They lie beside a checkout, not in the project.
"""

from __future__ import annotations

import csv
import re

import pytest

from amur.config.environment import ROOT
from amur.methods.propagation.itm import Inputs, TimeLocationSituation
from amur.methods.propagation.paths import evenly, paths_of

DATA = ROOT.parent / "shared" / "data" / "itm"
beside = pytest.mark.skipif(not DATA.is_dir(), reason=f"the vectors of the NTIA are not there: {DATA}")
NAMES = {
    "frequency_mhz": "f__mhz",
    "transmitter_m": "h_tx__meter",
    "receiver_m": "h_rx__meter",
    "polarisation": "pol",
    "epsilon": "epsilon",
    "sigma": "sigma",
    "n_0": "N_0",
    "climate": "climate",
    "mdvar": "mdvar",
}


def profile_of(line):
    """Return a profile of a line that says how many steps there are, how long each is, and the heights."""
    steps, step_m, *heights = (float(one) for one in line.split(","))
    assert len(heights) == steps + 1
    return evenly(steps * step_m / 1000, heights)


def profiles():
    return [profile_of(line) for line in (DATA / "pfls.csv").read_text("ascii").splitlines() if line]


def table(name):
    with (DATA / name).open(encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    return {column: [float(row[column]) for row in rows] for column in rows[0]}


def inputs_of(said, quantiles=None):
    """Return inputs of columns or values that are named as the reference software names them."""
    if quantiles is None:
        quantiles = TimeLocationSituation(said["time"], said["location"], said["situation"])
    return Inputs(**{ours: said[theirs] for ours, theirs in NAMES.items()}, quantiles=quantiles)


def worked(name):
    """Return what goes into a worked example and what comes out: numbers by the names of the reference software."""
    folder = DATA / "cmd_examples"
    given = dict(line.split(",", 1) for line in (folder / f"i_{name}.txt").read_text("ascii").splitlines())
    told = (folder / f"o_{name}.txt").read_text("utf-8")
    found = dict(re.findall(r"^(\S.*?)\s{2,}(-?[\d.]+)(?:\s|$)", told.partition("Results")[2], re.MULTILINE))
    rows = [
        [float(one) for one in line.split()] for line in told.splitlines() if re.fullmatch(r"[\d. ]+", line.strip())
    ]
    return (
        {key: [float(one) for one in value.split(",")] for key, value in given.items()},
        {key: float(value) for key, value in found.items()},
        [row for row in rows if row],
    )


def hill():
    return paths_of([profile_of((DATA / "cmd_examples" / "pfl.txt").read_text("ascii"))])
