"""What is known of draws: everybody sees each of them; only the office that holds one sees who the hidden are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger import reads as ledger
from amur.ledger.models import Checkpoint
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures.draws import engine
from amur.procedures.draws.declarations import ConflictRule, DrawDeclaration
from amur.procedures.draws.models import Draw
from amur.registers import lookups
from amur.registers import reads as registers


@dataclass(frozen=True, slots=True)
class Name:
    """An object or a person on the list of a draw. Who is hidden from the reader is a number among the hidden.

    ``key`` is the key in ``register``, empty where the reader may not know it.
    """

    id: str
    number: int
    key: str = ""
    register: str = ""
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """A drawn object with its people; ``left`` is how many conflicts left it where those are too few, and why."""

    name: Name
    people: tuple[Name, ...]
    left: int | None = None
    rules: tuple[ConflictRule, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as a reader may see it; ``root`` and ``seed`` are empty until it is held."""

    row: Draw
    declaration: DrawDeclaration
    objects: tuple[tuple[Name, int], ...]
    people: tuple[Name, ...]
    drawn: tuple[DrawnObject, ...]
    may_hold: bool
    root: str = ""
    seed: str = ""

    @property
    def things(self) -> tuple[Name, ...]:
        """Return the objects without their strata."""
        return tuple(name for name, _ in self.objects)

    @property
    def takes(self) -> tuple[tuple[Text | None, int], ...]:
        """Return how many are drawn of each stratum, with its title where there are strata."""
        counts: list[int] = self.row.commitment["rule"]["take"]
        titles: list[Text | None] = [one.title for one in self.declaration.objects.strata]
        return tuple(zip(titles or [None] * len(counts), counts, strict=False))


def active(draw_id: str) -> tuple[str, DrawDeclaration]:
    """Return hash and declaration of a draw of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("draw", draw_id)
    return content_hash, pinned(content_hash)


def pinned(content_hash: str) -> DrawDeclaration:
    """Return the declaration that a draw was committed under."""
    return lookups.by_hash(DrawDeclaration, content_hash)


def may_hold(scope: Scope, declared: DrawDeclaration) -> bool:
    """Say whether a reader's office commits to a draw and holds it."""
    return scope.kind == "system" or bool(role_for(scope, declared))


def role_for(scope: Scope, declared: DrawDeclaration) -> str:
    """Return the role in which a reader holds a draw; empty where they do not."""
    if scope.kind != "office":
        return ""
    return next((role for role in declared.by if scope.holds(role, body_id=declared.body_id)), "")


def held_by(scope: Scope) -> tuple[DrawDeclaration, ...]:
    """Return the declared draws that a reader's offices hold."""
    found = lookups.active(DrawDeclaration, "draw").values()
    return tuple(one for one in found if may_hold(scope, one))


def draws(scope: Scope, *, page: int = 1, own: bool = False) -> Listing[DrawView]:
    """Return one page of all draws, the newest first, withdrawn ones too; of ``own``, those that the reader holds."""
    found = Draw.objects.order_by("-committed_at", "-number")
    if own:
        found = found.filter(draw__in=[one.id for one in held_by(scope)])
    rows = tuple(_brief(scope, row) for row in found[bounds(page)])
    return Listing(rows, valid_page(page), found.order_by()[: MOST_COUNTED + 1].count())


def draw(scope: Scope, number: str, *, on: date) -> DrawView:
    """Return a draw with its lists and its result, as far as the reader may know who is on them.

    Raises:
        NotFound: if there is no such draw.
    """
    row = _row(number)
    declared = pinned(row.declaration_hash)
    knows: Mapping[str, Any] = row.hidden if may_hold(scope, declared) else {}
    made = row.commitment
    things = _names([one["id"] for one in made["objects"]], declared.objects.register_id, knows, on)
    persons = _names(made["people"], declared.people.register_id, knows, on)
    lacking = {one["object"]: one for one in (row.result or {}).get("impossible", ())}
    drawn = tuple(
        DrawnObject(
            things[line["object"]],
            tuple(persons[one] for one in line["people"]),
            lacking[line["object"]]["left"] if line["object"] in lacking else None,
            tuple(declared.conflicts[rule] for rule in lacking.get(line["object"], {"rules": ()})["rules"]),
        )
        for line in (row.result or {"drawn": ()})["drawn"]
    )
    strata = {one["id"]: one["stratum"] for one in made["objects"]}
    listed = tuple((name, strata[name.id]) for name in things.values())
    head = _head(row)
    return DrawView(
        row,
        declared,
        listed,
        tuple(persons.values()),
        drawn,
        may_hold(scope, declared),
        root=head.root if head else "",
        seed=engine.seed(head.root, made).hex() if head else "",
    )


def drawn_cases(scope: Scope, number: str) -> tuple[str, ...]:
    """Return the numbers of the cases that a draw opened.

    Raises:
        NotFound: if there is no such draw, or the reader does not hold it.
    """
    row = _row(number)
    if not may_hold(scope, pinned(row.declaration_hash)):
        raise NotFound("no_draw", f"there is no draw {number!r} that you hold")
    return tuple(row.cases.order_by("case__number").values_list("case__number", flat=True))


def published(scope: Scope, number: str) -> dict[str, Json]:
    """Return what a stranger draws again by: the commitment, its place, the head, the result, and the receipt.

    All of it is public, whoever asks; parts that are not there yet are null.

    Raises:
        NotFound: if there is no such draw.
    """
    del scope  # it is the same for everybody, and that is the point of it
    row = _row(number)
    head = _head(row)
    receipt = (
        ledger.receipt(_DISCLOSED, row.committed_entry, disclose=["body"]) if row.sealed_size is not None else None
    )
    return {
        "format": row.commitment["format"],
        "number": row.number,
        "status": row.status,
        "withdrawn_reason": row.withdrawn_reason,
        "commitment": row.commitment,
        "sealed": None if row.sealed_size is None else {"index": row.sealed_index, "size": row.sealed_size},
        "head": None if head is None else ledger.published(head),
        "result": row.result,
        "receipt": receipt,
        "entries": {"committed": row.committed_entry, "held": row.held_entry, "withdrawn": row.withdrawn_entry},
    }


_DISCLOSED = Scope("system")
"""A commitment holds nothing that is not public: what is hidden in it is a hash."""


def key_on_list(row: Draw, listed: str) -> str:
    """Return what an id on the list of a draw stands for, for the acts of the office that holds it."""
    return str(row.hidden[listed][1]) if listed in row.hidden else listed


def _head(row: Draw) -> Checkpoint | None:
    """Return the head that gave the seed."""
    return next(iter(ledger.checkpoints(row.head_size - 1, limit=1)), None) if row.head_size else None


def _row(number: str) -> Draw:
    row = Draw.objects.filter(number=number).first()
    if row is None:
        raise NotFound("no_draw", f"there is no draw {number!r}")
    return row


def _brief(scope: Scope, row: Draw) -> DrawView:
    declared = pinned(row.declaration_hash)
    return DrawView(row, declared, (), (), (), may_hold(scope, declared))


def _names(ids: list[str], register_id: str | None, knows: Mapping[str, Any], on: date) -> dict[str, Name]:
    """Return everybody on a list by id, with a key and a title as far as the reader may know them."""
    is_open = register_id is not None and registers.register(register_id).public
    keys = {one: one if is_open else str(knows[one][1]) for one in ids if is_open or one in knows}
    titles: dict[str, Text]
    if register_id is None:
        persons = people.names(_DISCLOSED, list(keys.values()))
        titles = {key: Text(zh=name, en=name) for key, name in persons.items() if name}
    else:
        ask = lookups.lookups(on).records
        titles = {key: title for key in keys.values() if (title := ask(register_id, key)) is not None}
    return {
        one: Name(one, number, keys.get(one, ""), register_id or "", titles.get(keys.get(one, "")))
        for number, one in enumerate(ids, start=1)
    }
