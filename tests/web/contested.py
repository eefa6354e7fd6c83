"""An authority whose refusal is contested, whose cases are rated, and which consults, for tests of pages."""

from __future__ import annotations

import copy
import itertools
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.test import Client

from amur.base.acting import Scope
from amur.ledger import acts as ledger
from amur.people.models import Account, Appointment, Body, Role
from amur.procedures import acts
from amur.procedures.models import Case, Decision
from tests.procedures.appeals.conftest import party_of
from tests.procedures.conftest import Officer
from tests.procedures.consulting import CONSULTATION
from tests.procedures.contests import COUNCIL, RECONSIDERATION, contested
from tests.procedures.contests import furnish as furnish_bodies
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.rated import GROUNDS, RATING

NUMBERS = itertools.count(1)


def furnish(now: datetime, **changes: Any) -> None:
    """Declare all of it; no limit is used up."""
    caches["counts"].clear()
    furnish_bodies(now)
    items: dict[tuple[str, str], dict[str, Any]] = {
        ("procedure", "licence"): contested(**changes) | {"rating": copy.deepcopy(RATING)},
        ("procedure", "reconsideration"): RECONSIDERATION,
        ("codelist", "grounds"): GROUNDS,
        ("consultation", "colours_plan"): CONSULTATION,
    }
    sync(now, items, version="2.0.0")


def refuse(now: datetime) -> Case:
    """Return a case that was refused."""
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    case = Officer("11", "handler").fire(case, "accept", now)
    return Officer("22", "decider").fire(case, "refuse", now, reason="灯太暗")


def lodge(case: Case, now: datetime, **options: Any) -> Case:
    """Contest the last decision of a case."""
    decision = Decision.objects.filter(case=case).latest("pk")
    options = {"review_body": COUNCIL} | options
    draft = acts.begin_appeal(decision.pk, by=STRANGER, scope=party_of(case), now=now, **options)
    typed = {**draft.raw, "grounds": "灯不暗"}
    draft = acts.save_step(draft.id, "grounds", typed, version=draft.version, by=STRANGER, now=now)
    return acts.submit(draft.id, by=STRANGER, now=now)


def follow(case: Case) -> Client:
    """Return a browser in which a case was opened by its code."""
    browser = Client(HTTP_HOST="localhost")
    browser.post("/track/", {"number": case.number, "code": acts.query_code(case)})
    return browser


def official(role: str, body: str = "bureau") -> Client:
    """Return a browser in which an official is signed in."""
    number = next(NUMBERS)
    account = Account.objects.create_user(f"official{number}")
    held, _ = Role.objects.get_or_create(id=role, defaults={"titles": {"zh": role, "en": role.title()}})
    Appointment.objects.create(
        account=account, role=held, body=Body.objects.get(pk=body), region_id="230000", valid_from="2020-01-01"
    )
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def scope_of(role: str, body: str = "bureau") -> Scope:
    """Return the scope of such an official."""
    return Officer("44", role, body=body).scope


def seal(now: datetime) -> None:
    """Sign a head."""
    ledger.seal(now)
