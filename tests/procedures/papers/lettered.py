"""The licence with the standard papers of a window, and documents that must be served."""

from __future__ import annotations

import copy
from typing import Any

from tests.procedures.followups import LICENCE_PAPER
from tests.procedures.samples import BASIS, LICENCE_BODY, text

WITHIN = {"working_days": 5, "basis": [BASIS]}
ONLINE = {"id": "online", "type": "yes_no", "required": False, "title": text("Serve me online", "同意电子送达")}


def _paper(name: str, series: str, paper: str, title: str, **more: Any) -> dict[str, Any]:
    addressee = text("To {name}:", "{name}：")
    kept = {"id": name, "series": series, "paper": paper, "title": text(title, f"{title}通知书")}
    return kept | {"addressee": addressee, "values": {"name": "form.name"}} | more


PAPERS = [
    _paper("receipt", "SJ", "received", "Received"),
    _paper("acceptance", "SL", "accepted", "Accepted"),
    _paper("supplement", "BZ", "supplement", "Supplement"),
    _paper("refusal", "BY", "decision", "Refused", serve_within=WITHIN, opening_serves=True),
    LICENCE_PAPER | {"serve_within": WITHIN},
]
_ISSUED_BY = {"accept": "acceptance", "request_supplement": "supplement", "refuse": "refusal", "grant": "paper"}


def lettered(**changes: Any) -> dict[str, Any]:
    """Return the licence with its papers."""
    body = copy.deepcopy(LICENCE_BODY | {"documents": PAPERS, "online_service_field": "online"} | changes)
    body["pages"][1]["fields"].append(ONLINE)
    for arrow in body["transitions"]:
        if arrow["event"] in _ISSUED_BY:
            arrow.setdefault("effects", []).append({"do": "issue_document", "document": _ISSUED_BY[arrow["event"]]})
            arrow.setdefault("basis", [BASIS])
    return body


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of it."""
    return {("procedure", "licence"): lettered(**changes)}
