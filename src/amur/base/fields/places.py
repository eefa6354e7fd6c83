"""Places on the earth: a point and a shape, in WGS 84 degrees kept to six decimals (a tenth of a metre)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from pydantic import Field

from amur.base.canonical import Json
from amur.base.fields import geometry
from amur.base.fields.column import TEXT, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups
from amur.base.fields.raw import FieldError, Raw, filled, folded, kind_of, one_text, raise_all

_DECIMALS = 6
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?")
_LIMITS = {"lat": 90, "lon": 180}
_CHARACTERS_A_POINT = 200
"""A point in GeoJSON that is laid out over lines has no more; what is longer is not even read."""
_PAIR = re.compile(r"(-?[0-9.]+) (-?[0-9.]+)")
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
        degrees: dict[str, Json] = {}
        faults: list[FieldError] = []
        for name in _LIMITS:
            try:
                degrees[name] = _degrees(filled(one_text(raw.get(name))), name)
            except FieldError as error:
                faults.append(error.inside(name))
        raise_all(faults)
        return degrees

    def as_typed(self, value: Json) -> str:
        """Return latitude and longitude with a comma between them."""
        if value is None:
            return ""
        if not isinstance(value, Mapping) or set(value) != set(_LIMITS):
            raise self.misfit(value)
        return ",".join(super(PointField, self).as_typed(value[name]) for name in _LIMITS)

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
    """A line or an area, kept as well-known text; GeoJSON is read too.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> area = ShapeField(id="area", type="shape", title=Text(zh="范围", en="Area"))
    >>> value = area.parse("polygon((126 45, 127 45, 127 46.5, 126 45))", Lookups(date(2026, 1, 1)))
    >>> value
    'POLYGON ((126 45, 127 45, 127 46.5, 126 45))'
    >>> area.display(value, "en", Lookups(date(2026, 1, 1)))
    'Area of 4 points, latitude 45 to 46.5, longitude 126 to 127'
    """

    type: Literal["shape"]
    shapes: tuple[Literal["line", "area"], ...] = Field(default=("area",), min_length=1)
    max_points: int = Field(default=10_000, gt=2, le=200_000)

    def clean(self, raw: str) -> str:
        """Return the text as it came: what is not of the syntax is refused there."""
        return raw.strip()

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the shape as well-known text, if it is a valid one on the earth."""
        del lookups
        if len(text) > _CHARACTERS_A_POINT * self.max_points:
            raise FieldError("too_many_points", f"found {len(text)} characters; at most {self.max_points} points fit")
        return geometry.kept(text, geometry.fitting_kinds(self.shapes), self.max_points)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the shape of a GeoJSON geometry."""
        if not isinstance(raw, Mapping):
            return super().gather(raw, lookups)
        try:
            return self.read(json.dumps(raw), lookups)
        except (TypeError, RecursionError):
            raise FieldError("not_a_shape", f"found {kind_of(raw)}; give GeoJSON") from None

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return what is drawn, of how many points, and between which degrees it lies."""
        del lookups
        text = self.as_typed(value)
        points = [(Decimal(pair[1]), Decimal(pair[2])) for pair in _PAIR.finditer(text)]
        if not points:
            return text
        west, east = (f"{end(lon for lon, _ in points):f}" for end in (min, max))
        south, north = (f"{end(lat for _, lat in points):f}" for end in (min, max))
        line = "LINE" in text
        if language.startswith("zh"):
            return f"{len(points)} 个点的{'线' if line else '面'}，纬度 {south} 至 {north}，经度 {west} 至 {east}"
        what = "Line" if line else "Area"
        return f"{what} of {len(points)} points, latitude {south} to {north}, longitude {west} to {east}"

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string and say what it writes."""
        return super().json_schema(lookups) | {"description": "well-known text, WGS 84 degrees, longitude first"}

    def column(self) -> Column:
        """Return a text."""
        return TEXT

    def index(self) -> str | None:
        """Return none: nobody looks for a shape by its text."""
        return None


def _degrees(text: str, name: str) -> str:
    limit = _LIMITS[name]
    plain_text = folded(text).replace("\u2212", "-").strip()
    if not _DEGREES.fullmatch(plain_text) or abs(Decimal(plain_text)) > limit:
        raise FieldError("not_a_point", f"found {text[:20]!r}; {name} lies between -{limit} and {limit}")
    kept = Decimal(plain_text).quantize(Decimal(1).scaleb(-_DECIMALS), ROUND_HALF_EVEN)
    return f"{kept or abs(kept):.{_DECIMALS}f}"
