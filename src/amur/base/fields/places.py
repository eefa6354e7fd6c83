"""Places on the earth: a point and a shape, in WGS 84 degrees kept to six decimals (a tenth of a metre)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

from pydantic import Field

from amur.base.canonical import Json
from amur.base.fields.column import TEXT, Column
from amur.base.fields.declaration import FieldDeclaration, FieldError, Lookups, Raw, folded

_DECIMALS = 6
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?")
_LIMITS = {"lat": 90, "lon": 180}
_FACTOR = Column("decimal", scale=_DECIMALS)


class PointField(FieldDeclaration):
    """A point, kept as ``{"lat": "45.756967", "lon": "126.642464"}``; typed as latitude, longitude.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> mast = PointField(id="mast", type="point", title=Text(zh="位置", en="Place"))
    >>> mast.parse("45.7569671, 126.642464", Lookups(date(2026, 1, 1)))
    {'lat': '45.756967', 'lon': '126.642464'}
    """

    type: Literal["point"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the point of two numbers with a comma between them."""
        parts = folded(text).split(",")
        if len(parts) != len(_LIMITS):
            raise FieldError("not_a_point", f"found {text[:40]!r}; give latitude, longitude such as 45.75, 126.64")
        return self.gather({"lat": parts[0], "lon": parts[1]}, lookups)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the point of a latitude and a longitude."""
        if not isinstance(raw, Mapping) or set(raw) - set(_LIMITS):
            return super().gather(raw, lookups)
        return {name: _degrees(str(raw.get(name) or ""), name, limit) for name, limit in _LIMITS.items()}

    def as_typed(self, value: Json) -> str:
        """Return latitude and longitude with a comma between them."""
        if value is None:
            return ""
        if not isinstance(value, Mapping) or set(value) != set(_LIMITS):
            raise self.misfit(value)
        return f"{value['lat']},{value['lon']}"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return latitude and longitude."""
        del language, lookups
        return self.as_typed(value).replace(",", ", ")

    def column(self) -> Column:
        """Return two decimals."""
        return Column("struct", columns=(("lat", _FACTOR), ("lon", _FACTOR)))

    def cell(self, value: Json) -> object:
        """Return two Decimals."""
        return {name: Decimal(str(value[name])) for name in _LIMITS} if isinstance(value, Mapping) else None

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an object of two strings of digits."""
        degrees: dict[str, Json] = {"type": "string", "pattern": r"^-?[0-9]{1,3}\.[0-9]{6}$"}
        return super().json_schema(lookups) | {
            "type": "object",
            "description": "WGS 84 degrees",
            "properties": dict.fromkeys(_LIMITS, degrees),
            "required": list(_LIMITS),
            "additionalProperties": False,
        }


class ShapeField(FieldDeclaration):
    """A line or an area, kept as well-known text; GeoJSON is read too."""

    type: Literal["shape"]
    shapes: tuple[Literal["line", "area"], ...] = Field(default=("area",), min_length=1)
    max_points: int = Field(default=10_000, gt=2, le=200_000)

    @property
    def keeps_lines(self) -> bool:
        """Say yes: a file of GeoJSON has lines."""
        return True

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the shape as well-known text, if it is a valid one on the earth."""
        del lookups
        import shapely  # noqa: PLC0415 -- loads NumPy, which a pack without shapes never needs

        try:
            shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
            kept = shapely.to_wkt(self._fitting(shape), rounding_precision=_DECIMALS, trim=True)
            # Rounding can close a narrow neck: what is kept must be valid itself.
            self._fitting(shapely.from_wkt(kept))
        except shapely.errors.ShapelyError:
            raise FieldError("not_a_shape", f"found {text[:40]!r}; give well-known text or GeoJSON") from None
        return str(kept)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the shape of a GeoJSON geometry."""
        if not isinstance(raw, Mapping):
            return super().gather(raw, lookups)
        return self.read(json.dumps(raw), lookups)

    def _fitting(self, shape: Any) -> Any:
        kinds = {"line": {"LineString", "MultiLineString"}, "area": {"Polygon", "MultiPolygon"}}
        fit = set().union(*(kinds[kind] for kind in self.shapes))
        if shape is None or shape.is_empty or shape.geom_type not in fit:
            found = "nothing" if shape is None else shape.geom_type
            raise FieldError("not_a_shape", f"found {found}; give one of {', '.join(sorted(fit))}")
        if (count := _count(shape)) > self.max_points:
            raise FieldError("too_many_points", f"found {count} points; at most {self.max_points} fit")
        west, south, east, north = (abs(degrees) for degrees in shape.bounds)
        if max(west, east) > _LIMITS["lon"] or max(south, north) > _LIMITS["lat"]:
            raise FieldError("not_a_shape", "the shape leaves the degrees of the earth; give longitude, then latitude")
        if not shape.is_valid or shape.has_z:
            raise FieldError("not_a_shape", "the shape crosses itself or has heights; mend its outline")
        return shape

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string and say what it writes."""
        return super().json_schema(lookups) | {"description": "well-known text, WGS 84 degrees, longitude first"}

    def column(self) -> Column:
        """Return a text."""
        return TEXT

    def index(self) -> str | None:
        """Return none: nobody looks for a shape by its text."""
        return None


def _count(shape: Any) -> int:
    import shapely  # noqa: PLC0415 -- as above

    return int(shapely.get_num_coordinates(shape))


def _degrees(text: str, name: str, limit: int) -> str:
    plain = folded(text).strip()
    if not _DEGREES.fullmatch(plain) or abs(Decimal(plain)) > limit:
        raise FieldError("not_a_point", f"found {text[:20]!r}; {name} lies between -{limit} and {limit}", at=(name,))
    kept = Decimal(plain).quantize(Decimal(1).scaleb(-_DECIMALS), ROUND_HALF_EVEN)
    return f"{kept or abs(kept):.{_DECIMALS}f}"
