"""A licence that is accepted although the plan or the photograph is missing; what does not come in three days is refused."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, text

PAPERS = 2
RULE: dict[str, Any] = {
    "items": [{"field": "plan", "mark": "plan_later"}, {"field": "photo", "mark": "photo_later"}],
    "text": text("I bring it in time.", "我承诺按期补交。"),
    "clock": "bring",
    "bring": "bring",
    "needed_by": ["grant"],
    "late": "refuse",
    "basis": [BASIS],
}
BRING = {
    "event": "bring",
    "title": text("Bring what is missing", "补交材料"),
    "from": ["accepted"],
    "to": "accepted",
    "by": "applicant",
}
LAPSED = {
    "event": "not_brought",
    "title": text("Not brought in time", "逾期未补交"),
    "from": ["accepted"],
    "to": "refused",
    "by": "machine",
    "on_lapse": "bring",
    "outcome": "refused",
    "basis": [BASIS],
}
CLOCK = {
    "id": "bring",
    "title": text("To be brought", "补交期限"),
    "working_days": 3,
    "start": ["accepted"],
    "stop": ["granted", "refused", "withdrawn"],
    "remind": [
        {
            "at": -1,
            "to": "applicant",
            "subject": text("Bring what is missing", "请补交材料"),
            "body": text("{number} until {due_on}: {later}", "{number} 请在 {due_on} 前补交：{later}"),
        }
    ],
    "basis": [BASIS],
}


def bringing(late: str = "refuse", **rule: Any) -> dict[str, Any]:
    """Return the licence that is accepted with something missing."""
    body = copy.deepcopy(LICENCE_BODY)
    photo = {
        "id": "photo",
        "type": "file",
        "required": False,
        "title": text("Photograph", "照片"),
        "media_types": ["image/png"],
    }
    marks = [
        {"id": f"{name}_later", "type": "yes_no", "required": False, "title": text(f"{name} later", "稍后补交")}
        for name in ("plan", "photo")
    ]
    body["pages"][PAPERS]["fields"] = [*marks, *body["pages"][PAPERS]["fields"], photo]
    lapse = {
        "refuse": [LAPSED],
        "return": [LAPSED | {"outcome": "none", "to": "withdrawn"}],
        "continue": [],
    }[late]
    body["transitions"] += copy.deepcopy([BRING, *lapse])
    body["clocks"].append(copy.deepcopy(CLOCK))
    return body | {"may_be_missing": copy.deepcopy(RULE) | {"late": late} | rule}


BRINGING = ProcedureDeclaration.model_validate(bringing())
