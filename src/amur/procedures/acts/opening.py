"""How a case begins: its number, its first state and clocks, its first event and entries.

A submission begins one with a draft, an effect with what another case says; from there on they are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.expressions import Kind, type_of
from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration, FieldError, Lookups
from amur.ledger import acts as ledger
from amur.ledger.kept import prefetch, sealed_for, stored
from amur.people import reads as people
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import conditions, declared, engine, moments
from amur.procedures.acts.clocks import follow
from amur.procedures.acts.documents import issue_received
from amur.procedures.acts.numbering import next_number
from amur.procedures.channels import OWN_MOTION
from amur.procedures.commitment import keeping as commitment
from amur.procedures.commitment.engine import begins
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effects import OpenCase
from amur.procedures.facts import kept as kept_of
from amur.procedures.facts import told
from amur.procedures.fees.acts.demanding import follow_fees
from amur.procedures.missing import keeping as missing
from amur.procedures.models import Case, CaseEvent, Draft, Upload
from amur.procedures.papers.acts.consenting import agree_in_form
from amur.procedures.ties.marking import look_around
from amur.registers.lookups import lookups

_LONGEST_SUBJECT = 200


def case_of(
    draft: Draft, definition: ProcedureDeclaration, data: dict[str, Json], found: Lookups, now: datetime
) -> Case:
    """Return the case that a draft becomes with these answers; it is not stored yet, but its number is taken."""
    body = people.body_on(definition.body_id, day_of(now))
    return Case(
        number=next_number(definition.series, now),
        procedure=draft.procedure,
        declaration_hash=draft.declaration_hash,
        closure_hash=policy.closure("procedure", draft.procedure),
        draft=draft,
        data=data,
        subject=_subject(definition, data, found),
        body_id=body.pk if body else definition.body_id,
        region=str(data.get(definition.region_field or "", "")),
        channel=draft.channel,
        language=draft.language,
        account_id=draft.account_id,
        enterprise_id=draft.enterprise_id,
        submitted_at=now,
        changed_at=now,
    )


def begin(
    case: Case,
    definition: ProcedureDeclaration,
    uploads: Iterable[Upload] = (),
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    beside: Callable[[], None] | None = None,
) -> None:
    """Store a new case where its procedure begins, with its clocks, its first event and its entries.

    ``beside`` keeps what its first papers tell beside the case itself.
    """
    begun = engine.begun_with(definition, begins(definition, case.data))
    position, changes = begun.position, begun.clocks
    case.state, case.version, case.configuration = position.state, position.version, kept_of(position)
    case.save(force_insert=True)
    kept = _kept(case, uploads)
    started = follow(case, definition, changes, now)
    if engine.accepts(definition, *begun.entered, clock_started=started):
        case.accepted_at = now
    case.save(update_fields=["accepted_at", "due_on", "due_at", "due_provisional"])
    CaseEvent.objects.create(
        case=case,
        version=case.version,
        event=_first_event(case),
        target=case.state,
        configuration=told(definition, position, begun.entered),
        actor_id=by.actor_id,
        happened_at=now,
        key=key,
        entry_hash=_record(case, kept, by=by, now=now),
    )
    if beside:
        beside()
    _sign(case, definition, by=by, now=now)
    if definition.documents:
        issue_received(case, definition, by=by, now=now)
    look_around(case, definition, now=now)
    if definition.fees:
        follow_fees(case, definition, _first_event(case), by=by, now=now)


def _kept(case: Case, uploads: Iterable[Upload]) -> list[Upload]:
    """Let the files be the case's that its form asks for; one that it does not ask any more is swept away."""
    kept = [upload for upload in uploads if upload.field in case.data]
    if kept:
        Upload.objects.filter(pk__in=[upload.pk for upload in kept]).update(case=case)
    return kept


def _sign(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Keep what a party promises and agrees to by submitting."""
    commitment.sign(case, definition, by=by, now=now)
    missing.sign(case, definition, by=by, now=now)
    agree_in_form(case, definition, by=by, now=now)


def open_from(
    origin: Case,
    effect: OpenCase,
    moment: Moment,
    *,
    by: Actor,
    now: datetime,
    uploads: Iterable[Upload] = (),
) -> Case:
    """Open a case for the party of another, or of the office alone, with answers and files taken from there.

    Raises:
        NotFound: if the active pack has no such procedure.
        Invalid: naming each answer that its form asks and that is missing or does not fit.
        Refused: if an expression has no value.
    """
    content_hash, definition = declared.active(effect.procedure_id)
    data = _answers(definition, effect.values, moment, lookups(day_of(now)))
    if effect.own_motion:
        return open_own(content_hash, data, enterprise_id="", by=by, now=now, origin=origin)
    return open_with(origin, content_hash, data, uploads, by=by, now=now)


def open_with(
    origin: Case,
    content_hash: str,
    data: dict[str, Json],
    uploads: Iterable[Upload] = (),
    *,
    by: Actor,
    now: datetime,
) -> Case:
    """Open a case of a declaration for the party of another, with the answers that its form holds whole."""
    whose = {name: getattr(origin, name) for name in ("account_id", "enterprise_id", "channel", "language")}
    case, definition = _case_for(content_hash, data, whose, now)
    case.origin = origin
    begin(case, definition, uploads, by=by, now=now)
    return case


def open_own(
    content_hash: str,
    data: dict[str, Json],
    *,
    enterprise_id: str,
    by: Actor,
    now: datetime,
    origin: Case | None = None,
) -> Case:
    """Open a case of the authority's own motion, for an enterprise or for whoever will hold the query code."""
    whose = {"enterprise_id": enterprise_id, "channel": OWN_MOTION}
    case, definition = _case_for(content_hash, data, whose, now)
    case.origin = origin
    begin(case, definition, by=replace(by, channel=OWN_MOTION), now=now)
    return case


def _case_for(
    content_hash: str, data: dict[str, Json], whose: Mapping[str, str], now: datetime
) -> tuple[Case, ProcedureDeclaration]:
    """Return a case that nobody handed in, with its declaration; it is not stored yet."""
    definition = declared.pinned(content_hash)
    draft = Draft.objects.create(
        procedure=definition.id,
        declaration_hash=content_hash,
        created_at=now,
        updated_at=now,
        expires_at=now,
        **whose,
    )
    return case_of(draft, definition, data, lookups(day_of(now)), now), definition


def _first_event(case: Case) -> str:
    return engine.OPENED if case.origin or case.channel == OWN_MOTION else engine.SUBMITTED


def _answers(
    definition: ProcedureDeclaration, sources: Mapping[str, str], moment: Moment, found: Lookups
) -> dict[str, Json]:
    """Return what the form of a new case holds: what it asks, as the expressions give it and its fields keep it."""
    fields = {field.id: field for field in definition.fields}
    faults: dict[str, tuple[str, str]] = {}
    data: dict[str, Json] = {}
    for name, source in sources.items():
        field = fields.get(name)
        value = conditions.taken(source, type_of(field.cel_column()) if field else Kind.TEXT, moment)
        if field is None:
            faults[name] = ("unknown_field", f"{definition.id!r} has no field {name!r}")
        elif value is not None:
            try:
                data[name] = field.validate_value(value, found)
            except FieldError as error:
                faults |= error.told(name)
    return whole_form(definition, data, found, faults)


def whole_form(
    definition: ProcedureDeclaration,
    data: Mapping[str, Json],
    found: Lookups,
    faults: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> dict[str, Json]:
    """Return what a form holds, with what is computed of it.

    Raises:
        Invalid: naming what is missing, beside the ``faults`` that were found before.
    """
    asked, whole = asked_whole(definition, data, found.on)
    faults = {**faults} | {field.id: ("required", "no value") for field in asked if _is_missing(field, whole)}
    if faults:
        raise Invalid(faults)
    return conditions.computed(asked, whole, found)


def asked_whole(
    definition: ProcedureDeclaration, data: Mapping[str, Json], on: date
) -> tuple[tuple[FieldDeclaration, ...], Moment]:
    """Return what a form asks, given all its answers, and the moment with the answers to just that."""
    moment = moments.of_form(definition, data, on)
    asked = conditions.asked(definition, moment)
    return asked, moment.with_form({field.id: data[field.id] for field in asked if field.id in data})


def _is_missing(field: FieldDeclaration, moment: Moment) -> bool:
    return field.required and field.type != "computed" and field.id not in moment.form


def _subject(definition: ProcedureDeclaration, data: Mapping[str, Json], found: Lookups) -> str:
    field = next(field for field in definition.fields if field.id == definition.subject_field)
    if field.personal_class != "none":
        return ""  # queues and notices show the subject, and search finds it: no person's name stands there
    return field.display(data.get(field.id), "zh-hans", found)[:_LONGEST_SUBJECT]


def _record(case: Case, uploads: list[Upload], *, by: Actor, now: datetime) -> str:
    """Write two entries: one whose content a party may show to a stranger, one with what was entered.

    So a receipt discloses the number and not the form. Of the form the entry holds what is personal as the table does:
    sealed, so that it can be erased while both entries and their proofs stay whole.
    """
    prefetch(uploads)
    record = partial(ledger.record, subject=case.key_subject, by=by, now=now, release=policy.active_hash())
    first = record(
        kind="case.submitted" if _first_event(case) == engine.SUBMITTED else "case.opened",
        body={
            "number": case.number,
            "procedure": case.procedure,
            "declaration": case.declaration_hash,
            "closure": case.closure_hash,
            "state": case.state,
            "channel": case.channel,
            **({"origin": case.origin.number} if case.origin else {}),
        },
    )
    record(
        kind="case.form_kept",
        body={
            "form": stored(case, "data"),
            "uploads": [
                {
                    "id": str(upload.pk),
                    "field": upload.field,
                    "media_type": upload.media_type,
                    "size": upload.size,
                    "file": sealed_for(upload, {"name": upload.name, "sha256": upload.sha256}),
                }
                for upload in uploads
            ],
        },
    )
    return first.leaf
