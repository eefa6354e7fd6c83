"""Who has to do with the cases of the random histories: every office, some of them in the wrong place, and parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amur.base.acting import PUBLIC, Actor, Grant, Scope
from amur.procedures.models import Case

PROVINCE, ISLAND = "230000", "500000"


@dataclass(frozen=True)
class Person:
    """Somebody with one office, or none."""

    account: str
    role: str = ""
    body: str = "bureau"
    region: str = PROVINCE
    procedure: str = ""

    @property
    def scope(self) -> Scope:
        """Return what they may see by their office."""
        if not self.role:
            return PUBLIC if not self.account else Scope("party", self.account)
        return Scope("office", self.account, grants=(Grant(self.role, self.body, self.region, self.procedure),))

    @property
    def by(self) -> Actor:
        """Return them as the ledger tells them."""
        return Actor(self.account or "anonymous", role=self.role, body_id=self.body if self.role else "", client="desk")


_OFFICES = (
    *(Person(account, role) for account, role in (("11", "handler"), ("12", "handler"), ("21", "chief"))),
    *(Person(account, role) for account, role in (("22", "decider"), ("23", "decider"), ("41", "leader"))),
    *(Person(account, "councillor") for account in ("51", "52", "53")),
    Person("31", "lawyer", "law_bureau"),
    Person("71", "eraser"),
    *(Person(f"8{place}", "reviewer", f"{name}_office") for place, name in enumerate(("land", "water", "fire"))),
    Person("91", "reviewer", "harbour"),
    Person("92", "reviewer", "council"),
    Person("93", "reviewer", "ministry"),
    *(Person(account, "keeper_of_the_book", "lamp_office", ISLAND) for account in ("101", "102")),
    Person("103", "watcher", "harbour_watch", ISLAND),
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
CAST: tuple[Person, ...] = _OFFICES
EVERYBODY: tuple[Person, ...] = CAST + OUTSIDERS
KNOWN: Mapping[str, Person] = {one.account: one for one in EVERYBODY}
_SEEN_BY = (
    *((role, "bureau", PROVINCE) for role in ("handler", "decider")),
    *(("reviewer", body, PROVINCE) for body in ("council", "ministry")),
    ("keeper_of_the_book", "lamp_office", ISLAND),
)
WATCHER = Scope("office", "900", grants=tuple(Grant(*one) for one in _SEEN_BY))
"""Who holds an office wherever there are cases, two of them in one body, to read the queue of all."""


def party_of(case: Case) -> Scope:
    """Return the scope of whoever holds the query code of a case."""
    return Scope("party", parties=frozenset({f"case:{case.pk}"}))
