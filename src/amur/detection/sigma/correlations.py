"""A correlation rule of pySigma as ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from amur.base.faults import AmurError
from amur.detection.reading.shown import shown
from amur.detection.sigma.atoms import Atom, Op
from amur.detection.sigma.rules import Correlation, Said
from amur.detection.sigma.trees import Leaf, Not, Tree, every, some

_LONGEST_SECONDS = 366 * 86_400
_MOST = 1_000


def correlation_of(rule: SigmaCorrelationRule, said: Said) -> Correlation:
    """Return a correlation rule as it was parsed.

    Raises:
        AmurError: if it looks further back than a year, or groups or counts by what is no field.
    """
    condition = rule.condition
    if rule.timespan.seconds > _LONGEST_SECONDS:
        raise AmurError("timespan_too_long", f"looks back {rule.timespan.spec}; at most a year is kept")
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        wanted, names, counted = _tree(condition.parsed), condition.get_referenced_rules(), {}
    else:
        wanted, names, counted = None, [one.reference for one in rule.rules or ()], _counted(condition)
    group = tuple(rule.group_by or ())
    _check([*names, *group, *counted.get("fields", ())])
    return Correlation(
        said,
        rule.type.name.lower(),
        tuple(names),
        rule.timespan.seconds,
        group=group,
        aliases=tuple(
            (alias.alias, reference.reference, field)
            for alias in rule.aliases
            for reference, field in alias.mapping.items()
        ),
        generate=bool(rule.generate),
        wanted=wanted,
        **counted,
    )


def _check(names: Sequence[Any]) -> None:
    for name in names:
        if not isinstance(name, str):
            raise AmurError(
                "no_name", f"found {shown(str(name).encode())} where the name of a rule or a field should be"
            )
    if len(names) > _MOST:
        raise AmurError("too_many_names", f"names {len(names)} rules and fields; {_MOST} are the most")


def _counted(condition: SigmaCorrelationCondition) -> dict[str, Any]:
    fields = condition.fieldref or ()
    return {
        "compare": condition.op.name.lower(),
        "limit": condition.count,
        "fields": (fields,) if isinstance(fields, str) else tuple(fields),
        "percentile": condition.percentile or 0,
    }


def _tree(condition: Any) -> Tree:
    if isinstance(condition, SigmaRuleReference):
        return Leaf(Atom(condition.reference, Op.PRESENT))
    parts = [_tree(part) for part in condition.args]
    if isinstance(condition, CorrelationConditionNOT):
        return Not(parts[0])
    return every(parts) if isinstance(condition, CorrelationConditionAND) else some(parts)
