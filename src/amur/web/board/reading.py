"""Gathers what the board shows: the current edition, the active release, and the trace that gives each verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.packs import tracing
from amur.packs.declarations import ExampleDeclaration
from amur.packs.engine import Found, Pack, Source, kind_of
from amur.policy import reads as policy
from amur.policy.declarations import CommitmentDeclaration, PackDeclaration, PolicyDeclaration
from amur.policy.editions import reads as editions
from amur.policy.editions.models import Crosswalk
from amur.policy.models import Edition, PackRelease, Passage
from amur.policy.reads import Played
from amur.web.board.bodies import body_names, named
from amur.web.board.view import (
    NOTHING_PRINTED,
    BodyName,
    CarrierLink,
    ClauseView,
    CommitmentView,
    ExampleState,
    PartView,
    Printed,
    RecheckNote,
    Share,
    all_commitments,
    running,
    shares,
)

_TRACED = (
    "policy",
    "procedure",
    "register",
    "indicator",
    "method",
    "draw",
    "consultation",
    "finder",
    "codelist",
    "exchange",
    "example",
)


@dataclass(frozen=True, slots=True)
class Board:
    """The policy with what runs it."""

    title: Text
    edition: Edition | None
    release: PackRelease
    parts: tuple[PartView, ...]
    newer: Crosswalk | None = None

    @property
    def commitments(self) -> tuple[CommitmentView, ...]:
        """Return all commitments in their order."""
        return all_commitments(self.parts)

    @property
    def running(self) -> tuple[CommitmentView, ...]:
        """Return what something carries out."""
        return running(self.parts)

    @property
    def shares(self) -> tuple[Share, ...]:
        """Return how many commitments have which verdict."""
        return shares(one.verdict for one in self.commitments)

    @property
    def clauses(self) -> tuple[ClauseView, ...]:
        """Return all clauses in their order."""
        return tuple(clause for part in self.parts for clause in part.clauses)

    def clause(self, number: int) -> ClauseView | None:
        """Return a clause by its number."""
        return next((clause for clause in self.clauses if clause.number == number), None)


def board() -> Board | None:
    """Return the board, or None before the first sync."""
    release, edition = policy.active_release(), policy.current_edition()
    declared = next(iter(policy.declarations("policy").values()), None)
    if release is None or declared is None:
        return None
    spoken = PolicyDeclaration.model_validate(declared.body)
    played = policy.played(release)
    lines = {line["id"]: line for line in _traced(release, played)["commitments"]}
    printed = _printed(policy.passages(edition)) if edition else NOTHING_PRINTED
    known = edition is not None and edition.sha256 == _known_edition()
    names = body_names()
    waiting = _waiting()
    parts = tuple(
        PartView(
            part.number,
            part.title,
            printed.parts.get(part.number, ""),
            tuple(
                ClauseView(
                    clause.number,
                    clause.title,
                    clause.summary,
                    printed.clauses.get(clause.number, ""),
                    printed.paragraphs.get(clause.number, ()),
                    tuple(
                        _commitment(one, lines[one.id], names, played, marks=known, rechecks=waiting.get(one.id, ()))
                        for one in spoken.commitments
                        if one.clause == clause.number
                    ),
                )
                for clause in spoken.clauses
                if clause.part == part.number
            ),
        )
        for part in spoken.parts
    )
    return Board(spoken.title, edition, release, parts, editions.superseding(edition) if edition else None)


def traced(release: PackRelease) -> dict[str, Any]:
    """Return the trace of the active release, by the same rules as ``amur trace``.

    Its examples are played once by a worker; until then, what something carries out is shown as not proved here.
    """
    return _traced(release, policy.played(release))


def _traced(release: PackRelease, played: Mapping[str, Played]) -> dict[str, Any]:
    # A release that was never played here has no results; one whose example is missing among them has a gap.
    results = frozenset((name, one.passed) for name, one in played.items())
    return _traced_once(release.hash, results) | {"release": release.hash}


@lru_cache(maxsize=4)
def _traced_once(release_hash: str, results: frozenset[tuple[str, bool]]) -> dict[str, Any]:
    """Return the trace of a release with these results: the same each time, and whoever reads it changes nothing."""
    return tracing.trace(_stored_pack(release_hash), dict(results) or None)


@lru_cache(maxsize=4)
def _stored_pack(_release_hash: str) -> Pack:
    """Return what the active release declares, as far as the trace asks for it; a release never changes."""
    pack = Pack()
    for name in _TRACED:
        for declared_id, declared in policy.declarations(name).items():
            if kind := kind_of(declared.file):
                typed = kind.model.model_validate(declared.body)
                pack.found.append(Found(kind, declared_id, declared.body, typed, Source(declared.file)))
    return pack


def _printed(passages: list[Passage]) -> Printed:
    parts: dict[int, str] = {}
    clauses: dict[int, str] = {}
    paragraphs: dict[int, tuple[str, ...]] = {}
    clause = 0
    for passage in passages:
        number = int(passage.number) if passage.number.isdecimal() else 0
        if passage.kind == Passage.Kind.PART:
            parts[number] = passage.title
        elif passage.kind == Passage.Kind.CLAUSE:
            clause = number
            clauses[clause] = passage.title
        else:
            paragraphs[clause] = (*paragraphs.get(clause, ()), passage.text)
    return Printed(parts, clauses, paragraphs)


def _known_edition() -> str:
    """Return the hash of the edition that the pack knows: in another one its passages stand elsewhere."""
    declared = policy.declarations("pack").get("pack")
    return PackDeclaration.model_validate(declared.body).document.sha256 if declared else ""


def _commitment(
    declared: CommitmentDeclaration,
    line: Mapping[str, Any],
    names: Mapping[str, BodyName],
    played: Mapping[str, Played],
    *,
    marks: bool,
    rechecks: tuple[RecheckNote, ...],
) -> CommitmentView:
    return CommitmentView(
        id=declared.id,
        title=declared.title,
        verdict=line["verdict"],
        reason=declared.reason if not line["carriers"] else None,
        missing=declared.missing,
        bodies=named(declared.bodies, names),
        bodies_inferred=declared.bodies_inferred,
        carriers=tuple(_carrier(one["kind"], one["id"]) for one in line["carriers"]),
        examples=tuple(_example(one["id"], one["passed"], played.get(one["id"])) for one in line["examples"]),
        text=declared.text if marks else None,
        rechecks=rechecks,
    )


def _waiting() -> dict[str, tuple[RecheckNote, ...]]:
    """Return what is to be looked at again, by commitment; it is open to everybody."""
    found = editions.open_by_commitment(PUBLIC)
    return {
        name: tuple(RecheckNote(str(one.pk), one.how, one.due_on) for one in those) for name, those in found.items()
    }


def _carrier(kind: str, declared_id: str) -> CarrierLink:
    body = policy.declaration(kind, declared_id)[1]
    address = {
        "procedure": "portal:service",
        "register": "portal:register",
        "indicator": "board:indicator",
        "consultation": "portal:consultation",
        "finder": "portal:finder",
        "codelist": "portal:codelist",
    }.get(kind)
    title = Text.model_validate(body["title"])
    if kind == "draw":
        return CarrierLink(kind, declared_id, title, reverse("portal:draws"))
    if kind == "exchange":
        return CarrierLink(kind, declared_id, title, f"{reverse('portal:systems')}#{declared_id}")
    return CarrierLink(kind, declared_id, title, reverse(address, args=[declared_id]) if address else "")


def _example(declared_id: str, passed: bool | None, played: Played | None) -> ExampleState:  # noqa: FBT001  # a state, not a switch
    declared = ExampleDeclaration.model_validate(policy.declaration("example", declared_id)[1])
    return ExampleState(declared_id, declared.title, passed, played.at if played else None)
