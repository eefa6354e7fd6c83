"""A small authority at work, for tests of pages: the first pack, somebody in every role, a case and a record.

What a stranger may not read carries a mark, so that a test can look for it in any answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.test import Client
from django.utils import translation

from amur.base.acting import Actor, system
from amur.base.identifiers import IdentifierScheme
from amur.ledger import acts as ledger
from amur.packs import acts as packs
from amur.packs.declarations import Enterprise, Player
from amur.packs.play.stage import Stage, calendar, machine
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures import acts
from amur.procedures.models import Case, Draft, Upload

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "heilongjiang"
PROCEDURE, REGISTER = "new_service_filing", "new_services"
BODY = "hlj_communications_administration"
PASSWORD = "a long enough passphrase"

MARKS = ("暗记甲7Q", "暗记乙8R", "暗记丙9S", "0451-70809010", "mark-4t@example.org", "暗记丁5U", "mark-6v")
FORM = {
    "enterprise_name": "例江云桥信息（演示）有限公司",
    "credit_code": "91239900MA0DEM0017",
    "contact_name": MARKS[2],
    "contact_telephone": MARKS[3],
    "contact_email": MARKS[4],
    "service_name": "演示 车船互助通话",
    "description": "让江上的船和岸边的车互相通话。",
    "technology": f"自组网{MARKS[0]}",
    "starts_on": "2026-4-1",
    "region": "230100",
    "security_measures": f"加密{MARKS[1]}",
}
PLAN = b"%PDF-1.7\n" + MARKS[6].encode() + b"\n%%EOF\n"

ROLES = (
    "anonymous",
    "firm",
    "rival",
    "nobody",
    "handler",
    "decider",
    "elsewhere",
    "coordinator",
    "system",
    "security",
    "audit",
)
"""Everybody whom the endpoint test asks with: strangers, parties, offices, the three administrators."""

_PLAYERS: dict[str, tuple[tuple[str, ...], str]] = {
    "handler": (("handler",), ""),
    "decider": (("decider",), ""),
    "both": (("handler", "decider"), ""),
    "elsewhere": (("handler",), "230200"),
    "coordinator": (("coordinator",), ""),
    "system": (("system_administrator",), ""),
    "security": (("security_administrator",), ""),
    "audit": (("audit_administrator",), ""),
}


@dataclass
class House:
    """The authority, its people, and what lies with it."""

    stage: Stage
    now: datetime
    address: str = ""
    draft: Draft | None = None
    case: Case | None = None
    filed: Case | None = None

    def client(self, who: str = "anonymous") -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client(HTTP_HOST="localhost")
        if who != "anonymous":
            client.force_login(self.stage.cast[who].account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def actor(self, who: str, role: str = "") -> Actor:
        """Return somebody as an actor, in an office if one is named."""
        member = self.stage.cast[who]
        scope = people.scope_of(member.account, self.now)
        if role:
            return people.actor_for(member.account, scope, role=role, body_id=BODY, client="desk")
        return people.actor_for(member.account, scope, client="portal", on_behalf_of=member.enterprise_id)

    def fill(self, who: str = "firm", **changes: str) -> Draft:
        """Fill a filing page by page, as the portal does."""
        form, by = FORM | changes, self.actor(who)
        member = self.stage.cast[who]
        draft = acts.open_draft(
            PROCEDURE,
            by=by,
            now=self.now,
            account_id=str(member.account.pk),
            enterprise_id=member.enterprise_id,
        )
        for step in ("enterprise", "contact", "service", "nearest", "technology", "start", "security"):
            draft = acts.save_step(draft.id, step, form, version=draft.version, by=by, now=self.now)
        acts.attach(draft.id, "plan", [PLAN], f"{MARKS[5]}.pdf", by=by, now=self.now)
        draft.refresh_from_db()
        return draft

    def submit(self, who: str = "firm", **changes: str) -> Case:
        """Hand in a filing."""
        return acts.submit(self.fill(who, **changes).id, by=self.actor(who), now=self.now)

    def fire(self, case: Case, who: str, event: str, role: str, reason: str = "") -> Case:
        """Let an official move a case."""
        case.refresh_from_db()
        member = self.stage.cast[who]
        return acts.fire(
            case.id,
            event,
            by=self.actor(who, role),
            scope=people.scope_of(member.account, self.now),
            now=self.now,
            expected_version=case.version,
            reason=reason,
        )

    def upload(self, case: Case) -> Upload:
        """Return the plan of a case."""
        return Upload.objects.get(case=case, field="plan")

    def seal(self) -> None:
        """Sign a head over everything so far."""
        ledger.seal(self.now)


def build(now: datetime, password: str | None = None) -> House:
    """Open the authority: sync the pack and let everybody in; with a password they can sign in by the form."""
    translation.activate("zh-hans")
    packs.sync(PACK, by=system("sync", client="cli"), now=now)
    house = House(Stage(now, calendar()), now)
    for name, (roles, region) in _PLAYERS.items():
        player = Player(id=name, name=f"演示 {name}", roles=roles, body=BODY, region=region)
        house.stage.enter(player, by=machine(), key="house", password=password)
    scheme = IdentifierScheme.model_validate(policy.declaration("scheme", "uscc")[1])
    rival = "91239900MA0DEM009"
    for name, identifier in (("firm", FORM["credit_code"]), ("rival", rival[:17] + scheme.check_character(rival[:17]))):
        enterprise = Enterprise(scheme="uscc", identifier=identifier, name=f"例 {name}（演示）")
        player = Player(id=name, name=f"演示 {name}", enterprise=enterprise)
        house.stage.enter(player, by=machine(), key="house", password=password)
    house.stage.enter(Player(id="nobody", name="演示 nobody"), by=machine(), key="house", password=password)
    return house


def furnish(house: House) -> House:
    """Add a form that is filled, a case that waits, one that went to the register, and a signed head."""
    house.draft = house.fill(service_name="演示 未提交")
    house.case = house.submit()
    filed = house.submit(service_name="演示 已备案")
    house.fire(filed, "handler", "accept", "handler")
    house.filed = house.fire(filed, "decider", "file", "decider")
    house.seal()
    return house
