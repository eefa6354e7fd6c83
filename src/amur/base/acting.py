"""Who acts and who may see: the plain values that every act and every read takes.

The rules that compute a scope live in ``people``; here are only the values, so that the lowest rooms can take them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IdempotencyKey = str
"""What the caller sends again when it is not sure that the first call arrived."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs an act, as the ledger records it.

    ``actor_id`` is an account's id or a name such as ``system:sealer``; ``on_behalf_of`` the party acted for, or the
    official stood in for; ``role`` and ``body_id`` the office it is done in; ``client`` the door (``portal``, ``desk``,
    ``cli``, ``worker``); ``channel`` how it came where the door does not say it (``agent``, ``proxy``, ``window``).
    """

    actor_id: str
    on_behalf_of: str = ""
    role: str = ""
    body_id: str = ""
    client: str = ""
    request_id: str = ""
    channel: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the non-empty parts, for the ledger.

        >>> Actor("system:sealer", client="worker").as_dict()
        {'actor_id': 'system:sealer', 'client': 'worker'}
        """
        names = ("actor_id", "on_behalf_of", "role", "body_id", "client", "request_id", "channel")
        return {name: value for name in names if (value := getattr(self, name))}


def system(name: str, client: str = "worker", request_id: str = "") -> Actor:
    """Return the actor for what the machine does by itself.

    >>> system("sealer").actor_id
    'system:sealer'
    """
    return Actor(f"system:{name}", client=client, request_id=request_id)


def region_prefix(code: str) -> str:
    """Return what all codes in a region begin with: the code without its trailing pairs of zeros.

    Codes nest by pairs of digits, so ``230100`` lies in ``230000``, but ``231100`` does not lie in ``231000``.

    >>> region_prefix("230000"), region_prefix("231000"), region_prefix("230110"), region_prefix("")
    ('23', '2310', '230110', '')
    """
    while code.endswith("00"):
        code = code[:-2]
    return code


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in a body for a region; an empty region is every region the body answers for.

    ``procedure`` limits it to the cases of one; ``holder`` is the account whose office it is, where somebody stands in.
    ``barred`` is why it lets nobody act, though it lets them read: ``no_card``, ``card_expired`` or nothing.
    """

    role: str
    body_id: str
    region: str = ""
    procedure: str = ""
    holder: str = ""
    barred: str = ""

    def reaches(self, region: str) -> bool:
        """Say whether the grant covers a region, given by its code.

        >>> Grant("handler", "b", "230000").reaches("230102")
        True
        >>> Grant("handler", "b", "230100").reaches("230200")
        False
        """
        return region.startswith(region_prefix(self.region))


@dataclass(frozen=True, slots=True)
class Mandate:
    """That the reader acts for a party in one matter: all its cases of a procedure, or one case.

    ``party`` is an account, an enterprise or ``case:`` with the id of the one case; ``kind`` is ``agent`` or ``proxy``.
    """

    id: str
    party: str
    procedure: str
    case_id: str = ""
    kind: Literal["agent", "proxy"] = "agent"

    def reaches(self, parties: frozenset[str], procedure: str, case_id: str) -> bool:
        """Say whether it lets act in a case of some parties.

        >>> mandate = Mandate("1", "firm", "licence")
        >>> mandate.reaches(frozenset({"firm"}), "licence", "a"), mandate.reaches(frozenset({"firm"}), "filing", "a")
        (True, False)
        >>> Mandate("1", "firm", "licence", "b").reaches(frozenset({"firm"}), "licence", "a")
        False
        """
        return (
            bool(self.party) and self.party in parties and self.procedure == procedure and self.case_id in ("", case_id)
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see. Every read takes one and none has a default.

    ``public`` sees what is published; ``party`` also its own cases; ``office`` what its grants reach;
    ``system`` is the machine itself (workers, exports, examples) and sees everything. By its ``mandates`` a reader acts
    for others.
    """

    kind: Literal["public", "party", "office", "system"]
    account_id: str = ""
    parties: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    mandates: tuple[Mandate, ...] = ()

    def holds(self, role: str, *, body_id: str = "", region: str = "", procedure: str = "") -> bool:
        """Say whether the reader acts in this role, in this body and for this region, where they are named.

        What is granted for one procedure holds only where that procedure is named; what is barred does not.

        >>> scope = Scope("office", "a", grants=(Grant("handler", "bureau", "230100"),))
        >>> scope.holds("handler", region="230102"), scope.holds("decider")
        (True, False)
        """
        if self.kind == "system":
            return True
        found = self.grants_of(role, body_id=body_id, region=region, procedure=procedure)
        return bool(found) and not found[0].barred

    def reads_as(self, role: str, *, body_id: str = "", region: str = "", procedure: str = "") -> bool:
        """Say whether the reader reads in this role there: as ``holds``, and also where they lack a card to act.

        >>> scope = Scope("office", "a", grants=(Grant("inspector", "bureau", barred="no_card"),))
        >>> scope.reads_as("inspector"), scope.holds("inspector")
        (True, False)
        """
        return self.kind == "system" or bool(self.grants_of(role, body_id=body_id, region=region, procedure=procedure))

    def grants_of(self, role: str, *, body_id: str = "", region: str = "", procedure: str = "") -> tuple[Grant, ...]:
        """Return the grants by which a role is held there: those that let act first, one's own before another's.

        >>> own, lent = Grant("handler", "bureau"), Grant("handler", "bureau", procedure="filing", holder="b")
        >>> scope = Scope("office", "a", grants=(lent, own))
        >>> scope.grants_of("handler", procedure="filing") == (own, lent), scope.grants_of("handler") == (own,)
        (True, True)
        """
        found = [
            grant
            for grant in self.grants
            if grant.role == role
            and body_id in ("", grant.body_id)
            and (not region or grant.reaches(region))
            and grant.procedure in ("", procedure)
        ]
        if len(found) > 1:
            found.sort(key=lambda grant: (bool(grant.barred), bool(grant.holder)))
        return tuple(found)


PUBLIC = Scope("public")
"""A stranger."""
SYSTEM = Scope("system")
"""The machine itself. Only workers, packs and the command line use it."""
