"""A register with states, a term, a holder and filters, as a pack would declare it, and how tests write in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from amur.base.acting import Actor
from amur.registers import acts
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion
from tests.procedures.samples import BASIS, text

PERMITS_BODY: dict[str, Any] = {
    "id": "permits",
    "kind": "register",
    "title": text("Permits", "许可证"),
    "carries_out": ["1.1"],
    "summary": text("Who holds a permit."),
    "key": "number",
    "shows": ["number", "holder", "colour"],
    "filters": ["colour", "granted_on", "watts", "indoors", "note"],
    "kept_by": ["handler"],
    "holder": "holder",
    "fields": [
        {"id": "number", "type": "text", "title": text("Number", "编号"), "openness": "public"},
        {"id": "holder", "type": "text", "title": text("Holder", "持有人"), "openness": "public"},
        {
            "id": "colour",
            "type": "code",
            "codelist": "colours",
            "title": text("Colour", "颜色"),
            "openness": "public",
            "required": False,
        },
        {"id": "granted_on", "type": "date", "title": text("Granted on"), "openness": "public", "required": False},
        {
            "id": "watts",
            "type": "number",
            "decimals": 1,
            "title": text("Watts"),
            "openness": "public",
            "required": False,
        },
        {"id": "indoors", "type": "yes_no", "title": text("Indoors"), "openness": "public", "required": False},
        {"id": "note", "type": "text", "title": text("Note", "备注"), "required": False},
        {"id": "phone", "type": "text", "title": text("Phone"), "personal": True, "required": False},
    ],
    "states": [
        {"id": "in_force", "title": text("In force", "有效")},
        {"id": "suspended", "title": text("Suspended", "暂停"), "in_force": False},
        {"id": "revoked", "title": text("Revoked", "吊销"), "in_force": False},
        {"id": "expired", "title": text("Expired", "过期"), "in_force": False},
        {"id": "destroyed", "title": text("Destroyed", "销毁"), "final": True},
    ],
    "events": [
        {
            "event": "suspend",
            "title": text("Suspend", "暂停"),
            "from": ["in_force"],
            "to": "suspended",
            "does": "suspend",
            "basis": [BASIS],
        },
        {"event": "resume", "title": text("Resume", "恢复"), "from": ["suspended"], "to": "in_force", "does": "resume"},
        {
            "event": "revoke",
            "title": text("Revoke", "吊销"),
            "from": ["in_force", "suspended"],
            "to": "revoked",
            "does": "end",
        },
        {"event": "reinstate", "title": text("Reinstate"), "from": ["revoked"], "to": "in_force"},
        {
            "event": "renew",
            "title": text("Renew", "延续"),
            "from": ["in_force", "expired"],
            "to": "in_force",
            "does": "renew",
        },
        {
            "event": "expire",
            "title": text("Expired", "到期"),
            "from": ["in_force", "suspended"],
            "to": "expired",
            "does": "expire",
        },
        {
            "event": "transfer",
            "title": text("Transfer", "转让"),
            "from": ["in_force"],
            "to": "in_force",
            "does": "transfer",
            "changes": ["holder"],
        },
        {
            "event": "merge",
            "title": text("Merged", "合并"),
            "from": ["in_force", "suspended"],
            "to": "in_force",
            "does": "merge",
        },
        {
            "event": "destroy",
            "title": text("Destroy"),
            "from": ["expired", "revoked"],
            "to": "destroyed",
            "does": "end",
        },
    ],
    "basis": [BASIS],
}
PERMITS = RegisterDeclaration.model_validate(PERMITS_BODY)

KEEPER = Actor("7", role="handler", body_id="bureau", client="desk")
WHY = {"reason": "as asked", "source": "S-1", "through": "office"}


def enter(now: datetime, key: str = "P-1", on: date = date(2026, 3, 1), **options: Any) -> RecordVersion:
    """Write a permit as the office does."""
    values = {"number": key, "holder": "甲", "colour": "red"} | options.pop("values", {})
    return acts.write_record("permits", key, values, valid_from=on, **{"by": KEEPER, "now": now, **WHY, **options})


def happen(now: datetime, event: str, on: date, key: str = "P-1", **options: Any) -> RecordVersion:
    """Let something happen to a permit."""
    return acts.change_state("permits", key, event, on=on, **{"by": KEEPER, "now": now, **WHY, **options})
