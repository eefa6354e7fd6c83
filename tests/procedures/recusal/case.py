"""A procedure whose head withdraws officials, with everybody who has to do with a case of it."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from amur.base.acting import Actor, Grant, Scope
from amur.procedures.models import Case
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, LICENCE_BODY

PARTY = Scope("party", "77")
PARTY_ACTOR = Actor("77", client="portal")


def with_a_superior(now: datetime, version: str = "2.0.0") -> dict[str, Any]:
    """Let the head of the body withdraw officials and decide objections."""
    body = copy.deepcopy(LICENCE_BODY)
    body["recusal"] = {"by": "head", "basis": [BASIS]}
    body["erasure"] = {"by": "decider", "basis": [BASIS]}
    sync(now, {("procedure", "licence"): body}, version)
    return body


class Official:
    """Somebody with offices, by their grants."""

    def __init__(self, account: str, *grants: Grant) -> None:
        self.by = Actor(account, role=grants[0].role, body_id=grants[0].body_id, client="desk")
        self.scope = Scope("office", account, grants=grants)

    def who(self) -> dict[str, Any]:
        return {"by": self.by, "scope": self.scope}


def official(account: str, role: str, **changes: str) -> Official:
    return Official(account, replace(Grant(role, "bureau", "230000"), **changes))


def owned(case: Case) -> Case:
    """Let the case be of the account 77."""
    Case.objects.filter(pk=case.pk).update(account_id="77")
    case.refresh_from_db()
    return case
