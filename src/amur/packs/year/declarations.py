"""What a pack can say of the demonstration's year: pools of made-up parties, lateness with its causes, the tour."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text
from amur.people.declarations import RegionCode

Weight = Annotated[int, Field(ge=0, le=1_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
_OF_SOMETHING = frozenset({"service", "case", "register", "indicator"})
_OF_A_CASE = frozenset({"case"})
_LONGEST_YEAR = 400


class Span(Declared):
    """How long something takes: between two numbers, each as likely, or at least, most likely and at most.

    ``share`` is in percent of the time that is left until the case is due.
    """

    working_days: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    share: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _is_one_and_in_order(self) -> Span:
        said = [getattr(self, name) for name in type(self).model_fields if getattr(self, name)]
        if len(said) != 1:
            raise ValueError("a time says none or several of working_days, days, hours, share; write one of them")
        numbers = said[0]
        if not 2 <= len(numbers) <= 3 or list(numbers) != sorted(numbers) or numbers[0] < 0:  # noqa: PLR2004 -- both ends, or the middle too
            raise ValueError(f"found {list(numbers)}; write least and most, or least, most likely and most")
        return self

    @property
    def unit(self) -> Literal["working_days", "days", "hours", "share"]:
        """Return in what it is counted.

        >>> Span(hours=(1, 2)).unit
        'hours'
        """
        if self.working_days:
            return "working_days"
        if self.days:
            return "days"
        return "hours" if self.hours else "share"

    @property
    def bounds(self) -> tuple[int, ...]:
        """Return the numbers.

        >>> Span(days=(1, 2, 9)).bounds
        (1, 2, 9)
        """
        return self.working_days or self.days or self.hours or self.share


class LateRule(Declared):
    """How many of a hundred cases are late, by how much, and which causes the office gives, each with a weight.

    The causes are codes of the list that ``late_causes`` of ``pack.yaml`` names.
    """

    percent: Percent
    by: Span = Span(working_days=(1, 3, 12))
    causes: dict[str, Weight] = Field(min_length=1)


class Held(Declared):
    """What each of a pool already holds when the year begins: a record of a register.

    ``since`` is when the first and the last of them begin, in days before the last of the year, evenly spread; they
    hold for so many ``years``, or without an end. ``{number}`` is which of the pool it is, in four digits, and
    ``{code}`` that of the enterprise; one of the two stands in ``key``. ``values`` may name them too, and ``{held}``
    (the key), ``{since}`` and ``{until}``. ``as`` is who of the cast enters them.
    """

    register_id: Identifier = Field(alias="register")
    key: str = Field(min_length=1, max_length=100)
    by: Identifier = Field(alias="as")
    source: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500)
    since: tuple[int, int]
    years: int | None = Field(default=None, gt=0, le=30)
    values: dict[Identifier, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_for_each(self) -> Held:
        if "{number}" not in self.key and "{code}" not in self.key:
            raise ValueError(f"the key {self.key!r} is the same for all of a pool; put {{number}} or {{code}} into it")
        if not self.since[0] >= self.since[1] > _LONGEST_YEAR:
            raise ValueError(
                f"found since {list(self.since)}; write the earlier first, and both before the year, which has 400 days"
            )
        return self


class Pool(Declared):
    """Made-up parties of a kind: people, or people who act for an enterprise of theirs.

    In ``person`` and ``name`` words in braces are drawn from ``parts``. In ``code`` and ``telephone`` a ``*`` is a
    character of the scheme's alphabet and a ``#`` a digit; the check character is added. What is drawn is each time
    another one. Each lives in one of the ``regions``, by its weight. ``holds`` is what each holds from the start; each
    of them then comes with at most one case of a file. What a pool does not say is as in the one that it is ``like``.
    """

    id: Identifier
    count: int = Field(gt=0, le=5_000)
    like: Identifier | None = None
    person: str = Field(default="", max_length=100)
    name: str = ""
    scheme: Identifier | None = None
    code: str = ""
    telephone: str = ""
    parts: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    regions: dict[RegionCode, Weight] = Field(default_factory=dict)
    holds: Held | None = None

    @model_validator(mode="after")
    def _an_enterprise_is_whole(self) -> Pool:
        said = [bool(self.name), bool(self.scheme), bool(self.code)]
        if any(said) and not all(said):
            raise ValueError(f"the pool {self.id!r} gives name, scheme and code only in part; give all or none of them")
        if not self.person or not self.regions:
            raise ValueError(f"the pool {self.id!r} gives no person or no regions; give both, or say like which it is")
        return self


class TourStop(Declared):
    """A page of the demonstration to which the tour leads, and what there is to see.

    ``of`` names the service, register or indicator, or the case of the demonstration whose page it is.
    """

    title: Text
    text: Text
    page: Literal["home", "service", "case", "register", "policy", "late", "indicator", "draws"]
    of: str = ""

    @model_validator(mode="after")
    def _names_what_it_shows(self) -> TourStop:
        if (self.page in _OF_SOMETHING) != bool(self.of):
            what = "names nothing" if self.page in _OF_SOMETHING else f"names {self.of!r}"
            raise ValueError(
                f"a stop at the page {self.page!r} {what}; say of what it is, and only where it must be said"
            )
        return self

    @property
    def is_of_a_case(self) -> bool:
        """Say whether it leads to a page of a case.

        >>> TourStop(title={"zh": "首", "en": "H"}, text={"zh": "看", "en": "L"}, page="home").is_of_a_case
        False
        """
        return self.page in _OF_A_CASE


class Year(Declared):
    """The year that is played: by which chance, over how many days up to today, by whom, and how much of it is late."""

    seed: int = Field(default=1, ge=0)
    days: int = Field(default=365, gt=0, le=400)
    pools: tuple[Pool, ...] = ()
    late: LateRule | None = None

    @model_validator(mode="before")
    @classmethod
    def _likened(cls, given: Any) -> Any:
        """Give a pool that is like one before it what it does not say itself."""
        pools = given.get("pools") if isinstance(given, dict) else None
        if not isinstance(pools, list | tuple):
            return given
        known: dict[Any, dict[str, Any]] = {}
        for one in pools:
            if isinstance(one, dict):
                other = known.get(one.get("like"), {})
                known[one.get("id")] = {**{name: said for name, said in other.items() if name != "holds"}, **one}
        whole = [known.get(one.get("id"), one) if isinstance(one, dict) else one for one in pools]
        return {**given, "pools": whole}

    @model_validator(mode="after")
    def _each_pool_once(self) -> Year:
        names = [pool.id for pool in self.pools]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found the pool {name!r} twice; give each an own id")
        return self

    def pool(self, name: str) -> Pool | None:
        """Return a pool, or None.

        >>> Year().pool("firms") is None
        True
        """
        return next((pool for pool in self.pools if pool.id == name), None)
