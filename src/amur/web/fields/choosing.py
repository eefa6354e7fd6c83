"""Choices on a page: codes, regions under the one that holds them, records of a register."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from amur.base.acting import region_prefix
from amur.base.declared import Text
from amur.base.fields import CodeField, Lookups
from amur.web.fields.views import Option, OptionGroup

_FEW = 7
"""Up to so many codes are radio buttons; more are a list."""
_DEEPER = "\N{EM SPACE}"
"""What a code is set in by, for each code above it that could be chosen too."""


def codes(declaration: CodeField, language: str, lookups: Lookups, chosen: Collection[str]) -> tuple[Option, ...]:
    """Return the codes that can be chosen, and those that were chosen while they still could be."""
    return tuple(
        Option(code.code, code.title.say(language), code.code in chosen)
        for code in lookups.codelists[declaration.codelist].codes
        if code.may_be_chosen(lookups.on) or code.code in chosen
    )


def one_of(declaration: CodeField, language: str, lookups: Lookups, chosen: str) -> dict[str, Any]:
    """Return the control by which one code is chosen: codes of a list with levels stand under their heading."""
    options = codes(declaration, language, lookups, [chosen])
    if len(options) <= _FEW:
        return {"control": "radios", "options": options}
    listed, groups = lookups.codelists[declaration.codelist], list[OptionGroup]()
    for option in options:
        above = listed.above(option.value)
        heading = next((code.title.say(language) for code in above if code.heading), "")
        deep = sum(not code.heading for code in above)
        shown = Option(option.value, _DEEPER * deep + option.label, option.is_chosen)
        if groups and groups[-1].label == heading:
            groups[-1] = OptionGroup(heading, (*groups[-1].options, shown))
        else:
            groups.append(OptionGroup(heading, (shown,)))
    return select(groups)


def select(groups: Iterable[OptionGroup]) -> dict[str, Any]:
    """Return a list to choose one from."""
    return {"control": "select", "groups": tuple(groups)}


def records(titles: Mapping[str, Text], key: str, title: Text | None, language: str) -> OptionGroup:
    """Return records to choose from; one that was chosen before stays, also where it is no longer in force."""
    offered = {**titles, key: title} if title and key not in titles else titles
    said = {one: found.say(language) for one, found in offered.items() if found}
    labels = {one: words if words == one else f"{words} ({one})" for one, words in said.items()}
    return OptionGroup("", tuple(Option(one, words, one == key) for one, words in labels.items()))


def ended(title: str) -> str:
    """Return the title of a choice that is no longer one, where old entries are looked for by it."""
    return _("%(title)s (ended)") % {"title": title}


def regions(titles: Mapping[str, str], chosen: str) -> list[OptionGroup]:
    """Group regions under the one that holds them: codes nest by pairs of characters."""
    prefixes = {region_prefix(code): code for code in titles}
    parents = {code: _parent(code, prefixes) for code in titles}
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


def _parent(code: str, prefixes: Mapping[str, str]) -> str:
    prefix = region_prefix(code)
    return next((prefixes[prefix[:end]] for end in range(len(prefix) - 1, 0, -1) if prefix[:end] in prefixes), "")
