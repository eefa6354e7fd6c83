"""Who acts for the party of a case: by which authorisation, until when, and what they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import SYSTEM, Scope
from amur.ledger import reads as ledger
from amur.people import reads as people
from amur.people.models import Authorisation
from amur.procedures.facts import facts_of, parties_of
from amur.procedures.permission import mandate_for
from amur.procedures.seeing import seen


@dataclass(frozen=True, slots=True)
class ActingFor:
    """An authorisation that reaches a case, in whose name, and what was done by it: when, the kind, the entry."""

    row: Authorisation
    name: str
    is_over: bool
    acted: tuple[tuple[datetime, str, str], ...]


def agents_of(scope: Scope, case_id: UUID, *, on: date) -> tuple[ActingFor, ...]:
    """Return who acts or acted for the party of a case, for whoever may know of the case.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, _ = seen(scope, case_id)
    parties = parties_of(case) | ({case.account_id} - {""})
    rows = people.in_matter(scope, str(case.id), case.procedure)
    reaching = [row for row in rows if row.party in parties]
    if not reaching:
        return ()
    acts = [entry for entry in ledger.entries_of(SYSTEM, case.key_subject) if (entry.act or {}).get("channel")]
    return tuple(
        ActingFor(
            row,
            row.enterprise.name if row.enterprise else row.account.person.display_name if row.account else "",
            row.revoked_at is not None or not row.valid_from <= on <= row.valid_to,
            tuple(
                (entry.happened_at, entry.kind, entry.leaf)
                for entry in acts
                if (entry.act or {}).get("on_behalf_of") == row.party
                and (entry.act or {}).get("channel") == row.kind
                and people.acts_by(row, str((entry.act or {}).get("actor_id", "")))
            ),
        )
        for row in reaching
    )


def acts_for_another(scope: Scope, case_id: UUID) -> str:
    """Return whether a reader acts in a case for somebody else: as ``agent``, as ``proxy``, or not at all.

    Raises:
        NotFound: as ``agents_of``.
    """
    case, _ = seen(scope, case_id)
    found = mandate_for(scope, facts_of(case))
    return found.kind if found else ""
