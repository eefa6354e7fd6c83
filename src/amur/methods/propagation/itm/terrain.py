"""What a profile says: its height, its horizons, how rough it is and how high the antennas stand over it.

A profile is a row of heights above the sea in metres, ``step_m`` apart, from the transmitter to the receiver.
"""

from __future__ import annotations

import math

import numpy as np

from amur.methods.propagation.compiling import compiled, swept
from amur.methods.propagation.itm.geometry import Medium, Pair, Terrain
from amur.methods.propagation.paths import Numbers

MOST_SAMPLES = 245
"""How many heights at most the roughness of a profile is judged by."""
_SCALE_M = 50e3


@swept
def mean_height(heights_m: Numbers) -> float:
    """Return how high a path lies above the sea: the mean of its heights, a tenth at each end left out."""
    steps = len(heights_m) - 1
    tenth = int(0.1 * steps)
    total = 0.0
    for at in range(tenth, steps - tenth + 1):
        total += heights_m[at]
    return total / (steps - 2 * tenth + 1)


@swept
def _angles(heights_m: Numbers, step_m: float, ray: tuple[int, float, float], angles: Numbers) -> float:
    """Write the angles under which the points between the ends are seen from one of them; return the greatest.

    The ray has the place of the end that looks, its height and how the earth bends under it.
    """
    origin, here, bend = ray
    greatest = -np.inf
    for at in range(1, len(heights_m) - 1):
        gone = abs(at - origin) * step_m
        angle = (heights_m[at] - here) / gone - bend * gone
        angles[at] = angle
        greatest = max(greatest, angle)
    return greatest


@compiled
def _walk(begin_m: float, step_m: float, steps: int) -> float:
    """Return where so many steps lead, one after the other.

    They are not multiplied, because what the reference software rounds decides which points it counts as whole.
    """
    gone = begin_m
    for _ in range(steps):
        gone += step_m
    return gone


@compiled
def _first_with(angles: Numbers, angle: float) -> int:
    """Return the first place between the ends where there is such an angle."""
    at = 1
    while angles[at] < angle:
        at += 1
    return at


@compiled
def horizons(heights_m: Numbers, step_m: float, antennas_m: Pair, radius_m: float, room: Numbers) -> tuple[Pair, Pair]:
    """Return the angles to the horizons of both ends, and how far these are.

    A ray that nothing stands in the way of has the other end as its horizon. ``room`` has one number for each point.

    Source: listing, section 47; TN-101, eq. 6.15.
    """
    steps = len(heights_m) - 1
    length = steps * step_m
    bend = 0.5 / radius_m
    here, there = heights_m[0] + antennas_m[0], heights_m[steps] + antennas_m[1]
    first, first_m = (there - here) / length - bend * length, length
    second, second_m = (here - there) / length - bend * length, length
    angle = _angles(heights_m, step_m, (0, here, bend), room)
    if angle > first:
        first, first_m = angle, _walk(0.0, step_m, _first_with(room, angle))
    angle = _angles(heights_m, step_m, (steps, there, bend), room)
    if angle > second:
        second, second_m = angle, _walk(length, -step_m, _first_with(room, angle))
    return (first, second), (first_m, second_m)


@swept
def fitted(heights_m: Numbers, begin: int, end: int) -> Pair:
    """Return how high the straight line through the heights ``begin`` to ``end`` is over the first and the last point.

    The least squares are those of the trapezoid rule: both end points count half.

    Source: listing, section 53.
    """
    width = float(end - begin)
    middle = 0.5 * (begin + end)
    total = 0.5 * (heights_m[begin] + heights_m[end])
    moment = 0.25 * width * (heights_m[end] - heights_m[begin])
    for at in range(begin + 1, end):
        total += heights_m[at]
        moment += heights_m[at] * (at - middle)
    mean = total / width
    slope = moment * 12.0 / ((width * width + 2.0) * width)
    return mean - slope * middle, mean + slope * (len(heights_m) - 1 - middle)


@compiled
def fitted_between(heights_m: Numbers, step_m: float, begin_m: float, end_m: float) -> Pair:
    """Return the line through the heights between two distances, as ``fitted`` does.

    The distances are widened to whole steps, and to two of these where there would be none.
    """
    steps = len(heights_m) - 1
    begin = int(max(begin_m / step_m, 0.0))
    end = steps - int(max(steps - end_m / step_m, 0.0))
    if end <= begin:
        begin = max(begin - 1, 0)
        end = min(end + 1, steps)
    return fitted(heights_m, begin, end)


@swept
def _sample(heights_m: Numbers, begin: float, end: float, samples: Numbers) -> None:
    """Fill ``samples`` with heights evenly between two places, which are counted in steps."""
    last = len(heights_m) - 2
    apart = (end - begin) / (len(samples) - 1)
    for at in range(len(samples)):
        place = begin + at * apart
        before = min(int(place), last)
        part = place - before
        samples[at] = heights_m[before] + (heights_m[before + 1] - heights_m[before]) * part


@compiled
def place_largest(values: Numbers, first: int, last: int, rank: int) -> None:
    """Put the value that is ``rank``-th from above among ``first`` to ``last`` in its place, smaller ones behind it."""
    while first < last:
        pivot = values[(first + last) // 2]
        up, down = first, last
        while up <= down:
            while values[up] > pivot:
                up += 1
            while values[down] < pivot:
                down -= 1
            if up <= down:
                values[up], values[down] = values[down], values[up]
                up += 1
                down -= 1
        if rank <= down:
            last = down
        elif rank >= up:
            first = up
        else:
            return


@swept
def _at_least(values: Numbers, bound: float) -> int:
    """Return how many values are not less than a bound."""
    found = 0
    for at in range(len(values)):
        found += 1 if values[at] >= bound else 0
    return found


@swept
def _more_than(values: Numbers, bound: float) -> int:
    """Return how many values are more than a bound."""
    found = 0
    for at in range(len(values)):
        found += 1 if values[at] > bound else 0
    return found


@swept
def _least_of(values: Numbers, bound: float) -> float:
    """Return the least value that is not less than a bound."""
    least = np.inf
    for at in range(len(values)):
        least = min(least, values[at] if values[at] >= bound else np.inf)
    return least


@compiled
def largest(values: Numbers, rank: int, low: float, high: float, guess: float) -> float:
    """Return the value that is ``rank``-th from above; all values lie from ``low`` to ``high``.

    Where so many values are not less than a bound, the least of them is it. The bound begins at a guess and is moved to
    where so many should be, which takes whole vectors of values at a time and about five rounds. Equal values, as on
    water, may leave no such bound: after a few rounds the least value is looked at as well. What is left then is put in
    order.
    """
    if not low < high:
        return high
    below, above = len(values), 0
    for turn in range(24):
        share = (rank - above) / (below - above) if turn % 3 < 2 else 0.5  # noqa: PLR2004 – every third halves
        bound = guess if turn == 0 and low < guess < high else high - (high - low) * share
        found = _at_least(values, bound)
        if found == rank:
            return _least_of(values, bound)
        if found < rank:
            high, above = bound, found
            continue
        low, below = bound, found
        if turn > 3:  # noqa: PLR2004 – the few rounds
            least = _least_of(values, bound)
            if _more_than(values, least) < rank:
                return least
    place_largest(values, 0, len(values) - 1, rank - 1)
    return float(values[rank - 1])


@swept
def _level(samples: Numbers) -> tuple[float, float, float]:
    """Take off samples the straight line that fits them; return of what is left the least, the most and its spread."""
    first, last = fitted(samples, 0, len(samples) - 1)
    slope = (last - first) / (len(samples) - 1)
    least, most, squares = np.inf, -np.inf, 0.0
    for at in range(len(samples)):
        left = samples[at] - (first + slope * at)
        samples[at] = left
        least, most = min(least, left), max(most, left)
        squares += left * left
    return least, most, math.sqrt(squares / len(samples))


@compiled
def roughness(heights_m: Numbers, begin: float, end: float, step_m: float, scratch: Numbers) -> float:
    """Return the terrain irregularity Δh: between which heights eight tenths of the terrain lie, its slope taken off.

    ``begin`` and ``end`` are counted in steps; ``scratch`` holds ``MOST_SAMPLES`` numbers. What is seen on a short
    path is made that of an infinite one.

    Source: listing, section 48; Algorithm, eq. 3.9.
    """
    if end - begin < 2.0:  # noqa: PLR2004 – fewer than two steps say nothing of roughness
        return 0.0
    tenth = min(max(4, int(0.1 * (end - begin + 8.0))), 25)
    count = 10 * tenth - 5
    samples = scratch[:count]
    _sample(heights_m, begin, end, samples)
    low, high, sigma = _level(samples)
    tail = 1.28 * sigma  # beyond which a tenth of what is spread normally lies
    between = largest(samples, tenth, low, high, tail) - largest(samples, count - tenth + 1, low, high, -tail)
    return between / (1.0 - 0.8 * math.exp(-(end - begin) * step_m / _SCALE_M))


@compiled
def roughness_at(distance_m: float, delta_h_m: float) -> float:
    """Return what of the terrain irregularity is seen at a distance. Source: Algorithm, eq. 3.9."""
    return delta_h_m * (1.0 - 0.8 * math.exp(-distance_m / _SCALE_M))


@compiled
def deviation(rough_m: float) -> float:
    """Return σ_h, by how much the ground deviates where a ray is reflected. Source: Algorithm, eq. 3.10."""
    return 0.78 * rough_m * math.exp(-0.5 * math.sqrt(math.sqrt(rough_m)))


@compiled
def usual_horizon(effective_m: float, radius_m: float, delta_h_m: float) -> float:
    """Return how far the horizon usually is over terrain so rough. Source: Algorithm, eq. 3.3."""
    return math.sqrt(2.0 * effective_m * radius_m) * math.exp(-0.07 * math.sqrt(delta_h_m / max(effective_m, 5.0)))


@compiled
def usual_angle(effective_m: float, radius_m: float, delta_h_m: float, horizon_m: float) -> float:
    """Return by which angle one usually looks up to that horizon. Source: Algorithm, eq. 3.4."""
    smooth = math.sqrt(2.0 * effective_m * radius_m)
    return (0.65 * delta_h_m * (smooth / horizon_m - 1.0) - 2.0 * effective_m) / smooth


@compiled
def _in_sight(distance_m: float, antennas_m: Pair, effective_m: Pair, delta_h_m: float, radius_m: float) -> Terrain:
    """Return the terrain of a path whose ends see each other well: its horizons lie behind it and are the usual ones.

    Antennas are taken as higher where the usual horizons would not reach that far.
    """
    first, second = effective_m
    first_m, second_m = usual_horizon(first, radius_m, delta_h_m), usual_horizon(second, radius_m, delta_h_m)
    if first_m + second_m <= distance_m:
        more = (distance_m / (first_m + second_m)) ** 2
        first, second = first * more, second * more
        first_m, second_m = usual_horizon(first, radius_m, delta_h_m), usual_horizon(second, radius_m, delta_h_m)
    angles = (
        usual_angle(first, radius_m, delta_h_m, first_m),
        usual_angle(second, radius_m, delta_h_m, second_m),
    )
    return Terrain(distance_m, antennas_m, (first, second), (first_m, second_m), angles, delta_h_m, is_known=True)


@compiled
def look_over(heights_m: Numbers, step_m: float, antennas_m: Pair, medium: Medium, scratch: Numbers) -> Terrain:
    """Return what a profile says.

    What stands within a tenth of the way to the horizon, or within 15 times the antenna's height, is not looked at.

    Source: listing, section 43; NTIA 82-100, p. 25.
    """
    length = (len(heights_m) - 1) * step_m
    angles, far = horizons(heights_m, step_m, antennas_m, medium.radius_m, scratch)
    begin = min(15.0 * antennas_m[0], 0.1 * far[0])
    end = length - min(15.0 * antennas_m[1], 0.1 * far[1])
    delta_h = roughness(heights_m, begin / step_m, end / step_m, step_m, scratch)
    in_sight = far[0] + far[1] > 1.5 * length
    if in_sight:
        here, there = fitted_between(heights_m, step_m, begin, end)
    else:
        here, _ = fitted_between(heights_m, step_m, begin, 0.9 * far[0])
        _, there = fitted_between(heights_m, step_m, length - 0.9 * far[1], end)
    effective = (
        antennas_m[0] + max(heights_m[0] - here, 0.0),
        antennas_m[1] + max(heights_m[-1] - there, 0.0),
    )
    if in_sight:
        return _in_sight(length, antennas_m, effective, delta_h, medium.radius_m)
    return Terrain(length, antennas_m, effective, far, angles, delta_h, is_known=True)
