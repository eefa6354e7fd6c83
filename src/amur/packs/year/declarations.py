"""What a pack can say of the demonstration's year: pools of made-up parties, lateness with its causes, the tour."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text
from amur.people.declarations import RegionCode

Weight = Annotated[int, Field(ge=0, le=1_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
_OF_SOMETHING = frozenset({"service", "case", "register", "indicator"})
_OF_A_CASE = frozenset({"case"})


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


class Pool(Declared):
    """Made-up parties of a kind: people, or people who act for an enterprise of theirs.

    In ``person`` and ``name`` words in braces are drawn from ``parts``. In ``code`` and ``telephone`` a ``*`` is a
    character of the scheme's alphabet and a ``#`` a digit; the check character is added. What is drawn is each time
    another one. Each lives in one of the ``regions``, by its weight.
    """

    id: Identifier
    count: int = Field(gt=0, le=5_000)
    person: str = Field(min_length=1, max_length=100)
    name: str = ""
    scheme: Identifier | None = None
    code: str = ""
    telephone: str = ""
    parts: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    regions: dict[RegionCode, Weight] = Field(min_length=1)

    @model_validator(mode="after")
    def _an_enterprise_is_whole(self) -> Pool:
        said = [bool(self.name), bool(self.scheme), bool(self.code)]
        if any(said) and not all(said):
            raise ValueError(f"the pool {self.id!r} gives name, scheme and code only in part; give all or none of them")
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
