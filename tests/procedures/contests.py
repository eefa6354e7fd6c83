"""A licence whose refusal can be contested, the procedure that hears it, and two bodies that may."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from amur.people.models import Body
from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text

COUNCIL, MINISTRY = "council", "ministry"
SENT_BACK: dict[str, Any] = {
    "event": "sent_back",
    "title": text("Sent back by the review", "复议发回重作"),
    "from": ["refused", "granted"],
    "to": "accepted",
    "by": "review",
    "reason": "optional",
    "basis": [BASIS],
    "effects": [{"do": "notify", "subject": text("Decided anew"), "body": text("{number} is decided anew.")}],
}
CHANGED: dict[str, Any] = {
    "event": "changed",
    "title": text("Granted by the review", "复议变更为许可"),
    "from": ["refused"],
    "to": "granted",
    "by": "review",
    "reason": "optional",
    "outcome": "granted",
    "basis": [BASIS],
}
APPEAL: dict[str, Any] = {
    "title": text("Appeal", "行政复议"),
    "body": text("The council or the ministry."),
    "within": text("60 days after you were told", "收到决定之日起60日内"),
    "basis": [BASIS],
    "procedure": "reconsideration",
    "period": {"days": 60, "last_day": "next_working_day", "from": "decision"},
    "bodies": [COUNCIL, MINISTRY],
    "suspends": "on_order",
    "values": {"decision": "case.number", "name": "form.name", "region": "form.region", "email": "form.email"},
    "then": {"sent_back": "sent_back", "annulled": "sent_back", "changed": "changed"},
}
HEARING: dict[str, Any] = {
    "by": ["reviewer"],
    "asked_in": ["lodged", "heard"],
    "notice_working_days": 7,
    "notice": {"subject": text("Hearing", "听证通知"), "body": text("{number}: {reason}", "{number}：{reason}")},
    "basis": [BASIS],
}


def _act(event: str, *sources: str, to: str, review: str | None, **more: Any) -> dict[str, Any]:
    said = {"review": review} if review else {}
    return {"event": event, "title": text(event), "from": [*sources], "to": to, "by": "reviewer", **said, **more}


def _end(event: str, review: str) -> dict[str, Any]:
    return _act(event, "lodged", "heard", to="ended", review=review, reason="required", basis=[BASIS])


RECONSIDERATION: dict[str, Any] = {
    "id": "reconsideration",
    "kind": "procedure",
    "title": text("Reconsideration", "行政复议"),
    "carries_out": ["1.1"],
    "summary": text("A decision is looked at by another body."),
    "for_whom": text("Whoever was decided against."),
    "fee": text("Free."),
    "result": text("The decision stands or falls."),
    "minutes": 10,
    "series": "REV",
    "body": COUNCIL,
    "region_field": "region",
    "subject_field": "name",
    "opened_only": True,
    "declaration": text("What I say is true."),
    "initial": "lodged",
    "retention_years": 10,
    "pages": [
        {
            "id": "grounds",
            "title": text("Why"),
            "fields": [
                {"id": "decision", "type": "text", "title": text("Case"), "max_length": 60},
                {"id": "name", "type": "text", "title": text("Name", "名称"), "max_length": 60},
                {"id": "region", "type": "region", "title": text("Region", "地区")},
                {"id": "email", "type": "contact", "medium": "email", "title": text("E-mail"), "required": False}
                | {"personal": True},
                {
                    "id": "grounds",
                    "type": "text",
                    "multiline": True,
                    "title": text("Why is it wrong?"),
                    "personal": True,
                },
            ],
        }
    ],
    "states": [
        {"id": "lodged", "title": text("Lodged", "已申请复议"), "answer": text("We look whether we may hear it.")},
        {"id": "heard", "title": text("Heard", "审理中"), "answer": text("We hear it."), "accepting": True},
        {"id": "ended", "title": text("Ended", "已办结"), "answer": text("It is decided."), "final": True},
        {"id": "withdrawn", "title": text("Withdrawn", "已撤回"), "answer": text("You withdrew."), "final": True},
    ],
    "transitions": [
        _act("admit", "lodged", to="heard", review="admitted"),
        _act("suspend", "heard", to="heard", review="suspended", reason="required", basis=[BASIS]),
        _act("lift", "heard", to="heard", review="lifted", reason="required", basis=[BASIS]),
        _end("reject", "inadmissible"),
        _end("uphold", "upheld"),
        _end("change", "changed"),
        _end("annul", "annulled"),
        _end("send_back", "sent_back"),
        {
            "event": "withdraw",
            "title": text("Withdraw", "撤回"),
            "from": ["lodged", "heard"],
            "to": "withdrawn",
            "by": "applicant",
        },
    ],
    "clocks": [
        {
            "id": "look",
            "title": text("Admission", "审查受理期限"),
            "working_days": 5,
            "start": ["lodged"],
            "stop": ["heard", "ended", "withdrawn"],
            "basis": [BASIS],
        },
        {
            "id": "review",
            "title": text("Review", "复议期限"),
            "days": 60,
            "last_day": "as_is",
            "start": ["heard"],
            "stop": ["ended", "withdrawn"],
            "basis": [BASIS],
        },
    ],
    "hearing": HEARING,
    "basis": [BASIS],
    "appeal": {"title": text("Court"), "body": text("The court"), "within": text("15 days"), "basis": [BASIS]},
}


def contested(**changes: Any) -> dict[str, Any]:
    """Return the licence with an appeal that runs, changed as said."""
    body = copy.deepcopy(LICENCE_BODY) | {"appeal": copy.deepcopy(APPEAL) | changes}
    surrender = next(one for one in body["transitions"] if one["event"] == "surrender")
    surrender["executes"] = True
    body["transitions"] += copy.deepcopy([SENT_BACK, CHANGED])
    return body


CONTESTED = ProcedureDeclaration.model_validate(contested())


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of the two."""
    return {("procedure", "licence"): contested(**changes), ("procedure", "reconsideration"): RECONSIDERATION}


def furnish(now: datetime, **changes: Any) -> None:
    """Declare both, and let the bodies be that hear an appeal."""
    sync(now, items(**changes))
    for name in ("bureau", COUNCIL, MINISTRY):
        Body.objects.update_or_create(
            id=name, defaults={"titles": {"zh": name, "en": name.title()}, "valid_from": "2000-01-01"}
        )
