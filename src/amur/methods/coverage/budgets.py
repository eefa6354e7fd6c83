"""From what a transmitter gives to what a receiver measures, term by term.

What is measured is RSRP: the power of one resource element that carries reference signals, at the connector of the
receiver's antenna (3GPP TS 36.214, § 5.1.1; of NR, TS 38.215, § 5.1.1). All carriers of a channel share its power
evenly here, but for a boost of those of reference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
ELEMENTS = 12
"""Carriers of one resource block (TS 36.211, § 6.2.3; TS 38.211, § 4.4.4.1)."""
LTE_BLOCKS: Mapping[float, int] = {1.4: 6, 3: 15, 5: 25, 10: 50, 15: 75, 20: 100}
"""Resource blocks by the width of a channel in MHz (TS 36.101, table 5.6-1)."""
NR_BLOCKS: Mapping[int, Mapping[float, int]] = {
    15: {5: 25, 10: 52, 15: 79, 20: 106, 25: 133, 30: 160, 40: 216, 50: 270},
    30: {5: 11, 10: 24, 15: 38, 20: 51, 25: 65, 30: 78, 40: 106, 50: 133, 60: 162, 70: 189, 80: 217, 90: 245, 100: 273},
}
"""Resource blocks by the spacing of carriers in kHz and the width of a channel in MHz (TS 38.101-1, table 5.3.2-1)."""
BANDS: Mapping[str, tuple[float, float]] = {
    "28": (758, 803), "5": (869, 894), "8": (925, 960), "3": (1805, 1880), "39": (1880, 1920), "34": (2010, 2025),
    "1": (2110, 2170), "40": (2300, 2400), "41": (2496, 2690), "78": (3300, 3800),
}  # fmt: skip
"""What base stations send on, in MHz, by number of band (TS 36.101, table 5.5-1; TS 38.101-1, table 5.2-1)."""


@dataclass(frozen=True, slots=True)
class Transmitter:
    """What is sent: the power of the whole carrier, over how many resource blocks, and what antenna and cable do.

    ``boost_db`` is by how much reference signals are stronger than the others.

    >>> Transmitter(power_dbm=46, blocks=100, gain_dbi=18, loss_db=2).eirp_dbm
    62
    """

    power_dbm: float
    blocks: float
    gain_dbi: float
    loss_db: float = 0.0
    boost_db: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no transmitter is.

        Raises:
            AmurError: it says which number.
        """
        _within("power in dBm", self.power_dbm, -20, 80)
        _within("number of resource blocks", self.blocks, 1, 275)
        _within("gain in dBi", self.gain_dbi, -10, 40)
        _within("loss of cables in dB", self.loss_db, 0, 30)
        _within("boost in dB", self.boost_db, -10, 10)

    @property
    def eirp_dbm(self) -> float:
        """Return what the whole carrier sends into the main direction, as if into all (EIRP)."""
        return self.power_dbm - self.loss_db + self.gain_dbi

    @property
    def element_dbm(self) -> float:
        """Return the power of one resource element of reference at the transmitter.

        >>> round(Transmitter(power_dbm=46, blocks=100, gain_dbi=18).element_dbm, 2)
        15.21
        """
        return self.power_dbm - 10 * math.log10(ELEMENTS * self.blocks) + self.boost_db


@dataclass(frozen=True, slots=True)
class Receiver:
    """What is around a receiver: its antenna, the body beside it, walls, and how sure one wants to be.

    Levels of a place are spread normally around the median with ``spread_db``; the margin is what makes a share
    ``probability`` of places as good or better. ``clutter_db`` is for models that leave out what stands around.
    """

    gain_dbi: float = 0.0
    body_db: float = 0.0
    penetration_db: float = 0.0
    clutter_db: float = 0.0
    spread_db: float = 0.0
    probability: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what no receiver is.

        Raises:
            AmurError: it says which number.
        """
        _within("gain in dBi", self.gain_dbi, -20, 40)
        for name in ("body_db", "penetration_db", "clutter_db"):
            _within(name.removesuffix("_db") + " in dB", getattr(self, name), 0, 80)
        _within("spread in dB", self.spread_db, 0, 30)
        _within("probability", self.probability, 0.001, 0.999)

    @property
    def margin_db(self) -> float:
        """Return what has to be kept for bad places: 0 for half of them.

        >>> round(Receiver(spread_db=8, probability=0.9).margin_db, 2)
        10.25
        """
        return float(ndtri(self.probability)) * self.spread_db


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a budget: its name, by how many decibels it adds, and the level after it in dBm."""

    name: str
    adds_db: float
    level_dbm: float


def rsrp_dbm(
    sent: Transmitter, received: Receiver, path_loss_db: float | Numbers, pattern_db: float | Numbers = 0.0
) -> Numbers:
    """Return RSRP in dBm for losses between isotropic antennas; NaN where the loss is not known.

    ``pattern_db`` is what the direction takes of the transmitter's gain.

    Raises:
        AmurError: if a loss is negative.

    >>> sender = Transmitter(power_dbm=46, blocks=100, gain_dbi=18, loss_db=2)
    >>> float(rsrp_dbm(sender, Receiver(), 130.0).round(2))
    -98.79
    """
    for name, losses in (("path", path_loss_db), ("pattern", pattern_db)):
        if (np.asarray(losses) < 0).any():
            raise AmurError(
                "negative_loss", f"found a loss of the {name} of {np.nanmin(losses):g} dB, wanted 0 or more"
            )
    fixed = sum(adds for _, adds in _fixed(sent, received))
    found: Numbers = np.asarray(sent.element_dbm + fixed - np.asarray(pattern_db) - np.asarray(path_loss_db))
    return found


def terms(sent: Transmitter, received: Receiver, path_loss_db: float, pattern_db: float = 0.0) -> tuple[Term, ...]:
    """Return the budget of one path term by term, as whoever looks at a place wants to see it; the last level is RSRP.

    >>> sender, phone = Transmitter(power_dbm=46, blocks=100, gain_dbi=18, loss_db=2), Receiver(penetration_db=15)
    >>> for one in terms(sender, phone, 130.0):
    ...     print(f"{one.name}: {one.adds_db:+.1f} dB, {one.level_dbm:.1f} dBm")
    power of the carrier: +46.0 dB, 46.0 dBm
    shared among carriers: -30.8 dB, 15.2 dBm
    boost of reference signals: +0.0 dB, 15.2 dBm
    loss of cables: -2.0 dB, 13.2 dBm
    gain of the antenna: +18.0 dB, 31.2 dBm
    pattern of the antenna: -0.0 dB, 31.2 dBm
    loss of the path: -130.0 dB, -98.8 dBm
    loss of clutter: -0.0 dB, -98.8 dBm
    loss of walls: -15.0 dB, -113.8 dBm
    loss of the body: -0.0 dB, -113.8 dBm
    gain of the receiver: +0.0 dB, -113.8 dBm
    margin for bad places: -0.0 dB, -113.8 dBm
    """
    fixed = _fixed(sent, received)
    all_of_them = [
        ("power of the carrier", sent.power_dbm),
        ("shared among carriers", -10 * math.log10(ELEMENTS * sent.blocks)),
        ("boost of reference signals", sent.boost_db),
        *fixed[:2],
        ("pattern of the antenna", -pattern_db),
        ("loss of the path", -path_loss_db),
        *fixed[2:],
    ]
    levels = np.cumsum([adds for _, adds in all_of_them]).tolist()
    return tuple(Term(name, adds, level) for (name, adds), level in zip(all_of_them, levels, strict=True))


def most_path_loss_db(sent: Transmitter, received: Receiver, threshold_dbm: float) -> float:
    """Return the greatest loss of a path in the main direction with which RSRP still reaches a threshold.

    >>> sender = Transmitter(power_dbm=46, blocks=100, gain_dbi=18, loss_db=2)
    >>> round(most_path_loss_db(sender, Receiver(spread_db=8, probability=0.9), -110.0), 2)
    130.96
    """
    return float(rsrp_dbm(sent, received, 0.0)) - threshold_dbm


def blocks_of(width_mhz: float, *, spacing_khz: int = 15, is_nr: bool = False) -> int:
    """Return how many resource blocks a channel has.

    Raises:
        AmurError: if there is no channel of that width; it says which there are.

    >>> blocks_of(20), blocks_of(100, spacing_khz=30, is_nr=True)
    (100, 273)
    """
    known = NR_BLOCKS.get(spacing_khz, {}) if is_nr else LTE_BLOCKS
    if width_mhz not in known or (not is_nr and spacing_khz != min(NR_BLOCKS)):
        there = ", ".join(f"{width:g}" for width in known) or "none"
        raise AmurError(
            "no_such_channel",
            f"found a channel of {width_mhz:g} MHz with carriers {spacing_khz} kHz apart; there are: {there}",
        )
    return known[width_mhz]


def band_of(frequency_mhz: float) -> str:
    """Return the number of the band that base stations send on at a frequency.

    Raises:
        AmurError: if it is in none that is listed.

    >>> band_of(780), band_of(3500)
    ('28', '78')
    """
    for name, (low, high) in BANDS.items():
        if low <= frequency_mhz <= high:
            return name
    raise AmurError("no_band", f"found {frequency_mhz:g} MHz, which is in none of the bands {', '.join(BANDS)}")


def _fixed(sent: Transmitter, received: Receiver) -> list[tuple[str, float]]:
    """Return the terms that are alike for all paths: of the transmitter, then of the receiver."""
    return [
        ("loss of cables", -sent.loss_db),
        ("gain of the antenna", sent.gain_dbi),
        ("loss of clutter", -received.clutter_db),
        ("loss of walls", -received.penetration_db),
        ("loss of the body", -received.body_db),
        ("gain of the receiver", received.gain_dbi),
        ("margin for bad places", -received.margin_db),
    ]


def _within(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise AmurError("bad_budget", f"found a {what} of {value:g}, wanted {least:g} to {most:g}")
