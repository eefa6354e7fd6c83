"""Choices on a page: codes, regions under the one that holds them, records of a register."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from amur.base.declared import Text
from amur.base.fields import CodeField, Lookups
from amur.web.fields.views import Option, OptionGroup

_FEW = 7
"""Up to so many codes are radio buttons; more are a list."""


def codes(declaration: CodeField, language: str, lookups: Lookups, chosen: Collection[str]) -> tuple[Option, ...]:
    """Return the codes that can be chosen, and those that were chosen while they still could be."""
    return tuple(
        Option(code.code, code.title.say(language), code.code in chosen)
        for code in lookups.codelists[declaration.codelist].codes
        if code.may_be_chosen(lookups.on) or code.code in chosen
    )


def one(options: tuple[Option, ...]) -> dict[str, Any]:
    """Return the control by which one is chosen."""
    few = len(options) <= _FEW
    return {"control": "radios", "options": options} if few else select([OptionGroup("", options)])


def select(groups: Iterable[OptionGroup]) -> dict[str, Any]:
    """Return a list to choose one from."""
    return {"control": "select", "groups": tuple(groups)}


def records(titles: Mapping[str, Text], key: str, title: Text | None, language: str) -> OptionGroup:
    """Return records to choose from; one that was chosen before stays, also where it is no longer in force."""
    offered = {**titles, key: title} if title and key not in titles else titles
    said = {one: found.say(language) for one, found in offered.items() if found}
    labels = {one: words if words == one else f"{words} ({one})" for one, words in said.items()}
    return OptionGroup("", tuple(Option(one, words, one == key) for one, words in labels.items()))


def regions(titles: Mapping[str, str], chosen: str) -> list[OptionGroup]:
    """Group regions under the one that holds them: codes nest by their significant digits."""
    parents = {code: _parent(code, titles) for code in titles}
    holders = sorted({parent for parent in parents.values() if parent})
    lowest = [code for code in titles if code not in holders]
    alone = tuple(Option(code, titles[code], code == chosen) for code in sorted(lowest) if not parents[code])
    groups = [OptionGroup("", alone)] if alone else []
    for holder in holders:
        inside = [code for code in sorted(titles) if parents[code] == holder]
        options = [Option(holder, titles[holder], holder == chosen)]
        options += [Option(code, titles[code], code == chosen) for code in inside if code not in holders]
        groups.append(OptionGroup(titles[holder], tuple(options)))
    return groups


def _parent(code: str, titles: Mapping[str, str]) -> str:
    significant = code.rstrip("0")
    holding = (other for other in titles if code.startswith(other.rstrip("0")))
    above = [other for other in holding if len(other.rstrip("0")) < len(significant)]
    return max(above, key=lambda other: len(other.rstrip("0")), default="")
