"""What the policy promises and how much of it runs here: counted from the trace of the active pack, never typed in."""

from __future__ import annotations

from dataclasses import dataclass

from amur.base.declared import Text
from amur.policy import reads as policy
from amur.policy.declarations import PolicyDeclaration
from amur.registers.lookups import active
from amur.web.board.reading import traced
from amur.web.board.view import Share, shares


@dataclass(frozen=True, slots=True)
class Promises:
    """The policy in numbers."""

    title: Text
    clauses: int
    commitments: int
    shares: tuple[Share, ...]


def tally() -> Promises | None:
    """Return the numbers of the active pack, or None before the first sync."""
    release = policy.active_release()
    declared = next(iter(active(PolicyDeclaration, "policy").values()), None)
    if release is None or declared is None:
        return None
    verdicts = [line["verdict"] for line in traced(release)["commitments"]]
    return Promises(declared.title, len(declared.clauses), len(declared.commitments), shares(verdicts))
