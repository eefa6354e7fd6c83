"""What a rule is once it was read: who wrote it about what, and its condition in each way its events are logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from amur.detection.sigma.logsources import LogSource
from amur.detection.sigma.trees import Tree, renamed

LEVELS = ("informational", "low", "medium", "high", "critical")
"""How grave what a rule finds is, the gravest last."""

TACTICS = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-evasion",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)
"""The tactics of ATT&CK, of older versions too, in the order in which an attack goes through them."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a rule of any kind; ``id`` is its own, or its name or title where it has none."""

    id: str
    title: str
    name: str = ""
    level: str = "medium"
    status: str = ""
    description: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    file: str = ""

    @property
    def tactics(self) -> tuple[str, ...]:
        """Return the tactics of ATT&CK that it is tagged with.

        >>> Said("1", "A", tags=("attack.t1059.001", "attack.execution")).tactics
        ('execution',)
        """
        tagged = {tag.removeprefix("attack.").replace("_", "-") for tag in self.tags if tag.startswith("attack.")}
        return tuple(name for name in TACTICS if name in tagged)

    @property
    def techniques(self) -> tuple[str, ...]:
        """Return the techniques of ATT&CK that it is tagged with.

        >>> Said("1", "A", tags=("attack.t1059.001", "attack.execution")).techniques
        ('T1059.001',)
        """
        marks = (tag.removeprefix("attack.").upper() for tag in self.tags if tag.startswith("attack.t"))
        return tuple(mark for mark in marks if mark[1:2].isdigit())


@dataclass(frozen=True, slots=True)
class Variant:
    """The condition of a rule for one way in which its events are logged."""

    way: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that looks at one event at a time."""

    said: Said
    source: LogSource
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rule that looks at what other rules found: how often, how many different, or which after which.

    ``kind`` is one of ``event_count``, ``value_count``, ``value_sum``, ``value_avg``, ``value_median``,
    ``value_percentile``, ``temporal`` and ``temporal_ordered``. ``rules`` are ids of others, ``within`` is in seconds.
    ``compare`` and ``limit`` say how many are too many; ``fields`` are those that are counted. ``group`` says by which
    values events belong together, ``aliases`` what such a name is called in each rule: (name, rule id, field).
    ``generate`` keeps the hits of the rules it refers to among the results. ``wanted`` says which of its rules must
    have found something, for a temporal one that does not want them all: a tree whose fields are ids of rules.
    """

    said: Said
    kind: str
    rules: tuple[str, ...]
    within: int
    group: tuple[str, ...] = ()
    compare: str = "gte"
    limit: float = 1
    fields: tuple[str, ...] = ()
    percentile: float = 0
    aliases: tuple[tuple[str, str, str], ...] = ()
    generate: bool = False
    wanted: Tree | None = None

    def naming(self, ids: Mapping[str, str]) -> Correlation:
        """Return the same with the ids of rules in place of their names."""
        return replace(
            self,
            rules=tuple(ids.get(name, name) for name in self.rules),
            aliases=tuple((alias, ids.get(name, name), field) for alias, name, field in self.aliases),
            wanted=renamed(self.wanted, ids) if self.wanted else None,
        )


@dataclass(frozen=True, slots=True)
class Unusable:
    """A rule that cannot be used: the file, which rule of it, and why."""

    file: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that were read together, in the order of their ids; what could not be used, and what was assumed."""

    rules: tuple[Rule, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    assumed: tuple[Unusable, ...] = ()

    @property
    def silent(self) -> frozenset[str]:
        """Return the rules and correlations whose hits only feed correlations, none of which generates them."""
        fed = {name for one in self.correlations for name in one.rules}
        return frozenset(fed - {name for one in self.correlations if one.generate for name in one.rules})
