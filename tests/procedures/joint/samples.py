"""An inspection of a lantern on which several bodies work, and that one of them may take over whole."""

from __future__ import annotations

from typing import Any

from amur.procedures.joint.declarations import Joint
from tests.procedures.opinions.samples import items as _items
from tests.procedures.samples import BASIS, text

JOINT_BODY: dict[str, Any] = {
    "parts": [
        {
            "id": "traces",
            "title": text("Secure the traces", "固定证据"),
            "bodies": ["police", "market_office"],
            "role": "investigator",
            "by": ["handler"],
            "working_days": 3,
            "shares": ["name", "plan"],
            "basis": [BASIS],
        },
        {
            "id": "report",
            "title": text("Report of the fire brigade", "消防报告"),
            "bodies": ["fire_office"],
            "role": "reviewer",
            "by": ["handler", "head"],
            "days": 10,
            "file": "required",
            "basis": [BASIS],
        },
    ],
    "hand_over": {
        "to": ["police", "bureau_of_the_south"],
        "role": "handler",
        "by": ["head"],
        "states": ["review"],
        "working_days": 5,
        "basis": [BASIS],
    },
}
JOINT = Joint.model_validate(JOINT_BODY)


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of it: the licence of a tower, with joint work."""
    return _items(**({"joint": JOINT_BODY} | changes))
