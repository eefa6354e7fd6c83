"""The pages of indicators: the number with its status and target, its groups, how it went, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amur.base.canonical import Json
from amur.base.datasets import VERSIONS
from amur.base.declared import Text
from amur.base.fields import Lookups
from amur.indicators import catalogue, reads
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.reads import ResultView, ValueView
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active as lookups_of
from amur.registers.lookups import lookups
from amur.web.board.figures import Figure, plain
from amur.web.requests import AmurRequest

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_MOST_DAYS = 31
"""How many days of the past the page shows; the interface gives all."""


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator with its newest number, for the list."""

    declaration: IndicatorDeclaration
    total: Figure | None


@dataclass(frozen=True, slots=True)
class Read:
    """A data set that a query reads; ``address`` is where everybody may see its records, empty where nobody may."""

    name: str
    title: Text
    address: str
    is_open: bool


@require_safe
def listed(request: AmurRequest) -> HttpResponse:
    """Show all indicators, each with its newest number."""
    on = day_of(request.now)
    cards = []
    for declaration in reads.indicators(request.scope):
        result = reads.latest(request.scope, declaration.id, on=on)
        cards.append(Card(declaration, figure(declaration, result.total) if result and result.total else None))
    return render(request, "board/indicators.html", {"cards": cards})


@require_safe
def one(request: AmurRequest, indicator_id: str) -> HttpResponse:
    """Show an indicator: number, target, groups, history, query and snapshot."""
    on = day_of(request.now)
    content_hash, declaration = reads.declared(indicator_id)
    result = reads.latest(request.scope, indicator_id, on=on)
    past = reads.history(request.scope, indicator_id, on=on, limit=_MOST_DAYS)
    words = lookups(on)
    values = {
        "indicator": declaration,
        "declaration_hash": content_hash,
        "declaration_file": policy.declarations("indicator")[indicator_id].file,
        "result": result,
        "total": figure(declaration, result.total) if result and result.total else None,
        "groups": [figure(declaration, value, words) for value in result.groups] if result else [],
        "target": declaration.fixed_target,
        "target_value": plain(declaration.fixed_target.value) if declaration.fixed_target else "",
        "past": [_of_day(declaration, found, content_hash) for found in reversed(past)],
        "reads": read_by(declaration),
        "commitments": [(name, int(name.partition(".")[0])) for name in declaration.carries_out],
    }
    return render(request, "board/indicator.html", values)


def read_by(declaration: IndicatorDeclaration) -> list[Read]:
    """Return the data sets that the query of an indicator names, with the records where everybody may see them."""
    registers = lookups_of(RegisterDeclaration, "register")
    words = set(_WORD.findall(declaration.sql.lower()))
    found = []
    for shape in catalogue.shapes(registers.values()):
        if shape.name in words or f"{shape.name}{VERSIONS}" in words:
            register_id = shape.name.removeprefix("register_")
            is_open = shape.openness == "public" and register_id in registers
            address = reverse("portal:register", args=[register_id]) if is_open else ""
            found.append(Read(shape.name, shape.title, address, is_open=shape.openness == "public"))
    return found


def figure(declaration: IndicatorDeclaration, value: ValueView, words: Lookups | None = None) -> Figure:
    """Return a value as it is shown, with the titles of its group in the language of the page."""
    return Figure(
        status=value.status,
        standing=value.standing,
        text=plain(value.value),
        base=value.base,
        labels=labels(declaration, value.dimensions, get_language() or "zh-hans", words) if words else (),
    )


def labels(
    declaration: IndicatorDeclaration, dimensions: Mapping[str, Json], language: str, words: Lookups
) -> tuple[str, ...]:
    """Return the titles of a group, one for each dimension; empty where a group is of all of one."""
    return tuple(field.display(dimensions.get(field.id), language, words) for field in declaration.dimensions)


def _of_day(declaration: IndicatorDeclaration, found: ResultView, content_hash: str) -> Figure:
    total = found.total
    shown = figure(declaration, total) if total else Figure("not_measured", "no_value")
    return Figure(
        shown.status,
        shown.standing,
        shown.text,
        shown.base,
        day=found.taken_on,
        is_by_present_definition=found.declaration_hash == content_hash,
    )
