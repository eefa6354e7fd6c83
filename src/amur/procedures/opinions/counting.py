"""Rows of a case's rounds as the rules take them: what was said, as far as it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.opinions.engine import Given, Tally, Verdict, tally
from amur.procedures.opinions.models import AskedBody, AskedRound, GivenOpinion


def declared_round(definition: ProcedureDeclaration, name: str) -> OpinionRound:
    """Return a round that a procedure declares.

    Raises:
        KeyError: if there is none of this id.
    """
    for found in definition.opinions:
        if found.id == name:
            return found
    raise KeyError(name)


def tally_of(row: AskedRound, definition: ProcedureDeclaration) -> Tally:
    """Count what the bodies of one round said."""
    asked = list(AskedBody.objects.filter(asked_round=row).values_list("pk", "body_id"))
    said = GivenOpinion.objects.filter(asked_body__asked_round=row).values_list(
        "asked_body_id", "verdict", "turn", "counts"
    )
    return counted(row, definition, dict(asked), said)


def counted(
    row: AskedRound,
    definition: ProcedureDeclaration,
    asked: Mapping[object, str],
    said: Iterable[tuple[object, str, int, bool]],
) -> Tally:
    """Count what was said, given the bodies by their key and the columns of each answer."""
    round_ = declared_round(definition, row.round)
    given = [Given(asked[key], cast("Verdict", verdict), turn, counts) for key, verdict, turn, counts in said]
    quorum = round_.quorum.of(len(asked))
    return tally(asked.values(), given, quorum, round_.silence, closed=row.closed_at is not None)


def standings(case: Case, definition: ProcedureDeclaration) -> dict[str, Mapping[str, object]]:
    """Return what expressions read of each round that was asked in a case: of its latest turn."""
    if not definition.opinions:
        return {}
    latest = {row.round: row for row in AskedRound.objects.filter(case=case).order_by("turn")}
    return {name: tally_of(row, definition).values for name, row in latest.items()}
