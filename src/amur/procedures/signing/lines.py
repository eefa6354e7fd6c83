"""Lines of the thread of a draft, each with the ledger entry that proves it; and drafts whose case moved meanwhile.

What was proposed and said stands in the entry sealed: nobody can tell from the ledger what a decision will be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for, sealed_values
from amur.policy import reads as policy
from amur.procedures import standing
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.facts import active_in
from amur.procedures.models import Case
from amur.procedures.signing.declarations import DRAFTER
from amur.procedures.signing.models import TAKES, SignOff, SignOffLine
from amur.procedures.typed import typed

KINDS = "sign_off."
"""What the kinds of entries about drafts begin with; then follows what was done."""
LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a line holds beside who and when."""

    text: str = ""
    before: str = ""
    after: str = ""
    changes: Mapping[str, Json] = field(default_factory=dict)
    to: str = ""
    choice: str = ""


def note(
    draft: SignOff,
    verb: SignOffLine.Verb,
    said: Said,
    *,
    by: Actor,
    role: str,
    now: datetime,
    key: IdempotencyKey = "",
) -> SignOffLine:
    """Write a line about a draft as it is, before anything of it changes."""
    line = SignOffLine(
        sign_off=draft,
        case=draft.case,
        number=draft.lines.count() + 1,
        version=draft.version,
        verb=verb,
        event=draft.event,
        step=draft.step,
        to=said.to,
        choice=said.choice,
        actor_id=by.actor_id,
        role=role,
        text=said.text,
        before=said.before,
        after=said.after,
        changes=dict(said.changes),
        at=now,
        key=key,
    )
    line.entry_hash = _record(line, by=by)
    line.save(force_insert=True)
    return line


def took(draft: SignOff) -> dict[str, set[str]]:
    """Return which steps each person has taken in the course of a draft."""
    found: dict[str, set[str]] = {}
    taken = SignOffLine.objects.filter(sign_off=draft, verb__in=TAKES).values_list("actor_id", "step")
    for actor, step in taken:
        found.setdefault(actor, set()).add(step)
    return found


def worded(name: str, text: str, on: date, *, required: bool) -> str:
    """Return a text that somebody typed as it is kept.

    Raises:
        Invalid: if it is missing, too long, or holds what cannot be shown.
    """
    return typed(name, text, LONGEST, on, required=required)


def drafting(definition: ProcedureDeclaration, case: Case, chain: str) -> tuple[Transition, ...]:
    """Return what can be drafted where a case stands and goes through a chain."""
    if definition.state(case.state).final:
        return ()
    return tuple(one for one in standing.leading(definition, active_in(case)) if one.sign_off == chain)


def overtake(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Send the drafts about a case that has moved back to their drafters, or end those that nothing is left of.

    Nobody signs about a case that is not as the drafter and those before them saw it.
    """
    for draft in SignOff.objects.filter(case=case, ended_at=None).order_by("begun_at"):
        draft.case = case
        left = drafting(definition, case, draft.chain)
        note(draft, SignOffLine.Verb.OVERTAKEN, Said(), by=by, role="", now=now)
        draft.version += 1
        if left:
            hold(draft, DRAFTER, role=left[0].by, body_id=case.body_id, now=now)
        else:
            draft.ended, draft.ended_at = SignOff.Ended.VOID, now
        draft.save(update_fields=["version", "step", "role", "body_id", "held_since", "due_on", "ended", "ended_at"])


def hold(draft: SignOff, step: str, *, role: str, body_id: str, now: datetime, due_on: date | None = None) -> None:
    """Put a draft into other hands."""
    draft.step, draft.role, draft.body_id, draft.held_since, draft.due_on = step, role, body_id, now, due_on


def _record(line: SignOffLine, *, by: Actor) -> str:
    release = policy.active_release()
    said = {"text": line.text, "before": line.before, "after": line.after}
    entry = ledger.record(
        subject=line.key_subject,
        kind=f"{KINDS}{line.verb}",
        by=by,
        now=line.at,
        body={
            "number": line.case.number,
            "sign_off": str(line.sign_off_id),
            "chain": line.sign_off.chain,
            "step": line.step,
            "to": line.to,
            "version": line.version,
            "proposed": sealed_for(line.case, {"event": line.event, "choice": line.choice}),
            "said": sealed_for(line.case, {name: text for name, text in said.items() if text}),
            "changes": sealed_values(line, line.changes, line.key_parts),
            "declaration": line.case.declaration_hash,
        },
        release=release.hash if release else "",
    )
    return entry.leaf
