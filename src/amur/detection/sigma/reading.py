"""Sigma files as rules: pySigma reads the text and its modifiers, and here its conditions become trees of atoms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaRuleLocation
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaRuleBase

from amur.base.faults import AmurError
from amur.detection.sigma.conditions import Placeholders, tree_of
from amur.detection.sigma.correlations import correlation_of
from amur.detection.sigma.documents import check_values, documents
from amur.detection.sigma.files import LARGEST, content_of, text_of, too_large
from amur.detection.sigma.logsources import LogSource, ways_of
from amur.detection.sigma.rules import Correlation, Rule, RuleSet, Said, Unusable, Variant
from amur.detection.sigma.trees import depth_of, every, renamed, some

_DEEPEST, _LONGEST_CHAIN = 60, 10
_TOO_DEEP = f"its condition is nested deeper than {_DEEPEST} times; give parts of it names of their own"
Parsed = SigmaRule | SigmaCorrelationRule | SigmaFilter


def read_rules(files: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """Read rules, correlations and filters together; what cannot be used is listed, and the rest goes on."""
    return read_texts(((str(file), text_of(str(file), content_of(file))) for file in files), placeholders)


def read_texts(texts: Iterable[tuple[str, str | Unusable]], placeholders: Placeholders | None = None) -> RuleSet:
    """Read rules from texts, each with the name of its file."""
    unusable: list[Unusable] = []
    parsed: list[tuple[str, Parsed]] = []
    for file, text in texts:
        for one in [text] if isinstance(text, Unusable) else _parsed(file, text):
            if isinstance(one, Unusable):
                unusable.append(one)
            else:
                parsed.append((file, one))
    return _together(parsed, unusable, placeholders or {})


def _parsed(file: str, text: str) -> Iterator[Parsed | Unusable]:
    if len(text) > LARGEST:
        yield too_large(file, len(text))
        return
    try:
        found = documents(text)
    except AmurError as error:
        yield Unusable(file, "", str(error))
        return
    usable: list[Mapping[str, Any]] = []
    for one in found:
        if (fault := _fault_of(one)) is None:
            usable.append(one)
        else:
            yield Unusable(file, _id_of(one), fault)
    try:
        yield from _by_pysigma(file, usable)
    except Exception as error:  # noqa: BLE001 - pySigma lets faults of many kinds through, and the rest goes on
        yield from _one_by_one(file, usable) if len(usable) > 1 else [_told(file, usable, error)]


def _fault_of(document: Any) -> str | None:
    if not isinstance(document, dict):
        return "no rule: found a text or a list where title, logsource and detection should stand"
    try:
        check_values(document)
    except (AmurError, RecursionError) as error:
        return str(error)
    return None


def _by_pysigma(file: str, usable: Sequence[Mapping[str, Any]]) -> list[Parsed | Unusable]:
    found = SigmaCollection.from_dicts(
        [*map(dict, usable)],
        collect_errors=True,
        source=SigmaRuleLocation(Path(file)),
        collect_filters=True,
        resolve_references=False,
    )
    return [
        Unusable(file, _name(one), "; ".join(str(error) for error in one.errors)) if one.errors else one
        for one in [*found.rules, *found.filters]
    ]


def _one_by_one(file: str, usable: Sequence[Mapping[str, Any]]) -> Iterator[Parsed | Unusable]:
    """Yield the rules of a file of which one brings pySigma down; documents that add to others do so no more."""
    for one in usable:
        try:
            yield from _by_pysigma(file, [one])
        except Exception as error:  # noqa: BLE001 - as above
            yield _told(file, [one], error)


def _told(file: str, usable: Sequence[Mapping[str, Any]], error: Exception) -> Unusable:
    return Unusable(file, _id_of(usable[0]) if usable else "", f"{type(error).__name__}: {error}")


def _id_of(document: Any) -> str:
    return str(document.get("id") or document.get("title") or "") if isinstance(document, dict) else ""


def _together(parsed: list[tuple[str, Parsed]], unusable: list[Unusable], placeholders: Placeholders) -> RuleSet:
    filters = [one for _, one in parsed if isinstance(one, SigmaFilter)]
    rules: dict[str, Rule] = {}
    correlations: dict[str, Correlation] = {}
    assumed: list[Unusable] = []
    for file, one in parsed:
        said = said_of(one, file)
        if isinstance(one, SigmaFilter):
            continue
        if said.id in rules or said.id in correlations:
            unusable.append(
                Unusable(file, said.id, "another rule has this id; the first in the order of files is used")
            )
            continue
        given = _Given(placeholders)
        try:
            if isinstance(one, SigmaCorrelationRule):
                correlations[said.id] = correlation_of(one, said)
            else:
                rules[said.id] = rule_of(one, said, filters, given)
        except RecursionError:
            unusable.append(Unusable(file, said.id, _TOO_DEEP))
        except Exception as error:  # noqa: BLE001 - as above
            unusable.append(Unusable(file, said.id, str(error) or type(error).__name__))
        assumed += [
            Unusable(file, said.id, f"nobody says what stands for %{name}%: nothing does") for name in given.missed
        ]
    known, usable = _resolved(rules, correlations, unusable)
    left = tuple(sorted(unusable, key=lambda one: (one.file, one.id)))
    return RuleSet(tuple(known[name] for name in sorted(known)), usable, left, tuple(assumed))


class _Given(dict[str, Sequence[str]]):
    """Placeholders that remember what was asked for and is not there: nothing stands for that."""

    def __init__(self, given: Placeholders) -> None:
        super().__init__(given)
        self.missed: list[str] = []

    def __missing__(self, name: str) -> Sequence[str]:
        self.missed.append(name)
        return ()


def rule_of(rule: SigmaRule, said: Said, filters: Sequence[SigmaFilter], placeholders: Placeholders) -> Rule:
    """Return a rule with its trees, what filters take out taken out.

    Raises:
        SigmaError: if pySigma finds a fault in its condition.
        AmurError: if it says something that this engine does not know.
    """
    for one in filters:
        one.apply_on_rule(rule)
    source = LogSource(rule.logsource.product or "", rule.logsource.category or "", rule.logsource.service or "")
    tree = some([tree_of(condition.parse(), placeholders) for condition in rule.detection.parsed_condition])
    if depth_of(tree) > _DEEPEST:
        raise AmurError("too_deep", _TOO_DEEP)
    variants = tuple(Variant(way.name, every([way.gate, renamed(tree, way.fields)])) for way in ways_of(source))
    return Rule(said, source, variants)


def said_of(rule: SigmaRuleBase, file: str) -> Said:
    """Return what is said of a rule."""
    return Said(
        id=_name(rule),
        title=rule.title or "",
        name=rule.name or "",
        level=rule.level.name.lower() if rule.level else "medium",
        status=rule.status.name.lower() if rule.status else "",
        description=" ".join((rule.description or "").split()),
        author=rule.author or "",
        tags=tuple(f"{tag.namespace}.{tag.name}" for tag in rule.tags or ()),
        false_positives=tuple(map(str, rule.falsepositives or ())),
        references=tuple(map(str, rule.references or ())),
        file=file,
    )


def _name(rule: SigmaRuleBase) -> str:
    return str(rule.id or rule.name or rule.title or "")


def _resolved(
    rules: dict[str, Rule], correlations: dict[str, Correlation], unusable: list[Unusable]
) -> tuple[dict[str, Rule], tuple[Correlation, ...]]:
    """Let correlations name others by id; those that name what is not there, or themselves, are taken out."""
    every_one: list[Rule | Correlation] = [*rules.values(), *correlations.values()]
    ids = {one.said.name: one.said.id for one in every_one if one.said.name}
    left = {name: one.naming(ids) for name, one in correlations.items()}
    known: dict[str, Correlation] = {}
    for _ in range(_LONGEST_CHAIN):  # those that stand on what is known are known; what is left in the end is not
        ready = [name for name, one in left.items() if all(each in rules or each in known for each in one.rules)]
        known |= {name: left.pop(name) for name in ready}
    for name, one in left.items():
        unusable.append(Unusable(one.said.file, name, _why_lost(one, rules, known, left)))
    return rules, tuple(sorted(known.values(), key=lambda one: one.said.id))


def _why_lost(
    one: Correlation, rules: Mapping[str, Any], known: Mapping[str, Any], left: Mapping[str, Correlation]
) -> str:
    missing = [each for each in one.rules if each not in rules and each not in known and each not in left]
    if missing:
        return f"refers to unknown rules: {', '.join(missing)}"
    through = ", ".join(each for each in one.rules if each in left)
    if one.said.id in one.rules:
        return "refers to itself"
    return f"stands on {through}, which cannot be used, lead back to it or stand on more than {_LONGEST_CHAIN} others"
