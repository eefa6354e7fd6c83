"""What an explanation says: the village, its points, the ways to it, what definitions answer, what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from amur.methods.coverage.budgets import Term
from amur.methods.explaining.costs import Cost
from amur.methods.explaining.questions import Thing
from amur.methods.explaining.sights import State
from amur.methods.explaining.vocabulary import Said
from amur.methods.propagation.paths import Numbers

Kind: TypeAlias = Literal["band", "mast", "band_and_mast", "site", "satellite"]


@dataclass(frozen=True, slots=True)
class Subject:
    """The village or settlement that is explained, and the row of the point that is looked at most closely.

    ``county`` is a code; people and households are None where nobody knows how many there are.
    """

    id: str
    name: str
    county: str
    people: float | None
    households: float | None
    point: int
    thing: Thing = "village"
    county_name: str = ""


@dataclass(frozen=True, slots=True)
class PointLevel:
    """A point of the village: what and where it is, its strongest site, and the signal there.

    ``median_dbm`` and ``edge_dbm`` are None where nothing is known and minus infinity where no site is in reach.
    ``is_at_least`` says that a site whose ground is not known all the way might be stronger.
    """

    kind: str
    longitude: float
    latitude: float
    households: float | None
    site: str
    median_dbm: float | None
    edge_dbm: float | None
    is_at_least: bool


@dataclass(frozen=True, slots=True)
class Ridge:
    """Where the ground hinders most: how far from the site, where, how high above the sea and over the line of sight.

    ``over_m`` is negative where the line passes above. ``free_share`` is how much of the first Fresnel zone's radius
    ``zone_m`` is free under the line (negative: blocked); ``parameter`` is that of diffraction over one edge, which
    alone would lose ``edge_db``.
    """

    km: float
    longitude: float
    latitude: float
    height_m: float
    over_m: float
    zone_m: float
    free_share: float
    parameter: float
    edge_db: float


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The ground of a way point by point, in kilometres and metres, and the line and zone over it (see ``Sights``)."""

    km: Numbers
    ground_m: Numbers
    tops_m: Numbers
    lines_m: Numbers
    zones_m: Numbers
    parameters: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The way from one site's strongest antenna to the point: geometry, losses by two models, and the link budget.

    ``state`` is ``near`` where the way is too short for a profile and ``unknown`` where its ground is not known; then
    ``unknown`` says where. ``parts_db`` divides the loss by P.1812 into free space, diffraction and the rest.
    """

    site: str
    antenna: int
    longitude: float
    latitude: float
    km: float
    bearing_deg: float
    antenna_m: float
    ground_m: float | None
    receiver_ground_m: float | None
    frequency_mhz: float
    state: State | Literal["near", "unknown"]
    unknown: Said = field(default_factory=dict)
    profile: Profile | None = None
    ridge: Ridge | None = None
    loss_db: float | None = None
    parts_db: Mapping[str, float] = field(default_factory=dict)
    itm_loss_db: float | None = None
    itm_way: str = ""
    itm_cautions: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    median_dbm: float | None = None
    edge_dbm: float | None = None
    itm_median_dbm: float | None = None

    @property
    def difference_db(self) -> float | None:
        """Return by how much the second opinion loses more than the first."""
        return None if self.loss_db is None or self.itm_loss_db is None else self.itm_loss_db - self.loss_db


@dataclass(frozen=True, slots=True)
class Answer:
    """What one definition says of the village, and why and by whose rule in each language."""

    definition: str
    source: Said
    answer: str
    why: Said
    title: Said = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What could be done, what the signal would be, and what each definition would say then.

    ``site`` is the site that is changed, or that a new one is joined to, ``km`` away. ``median_dbm`` and ``edge_dbm``
    are those of the point that is looked at, ``weakest_dbm`` is the edge at the village's weakest point. ``answers``
    are by definition; ``mends`` are those that are covered then and are not now. ``rank`` counts from 1. ``unknown``
    are items that have a price and of which nobody knows how many are needed, so that there is no cost.
    """

    kind: Kind
    site: str
    longitude: float
    latitude: float
    frequency_mhz: float | None
    height_m: float | None
    raised_m: float
    km: float
    median_dbm: float | None
    edge_dbm: float | None
    weakest_dbm: float | None
    answers: Mapping[str, str]
    mends: tuple[str, ...]
    cost: Cost | None = None
    rank: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """All that is said of one village; ``chosen`` has for each definition that is not met the rank of the remedy.

    ``simulated`` are sentences, each of which says what is made up; ``notes`` are others for whoever reads it: what was
    assumed, is coarse or not verified.
    """

    subject: Subject
    points: tuple[PointLevel, ...]
    nearest_site: str
    nearest_km: float
    ways: tuple[Way, ...]
    answers: tuple[Answer, ...]
    remedies: tuple[Remedy, ...]
    chosen: Mapping[str, int | None]
    simulated: tuple[Said, ...]
    notes: tuple[Said, ...]
    terms: Mapping[str, Any]

    @property
    def unmet(self) -> tuple[str, ...]:
        """Return the definitions by which the village is not known to be covered."""
        return tuple(self.chosen)

    @property
    def for_all(self) -> Remedy | None:
        """Return the first remedy that mends each definition that is not met; None where none does or need be."""
        wanted = set(self.unmet)
        return next((one for one in self.remedies if wanted and wanted <= set(one.mends)), None)

    @property
    def has_costs(self) -> bool:
        """Say whether any remedy has a price."""
        return any(one.cost is not None for one in self.remedies)
