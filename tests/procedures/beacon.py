"""A larger imaginary procedure: work that is interrupted and taken up again, and two opinions asked for at once."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, text


def _state(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": text(title), "answer": text(f"{title}."), **more}


def _arrow(event: str, sources: list[str], target: str, by: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "title": text(event.capitalize()), "from": sources, "to": target, "by": by, **more}


def _opinion(of: str) -> dict[str, Any]:
    asked = _state(f"{of}_asked", f"The {of} service is asked", enter=[{"do": "start_clock", "clock": f"{of}_opinion"}])
    given = _state(f"{of}_given", f"The {of} service has answered", final=True)
    return _state(f"{of}_part", f"Opinion on {of}", states=[asked, given])


def _clock(name: str, days: int, start: list[str], stop: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "title": text(name.capitalize()),
        "working_days": days,
        "start": start,
        "pause": ["supplement"],
        "stop": [*stop, "granted", "refused", "withdrawn"],
        "basis": [BASIS],
    }


_TOLD = {"do": "notify", "subject": text("Your turn"), "body": text("{number} waits for you.")}
_KEPT = ("granted", "surrendered", "refused", "withdrawn", "submitted")

BEACON_BODY: dict[str, Any] = copy.deepcopy(LICENCE_BODY) | {
    "states": [one for one in copy.deepcopy(LICENCE_BODY["states"]) if one["id"] in _KEPT]
    + [
        _state(
            "work",
            "We work on it",
            history="deep",
            states=[
                _state("look", "We look at it", accepting=True),
                _state(
                    "opinions",
                    "Two services are asked",
                    parallel=True,
                    then="decide",
                    states=[_opinion("fire"), _opinion("water")],
                ),
                _state("decide", "We decide"),
            ],
        ),
        _state("supplement", "We wait for you", needs_applicant=True, enter=[_TOLD]),
    ],
    "transitions": [
        _arrow("accept", ["submitted"], "work", "handler"),
        _arrow("ask", ["look"], "opinions", "handler"),
        _arrow("fire_answers", ["fire_asked"], "fire_given", "handler"),
        _arrow("water_answers", ["water_asked"], "water_given", "decider"),
        _arrow("request_supplement", ["work"], "supplement", "handler", reason="required"),
        _arrow("answer", ["supplement"], "work", "applicant"),
        _arrow("grant", ["decide"], "granted", "decider", outcome="granted", basis=[BASIS]),
        _arrow("refuse", ["work"], "refused", "decider", outcome="refused", reason="required", basis=[BASIS]),
        _arrow("surrender", ["granted"], "surrendered", "applicant"),
        _arrow("withdraw", ["submitted", "work", "supplement"], "withdrawn", "applicant"),
    ],
    "clocks": [
        _clock("decision", 20, ["look"], []),
        _clock("fire_opinion", 5, ["fire_asked"], ["fire_given"]),
        _clock("water_opinion", 7, ["water_asked"], ["water_given"]),
    ],
}
BEACON = ProcedureDeclaration.model_validate(BEACON_BODY)
