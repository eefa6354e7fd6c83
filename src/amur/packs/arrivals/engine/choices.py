"""What is entered into a field: as it stands, or chosen; with words such as ``{person}`` that the party fills; pure.

A mapping with one of ``any_of``, ``weighted``, ``between``, ``days`` is a choice; every other mapping is what a person
enters into a field of several boxes. ``percent`` beside it is in how many of a hundred cases anything is entered.
``days_before`` is a day of the year, counted back from its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

WORDS = (
    "person",
    "name",
    "code",
    "telephone",
    "email",
    "region",
    "serial",
    "digits",
    "account",
    *("held", "since", "until", "renewed"),
    *("year", "this_year", "case"),
)
"""What of the party and of the case a text may name in braces; ``name`` is the enterprise, or else the person.

``serial`` counts the cases of a file, in ``digits`` with four of them; ``held`` is the key of what a party holds from
the start, with its days ``since`` and ``until``, and ``renewed`` when it would end after as many years again; ``year``
is the one before ``this_year``, and ``case`` the number of the case.
"""
_OF_EXCHANGES = ("number", "theirs")

Key = TypeVar("Key", bound=str)
_BEFORE = "days_before"
_CHOICES = frozenset({"any_of", "weighted", "between", "days"})
_WORD = re.compile(r"\{([a-z_]+)\}")
_TWO = 2
_PERCENT = 100


def is_choice(value: object) -> bool:
    """Say whether something is a choice.

    >>> is_choice({"any_of": [1, 2]}), is_choice({"from": "a", "to": "b"}), is_choice("x")
    (True, False, False)
    """
    return isinstance(value, Mapping) and bool(_CHOICES & value.keys())


def wrong_choices(forms: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the choices in some forms.

    >>> list(wrong_choices([{"a": {"any_of": []}, "b": {"between": [2, 1]}, "c": {"any_of": [1], "days": [1, 2]}}]))[0]
    "the choice of 'a' holds nothing to choose from; give any_of a list and weighted a weight for each"
    """
    for form in forms:
        for name, value in form.items():
            yield from _wrong(name, value)


def _wrong(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (f"{name!r} names the word {word!r}; choose from {', '.join(WORDS)}" for word in _unknown(value))
    elif is_choice(value):
        yield from _wrong_choice(name, value)
    elif isinstance(value, Mapping) and value.keys() == {_BEFORE}:
        if not isinstance(value[_BEFORE], int):
            yield f"{name!r} is {value[_BEFORE]!r} days before; write a whole number"
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _wrong(name, one)


def _unknown(text: str) -> list[str]:
    """Return the words in braces that nobody knows.

    >>> _unknown("{person} of {planet}")
    ['planet']
    """
    return [word for word in _WORD.findall(text) if word not in (*WORDS, *_OF_EXCHANGES)]


def _wrong_choice(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    r"""Yield what is wrong with one choice.

    >>> for wrong in ({"any_of": [1], "days": [1, 2]}, {"between": [2, 1]}, {"any_of": [1], "percent": 200}):
    ...     print(*_wrong_choice("a", wrong), sep="\n")
    the choice of 'a' says any_of and days; write one of them, and percent at most
    the choice of 'a' is no span; write two whole numbers, the smaller first
    the choice of 'a' has the percent 200; write 0 to 100
    >>> list(_wrong_choice("a", {"weighted": {"x": 0}}))[0][:37]
    "the choice of 'a' holds nothing to ch"
    >>> list(wrong_choices([{"a": [{"x": {"days_before": "b"}}]}]))
    ["'a' is 'b' days before; write a whole number"]
    >>> list(_wrong_choice("a", {"any_of": ["{nobody}"]}))[0][:31]
    "'a' names the word 'nobody'; ch"
    """
    said = sorted(value.keys() - {"percent"})
    if len(said) != 1:
        yield f"the choice of {name!r} says {' and '.join(said)}; write one of them, and percent at most"
        return
    share, [kind] = value.get("percent", _PERCENT), said
    if not isinstance(share, int) or not 0 <= share <= _PERCENT:
        yield f"the choice of {name!r} has the percent {share}; write 0 to 100"
    given = value[kind]
    if kind in {"any_of", "weighted"}:
        fits = isinstance(given, list) if kind == "any_of" else isinstance(given, Mapping) and _weighs(given)
        if not fits or not given:
            fix = "give any_of a list and weighted a weight for each"
            yield f"the choice of {name!r} holds nothing to choose from; {fix}"
            return
        for one in given:
            yield from _wrong(name, one)
    elif not (isinstance(given, list) and len(given) == _TWO and all(isinstance(one, int) for one in given)) or (
        given[0] > given[1]
    ):
        yield f"the choice of {name!r} is no span; write two whole numbers, the smaller first"


def _weighs(given: Mapping[str, Any]) -> bool:
    """Say whether a mapping gives each of its keys a weight, and not all of them none.

    >>> _weighs({"a": 1}), _weighs({"a": 0}), _weighs({"a": "b"})
    (True, False, False)
    """
    return all(isinstance(one, int) and one >= 0 for one in given.values()) and any(given.values())


def entered(value: Any, words: Mapping[str, str], chance: Random) -> Any:
    """Return what a person enters; of a day it is the distance from the day on which it is entered.

    >>> chance = Random(1)
    >>> entered("{person} asks", {"person": "A"}, chance), entered({"any_of": ["x"]}, {}, chance)
    ('A asks', 'x')
    >>> entered({"days": [3, 3]}, {}, chance), entered({"between": [7, 7]}, {}, chance)
    ('day+3', 7)
    >>> entered({"weighted": {"a": 0, "b": 2}}, {}, chance), entered({"any_of": [1], "percent": 0}, {}, chance)
    ('b', None)
    >>> entered({"from": "{code}", "to": [True]}, {"code": "9"}, chance)
    {'from': '9', 'to': [True]}
    """
    if is_choice(value):
        return _chosen(value, words, chance)
    if isinstance(value, Mapping):
        return {name: entered(part, words, chance) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [entered(part, words, chance) for part in value]
    return _WORD.sub(lambda found: words.get(found[1], found[0]), value) if isinstance(value, str) else value


def _chosen(value: Mapping[str, Any], words: Mapping[str, str], chance: Random) -> Any:
    # Each question takes its chance whether or not anything is entered, so that one answer does not move the next.
    left_out = chance.random() * _PERCENT >= value.get("percent", _PERCENT)
    if "any_of" in value:
        found = chance.choice(value["any_of"])
    elif "weighted" in value:
        found = weighed(value["weighted"], chance)
    elif "between" in value:
        found = chance.randint(*value["between"])
    else:
        found = f"day{chance.randint(*value['days']):+d}"
    return None if left_out else entered(found, words, chance)


def dated(value: Any, last: date) -> Any:
    """Return the same with the day in place of each ``days_before``: so many days before the last of the year.

    >>> dated({"a": {"days_before": 1}, "b": [{"days_before": 2}, "c"]}, date(2026, 3, 1))
    {'a': '2026-02-28', 'b': ['2026-02-27', 'c']}
    """
    if isinstance(value, Mapping):
        if value.keys() == {_BEFORE}:
            return (last - timedelta(days=value[_BEFORE])).isoformat()
        return {name: dated(part, last) for name, part in value.items()}
    return [dated(part, last) for part in value] if isinstance(value, list | tuple) else value


def weighed(weights: Mapping[Key, int], chance: Random) -> Key:
    """Return one of the keys, by their weights.

    >>> weighed({"a": 0, "b": 5}, Random(1))
    'b'
    """
    return chance.choices(list(weights), list(weights.values()))[0]
