"""The stage: a clock that is moved, the accounts of the cast, and the cases that were opened on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from amur.base.acting import PUBLIC as STRANGER
from amur.base.acting import Actor, Scope, system
from amur.base.fields import Raw
from amur.base.identifiers import IdentifierScheme
from amur.base.legal_time import WorkCalendar, add_working_days
from amur.packs.declarations import PUBLIC, Entered, Player, Scalar
from amur.packs.play.joining import pass_on
from amur.people import acts as people
from amur.people import reads as people_reads
from amur.people.models import Account, Membership
from amur.policy import reads as policy
from amur.procedures.acts import lapse, remind
from amur.procedures.finders.engine import Standing
from amur.procedures.models import Case
from amur.registers import acts as registers
from amur.studies.models import Study

_OPENS_AT = time(10, 0)
_DAY = re.compile(r"day([+-][0-9]{1,4})")
_ADDRESS = "amur.example"
_CARD_RUNS = timedelta(days=3650)


@dataclass(slots=True)
class Member:
    """Somebody of the cast on the stage: their account, and the enterprise they act for."""

    player: Player
    account: Account
    enterprise_id: str = ""
    known: tuple[date, Scope] | None = None


@dataclass(slots=True)
class Stage:
    """Where a play happens. ``until`` is the instant that the clock may not pass, if there is one."""

    now: datetime
    calendar: WorkCalendar
    until: datetime | None = None
    cast: dict[str, Member] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    heard: dict[str, int] = field(default_factory=dict)
    found: Standing | None = None
    studied: Study | None = None
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day on the stage, where the authority is."""
        return people_reads.day_of(self.now)

    @property
    def is_over(self) -> bool:
        """Say whether the clock has passed the end."""
        return self.until is not None and self.now > self.until

    def enter(self, player: Player, *, by: Actor, key: str, password: str | None = None, drawn: bool = False) -> Member:
        """Open the account of a player, with its offices and its enterprise; ``drawn``: a machine drew the password."""
        account = people.open_account(
            username=player.id,
            email=f"{player.id}@{_ADDRESS}",
            display_name=player.name,
            by=by,
            now=self.now,
            key=f"{key}:{player.id}",
            password=password,
            drawn=drawn,
        )
        body_id = player.body_id or ""
        for role in player.roles:
            people.appoint(
                account.pk,
                role,
                body_id,
                by=by,
                now=self.now,
                key=f"{key}:{player.id}:{role}",
                region=player.region,
                valid_from=self.today - timedelta(days=1),
            )
            number = player.card or f"DEMO-{account.pk}"[:40]
            self._give_card(account, role, number, by=by, key=f"{key}:{player.id}:{role}")
        member = Member(player, account, self._join(player, account, key))
        self.cast[player.id] = member
        return member

    def _give_card(self, account: Account, role: str, number: str, *, by: Actor, key: str) -> None:
        """Enter the card that a role needs, valid for as long as anything is played."""
        if people_reads.roles().filter(pk=role).exclude(card={}).exists():
            days = {"valid_from": self.today - timedelta(days=1), "valid_to": self.today + _CARD_RUNS}
            people.enter_card(account.pk, role, number=number, by=by, now=self.now, key=key, **days)

    def _join(self, player: Player, account: Account, key: str) -> str:
        """Bring in the enterprise that the player acts for, and return its id."""
        if player.enterprise is None:
            return ""
        membership: Membership = people.join_enterprise(
            account.pk,
            scheme_of(player.enterprise.scheme),
            player.enterprise.identifier,
            name=player.enterprise.name,
            by=Actor(str(account.pk), client="portal"),
            now=self.now,
            key=f"{key}:{player.id}:enterprise",
        )
        return str(membership.enterprise_id)

    def scope_of(self, name: str, case: Case | None = None) -> Scope:
        """Return what somebody may see; a stranger who opened a case holds its code."""
        if name != PUBLIC:
            return self._known_scope(self.cast[name])
        if case is not None and str(case.pk) in self.strangers:
            return Scope("party", parties=frozenset({f"case:{case.pk}"}))
        return STRANGER

    def _known_scope(self, member: Member) -> Scope:
        """Return the scope of a member; in a year that is played it changes with the day alone."""
        today = self.today
        if self.until is None or member.known is None or member.known[0] != today:
            member.known = today, people_reads.scope_of(member.account, self.now)
        return member.known[1]

    def actor_of(self, name: str, role: str = "") -> Actor:
        """Return the actor that somebody is, in an office if they hold it."""
        if name == PUBLIC:
            return Actor("anonymous", client="portal")
        member, scope = self.cast[name], self.scope_of(name)
        if scope.kind != "office":
            return people_reads.actor_for(member.account, scope, client="portal", on_behalf_of=member.enterprise_id)
        held = role if role and scope.holds(role) else ""
        return people_reads.actor_for(member.account, scope, role=held, client="desk")

    def typed(self, value: Scalar) -> str:
        """Return a value as a person types it; ``day+30`` is that day from now, ``day+1/day+9`` from one to another."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        text = "" if value is None else str(value)
        found = [_DAY.fullmatch(part) for part in text.split("/")]
        days = [(self.today + timedelta(days=int(one[1]))).isoformat() for one in found if one]
        return "/".join(days) if len(days) == len(found) else text

    def entered(self, value: Entered) -> Raw:
        """Return what a person enters, box by box where a field has several."""
        if isinstance(value, dict):
            return {name: self.entered(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.entered(part) for part in value]
        return self.typed(value)

    def pass_working_days(self, days: int) -> None:
        """Let working days pass, as a clock of the pack counts them."""
        self._pass_to(add_working_days(self.today, days, self.calendar).on)

    def pass_days(self, days: int) -> None:
        """Let days pass."""
        self._pass_to(self.today + timedelta(days=days))

    def _pass_to(self, day: date) -> None:
        """Move to a day, and let happen what happens to records and cases by itself."""
        self.now = at_opening(day)
        registers.turn_due(self.now)
        pass_on(self.cases.values(), self.now)
        for case in self.cases.values():
            while lapse(case.pk, by=system("clocks"), now=self.now):
                pass
            remind(case.pk, by=system("clocks"), now=self.now)


def at_opening(day: date) -> datetime:
    """Return the instant of a day at which everything on a stage happens."""
    zone = timezone.get_default_timezone()
    assert isinstance(zone, ZoneInfo)  # noqa: S101 - Django makes no other
    return datetime.combine(day, _OPENS_AT, zone).astimezone(ZoneInfo("UTC"))


def machine() -> Actor:
    """Return the machine, which opens the accounts of a cast."""
    return system("play", client="cli")


def scheme_of(name: str) -> IdentifierScheme:
    """Return an identifier scheme of the active pack."""
    return IdentifierScheme.model_validate(policy.declaration("scheme", name)[1])


def calendar() -> WorkCalendar:
    """Return the working calendar of the active pack."""
    return WorkCalendar.model_validate(policy.declaration("calendar", "calendar")[1])
