"""Where the cases of one thing stand, which is opened next, and when all of it is over: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from amur.base.fields import FieldDeclaration
from amur.procedures.onething.declarations import Child, OneThing

Standing = Literal["open", "granted", "refused", "ended", "waiting", "not_needed", "not_opened"]
OVER: frozenset[Standing] = frozenset({"granted", "refused", "ended", "not_needed", "not_opened"})
"""In which nothing more happens that the whole would wait for."""
_PASSES: frozenset[Standing] = frozenset({"granted", "not_needed"})


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of a case that was opened: how it was decided, if it was, and whether it has ended."""

    outcome: str = ""
    is_closed: bool = False

    @property
    def standing(self) -> Standing:
        """Return where it stands for the whole.

        >>> [one.standing for one in (Opened(), Opened("granted"), Opened("refused", True), Opened("", True))]
        ['open', 'granted', 'refused', 'ended']
        """
        if self.outcome == "granted":
            return "granted"
        if self.outcome == "refused":
            return "refused"
        return "ended" if self.is_closed else "open"


def standings(rule: OneThing, opened: Mapping[str, Opened], unneeded: Collection[str]) -> dict[str, Standing]:
    """Return where each case stands, by its procedure; what follows a refused one is not opened any more.

    >>> from tests.procedures.onething.shop import SHOP
    >>> standings(SHOP.one_thing, {}, {"sign"})
    {'premises': 'waiting', 'sign': 'not_needed', 'food': 'waiting'}
    >>> standings(SHOP.one_thing, {"premises": Opened("refused", True)}, ())
    {'premises': 'refused', 'sign': 'waiting', 'food': 'not_opened'}
    """
    found: dict[str, Standing] = {}
    for child in rule.children:
        name = child.procedure_id
        if name in opened:
            found[name] = opened[name].standing
        elif name in unneeded:
            found[name] = "not_needed"
        elif any(found.get(before) in OVER - _PASSES for before in child.after):
            found[name] = "not_opened"
        else:
            found[name] = "waiting"
    return found


def to_open(rule: OneThing, found: Mapping[str, Standing]) -> tuple[Child, ...]:
    """Return the cases that can be opened now: they wait, and all that they come after was granted.

    >>> from tests.procedures.onething.shop import SHOP
    >>> rule = SHOP.one_thing
    >>> [child.procedure_id for child in to_open(rule, standings(rule, {}, ()))]
    ['premises', 'sign']
    >>> [child.procedure_id for child in to_open(rule, standings(rule, {"premises": Opened("granted")}, {"sign"}))]
    ['food']
    """
    return tuple(
        child
        for child in rule.children
        if found[child.procedure_id] == "waiting" and all(found[before] in _PASSES for before in child.after)
    )


def result(rule: OneThing, found: Iterable[Standing]) -> str:
    """Return the event by which the whole is over, or nothing while a case is open or waits.

    >>> from tests.procedures.onething.shop import SHOP
    >>> rule = SHOP.one_thing
    >>> [result(rule, some) for some in (["granted", "open"], ["granted", "not_needed"], ["granted", "refused"])]
    ['', 'done', 'not_done']
    """
    seen = tuple(found)
    if not OVER.issuperset(seen):
        return ""
    return rule.done if _PASSES.issuperset(seen) else rule.refused


def values_for(child: Child, asked: Iterable[FieldDeclaration], given: Iterable[FieldDeclaration]) -> dict[str, str]:
    """Return what the form of a case takes from the one form: what both have, and what is said beside that.

    >>> from tests.procedures.onething.shop import PREMISES, SHOP
    >>> values_for(SHOP.one_thing.children[0], PREMISES.fields, SHOP.fields)
    {'name': 'form.name', 'region': 'form.region', 'plan': 'form.plan', 'seats': 'form.tables * 4'}
    """
    known = {field.id for field in given}
    same = {field.id: f"form.{field.id}" for field in asked if field.id in known and field.type != "computed"}
    return same | child.values


def latest(due: Iterable[date | None]) -> date | None:
    """Return when the whole is due: when the last of its cases is.

    >>> latest([date(2026, 3, 12), None, date(2026, 4, 1)]), latest([])
    (datetime.date(2026, 4, 1), None)
    """
    return max((one for one in due if one is not None), default=None)
