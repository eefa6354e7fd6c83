"""What counts as covered: definitions that compete, each with its source, and how each judges villages and ground.

Published definitions are made of three parts, with distances, thresholds and probabilities as whoever declares them
says:

- ``SiteWithin``: a site stands within so many kilometres. Planners' buffers round each site are this (5 km in the model
  of cells of ITU's connectivity planning platform), and so is the first half of the rule by which villages are counted
  in universal service (4G pilots of 2018: 5 km round the village committee).
- ``SignalAt``: the signal reaches a threshold at points of a village, in the median, or with a probability that makes
  it the edge of a cell (90 % in the FCC's Broadband Data Collection). The second half of that rule is this: the
  committee, school, clinic and every settlement of 20 households or more have signal.
- ``AnyOf``: one of several is enough, as in that rule.

There are three answers: covered, not covered, not known. What is not known is never taken for covered, and decides
nothing that is decided without it: of several that must all be, one that is not settles it, and of several of which one
is enough, one that is (S. C. Kleene's logic of three values, 1938).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from scipy.spatial import cKDTree

from amur.base.faults import AmurError
from amur.methods.coverage.probabilities import Signal, edge_dbm
from amur.methods.coverage.reasons import Cause, coded, joined
from amur.methods.coverage.villages import COMMITTEE, KINDS, SETTLEMENT, Flags, Numbers, Points, Rows, Villages

States = np.ndarray[Any, np.dtype[np.int8]]
NOT_COVERED, NOT_KNOWN, COVERED = np.int8(-1), np.int8(0), np.int8(1)
"""The answers, so ordered that all of several is their least and any of several their most."""
Source: TypeAlias = "str | Mapping[str, str]"
"""Where a definition is from: in one text for every reader, or by language."""
WORDS = {NOT_COVERED: "not covered", NOT_KNOWN: "not known", COVERED: "covered"}
_EARTH_M, _KM = 6_371_008.8, 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What a definition says of each village or piece of ground: the answer, its cause, the point and number of it.

    ``points`` is the row of the point that decides, -1 where none does; ``kinds`` what it is, -1 where that says
    nothing; ``values`` are kilometres or dBm by the cause. Of a definition with parts, ``parts`` are their verdicts.
    """

    definition: Definition
    states: States
    causes: Rows
    points: Rows
    kinds: Rows
    values: Numbers
    parts: tuple[Verdicts, ...] = ()

    def __len__(self) -> int:
        """Return how many are judged."""
        return len(self.states)

    @property
    def is_covered(self) -> Flags:
        """Say of each whether it is covered; what is not known is not."""
        found: Flags = self.states == COVERED
        return found

    def why(self) -> list[str]:
        """Return why each answer is what it is, as codes of reasons; of parts those whose answer it is, one if enough.

        ``reasons.said`` says a code in a language.
        """
        if not self.parts:
            return coded(self.causes, self.kinds, self.values)
        told = [(part.why(), (part.states == self.states).tolist()) for part in self.parts]
        found = [[said[row] for said, is_same in told if is_same[row]] for row in range(len(self))]
        return [
            some[0] if is_enough else joined(some)
            for some, is_enough in zip(found, self.is_covered.tolist(), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class SiteWithin:
    """Covered is what has a site within a distance: of a village its committee, of ground each point of it."""

    id: str
    source: Source
    kilometres: float

    def __post_init__(self) -> None:
        """Refuse what is no distance.

        Raises:
            AmurError: it says what was found.
        """
        _sourced(self.id, self.source)
        if not (np.isfinite(self.kilometres) and self.kilometres >= 0):
            raise AmurError(
                "bad_distance",
                f"{self.id}, kilometres: found {self.kilometres}, wanted 0 or more",
                found=f"{self.kilometres:g}",
            )


@dataclass(frozen=True, slots=True)
class SignalAt:
    """Covered is what has a signal of a threshold with a probability: of a village at its points of certain kinds.

    The probability is that of places: 0.5 takes the median. A settlement has to have signal from ``least_households``
    on. Of ground each point is asked for itself, whatever the kinds.
    """

    id: str
    source: Source
    threshold_dbm: float
    probability: float
    kinds: tuple[str, ...] = KINDS
    least_households: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no threshold, probability or kind.

        Raises:
            AmurError: it says what was found.
        """
        _sourced(self.id, self.source)
        if not np.isfinite(self.threshold_dbm):
            raise AmurError(
                "bad_threshold",
                f"{self.id}, threshold_dbm: found {self.threshold_dbm}, wanted a number",
                found=f"{self.threshold_dbm:g}",
            )
        if not 0 < self.probability < 1:
            raise AmurError(
                "bad_probability",
                f"{self.id}, probability: found {self.probability}, wanted 0 to 1, neither",
                found=f"{self.probability:g}",
            )
        if not self.kinds or set(self.kinds) - set(KINDS):
            raise AmurError(
                "no_kind",
                f"{self.id}, kinds: found {self.kinds}, wanted some of {', '.join(KINDS)}",
                found=", ".join(self.kinds),
                there=", ".join(KINDS),
            )
        if not self.least_households >= 0:
            raise AmurError(
                "bad_number",
                f"{self.id}, least_households: found {self.least_households}, wanted 0 or more",
                where=f"{self.id}, least_households",
                found=str(self.least_households),
            )


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Covered is what one of several definitions covers."""

    id: str
    source: Source
    parts: tuple[Definition, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what has no parts.

        Raises:
            AmurError: it says which.
        """
        _sourced(self.id, self.source)
        if not self.parts:
            raise AmurError("no_parts", f"{self.id}: one of several is enough, and there is none", id=self.id)


Definition: TypeAlias = SiteWithin | SignalAt | AnyOf
SignalOf: TypeAlias = Signal | Callable[[Points], Signal]
"""A signal at each point, in their order, or what computes it."""


def judged_villages(
    definitions: Sequence[Definition],
    villages: Villages,
    *,
    sites: Points | None = None,
    signal: SignalOf | None = None,
) -> Mapping[str, Verdicts]:
    """Return what each definition says of each village, by the definition's id.

    ``sites`` are those of the service that is asked for, ``signal`` is at the points of the villages.

    Raises:
        AmurError: if two definitions have one id, a definition needs sites or signal and there are none, or the signal
            is of other points.

    >>> from amur.methods.coverage.villages import Place, villages
    >>> one = villages(["a"], ["1"], [40], [Place("a", "committee", 45.0, 126.0)])
    >>> rule = SiteWithin("buffer", "a planner's rule of thumb", 5)
    >>> found = judged_villages([rule], one, sites=Points(np.array([45.0]), np.array([126.05])))["buffer"]
    >>> found.is_covered.tolist(), found.why()
    ([True], ['site_near::3.94'])
    """
    asked = _Asked(villages.points, sites, signal)
    return {one.id: _of_villages(one, villages, asked) for one in _told_apart(definitions)}


def judged_ground(
    definitions: Sequence[Definition], ground: Points, *, sites: Points | None = None, signal: SignalOf | None = None
) -> Mapping[str, Verdicts]:
    """Return what each definition says of each point of ground, such as the middle of a cell, by the definition's id.

    Ground has no committee or school: a distance is from the point itself, and a signal is that of the point itself.

    Raises:
        AmurError: as for villages.

    >>> said = Signal(np.array([-100.0, -100.0, np.nan]), np.array([2.0, 8.0, np.nan]))
    >>> rule = SignalAt("edge", "a regulator's rule", -105.0, 0.9)
    >>> judged_ground([rule], Points(np.zeros(3), np.zeros(3)), signal=said)["edge"].states.tolist()
    [1, -1, 0]
    """
    asked = _Asked(ground, sites, signal)
    return {one.id: _of_ground(one, asked) for one in _told_apart(definitions)}


def nearest_site_m(points: Points, sites: Points) -> tuple[Numbers, Rows]:
    """Return how far the nearest site is from each point, in metres over ground, and its row; infinite and -1 if none.

    On the ellipsoid of WGS 84; good to a millionth up to 100 km, and to half a percent beyond.

    >>> nearest_site_m(Points(np.zeros(1), np.zeros(1)), Points(np.zeros(2), np.array([2.0, 1.0])))[1].tolist()
    [1]
    """
    if not len(sites) or not len(points):
        return np.full(len(points), np.inf), np.full(len(points), -1, dtype=np.int64)
    straight, rows = cKDTree(sites.in_space_m).query(points.in_space_m)
    found: Numbers = 2 * _EARTH_M * np.arcsin(np.minimum(straight / (2 * _EARTH_M), 1.0))
    return found, rows.astype(np.int64)


class _Asked:
    """Points, sites and signal, with what several definitions ask of them computed once."""

    def __init__(self, points: Points, sites: Points | None, signal: SignalOf | None) -> None:
        self.points = points
        self._sites, self._signal = sites, signal
        self._kilometres: Numbers | None = None

    def kilometres(self, of: str) -> Numbers:
        if self._sites is None:
            raise AmurError("no_sites", f"{of} asks how far sites are; give them, or an empty list if there are none")
        if self._kilometres is None:
            self._kilometres = nearest_site_m(self.points, self._sites)[0] / _KM
        return self._kilometres

    def signal(self, of: str) -> Signal:
        if self._signal is None:
            raise AmurError("no_signal", f"{of} asks for the signal at {len(self.points)} points, and none is given")
        if not isinstance(self._signal, Signal):
            self._signal = self._signal(self.points)
        if len(self._signal) != len(self.points):
            raise AmurError(
                "uneven_signal",
                f"there is a signal at {len(self._signal)} points, and {len(self.points)} are asked for",
            )
        return self._signal


def _told_apart(definitions: Sequence[Definition]) -> Sequence[Definition]:
    ids = [one.id for one in definitions]
    again = [one for row, one in enumerate(ids) if one in ids[:row]]
    if again:
        raise AmurError(
            "definition_twice", f"two definitions are called {again[0]!r}; each needs its own id", id=again[0]
        )
    return definitions


def _sourced(id_: str, source: Source) -> None:
    words = [source] if isinstance(source, str) else [*source.values()]
    if not id_ or not any(words):
        raise AmurError(
            "no_source", f"the definition {id_!r} has the source {source!r}; it needs an id and a source", id=id_
        )


def _any_of(definition: AnyOf, parts: tuple[Verdicts, ...]) -> Verdicts:
    states = np.max([part.states for part in parts], axis=0)
    first = np.argmax([part.states == states for part in parts], axis=0)
    across = np.arange(len(states))

    def taken(name: str) -> Any:
        return np.array([getattr(part, name) for part in parts])[first, across]

    return Verdicts(
        definition, states, taken("causes"), taken("points"), taken("kinds"), taken("values"), parts
    )  # fmt: skip


def _of_ground(definition: Definition, asked: _Asked) -> Verdicts:
    if isinstance(definition, AnyOf):
        return _any_of(definition, tuple(_of_ground(part, asked) for part in definition.parts))
    rows = np.arange(len(asked.points))
    kinds = np.full(len(rows), -1)
    if isinstance(definition, SiteWithin):
        return _within(definition, asked.kilometres(definition.id), rows, kinds)
    edge = edge_dbm(asked.signal(definition.id), definition.probability)
    states = _reaching(edge, definition.threshold_dbm)
    return Verdicts(definition, states, _causes(states, edge, Cause.HEARD), rows, kinds, edge)


def _of_villages(definition: Definition, villages: Villages, asked: _Asked) -> Verdicts:
    if isinstance(definition, AnyOf):
        return _any_of(definition, tuple(_of_villages(part, villages, asked) for part in definition.parts))
    if isinstance(definition, SignalAt):
        return _signal_at(definition, villages, edge_dbm(asked.signal(definition.id), definition.probability))
    seats = villages.rows_of(COMMITTEE)
    rows = np.full(len(villages), -1, dtype=np.int64)
    rows[villages.of[seats]] = seats
    kilometres = np.full(len(villages), np.nan)
    kilometres[villages.of[seats]] = asked.kilometres(definition.id)[seats]
    return _within(definition, kilometres, rows, np.where(rows >= 0, COMMITTEE, -1))


def _within(definition: SiteWithin, kilometres: Numbers, rows: Rows, kinds: Rows) -> Verdicts:
    """Return the verdicts of a distance; what has no distance, since nobody knows from where, is not known."""
    is_near, is_known = kilometres <= definition.kilometres, ~np.isnan(kilometres)
    states = np.where(is_near, COVERED, np.where(is_known, NOT_COVERED, NOT_KNOWN)).astype(np.int8)
    causes = np.select(
        [is_near, np.isinf(kilometres), is_known], [Cause.SITE_NEAR, Cause.NO_SITE, Cause.SITE_FAR], Cause.NO_COMMITTEE
    )
    return Verdicts(definition, states, causes, rows, kinds, kilometres)


def _reaching(edge: Numbers, threshold_dbm: float) -> States:
    said = np.where(edge >= threshold_dbm, COVERED, NOT_COVERED)
    return np.where(np.isnan(edge), NOT_KNOWN, said).astype(np.int8)


def _causes(states: States, edge: Numbers, reached: Cause) -> Rows:
    """Return the cause of each answer that is by the signal alone; ``reached`` where that is enough."""
    found: Rows = np.choose(states + 1, [Cause.WEAK, Cause.SIGNAL_UNKNOWN, reached])
    found[(found == Cause.WEAK) & np.isneginf(edge)] = Cause.NO_SIGNAL
    return found


def _signal_at(definition: SignalAt, villages: Villages, edge: Numbers) -> Verdicts:
    """Return the verdicts of a signal at all points that have to have it; the weakest of the worst decides."""
    is_settlement, size = villages.kinds == SETTLEMENT, villages.dwellings
    wanted = [KINDS.index(kind) for kind in definition.kinds]
    is_unsized = is_settlement & np.isnan(size) & (definition.least_households > 0)
    is_asked = np.isin(villages.kinds, wanted) & ~(is_settlement & (size < definition.least_households))
    at_points = _reaching(edge, definition.threshold_dbm)
    at_points[is_unsized] = np.maximum(at_points[is_unsized], NOT_KNOWN)
    causes_at = _causes(at_points, edge, Cause.SIGNAL)
    causes_at[is_unsized & (at_points == NOT_KNOWN) & ~np.isnan(edge)] = Cause.SIZE_UNKNOWN
    rows = _worst(villages, np.flatnonzero(is_asked), at_points, edge)
    states = np.append(at_points, NOT_KNOWN)[rows]  # the row -1 is the one that is put behind all others
    causes = np.append(causes_at, Cause.NOTHING)[rows]
    kinds, values = np.append(villages.kinds, -1)[rows], np.append(edge, np.nan)[rows]
    lacks = _first_missing(villages, wanted)
    is_open = (lacks >= 0) & ((states == COVERED) | (causes == Cause.NOTHING))
    states[is_open], causes[is_open], rows[is_open] = NOT_KNOWN, Cause.POINT_UNKNOWN, -1
    kinds[is_open], values[is_open] = lacks[is_open], np.nan
    return Verdicts(definition, states, causes, rows, kinds, values)


def _worst(villages: Villages, asked: Rows, at_points: States, edge: Numbers) -> Rows:
    """Return for each village the row of its worst point, the weakest of those, or -1 where none is asked."""
    order = asked[np.lexsort((np.nan_to_num(edge[asked]), at_points[asked], villages.of[asked]))]
    of, firsts = np.unique(villages.of[order], return_index=True)
    found = np.full(len(villages), -1, dtype=np.int64)
    found[of] = order[firsts]
    return found


def _first_missing(villages: Villages, wanted: Sequence[int]) -> Rows:
    """Return for each village the first kind of point that it may have and nobody knows of, or -1."""
    has = np.zeros((len(villages), len(KINDS)), bool)
    has[villages.of, villages.kinds] = True
    missing = ~(has | villages.has_none)[:, list(wanted)]
    found: Rows = np.where(missing.any(axis=1), np.asarray(wanted)[missing.argmax(axis=1)], -1)
    return found
