"""How far a market is in few hands.

Sources: O. C. Herfindahl (1950) and A. O. Hirschman (1945) for the index; the shares of the largest firms are as old as
statistics of industry.
"""

from __future__ import annotations

import numpy as np

from amur.base.faults import AmurError
from amur.methods.measures.values import Said, taken

POINTS = 10_000.0
"""The index of a market with one firm, as authorities for competition count it."""


def herfindahl(sizes: Said) -> float:
    """Return the index of Herfindahl and Hirschman in points, from 10,000 divided by the number of firms up to 10,000.

    ``sizes`` are sales or subscribers of each firm, in any unit.

    >>> round(herfindahl([30, 30, 20, 20]), 6)
    2600.0
    """
    found, _ = taken(sizes)
    total = found.sum()
    if not total > 0:
        raise AmurError("no_market", "all firms together sell nothing")
    return float(POINTS * np.square(found / total).sum())


def equal_firms(sizes: Said) -> float:
    """Return how many firms of equal size would be as concentrated.

    >>> round(equal_firms([25, 25, 25, 25]), 6)
    4.0
    """
    return POINTS / herfindahl(sizes)


def share_of_largest(sizes: Said, count: int) -> float:
    """Return the share of the largest firms, 0 to 1.

    >>> share_of_largest([50, 30, 20], 2)
    0.8
    """
    if count < 1:
        raise AmurError("bad_count", f"found {count} largest firms, wanted 1 or more")
    found, _ = taken(sizes)
    if not found.sum() > 0:
        raise AmurError("no_market", "all firms together sell nothing")
    return float(np.sort(found)[::-1][:count].sum() / found.sum())
