"""How many standard deviations a share of times or places is from the middle.

Rec. ITU-R P.1812-8, Annex, the attachment on the inverse normal distribution. It errs by less than
0.00045 standard deviations.
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled

_HALF = 0.5


@compiled
def inverse_normal(share: float) -> float:
    """Return the deviate that a normal variable exceeds with this probability.

    >>> round(inverse_normal(0.1), 2), round(inverse_normal(0.9), 2)
    (1.28, -1.28)
    """
    lesser = min(max(min(share, 1.0 - share), 1e-6), _HALF)
    root = math.sqrt(-2.0 * math.log(lesser))
    above = 2.515516698 + root * (0.802853 + root * 0.010328)
    below = 1.0 + root * (1.432788 + root * (0.189269 + root * 0.001308))
    deviate = root - above / below
    return deviate if share <= _HALF else -deviate
