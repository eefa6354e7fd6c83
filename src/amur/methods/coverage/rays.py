"""The fast mode, compiled: each ray is sampled once, and every pixel on it asks what the ray has passed.

Sources: ITU-R P.1812-8, Annex 1, § 4.2 free space (8) and § 4.3.1 Bullington's construction (12) to (21), over the
samples of the ray that is nearest to the pixel. The horizon of the site is carried along the ray; only what lies in the
receiver's way is looked at again, many samples at once.

Heights are taken above the antenna of the site and lowered by what the effective Earth falls away, so that a ray of
light is a straight line and the horizon of the site does not depend on how far one goes on.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from amur.methods.coverage.discs import Disc, Double, Single
from amur.methods.coverage.grounds import Heights, Mast
from amur.methods.propagation.compiling import compiled, kept, swept

Counts = np.ndarray[Any, np.dtype[np.uint16]]
Servers = np.ndarray[Any, np.dtype[np.int32]]
Samples = tuple[Single, Single, Single, Single, Double]
_CLEAR = -0.78
OUTSIDE = np.float32(np.inf)
"""The loss of a pixel that is not on the grid; one that is not known is not a number."""
_NOTHING = -100.0
_ONE = np.float32(1.0)
_MANY = np.float32(3e38)


class Way(NamedTuple):
    """What is the same for all sites: the grid, the link, and where the nodes of the table of a smooth Earth stand."""

    pixel_m: float
    falls_per_m2: float
    wave_m: float
    receiver_m: float
    free_space_db: float
    radius_m: float
    lowest_m: float
    nodes_per_log: float
    last_node: float
    last_distance: float


class Scene(NamedTuple):
    """What all sites are seen by: the heights, the way, what a smooth Earth loses and the gains of antennas."""

    heights: Heights
    way: Way
    table: Single
    gains: Single


class Receiver(NamedTuple):
    """How far a receiver is, how high above the antenna of the site, and how high as a ray of light sees it."""

    length_m: float
    apart_m: float
    end_m: float


class Room(NamedTuple):
    """What is written for one site: the samples of a ray, and of each pixel its loss and how steep the ray leaves.

    ``tops`` and ``horizons`` are of each sample, ``along_m`` how far it is and ``per_m`` one over that; ``sums`` are
    its height and the two sums over the ground up to it that § 5.6.1 makes a smooth ground of.
    """

    tops: Single
    horizons: Single
    along_m: Single
    per_m: Single
    sums: Double
    losses: Single
    slopes: Single


class Station(NamedTuple):
    """One site: where it stands, its number, its power at most, its antenna's table and where that is turned to."""

    row: int
    column: int
    number: int
    eirp_dbm: float
    pattern: int
    azimuth_deg: float


class Best(NamedTuple):
    """What is kept of all sites: the strongest signal, whose it is, and of how many sites it is not known."""

    signals_dbm: Single
    servers: Servers
    unknown: Counts
    first_row: int
    first_column: int


@swept
def closest(tops: Single, along_m: Single, count: int, slope: Any, length_m: Any) -> Any:
    """Return how close the line to a receiver comes to any sample: what stands below the root of (15), per metre."""
    found = _MANY
    for at in range(count):
        over = tops[at] - slope * along_m[at]
        found = min(found, over * over / (along_m[at] * (length_m - along_m[at])))
    return found


@swept
def obstruct(
    tops: Single, along_m: Single, per_m: Single, count: int, to: tuple[Any, Any, Any, Any]
) -> tuple[Any, Any, Any, Any]:
    """Return the slope of the receiver's horizon, (17), and what § 5.6.2 asks of ground that rises between antennas.

    That is how high above the line between them it rises, and how steeply as seen from both ends.
    """
    end_m, falls, slope, length_m = to
    back = high = from_t = from_r = -_MANY
    for at in range(count):
        per_rest = _ONE / (length_m - along_m[at])
        over = tops[at] + along_m[at] * (along_m[at] * falls - slope)
        back = max(back, (tops[at] - end_m) * per_rest)
        high = max(high, over)
        from_t = max(from_t, over * per_m[at])
        from_r = max(from_r, over * per_rest)
    return back, high, from_t, from_r


@compiled
def place_of(height_m: float, way: Way) -> float:
    """Return where a height stands among the nodes of the table."""
    return min(max(way.nodes_per_log * math.log(height_m / way.lowest_m), 0.0), way.last_node)


@compiled
def exceed(table: Single, length_m: float, site: float, receiver: float, way: Way) -> float:
    """Return what a smooth Earth loses beyond an edge, between the nodes of its table."""
    far = min((len(table) - 1) * math.sqrt(length_m / way.radius_m), way.last_distance)
    at, near, other = int(far), int(site), int(receiver)
    by_far, by_near, by_other = far - at, site - near, receiver - other
    found = 0.0
    for step in range(2):
        plane = table[at + step]
        first = (1.0 - by_other) * plane[near, other] + by_other * plane[near, other + 1]
        second = (1.0 - by_other) * plane[near + 1, other] + by_other * plane[near + 1, other + 1]
        found += ((1.0 - by_near) * first + by_near * second) * (by_far if step else 1.0 - by_far)
    return found


@compiled
def lose_over_edge(parameter: float, length_m: float) -> float:
    """Return what Bullington's edge loses, in decibels, (12) and (21)."""
    if parameter <= _CLEAR:
        return 0.0
    beyond = parameter - 0.1
    edge_db = 6.9 + 20.0 * math.log10(math.sqrt(beyond * beyond + 1.0) + beyond)
    return edge_db + (1.0 - math.exp(-edge_db / 6.0)) * (10.0 + 0.00002 * length_m)


@compiled
def fit(before: tuple[Any, Any, Any], count: int, way: Way, to: Receiver) -> tuple[float, float]:
    """Return how high the smooth ground that fits the way best is at both ends, above the site's antenna, § 5.6.1."""
    last, length_m = to.apart_m - way.receiver_m, to.length_m
    before_m, area, moment = before
    near_m = count * way.pixel_m
    width = length_m - near_m
    area += width * (last + before_m)
    moment += width * (last * (2.0 * length_m + near_m) + before_m * (length_m + 2.0 * near_m))
    per_area = 1.0 / (length_m * length_m)
    return (2.0 * area * length_m - moment) * per_area, (moment - area * length_m) * per_area


@compiled
def diffract(samples: Samples, count: int, way: Way, mast: Mast, to: Receiver) -> tuple[float, float, float]:
    """Return Bullington's diffraction parameter, (13) to (20), and both antennas' heights over the smooth ground."""
    tops, horizons, along_m, per_m, sums = samples
    length_m, far = to.length_m, np.float32(to.length_m)
    slope = to.end_m / length_m
    parameter, lower_t, lower_r = _NOTHING, 0.0, 0.0
    before = (-mast.antenna_m, 0.0, 0.0)
    if count > 0:
        before = (sums[0, count - 1], sums[1, count - 1], sums[2, count - 1])
        horizon = horizons[count - 1]
        if horizon < slope:
            least = closest(tops, along_m, count, np.float32(slope), far)
            parameter = -math.sqrt(least * 2.0 * length_m / way.wave_m)
        else:
            told = (np.float32(to.end_m), np.float32(way.falls_per_m2), np.float32(to.apart_m / length_m), far)
            back, high, from_t, from_r = obstruct(tops, along_m, per_m, count, told)
            both = horizon + back
            at_m = (to.end_m + back * length_m) / both if both > 0.0 else 0.5 * length_m
            at_m = min(max(at_m, 1e-6 * length_m), (1.0 - 1e-6) * length_m)
            parameter = (horizon - slope) * at_m * math.sqrt(2.0 * length_m / (way.wave_m * at_m * (length_m - at_m)))
            if high > 0.0:
                lower_t, lower_r = high * from_t / (from_t + from_r), high * from_r / (from_t + from_r)
    smooth_t, smooth_r = fit(before, count, way, to)
    base_t, base_r = min(smooth_t - lower_t, -mast.antenna_m), min(smooth_r - lower_r, to.apart_m - way.receiver_m)
    return parameter, -base_t, to.apart_m - base_r


@compiled
def sample(heights: Heights, mast: Mast, way: Way, ray: tuple[float, float, int], samples: Samples) -> int:
    """Sample a ray and carry the site's horizon along it; return how many samples come before the first hole."""
    tops, horizons, _, _, sums = samples
    by_row, by_column, count = ray
    last_row, last_column = heights.shape[0] - 1, heights.shape[1] - 1
    base = heights[mast.row, mast.column] + mast.antenna_m
    horizon = -_MANY
    area, moment, before = 0.0, 0.0, -mast.antenna_m
    for at in range(count):
        # A ray to a pixel of the rim may run half a pixel beside the grid.
        row = min(max(mast.row + (at + 1) * by_row, 0.0), float(last_row))
        column = min(max(mast.column + (at + 1) * by_column, 0.0), float(last_column))
        up, left = int(row), int(column)
        down, right = row - up, column - left
        below = up + (1 if down > 0.0 else 0)
        beside = left + (1 if right > 0.0 else 0)
        height = (1.0 - down) * ((1.0 - right) * heights[up, left] + right * heights[up, beside]) + down * (
            (1.0 - right) * heights[below, left] + right * heights[below, beside]
        )
        along = (at + 1) * way.pixel_m
        flat = height - base
        if not flat > -_MANY:
            return at
        top = np.float32(flat - along * along * way.falls_per_m2)
        horizon = max(horizon, np.float32(top / along))
        area += way.pixel_m * (flat + before)
        moment += way.pixel_m * (flat * (3.0 * along - way.pixel_m) + before * (3.0 * along - 2.0 * way.pixel_m))
        before = flat
        tops[at], horizons[at] = top, horizon
        sums[0, at], sums[1, at], sums[2, at] = flat, area, moment
    return count


@compiled
def see(scene: Scene, mast: Mast, disc: Disc, room: Room) -> None:
    """Write for each pixel of a disc what is lost on the way to it, and how steep the ray leaves."""
    heights, way, table, directions = scene.heights, scene.way, scene.table, disc.directions
    rows, columns = heights.shape
    losses, slopes, horizons = room.losses, room.slopes, room.horizons
    samples = (room.tops, room.horizons, room.along_m, room.per_m, room.sums)
    base = heights[mast.row, mast.column] + mast.antenna_m
    for ray in range(len(directions)):
        sampled = -1
        known = 0
        # From the far end, so that a ray is sampled once and no farther than there is a pixel to see.
        for pixel in range(disc.starts[ray + 1] - 1, disc.starts[ray] - 1, -1):
            row, column = mast.row + disc.rows[pixel], mast.column + disc.columns[pixel]
            if not (0 <= row < rows and 0 <= column < columns):
                losses[pixel] = OUTSIDE
                continue
            count = disc.before[pixel]
            if sampled < 0:
                sampled = count
                known = sample(heights, mast, way, (directions[ray, 0], directions[ray, 1], count), samples)
            length = float(disc.distances_m[pixel])
            apart = heights[row, column] + way.receiver_m - base
            if count > known or not apart > -_MANY:
                losses[pixel] = np.nan
                continue
            end = apart - length * length * way.falls_per_m2
            parameter, near, other = diffract(samples, count, way, mast, Receiver(length, apart, end))
            loss = way.free_space_db + 10.0 * math.log10(length * length + apart * apart)
            loss += lose_over_edge(parameter, length)
            loss += exceed(table, length, place_of(near, way), place_of(other, way), way)
            slope = max(end / length, horizons[count - 1]) if count > 0 else end / length
            losses[pixel], slopes[pixel] = loss, slope


@compiled
def gain_to(gains: Single, station: Station, azimuth_deg: float, slope: float) -> float:
    """Return the gain of an antenna in a direction, in decibels against its strongest, from its table by whole degrees.

    Rows of a table are azimuths 0 to 359 from where it is turned to, columns are elevations -90 to 90.
    """
    azimuth = round(azimuth_deg - station.azimuth_deg) % 360
    elevation = round(math.degrees(math.atan(slope))) + 90
    found: float = gains[station.pattern, azimuth, elevation]
    return found


@compiled
def keep(station: Station, gains: Single, disc: Disc, room: Room, best: Best) -> None:
    """Keep the signal of a site wherever it is the strongest; of two that are alike the first stays."""
    signals, servers, unknown = best.signals_dbm, best.servers, best.unknown
    losses, slopes, azimuths_deg = room.losses, room.slopes, disc.azimuths_deg
    rows, columns = signals.shape
    for pixel in range(len(losses)):
        loss = losses[pixel]
        row = station.row + disc.rows[pixel] - best.first_row
        column = station.column + disc.columns[pixel] - best.first_column
        if loss == OUTSIDE or not (0 <= row < rows and 0 <= column < columns):
            continue
        if not loss > -_MANY:
            unknown[row, column] += 1
            continue
        signal = np.float32(station.eirp_dbm - loss)
        if station.pattern >= 0:
            signal += gain_to(gains, station, azimuths_deg[pixel], slopes[pixel])
        if signal > signals[row, column]:
            signals[row, column], servers[row, column] = signal, station.number


def room_for(disc: Disc, pixel_m: float) -> Room:
    """Return what is written for a site of a disc; one room serves one thread."""
    steps = disc.steps + 1
    along_m = np.arange(1, steps + 1) * pixel_m
    return Room(
        np.zeros(steps, np.float32),
        np.zeros(steps, np.float32),
        along_m.astype(np.float32),
        (1.0 / along_m).astype(np.float32),
        np.zeros((3, steps)),
        np.zeros(len(disc.rows), np.float32),
        np.zeros(len(disc.rows), np.float32),
    )


@kept
def see_all(scene: Scene, stations: Double, disc: Disc, room: Room, best: Best) -> None:
    """Keep the strongest signal of many sites; a row of ``stations`` is a ``Station`` and the height of its antenna.

    What the row before saw from the same place and height, as a sector of the same mast, is not looked at again.
    """
    gains = scene.gains
    for site in range(len(stations)):
        told, before = stations[site], stations[max(site - 1, 0)]
        station = Station(int(told[0]), int(told[1]), int(told[2]), told[3], int(told[4]), told[5])
        if site == 0 or told[0] != before[0] or told[1] != before[1] or told[6] != before[6]:
            see(scene, Mast(station.row, station.column, told[6]), disc, room)
        keep(station, gains, disc, room, best)


@kept
def see_one(scene: Scene, mast: Mast, disc: Disc, room: Room) -> None:
    """Write for each pixel of the disc round one site what is lost on the way to it."""
    see(scene, mast, disc, room)
