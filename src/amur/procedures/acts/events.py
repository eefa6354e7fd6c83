"""The act that moves a case: checked by the engine, with everything that follows from it in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FieldError, Lookups, Raw, TextField
from amur.ledger import rows
from amur.people.reads import day_of
from amur.procedures import conditions, declared, engine, moments, retention
from amur.procedures.acts.clocks import follow, next_lapse
from amur.procedures.acts.drafts import read_fields
from amur.procedures.acts.effects import carry_out
from amur.procedures.acts.moves import Move, keep
from amur.procedures.acts.ways import follow_ways
from amur.procedures.appeals import following
from amur.procedures.declarations import EXCHANGE, REVIEW, TIE, ProcedureDeclaration, Transition
from amur.procedures.draws import binding
from amur.procedures.facts import facts_of, history_of, kept, position_of
from amur.procedures.fees.acts.demanding import follow_fees
from amur.procedures.missing import keeping as missing
from amur.procedures.models import Case, Upload
from amur.procedures.permission import acting
from amur.procedures.seeing import knows
from amur.procedures.signing.engine import needs_signatures
from amur.procedures.signing.lines import overtake
from amur.procedures.supplements.moving import settle, taken, without_items
from amur.procedures.transactions import act, check_key
from amur.procedures.values import values_used
from amur.registers.lookups import as_pinned, lookups

LONGEST_REASON = 5_000
_STEPPED = ("state", "turn", "due_rank", "configuration", "version", "changed_at", "accepted_at", "decided_at")
"""What any event may change of a case."""
_MOVED = (*_STEPPED, "closed_at", "erase_on", "due_on", "due_at", "due_provisional")
"""What an event may change of a case that has clocks or ends."""
_DONE = "SELECT 1 FROM procedures_caseevent WHERE case_id = %s AND key = %s AND event = %s AND actor_id = %s"
_REASON = TextField(
    id="reason", type="text", multiline=True, title=Text(zh="理由", en="Reason"), max_length=LONGEST_REASON
)


def fire(
    case_id: UUID,
    event: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    key: IdempotencyKey = "",
    reason: str = "",
    extra: Mapping[str, Raw] | None = None,
) -> Case:
    """Let an event happen to a case, with its clocks, decision, effects and ledger entry, or not at all.

    ``extra`` is raw input for the fields that the transition asks. The same key again changes nothing.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Conflict: if somebody else moved the case meanwhile; ``version`` is the present one.
        Refused: if the event means nothing in this state, or the actor may not fire it.
        Invalid: if a reason or another input is missing or wrong.
    """
    check_key(key)
    with act():
        case = rows.locked(Case, case_id)
        if case is None:
            raise NotFound("no_case", "there is no such case")
        definition, facts = declared.pinned(case.declaration_hash), facts_of(case)
        if not knows(scope, facts, case_id, definition):
            raise NotFound("no_case", "there is no such case")
        if key and rows.run(_DONE, [rows.key_of(case), key, event, by.actor_id]).fetchone():
            return case
        if expected_version != case.version:
            raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)
        fire_in(case, definition, event, by=by, scope=scope, now=now, key=key, reason=reason, extra=extra or {})
        return case


def fire_in(
    case: Case,
    definition: ProcedureDeclaration,
    event: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
    reason: str = "",
    extra: Mapping[str, Raw],
) -> None:
    """Let an event happen to a locked case that the actor may know of, in the caller's transaction.

    Raises:
        Refused, Invalid, Conflict: as ``fire``.
    """
    move = begun(case, definition, event, by=by, now=now, key=key)
    transition, facts = move.stepped.transition, facts_of(case)
    refusal = engine.why_not(transition, scope, by.actor_id, facts, history_of(case, transition))
    refusal = refusal or needs_signatures(transition)
    if refusal := refusal or binding.why_not(case, transition, scope, by.actor_id, day_of(now)):
        raise refusal
    move.by = acting(by, scope, (transition.by,), facts)
    take(move, reason, extra)
    _carry_out(move)


def begun(
    case: Case, definition: ProcedureDeclaration, event: str, *, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> Move:
    """Return what an event would do to a locked case; whether the actor may is not asked.

    Raises:
        Refused: if the event means nothing where the case stands, or an appeal suspends what it carries out.
        Conflict: ``lapsed`` if it comes after a lapse that is not recorded yet.
    """
    stepped = engine.step(definition, position_of(case, definition), event)
    if refusal := following.why_not_execute(case, stepped.transition) or missing.why_not(
        case, definition, stepped.transition, day_of(now)
    ):
        raise refusal
    return Move(case, definition, stepped, case.state, by, _in_time(case, definition, now), "", key)


def take(move: Move, reason: str, extra: Mapping[str, Raw]) -> None:
    """Take in the reason of an event and what it asks for, and see whether its guard lets it pass.

    Raises:
        Invalid: if a reason or another input is missing or wrong.
        Refused: if its guard does not hold.
    """
    today = day_of(move.now)
    move.reason = _checked_reason(move.stepped.transition, reason, today)
    move.supplement = taken(move.case, move.definition, move.stepped.transition, extra, move.now)
    move.given = _given(move, without_items(extra)) | move.supplement.given
    move.given |= missing.take(move.case, move.definition, move.stepped.transition, move.given)
    _guard(move)


def _guard(move: Move) -> None:
    """See whether the guard of an event lets it pass, with what was given.

    Raises:
        Refused: if it does not.
    """
    transition = move.stepped.transition
    if transition.when or transition.needs_opinions:
        moment = moments.of_case(move.case, move.definition, day_of(move.now))
        if refusal := conditions.refusal(transition, moment, move.given):
            raise refusal


def decide(
    case: Case,
    definition: ProcedureDeclaration,
    event: str,
    *,
    by: Actor,
    role: str,
    now: datetime,
    reason: str,
    given: Mapping[str, Json],
    signed: Mapping[str, Json],
) -> None:
    """Let an event happen to a locked case that a chain has decided, in the transaction of its last signature.

    Raises:
        Refused: if the event means nothing where the case stands, or its guard does not hold any more.
        Conflict: ``lapsed`` if it comes after a lapse that is not recorded yet.
        Invalid: as its effects.
    """
    move = begun(case, definition, event, by=by, now=now)
    move.reason, move.given, move.role, move.signed = reason, dict(given), role, signed
    _guard(move)
    _carry_out(move)


def _in_time(case: Case, definition: ProcedureDeclaration, now: datetime) -> datetime:
    """Return when an event happens; refuse what comes after a lapse that is not recorded yet."""
    # A clock that was set back does not turn the order of events round.
    at = max(now, case.changed_at)
    if (found := next_lapse(case, definition)) and found.at <= at:
        raise Conflict("lapsed", "a period was over before this; the law moves the case", version=case.version)
    return at


def lapse(case_id: UUID, *, by: Actor, now: datetime) -> Case | None:
    """Let happen what the law attaches to the lapse of a clock, if one has lapsed; return the case if it moved.

    It may be recorded late: the entry says since when it holds by law. Whoever moved the case in time was first.

    Raises:
        Invalid, Refused, Conflict: as its effects; nothing of it happens then.
    """
    with act():
        case = rows.locked(Case, case_id)
        if case is None or case.closed_at is not None:
            return None
        definition = declared.pinned(case.declaration_hash)
        found = next_lapse(case, definition)
        at = max(now, case.changed_at)
        if found is None or at < found.at:
            return None
        stepped = engine.step(definition, position_of(case, definition), found.event)
        _carry_out(Move(case, definition, stepped, case.state, by, at, "", "", lapse=found))
        return case


def _by_review(case: Case, event: str, reason: str, by: Actor, now: datetime) -> None:
    """Let a review move a locked case whose decision it was about, out of its end too."""
    definition = declared.pinned(case.declaration_hash)
    stepped = engine.reviewed(definition, position_of(case, definition), event)
    case.closed_at, case.decided_at, case.erase_on = None, None, None
    said = reason if stepped.transition.reason != "none" else ""
    _carry_out(Move(case, definition, stepped, case.state, by, max(now, case.changed_at), said, ""))


def tied(
    case: Case,
    definition: ProcedureDeclaration,
    stepped: engine.Stepped,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Let a tie move a locked case, out of its end too, in the caller's transaction."""
    case.closed_at, case.erase_on = None, None
    _carry_out(Move(case, definition, stepped, case.state, by, max(now, case.changed_at), reason, "", role=by.role))


def _by_one_thing(case: Case, event: str, by: Actor, now: datetime) -> None:
    """Let one thing move a locked case that belongs to it, or its cases move the whole."""
    move = begun(case, declared.pinned(case.declaration_hash), event, by=by, now=now)
    take(move, "", {})
    _carry_out(move)


def heard(
    case: Case,
    definition: ProcedureDeclaration,
    event: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    reason: str = "",
    extra: Mapping[str, Raw],
) -> None:
    """Let another system move a locked case by an arrow that is its own, in the caller's transaction.

    Raises:
        Refused, Invalid, Conflict: as ``fire``.
    """
    move = begun(case, definition, event, by=by, now=now, key=key)
    if move.stepped.transition.by != EXCHANGE:
        raise Refused("not_by_exchange", f"{event!r} is not what another system does here", event=event)
    take(move, reason, extra)
    _carry_out(move)


def _checked_reason(transition: Transition, reason: str, on: date) -> str:
    """Return the reason as a text field keeps it; where none is asked for, none is kept."""
    if transition.reason == "none":
        return ""
    asked = _REASON.model_copy(update={"required": transition.reason == "required"})
    try:
        return str(asked.parse(reason, Lookups(on)) or "")
    except FieldError as error:
        raise Invalid({"reason": (error.code, str(error))}) from None


def _given(move: Move, extra: Mapping[str, Raw]) -> dict[str, Json]:
    """Return the values of what the transition asks for, files among them."""
    transition, today = move.stepped.transition, day_of(move.now)
    if not transition.asks and not extra:
        return {}
    known = {declared_field.id for declared_field in transition.asks}
    faults = {name: ("unknown_field", f"nothing asks for {name!r}") for name in extra if name not in known}
    found = as_pinned(lookups(today), move.case.closure_hash)
    entered, _ = read_fields(transition.asks, extra, found)
    moment = moments.of_case(move.case, move.definition, today)
    asked = conditions.asked_of(transition, moment.with_form({**moment.form, **entered}))
    given: dict[str, Json] = {}
    for name, declared_field in ((each.id, each) for each in asked):
        if declared_field.type == "computed" and not extra.get(name):
            continue
        try:
            value = declared_field.parse(extra.get(name, ""), found)
        except FieldError as error:
            faults |= error.told(name)
            continue
        if declared_field.type == "file" and value is not None:
            taken = Upload.objects.filter(pk=str(value), field=name, case=None, draft=move.case.draft)
            if not taken.update(case=move.case):
                faults[name] = ("bad_upload", "there is no such file; send it again")
        if value is not None:
            given[name] = value
    if faults:
        raise Invalid(faults)
    return given | conditions.computed_of(asked, moment.with_form({**moment.form, **given}), found)


def _move_on(move: Move) -> None:
    """Let the case stand where the event leads, with its clocks, dates and data."""
    case, stepped = move.case, move.stepped
    state = move.definition.state(stepped.position.state)
    case.state, case.version, case.changed_at = stepped.position.state, stepped.position.version, move.now
    case.configuration = kept(stepped.position)
    if move.given:
        case.data = {**case.data, **move.given}
    changes = (*stepped.clocks, *missing.ends(case, move.definition, stepped.transition))
    started = follow(case, move.definition, changes, move.now)
    if case.accepted_at is None and engine.accepts(move.definition, *stepped.entered, clock_started=started):
        case.accepted_at = move.now
    if stepped.transition.outcome != "none":
        case.decided_at = move.now
        move.values = values_used(case, move.definition)
    if state.final:
        case.closed_at = move.now
        case.erase_on = retention.schedule(case).first


def _carry_out(move: Move) -> None:
    _move_on(move)
    case, stepped = move.case, move.stepped
    keep(move)
    reaches_far = case.closed_at or move.definition.clocks or stepped.transition.by in {REVIEW, TIE}
    columns = _MOVED if reaches_far else _STEPPED
    rows.change(case, (*columns, "data") if move.given else columns)
    _bring_about(move)


def _bring_about(move: Move) -> None:
    """Let happen what follows from an event, when the case stands where it leads."""
    case, stepped = move.case, move.stepped
    if move.definition.sign_offs:
        overtake(case, move.definition, by=move.by, now=move.now)
    settle(case, move.definition, stepped.transition, move.supplement, move.now)
    if move.definition.fees:
        follow_fees(case, move.definition, stepped.transition.event, by=move.by, now=move.now)
    if stepped.effects:
        carry_out(case, move.definition, stepped, move.reason, by=move.by, now=move.now)
    follow_ways(case, move.definition, stepped.transition, by=move.by, now=move.now, move=_by_one_thing)
    if move.definition.hears_appeals:
        following.follow(case, stepped.transition, move.reason, by=move.by, now=move.now, move=_by_review)
