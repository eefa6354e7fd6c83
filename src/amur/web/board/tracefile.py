"""The trace of a pack as one file that stands alone: its look is written into it, and it prints; without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from amur.base.declared import Text
from amur.packs.engine import Pack
from amur.people.declarations import BodiesDeclaration
from amur.policy.declarations import ClauseDeclaration, CommitmentDeclaration, PackDeclaration, PolicyDeclaration
from amur.web.board.view import Share, shares

_SHEETS = ("amur/tokens.css", "amur/theme.css", "amur/board.css", "amur/trace.css")


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment as the page shows it: what is declared, what the trace found, and who answers for it."""

    declared: CommitmentDeclaration
    found: Mapping[str, Any]
    bodies: tuple[Text, ...]
    carriers: tuple[tuple[str, Text, str], ...]
    examples: tuple[tuple[Text, bool | None], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its commitments and their proportions."""

    declared: ClauseDeclaration
    lines: tuple[Line, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """Return how many commitments have which verdict."""
        return shares(line.found["verdict"] for line in self.lines)


def page(pack: Pack, policy: PolicyDeclaration, found: Mapping[str, Any], *, language: str, at: datetime) -> str:
    """Return the page of a pack's policy and its trace; ``language`` is zh or en, ``at`` is when it was made."""
    lines = {line["id"]: line for line in found["commitments"]}
    clauses = {
        clause.number: Clause(
            clause,
            tuple(_line(pack, one, lines[one.id]) for one in policy.commitments if one.clause == clause.number),
        )
        for clause in policy.clauses
    }
    parts = [
        (part, [clauses[clause.number] for clause in policy.clauses if clause.part == part.number])
        for part in policy.parts
    ]
    played = [one["passed"] for line in found["commitments"] for one in line["examples"]]
    with translation.override("zh-hans" if language == "zh" else "en"):
        return render_to_string(
            "board/trace.html",
            {
                "language": "zh-Hans" if language == "zh" else "en",
                "pack": pack.one(PackDeclaration),
                "policy": policy,
                "parts": parts,
                "shares": shares(line["verdict"] for line in found["commitments"]),
                "total": found["counts"]["total"],
                "gaps": found["gaps"],
                "was_run": bool(played) and None not in played,
                "at": at,
                "styles": mark_safe(f"<style>{_styles()}</style>"),  # noqa: S308 -- our own style sheets
            },
        )


def _styles() -> str:
    """Return the sheets of the house, as far as the page uses them.

    Raises:
        FileNotFoundError: if one is missing.
    """
    sheets = []
    for name in _SHEETS:
        file = finders.find(name)
        if file is None:
            raise FileNotFoundError(name)
        with open(str(file), encoding="utf-8") as sheet:  # noqa: PTH123 -- a name that Django gives
            sheets.append(sheet.read())
    return "\n".join(sheets)


def _line(pack: Pack, declared: CommitmentDeclaration, found: Mapping[str, Any]) -> Line:
    bodies = pack.one(BodiesDeclaration)
    titles = {body.id: body.title for body in bodies.bodies} if bodies else {}
    carriers = tuple((one["kind"], _title(pack, one["kind"], one["id"]), one["file"]) for one in found["carriers"])
    examples = tuple((_title(pack, "example", one["id"]), one["passed"]) for one in found["examples"])
    return Line(declared, found, tuple(titles[one] for one in declared.bodies if one in titles), carriers, examples)


def _title(pack: Pack, kind: str, declared_id: str) -> Text:
    title: Text = getattr(pack.ids(kind)[declared_id].declared, "title")  # noqa: B009 -- every carrier and example has one
    return title
