"""Which permission a lantern needs: a small table with a code list, a default-free proof and dates."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from amur.base.codelists import CodeList
from amur.procedures.finders.declarations import FinderDeclaration
from tests.procedures.samples import BASIS, text

KINDS = CodeList.model_validate(
    {
        "id": "kinds",
        "title": text("Kinds"),
        "source": "demo",
        "codes": [
            {"code": "oil", "title": text("Oil"), "heading": True},
            {"code": "oil-1", "title": text("Rape oil"), "parent": "oil"},
            {"code": "oil-2", "title": text("Fish oil"), "parent": "oil", "valid_to": date(2026, 12, 31)},
            {"code": "electric", "title": text("Electric"), "valid_from": date(2026, 7, 1)},
        ],
    }
)
CODELISTS = {"kinds": KINDS}
FIRST, LATER = date(2026, 1, 1), date(2026, 8, 1)

PERMIT_BODY: dict[str, Any] = {
    "id": "permit",
    "kind": "finder",
    "title": text("Which permission?"),
    "carries_out": ["1.1"],
    "summary": text("Say what you light."),
    "valid_from": "2026-01-01",
    "questions": [
        {
            "id": "kind",
            "type": "code",
            "codelist": "kinds",
            "title": text("What burns?"),
            "options": [{"id": "none", "title": text("Nothing")}],
        },
        {
            "id": "who",
            "type": "choice",
            "title": text("Who lights it?"),
            "options": [{"id": "house", "title": text("A house")}, {"id": "ship", "title": text("A ship")}],
        },
        {"id": "high", "type": "yes_no", "title": text("Higher than a house?")},
    ],
    "outcomes": [
        {
            "id": "licence",
            "tag": text("Licence"),
            "title": text("You need a licence"),
            "body": "bureau",
            "procedure": "licence",
            "basis": [BASIS],
        },
        {
            "id": "harbour",
            "tag": text("Filing"),
            "title": text("Tell the harbour"),
            "who": text("The harbour"),
            "link": {"title": text("Harbour"), "address": "https://harbour.example/", "source": "demo"},
        },
        {"id": "free", "tag": text("None"), "title": text("You need nothing"), "register": "lanterns"},
    ],
    "rows": [
        {"when": {"kind": ["oil"], "who": ["house"], "high": [True]}, "outcome": "licence"},
        {
            "when": {"kind": ["oil"], "who": ["house"], "high": [False]},
            "outcome": "free",
            "note": text("Low lights are free."),
        },
        {"when": {"kind": ["oil"]}, "unless": {"who": ["house"]}, "outcome": "harbour"},
        {"when": {"kind": ["electric"]}, "outcome": "free", "valid_from": "2026-07-01", "basis": [BASIS]},
        {"when": {"kind": ["none"]}, "outcome": "free"},
    ],
    "basis": [BASIS],
}


def permit(**changes: Any) -> FinderDeclaration:
    """Return the sample with other values."""
    return FinderDeclaration.model_validate({**copy.deepcopy(PERMIT_BODY), **changes})


def rows(*replaced: tuple[int, dict[str, Any] | None], more: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    """Return the rows of the sample with some replaced, or taken away where they are None, and more behind them."""
    found: list[dict[str, Any] | None] = copy.deepcopy(PERMIT_BODY["rows"])
    for place, row in replaced:
        found[place] = row
    return [*(one for one in found if one is not None), *more]
