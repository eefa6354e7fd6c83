"""The ground that signals go over: heights from files, and profiles of them between places.

- ``grids``: where pixels lie on Earth, and heights on them, which say their source and their resolution.
- ``sheets``: files that are read in parts: HGT of SRTM, GeoTIFF, tiles of a web map.
- ``mosaics``: several files as one, and a window of them.
- ``warping``: the same heights in another projection, such as one of metres.
- ``filling``: holes filled from around them, and counted.
- ``roughening``: coarse heights made finer by chance, which are simulated from then on.
- ``walking``: lines on the ellipsoid and heights between pixels, compiled.
- ``profiles``: what lies between places, as models of propagation take it.
"""

from amur.methods.terrain.filling import filled
from amur.methods.terrain.grids import Box, Grid, Terrain
from amur.methods.terrain.mosaics import Mosaic
from amur.methods.terrain.profiles import Known, heights_at, known_profiles, profiles
from amur.methods.terrain.roughening import roughened
from amur.methods.terrain.sheets import Sheet, Tiles, open_geotiff, open_hgt, open_tiles
from amur.methods.terrain.warping import utm_zone, warped

__all__ = [
    "Box",
    "Grid",
    "Known",
    "Mosaic",
    "Sheet",
    "Terrain",
    "Tiles",
    "filled",
    "heights_at",
    "known_profiles",
    "open_geotiff",
    "open_hgt",
    "open_tiles",
    "profiles",
    "roughened",
    "utm_zone",
    "warped",
]
