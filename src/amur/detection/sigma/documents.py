"""The YAML of rules as documents, and what of it is refused before anybody reads it as rules.

Aliases can make a few lines stand for billions of values, and some modifiers make many values of one; what a rule
amounts to is counted before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from amur.base.faults import AmurError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_NODES = 1_000_000
"""How many keys and values a document amounts to at most, those that aliases repeat counted each time."""
MOST_VALUES = 50_000
"""How many values a rule asks for at most, after modifiers made many of one; counts in expressions count as some."""
MOST_MODIFIERS = 6
_MERGE = "tag:yaml.org,2002:merge"
_DASH = re.compile(r"\B[-/]\b")
_COUNT, _OF_COUNT = re.compile(r"[{,]([0-9]{1,6})(?=[},])"), 5
_DASHES, _OFFSETS = 5, 3
"""How many values `windash` makes of each such sign, and `base64offset` of a value."""


def documents(text: str) -> list[Any]:
    r"""Return the documents of a text; empty ones are left out.

    >>> documents("a: 1\n---\n---\nb: &x [2]\nc: *x")
    [{'a': 1}, {'b': [2], 'c': [2]}]

    Raises:
        AmurError: if aliases make it amount to too much, a key stands twice, or it is no YAML at all.
    """
    found = []
    try:
        loader = _LOADER(text)
        try:
            while loader.check_node():
                node = loader.get_node()
                _size(node, {})
                found.append(loader.construct_document(node))
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError) as error:
        raise AmurError("no_yaml", f"no YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise AmurError("too_deep", "no YAML that can be read: it is nested too deeply") from error
    return [one for one in found if one is not None]


def _size(node: Any, sizes: dict[int, int]) -> int:
    """Return how many keys and values a node amounts to."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    known = sizes.get(id(node))
    if known == 0:
        raise AmurError(
            "holds_itself", f"line {_line(node)}: an alias stands inside of what it stands for; write it out"
        )
    if known:
        return known
    sizes[id(node)] = 0
    if isinstance(node, yaml.MappingNode):
        _distinct(node)
        inner = [one for pair in node.value for one in pair]
    else:
        inner = node.value
    size = 1 + sum(_size(one, sizes) for one in inner)
    if size > MOST_NODES:
        said = f"with its aliases it amounts to {size} values or more; at most {MOST_NODES} are read"
        raise AmurError("too_many_nodes", f"line {_line(node)}: {said}; write out what is meant")
    sizes[id(node)] = size
    return size


def _distinct(node: Any) -> None:
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
            continue
        if key.value in seen:
            raise AmurError(
                "key_twice", f"line {_line(key)}: the key {key.value[:60]!r} stands twice; give one another name"
            )
        seen.add(key.value)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def check_values(document: Mapping[str, Any]) -> None:
    """Look whether a rule asks for so many values that nobody could look for them.

    >>> check_values({"detection": {"s": {"A|windash": " -a -b", "B": ["x"] * 9}}})

    Raises:
        AmurError: with the key that asks for too many.
    """
    total = 0
    for key, number in _values(document.get("detection"), ""):
        total += number
        if total > MOST_VALUES:
            said = f"{key!r} and what stands before it ask for {total} values or more, modifiers counted"
            raise AmurError("too_many_values", f"{said}; at most {MOST_VALUES} can be looked for: split the rule")


def _values(found: Any, key: str) -> Iterator[tuple[str, int]]:
    """Yield for each key how many values it asks for."""
    if isinstance(found, Mapping):
        for name, inside in found.items():
            modifiers = str(name).split("|")[1:]
            if len(modifiers) > MOST_MODIFIERS:
                said = f"{str(name)[:60]!r} has {len(modifiers)} modifiers; at most {MOST_MODIFIERS} are read"
                raise AmurError("too_many_modifiers", said)
            yield from _values(inside, str(name))
    elif isinstance(found, list):
        for one in found:
            yield from _values(one, key)
    else:
        yield key[:60], _of_one(found if isinstance(found, str) else "", key.split("|")[1:])


def _of_one(value: str, modifiers: list[str]) -> int:
    number: int = _OFFSETS ** modifiers.count("base64offset")
    if "re" in modifiers:  # repeating a part so often takes as long to make ready as so many values
        number += _OF_COUNT * sum(int(count) for count in _COUNT.findall(value))
    if "windash" in modifiers:
        number *= _DASHES ** min(len(_DASH.findall(value)), MOST_MODIFIERS + 1)
    return number
