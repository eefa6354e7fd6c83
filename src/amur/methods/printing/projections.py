"""From places on Earth to a plane, in metres: equal-area for maps of shares, Mercator where angles have to be true."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from pyproj import Proj

from amur.base.faults import AmurError

Kind = Literal["equal-area", "mercator"]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Bounds = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""
_WIDEST = 150.0
"""How many degrees a map may be wide or high: an equal-area map of more is too distorted to be read."""
_MERCATOR_NORTH = 85.0


@dataclass(frozen=True, slots=True)
class Projection:
    """A projection around the middle of a map, on the ellipsoid of WGS 84 (that of CGCS 2000 but for a tenth of a mm).

    - ``equal-area``: Lambert's azimuthal. Areas are true everywhere; lengths are true in the middle.
    - ``mercator``: angles are true everywhere; lengths are true at the latitude of the middle.
    """

    kind: Kind
    longitude: float
    latitude: float
    _of: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the projection itself."""
        centre = f"+lon_0={self.longitude!r} +ellps=WGS84 +units=m"
        name = (
            f"+proj=laea +lat_0={self.latitude!r}"
            if self.kind == "equal-area"
            else f"+proj=merc +lat_ts={self.latitude!r}"
        )
        object.__setattr__(self, "_of", Proj(f"{name} {centre}"))

    def plane(self, degrees: Numbers) -> Numbers:
        """Return rows of longitude and latitude as rows of metres east and north.

        >>> Projection("equal-area", 126.0, 45.0).plane(np.array([[126.0, 45.0]])).round(3) + 0.0
        array([[0., 0.]])

        Raises:
            AmurError: if a place is none, or lies where the projection does not reach.
        """
        x, y = self._of(degrees[:, 0], degrees[:, 1])
        found = np.column_stack([x, y])
        wrong = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if len(wrong):
            raise AmurError(
                "off_map",
                f"{degrees[wrong[0]].tolist()} cannot be drawn on this map; wanted a longitude and a latitude",
            )
        return found

    def north_at(self, x: float, y: float) -> float:
        """Return where north is at a place of the plane, in degrees clockwise from up."""
        east, north = self._of(x, y, inverse=True)
        ahead = self._of(east, north + (0.01 if north < 89 else -0.01))  # noqa: PLR2004 -- the pole itself has no north
        return math.degrees(math.atan2(ahead[0] - x, ahead[1] - y))


def around(bounds: Bounds, kind: Kind = "equal-area") -> Projection:
    """Return the projection for a map of bounds.

    >>> around((121.0, 43.0, 135.0, 54.0)).longitude
    128.0

    Raises:
        AmurError: if the bounds are none, or too wide for a map that can be read.
    """
    west, south, east, north = bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 -- degrees on Earth
        raise AmurError(
            "bad_bounds", f"bounds: found {[*bounds]}, wanted west, south, east, north in degrees, in this order"
        )
    if max(east - west, north - south) > _WIDEST:
        raise AmurError("wide_map", f"bounds: {[*bounds]} are more than {_WIDEST:g} degrees wide; draw fewer places")
    if kind == "mercator" and max(abs(south), abs(north)) > _MERCATOR_NORTH:
        raise AmurError("off_map", f"bounds: {[*bounds]} reach beyond {_MERCATOR_NORTH:g}°; draw them equal-area")
    return Projection(kind, (west + east) / 2, (south + north) / 2)
