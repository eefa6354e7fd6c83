"""Who has to do with the cases of the random histories: every office, some of them in the wrong place, and parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amur.base.acting import PUBLIC, Actor, Grant, Scope
from amur.procedures.models import Case

PROVINCE, ISLAND = "230000", "500000"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one office, or none; ``holder`` is whose office it is, where they stand in."""

    account: str
    role: str = ""
    body: str = "bureau"
    region: str = PROVINCE
    procedure: str = ""
    holder: str = ""
    barred: str = ""

    @property
    def scope(self) -> Scope:
        """Return what they may see by their office."""
        if not self.role:
            return Scope("party", self.account) if self.account else PUBLIC
        grant = Grant(self.role, self.body, self.region, self.procedure, self.holder, self.barred)
        return Scope("office", self.account, grants=(grant,))

    @property
    def by(self) -> Actor:
        """Return them as the ledger tells them."""
        client = "desk" if self.role else "portal"
        return Actor(self.account or "anonymous", role=self.role, body_id=self.body if self.role else "", client=client)


_OFFICES = (
    *(Person(account, role) for account, role in (("11", "handler"), ("12", "handler"), ("21", "chief"))),
    *(Person(account, role) for account, role in (("22", "decider"), ("23", "decider"), ("41", "leader"))),
    *(Person(account, "councillor") for account in ("51", "52", "53")),
    Person("31", "lawyer", "law_bureau"),
    Person("44", "head"),
    Person("33", "cashkeeper"),
    Person("71", "eraser"),
    *(Person(f"8{place}", "reviewer", f"{name}_office") for place, name in enumerate(("land", "water", "fire"))),
    Person("91", "reviewer", "harbour"),
    Person("92", "reviewer", "council"),
    Person("93", "reviewer", "ministry"),
    Person("94", "reviewer", "airport"),
    *(Person(f"6{place}", role, "police") for place, role in enumerate(("investigator", "handler", "decider", "head"))),
    *(Person(account, "keeper_of_the_book", "lamp_office", ISLAND) for account in ("101", "102")),
    Person("103", "watcher", "harbour_watch", ISLAND),
    Person("24", "decider", procedure="harbour", holder="22"),
    Person("13", "handler", procedure="tower", holder="11"),
)
OUTSIDERS = (
    Person(""),
    Person("201"),
    Person("202", "handler", "elsewhere"),
    Person("203", "decider", region="230200"),
    Person("204", "keeper_of_the_book", "lamp_office", "500100"),
    Person("205", "system_administrator"),
    Person("206", "handler", procedure="lamp_look"),
)
"""Who may never do anything: no office, another body, another region, an office of no case, lent for another procedure."""
READERS = (Person("14", "handler", barred="no_card"), Person("25", "decider", barred="card_expired"))
"""Who reads what their office reads, and may not act, for want of a card that is in force."""
CAST: tuple[Person, ...] = _OFFICES
EVERYBODY: tuple[Person, ...] = CAST + OUTSIDERS + READERS
NEVER = frozenset(OUTSIDERS + READERS)
"""Whose act never comes about."""
KNOWN: Mapping[str, Person] = {one.account: one for one in EVERYBODY}
_SEEN_BY = (
    *((role, body, PROVINCE) for role in ("handler", "decider") for body in ("bureau", "police")),
    *(("reviewer", body, PROVINCE) for body in ("council", "ministry")),
    ("keeper_of_the_book", "lamp_office", ISLAND),
)
WATCHER = Scope("office", "900", grants=tuple(Grant(*one) for one in _SEEN_BY))
"""Who holds an office wherever there are cases, two of them in one body, to read the queue of all."""
ANNA, BORIS, ANYBODY = Person("301"), Person("302"), Person("")
"""Two parties with an account, and whoever has none and holds the query code of the case."""
PARTIES = (ANYBODY, ANNA, BORIS)


def party_of(case: Case) -> Scope:
    """Return the scope of the party of a case: its account, or whoever holds its query code."""
    if case.account_id:
        return Scope("party", case.account_id)
    if case.enterprise_id:
        return Scope("party", "", frozenset({case.enterprise_id}))
    return Scope("party", parties=frozenset({f"case:{case.pk}"}))


def actor_of(case: Case) -> Actor:
    """Return the party of a case as the ledger tells it."""
    return Actor(case.account_id or "anonymous", client="portal")


def of_role(role: str, body: str, procedure: str = "") -> list[Person]:
    """Return who holds a role in a body, for a procedure or for all."""
    return [one for one in CAST if (one.role, one.body) == (role, body) and one.procedure in {"", procedure}]
