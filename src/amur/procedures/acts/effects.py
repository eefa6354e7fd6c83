"""What follows from an event, carried out downward in its transaction: records, clocks, cases, documents, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import Declared
from amur.base.expressions import Kind, type_of
from amur.base.faults import Invalid
from amur.base.fields import Lookups
from amur.people.reads import day_of
from amur.procedures import conditions, engine, moments
from amur.procedures.acts import documents
from amur.procedures.acts.clocks import follow
from amur.procedures.acts.opening import open_from
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.effects import (
    ChangeState,
    CloseRecord,
    CorrectRecord,
    IssueDocument,
    Notify,
    OpenCase,
    RecordEffect,
    StartClock,
    WriteRecord,
)
from amur.procedures.models import Case, ClockRun
from amur.procedures.notices.acts import tell
from amur.procedures.opinions.acts.asking import ask
from amur.procedures.opinions.declarations import AskOpinions
from amur.registers import acts as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active, as_pinned, lookups


def carry_out(
    case: Case,
    definition: ProcedureDeclaration,
    stepped: engine.Stepped,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Carry out all effects of an event, in their order; each has a key of its own, so that none happens twice.

    Raises:
        Refused: if a value that is to be written has none; nothing of the event happens then.
        Invalid, Conflict, NotFound: as the acts of the registers, and as ``open_from``.
    """
    moment = moments.of_case(case, definition, day_of(now))
    for place, effect in enumerate(stepped.effects):
        key = f"case:{case.id}:{case.version}:{place}"
        if isinstance(effect, Notify):
            tell(case, definition, effect, reason, key=key, now=now)
        elif isinstance(effect, StartClock):
            _start_clock(case, definition, effect, now)
        elif isinstance(effect, OpenCase):
            open_from(case, effect, moment, by=by, now=now)
        elif isinstance(effect, AskOpinions):
            ask(case, definition, effect, by=by, now=now)
        elif isinstance(effect, IssueDocument):
            documents.issue(
                case,
                definition,
                definition.document(effect.document),
                moment,
                transition=stepped.transition,
                reason=reason,
                found=words_of(case),
                by=by,
                now=now,
            )
        else:
            _write(case, effect, stepped.transition, moment, key, by=by, now=now)


def _write(
    case: Case, effect: RecordEffect, transition: Transition, moment: Moment, key: str, *, by: Actor, now: datetime
) -> None:
    """Write or end a record. Its reason is the event's title: what an official told the party stays with the case."""
    record_key = conditions.taken(effect.key, Kind.TEXT, moment)
    if not record_key:
        raise Invalid({"key": ("required", f"{effect.key} is empty, so the record has no key")})
    why = partial(
        _ACTS[type(effect)],
        effect.register_id,
        key=str(record_key),
        by=by,
        now=now,
        reason=transition.title.zh,
        source=case.number,
        through="decision" if transition.outcome != "none" else "filing",
        idempotency=key,
    )
    today = day_of(now)
    if isinstance(effect, CloseRecord):
        why(valid_to=today)
        return
    values = _values(effect.register_id, effect.values, moment)
    if isinstance(effect, ChangeState):
        until, valid_to = _day(effect.until, moment), _day(effect.valid_to, moment)
        begins = _day(effect.valid_from, moment) or today
        why(event=effect.event, on=begins, until=until, valid_to=valid_to, values=values)
    elif isinstance(effect, CorrectRecord):
        since = _day(effect.valid_from, moment)
        why(values=values, valid_from=since, when="existing", words=words_of(case))
    else:
        begins = _day(effect.valid_from, moment) or today
        why(values=values, valid_from=begins, when=effect.when, words=words_of(case))


_ACTS: Mapping[type[Declared], Callable[..., object]] = {
    WriteRecord: registers.write_record,
    CorrectRecord: registers.write_record,
    CloseRecord: registers.close_record,
    ChangeState: registers.change_state,
}


def _values(register_id: str, sources: Mapping[str, str], moment: Moment) -> dict[str, Json]:
    """Return what is written: each expression as a value of its field's kind; the register says what does not fit."""
    register = active(RegisterDeclaration, "register").get(register_id)
    kinds = {field.id: type_of(field.cel_column()) for field in register.fields} if register else {}
    return {name: conditions.taken(source, kinds.get(name, Kind.TEXT), moment) for name, source in sources.items()}


def _day(source: str, moment: Moment) -> date | None:
    day = conditions.taken(source, Kind.DATE, moment) if source else None
    return date.fromisoformat(str(day)) if day else None


def _start_clock(case: Case, definition: ProcedureDeclaration, effect: StartClock, now: datetime) -> None:
    """Start a clock unless it runs; the case is due when the first of its clocks is."""
    if not ClockRun.objects.filter(case=case, clock=effect.clock, ended_on=None).exists():
        follow(case, definition, (engine.ClockChange(effect.clock, "start"),), now)
        case.save(update_fields=["due_on", "due_at", "due_provisional"])


def words_of(case: Case) -> Lookups:
    """Return the lists that a case was entered with: what was chosen in time stays chosen."""
    return as_pinned(lookups(day_of(case.submitted_at)), case.closure_hash)
