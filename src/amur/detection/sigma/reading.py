"""Sigma files as rules: pySigma reads the text and its modifiers, and here its conditions become trees of atoms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaRuleLocation
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaRuleBase

from amur.base.faults import AmurError
from amur.detection.sigma.conditions import Placeholders, tree_of
from amur.detection.sigma.correlations import correlation_of
from amur.detection.sigma.logsources import LogSource, ways_of
from amur.detection.sigma.rules import Correlation, Rule, RuleSet, Said, Unusable, Variant
from amur.detection.sigma.trees import every, renamed, some

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENDINGS = {".yml", ".yaml"}
_SAMPLES = ".samples"
OWN_RULES = Path(__file__).parents[1] / "own_rules"
"""The rules that ship with this room."""

_LARGEST = 4 * 2**20
Parsed = SigmaRule | SigmaCorrelationRule | SigmaFilter


def rule_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files of rules among some files and below some folders, in the order of their paths.

    Raises:
        AmurError: if a path is not there.
    """
    found = set()
    for path in paths:
        if not path.exists():
            raise AmurError("no_rules", f"{path} is not there; name a file or a folder of Sigma rules")
        inside = path.rglob("*") if path.is_dir() else [path]
        found |= {
            file for file in inside if file.suffix in _ENDINGS and not file.stem.endswith(_SAMPLES) and file.is_file()
        }
    return sorted(found)


def read_rules(files: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """Read rules, correlations and filters together; what cannot be used is listed, and the rest goes on."""
    return read_texts(((str(file), _text(file)) for file in files), placeholders)


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


def _text(file: Path) -> str | Unusable:
    try:
        if file.stat().st_size > _LARGEST:
            return Unusable(str(file), "", f"the file has {file.stat().st_size} bytes; at most {_LARGEST} are read")
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return Unusable(str(file), "", f"cannot be read as UTF-8: {error}")


def _parsed(file: str, text: str) -> Iterator[Parsed | Unusable]:
    try:
        documents = [one for one in yaml.load_all(text, Loader=_LOADER) if one is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Unusable(file, "", f"no YAML: {' '.join(str(error).split())}")
        return
    if not all(isinstance(one, dict) for one in documents):
        yield Unusable(file, "", "no rule: found a text or a list where title, logsource and detection should stand")
        return
    try:
        source = SigmaRuleLocation(Path(file))
        found = SigmaCollection.from_dicts(
            documents, collect_errors=True, source=source, collect_filters=True, resolve_references=False
        )
    except Exception as error:  # noqa: BLE001 - pySigma lets faults of many kinds through, and the rest goes on
        yield Unusable(file, _id_of(documents), f"{type(error).__name__}: {error}")
        return
    for one in [*found.rules, *found.filters]:
        if one.errors:
            yield Unusable(file, _name(one), "; ".join(str(error) for error in one.errors))
        else:
            yield one


def _id_of(documents: Sequence[Mapping[str, Any]]) -> str:
    return str(documents[0].get("id") or documents[0].get("title") or "") if documents else ""


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
        except Exception as error:  # noqa: BLE001 - as above
            unusable.append(Unusable(file, said.id, str(error)))
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
    """Let correlations name others by id; those that name what is not there are taken out, until none does."""
    every_one: list[Rule | Correlation] = [*rules.values(), *correlations.values()]
    ids = {one.said.name: one.said.id for one in every_one if one.said.name}
    usable = {name: one.naming(ids) for name, one in correlations.items()}
    while True:
        lost = {
            name: missing
            for name, one in usable.items()
            if (missing := [each for each in one.rules if each not in rules and each not in usable])
        }
        if not lost:
            return rules, tuple(sorted(usable.values(), key=lambda one: one.said.id))
        for name, missing in lost.items():
            unusable.append(
                Unusable(usable.pop(name).said.file, name, f"refers to unknown rules: {', '.join(missing)}")
            )
