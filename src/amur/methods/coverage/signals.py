"""From what is lost to what is received: the median and the scatter of the signal of the best server at each pixel.

The median is what the site radiates in the direction of the pixel, less the loss of the way, less what stands around
the receiver takes (clutter). Around it the signal scatters over the places of a pixel, normally in decibels (ITU-R
P.1812-8, § 4.7 and § 4.9); how the fast mode errs on top of that may be counted in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Errors
from amur.methods.coverage.discs import Single
from amur.methods.coverage.grounds import Flags
from amur.methods.coverage.probabilities import Signal, edge_dbm, probability_above
from amur.methods.coverage.rays import Servers
from amur.methods.coverage.sweeping import AZIMUTHS, ELEVATIONS, BestServer, Window

Given: TypeAlias = float | np.ndarray[Any, Any]
"""One number for all pixels, or one for each pixel of the window."""
Table: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
RANGES = {"clutter_db": (0.0, 100.0), "location_deviation_db": (0.0, 50.0)}


@dataclass(frozen=True, slots=True, eq=False)
class SignalMap:
    """The signal of the best server at each pixel of a window: its median in dBm, its standard deviation in dB.

    ``median_dbm`` is minus infinity where no site is within the radius, and not a number where nothing is known.
    ``is_at_least`` says where another site, of which nothing is known because of a hole, might be stronger.
    """

    median_dbm: Single
    sigma_db: Single
    servers: Servers
    is_at_least: Flags
    window: Window
    errors: Errors

    @property
    def flat(self) -> Signal:
        """Return the signal pixel by pixel, row after row, as what judges coverage takes it."""
        return Signal(self.median_dbm.reshape(-1).astype(np.float64), self.sigma_db.reshape(-1).astype(np.float64))

    def reaches(self, threshold_dbm: float) -> Table:
        """Return the probability that the signal of each pixel reaches a threshold; not a number where not known.

        Raises:
            AmurError: if the threshold is not a number.
        """
        return probability_above(self.flat, threshold_dbm).reshape(self.median_dbm.shape)

    def edge_dbm(self, probability: float) -> Table:
        """Return what the signal of each pixel is above with a probability, in dBm.

        Raises:
            AmurError: if the probability is none.
        """
        return edge_dbm(self.flat, probability).reshape(self.median_dbm.shape)


def signals(
    best: BestServer, *, clutter_db: Given = 0.0, location_deviation_db: Given, counts_errors: bool = False
) -> SignalMap:
    """Return the signal of the best server.

    What stands around a receiver takes the same from all sites, so the best server stays the best.
    ``counts_errors`` adds the RMS error of the fast mode to the scatter, as independent of it.

    Raises:
        AmurError: where a number lies outside of its range or is none, there are not as many as pixels, or errors shall
            count and no way could be compared.

    >>> from amur.methods.coverage.grounds import Ground, Link, sites
    >>> from amur.methods.coverage.sweeping import best_server
    >>> flat = Ground(np.zeros((5, 5), np.float32), 100.0)
    >>> best = best_server(flat, sites([2], [2], 30.0, 20.0), Link(frequency_mhz=800, radius_m=300))
    >>> found = signals(best, clutter_db=18.0, location_deviation_db=5.5)
    >>> float(found.median_dbm[2, 4]) == float(best.signal_dbm[2, 4]) - 18, found.reaches(-100).shape
    (True, (5, 5))
    """
    shape = best.signal_dbm.shape
    clutter = _each("clutter_db", clutter_db, shape)
    sigma = _each("location_deviation_db", location_deviation_db, shape)
    if counts_errors:
        if not best.errors.ways:
            raise AmurError("no_error", "no way could be compared to the full model: there is no error to count in")
        sigma = np.hypot(sigma, best.errors.rms_db)
    median = (best.signal_dbm - clutter).astype(np.float32)
    return SignalMap(median, sigma.astype(np.float32), best.servers, best.unknown_sites > 0, best.window, best.errors)


def gain_table(directions_db: Any) -> Single:
    """Return a table of gains as ``best_server`` takes it, of a function of azimuth and elevation in degrees.

    The function takes azimuths from where the antenna is turned to, -180 to 180, and elevations, -90 to 90, as arrays
    that spread against each other, and returns decibels against the strongest direction.

    Raises:
        AmurError: if what it returns has another shape.

    >>> table = gain_table(lambda azimuth, elevation: -np.minimum(12 * (azimuth / 65) ** 2 + 0 * elevation, 25))
    >>> table.shape, round(float(table[30, 90]), 2), float(table[180, 90])
    ((360, 181), -2.56, -25.0)
    """
    azimuths = (np.arange(AZIMUTHS) + 180.0) % AZIMUTHS - 180.0
    elevations = np.arange(ELEVATIONS) - 90.0
    found = np.asarray(directions_db(azimuths[:, None], elevations[None, :]), dtype=np.float32)
    if found.shape != (AZIMUTHS, ELEVATIONS):
        raise AmurError("bad_gains", f"gains have the shape {found.shape}; wanted {AZIMUTHS} by {ELEVATIONS} degrees")
    return found


def _each(name: str, given: Given, shape: tuple[int, ...]) -> Table:
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in {(), shape}:
        raise AmurError("uneven_signal", f"{name} has the shape {values.shape}; give one, or one for each of {shape}")
    low, high = RANGES[name]
    wrong = np.argwhere(~((values >= low) & (values <= high)))
    if len(wrong):
        where = f"row {wrong[0][0]}, column {wrong[0][1]}: " if values.shape else ""
        found = values[tuple(wrong[0])] if values.shape else values
        raise AmurError(
            "out_of_range",
            f"{where}{name} is {found:g}, not {low:g} to {high:g}",
            name=name,
            found=f"{found:g}",
            least=f"{low:g}",
            most=f"{high:g}",
        )
    return np.broadcast_to(values, shape)
