"""What a party is told of the authorities that are asked about its case."""

from __future__ import annotations

from dataclasses import dataclass

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.people import reads as people
from amur.procedures import reads
from amur.procedures.opinions.models import GivenOpinion
from amur.procedures.opinions.reads import ToldRound
from amur.procedures.reads import CaseView
from amur.web.desk.opinions import verdict_words
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class Told:
    """A round, and of each body its title and, where it is told, what it said."""

    round: ToldRound
    bodies: tuple[tuple[Text | str, str, GivenOpinion | None], ...]


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return who is asked about a case, since when and until when; what they said stands there after the decision."""
    rounds = reads.opinions_told(scope, case.id) if case.definition.opinions else ()
    if not rounds:
        return None
    titles = people.body_titles()
    shown = [
        Told(
            one,
            tuple(
                (
                    titles.get(body.body_id, body.body_id),
                    verdict_words(body.given.verdict) if body.given else "",
                    body.given,
                )
                for body in one.bodies
            ),
        )
        for one in rounds
    ]
    return Panel("portal/panels/opinions.html", {"rounds": shown})
