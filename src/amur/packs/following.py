"""Which faults only follow from a file that could not be read, so that one mistake is one fault."""

from __future__ import annotations

from amur.base.faults import Fault
from amur.packs.engine import Pack

_ENDINGS = {"roles": ".role", "bodies": ".body"}
"""How the ids of faults end that a file brings, when it cannot be read."""

_OF_PROCEDURES = frozenset(
    {"play.case", "play.contest", "play.event", "play.state", "procedure.opened", "appeal.heard"}
)
_OF_CLAIMS = frozenset({"policy.gap", "policy.unproved", "trace.reopened", "trace.unproved"})


def follows(fault: Fault, pack: Pack) -> bool:
    """Say whether a fault may only be there since something of the pack could not be read.

    >>> from amur.packs.engine.found import Unread
    >>> pack = Pack(unread=[Unread("procedure", "licence", frozenset({"1.1"}))])
    >>> said = ("unknown procedure 'licence'", "nothing carries out 1.1, and no verdict says why", "unknown body 'x'")
    >>> [follows(Fault("a", 1, check, found, ""), pack) for check, found in zip(("a.b", "policy.gap", "c.d"), said)]
    [True, True, False]
    """
    missing = {kind for kind in _ENDINGS if not pack.ids(kind)}
    if fault.check.endswith(tuple(_ENDINGS[kind] for kind in missing)):
        return True
    if fault.check in _OF_PROCEDURES and any(one.kind == "procedure" for one in pack.unread):
        return True
    if fault.check in _OF_CLAIMS and any(_claims(one.claims, fault.found) for one in pack.unread):
        return True
    return any(f"'{one.id}'" in fault.found for one in pack.unread)


def _claims(claims: frozenset[str] | None, found: str) -> bool:
    words = found.replace(",", " ").split()
    return claims is None or any(name in words for name in claims)
