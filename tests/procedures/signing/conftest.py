from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from amur.procedures import acts
from amur.procedures.models import Case
from amur.procedures.signing.models import SignOff
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.signing.samples import HARBOUR_BODY


@dataclass
class Office:
    """Everybody through whose hands a draft goes, and the case that it is about."""

    case: Case
    now: datetime
    people: dict[str, Officer]

    def __getitem__(self, who: str) -> Officer:
        return self.people[who]

    @property
    def draft(self) -> SignOff:
        return self.draft_of("decision")

    def draft_of(self, chain: str) -> SignOff:
        found = SignOff.objects.filter(case=self.case, chain=chain)
        return found.filter(ended_at=None).first() or found.latest("ended_at")

    def drafts(self, event: str = "grant", who: str = "handler", **options) -> SignOff:
        self.case.refresh_from_db()
        options = {"expected_version": self.case.version, "now": self.now} | options
        person = self[who]
        return acts.draft_decision(self.case.id, event, by=person.by, scope=person.scope, **options)

    def acts(self, verb: Callable[..., SignOff], who: str, chain: str = "decision", **options) -> SignOff:
        options = {"now": self.now} | options
        if verb not in {acts.urge_draft, acts.withdraw_draft}:
            options = {"expected_version": self.draft_of(chain).version} | options
        person = self[who]
        return verb(self.case.id, chain, by=person.by, scope=person.scope, **options)

    def signs(self, *people: str, **options) -> SignOff:
        for who in people:
            self.acts(acts.sign_draft, who, **options)
        return self.draft_of(options.get("chain", "decision"))


@pytest.fixture
def offices() -> dict[str, Officer]:
    return {
        "handler": Officer("11", "handler"),
        "chief": Officer("21", "chief"),
        "other_chief": Officer("22", "chief"),
        "lawyer": Officer("31", "lawyer", "law_bureau"),
        "leader": Officer("41", "leader"),
        "one": Officer("51", "councillor"),
        "two": Officer("52", "councillor"),
        "three": Officer("53", "councillor"),
        "four": Officer("54", "councillor"),
        "far_chief": Officer("61", "chief", region="230200"),
    }


@pytest.fixture
def office(now, offices) -> Callable[..., Office]:
    """Return a function that brings a case to where it can be decided, with its office."""

    def open_(**form: str) -> Office:
        sync(now, {("procedure", "licence"): HARBOUR_BODY})
        case = acts.submit(fill(now, **form).id, by=STRANGER, now=now)
        return Office(offices["handler"].fire(case, "accept", now), now, offices)

    return open_


@pytest.fixture
def at_decision(office) -> Callable[..., Office]:
    """Return a function that brings a case to where it is granted or refused."""

    def open_(**form: str) -> Office:
        found = office(**form)
        now, handler = found.now, found["handler"]
        handler.fire(found.case, "ask", now)
        found.case.refresh_from_db()
        handler.fire(found.case, "fire_answers", now)
        found.drafts("water_answers")
        found.signs("chief", chain="water")
        found.case.refresh_from_db()
        assert found.case.state == "decide"
        return found

    return open_
