"""One step: somebody acts, or time passes. Whatever is refused is handed back, not raised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import UUIDField

from amur.base.acting import Actor, Scope
from amur.base.faults import AmurError, Invalid
from amur.base.fields import Raw
from amur.ledger import rows
from amur.ledger.prepared import prepared
from amur.packs.declarations import PUBLIC, Contesting, Extension, Missing, Step, Supply
from amur.packs.play.drawing import draw
from amur.packs.play.exchanging import exchange, hear
from amur.packs.play.finding import find
from amur.packs.play.joining import join
from amur.packs.play.keeping import keep
from amur.packs.play.papers import content_of
from amur.packs.play.signing import sign
from amur.packs.play.stage import Stage
from amur.packs.play.studying import study
from amur.packs.play.tying import tie
from amur.people import acts as people
from amur.people.acts.authorising import Matter
from amur.procedures import acts
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.declared import active, pinned
from amur.procedures.models import Case, Decision, Draft
from amur.procedures.supplements.engine import ITEMS

_PORTAL = "portal"
_PROXY_FOR = timedelta(days=30)
_DRAFT = prepared(lambda key: Draft.objects.filter(pk=key), UUIDField())


def perform(step: Step, stage: Stage, key: str) -> AmurError | None:
    """Do what the step says; return why it was refused, if it was."""
    if step.after_working_days:
        stage.pass_working_days(step.after_working_days)
    if step.after_days:
        stage.pass_days(step.after_days)
    try:
        if step.submit:
            _submit(step, stage, key)
        if step.fire:
            _fire(step, stage, key)
        if step.sign:
            sign(step.sign, current(stage, step.case), step.by or PUBLIC, stage, said=step.reason, key=key)
        _before_others(step, stage, key)
        if step.extend:
            _extend(step, step.extend, stage, key)
        if step.why_late:
            _explain(step, step.why_late, stage, key)
        if step.keep:
            keep(step, step.keep, stage, key)
        _beside_cases(step, stage, key)
    except AmurError as error:
        return error
    hear(stage)
    return None


def _beside_cases(step: Step, stage: Stage, key: str) -> None:
    """Do what is not done to a case: hold a draw, ask a finder, run a study, or let another system speak."""
    if step.draw:
        draw(step, step.draw, stage, key)
    if step.find:
        stage.found = find(step.find, stage)
    if step.study:
        study(step, step.study, stage, key)
    if step.exchange:
        exchange(step.exchange, step.case, stage, name=step.by, reason=step.reason, key=key)


def _submit(step: Step, stage: Stage, key: str) -> None:
    """Fill in the form page by page, as a person does, and hand it in."""
    name = step.by or PUBLIC
    _, definition = active(step.submit or "")
    by = stage.actor_of(name, _taker(stage, name, definition) if step.channel != _PORTAL else "")
    member = stage.cast.get(name) if step.channel == _PORTAL else None
    draft = acts.open_draft(
        definition.id,
        by=by,
        now=stage.now,
        channel=step.channel,
        account_id=str(member.account.pk) if member else "",
        enterprise_id=member.enterprise_id if member and not step.proxy_for else "",
        authorisation_id=_authorised(step, definition.id, stage, key) if step.proxy_for else "",
    )
    stage.cases[step.case] = case = _hand_in(step, stage, definition, draft, key)
    if name == PUBLIC:
        stage.strangers.add(str(case.pk))


def _authorised(step: Step, procedure: str, stage: Stage, key: str) -> str:
    """Let whoever submits act for somebody: by what that one authorises, or of a stranger by a consent on paper."""
    name, giver = step.by or PUBLIC, step.proxy_for or PUBLIC
    if giver == PUBLIC:
        by = stage.actor_of(name)
        return str(people.record_consent(procedure, step.reason, by=by, now=stage.now, key=f"{key}:consent").pk)
    given = people.authorise(
        Matter(procedure, stage.today, stage.today + _PROXY_FOR),
        by=stage.actor_of(giver),
        now=stage.now,
        to_account=name,
        kind="proxy",
        key=f"{key}:authorise",
    )
    return str(given.pk)


def _taker(stage: Stage, name: str, definition: ProcedureDeclaration) -> str:
    """Return the role in which somebody takes in what did not come by the portal."""
    scope = stage.scope_of(name)
    return next((role for role in sorted(definition.roles) if scope.holds(role)), "")


def _contest(step: Step, contesting: Contesting, stage: Stage, key: str) -> None:
    """Contest the last decision of a case, and hand the form in that the case has begun to fill."""
    name, case = step.by or PUBLIC, current(stage, step.case)
    decision = Decision.objects.filter(case=case).order_by("-decided_at", "-id").first()
    draft = acts.begin_appeal(
        decision.pk if decision else 0,
        by=stage.actor_of(name),
        scope=stage.scope_of(name, case),
        now=stage.now,
        review_body=contesting.body_id or "",
        late_reason=contesting.late,
    )
    review = _hand_in(step, stage, pinned(draft.declaration_hash), draft, key)
    stage.cases[contesting.opens] = review
    if name == PUBLIC:
        stage.strangers.add(str(review.pk))


def _hand_in(step: Step, stage: Stage, definition: ProcedureDeclaration, draft: Draft, key: str) -> Case:
    """Fill in a form that was opened and submit it.

    Raises:
        Invalid: with each field that does not fit.
    """
    faults: dict[str, tuple[str, str]] = {}
    for field, fault in _fill_in(step, stage, definition, draft):
        # A refused file is why the field is empty: the first fault is the one to say.
        faults.setdefault(field, fault)
    if faults:
        raise Invalid(faults)
    by = stage.actor_of(step.by or PUBLIC)
    return acts.submit(draft.pk, by=by, now=stage.now, key=key, confirmed=step.confirm)


def _fill_in(
    step: Step, stage: Stage, definition: ProcedureDeclaration, draft: Draft
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Save each page with its files, and yield what is wrong with each field of the whole form."""
    by = stage.actor_of(step.by or PUBLIC)
    known = {field.id for field in definition.fields}
    yield from ((name, ("unknown_field", f"the form has no field {name!r}")) for name in step.form if name not in known)
    is_known = False
    for page in definition.pages:
        for field in page.fields:
            if file := step.files.get(field.id):
                is_known = False
                try:
                    acts.attach(draft.pk, field.id, [content_of(file)], file.name, by=by, now=stage.now)
                except Invalid as error:
                    yield from error.fields.items()
        if not is_known:
            draft = _DRAFT.first(draft.pk) or draft
        raw = {field.id: _entered(step, stage, draft, field.id) for field in page.fields if field.type != "file"}
        try:
            draft, is_known = acts.save_step(draft.pk, page.id, raw, version=draft.version, by=by, now=stage.now), True
        except Invalid as error:
            is_known = False
            yield from error.fields.items()


def _entered(step: Step, stage: Stage, draft: Draft, name: str) -> Raw:
    """Return what is entered into a field; what the step leaves alone stays as it was filled in before."""
    return stage.entered(step.form[name]) if name in step.form else draft.raw.get(name, "")


def _fire(step: Step, stage: Stage, key: str) -> None:
    """Let an event happen, with what it asks for."""
    name, event = step.by or PUBLIC, step.fire or ""
    case = current(stage, step.case)
    transition = pinned(case.declaration_hash).transition(event, case.state)
    by, scope = stage.actor_of(name, transition.by if transition else ""), stage.scope_of(name, case)
    extra = {field: stage.entered(value) for field, value in step.form.items()}
    if step.items:
        extra[ITEMS] = [_typed(one) for one in step.items]
    for answer in step.answers:
        _answer(case, answer, stage, by=by, scope=scope)
    for field, file in step.files.items():
        upload = acts.attach_to_case(
            case.pk, event, field, [content_of(file)], file.name, by=by, scope=scope, now=stage.now
        )
        extra[field] = str(upload.pk)
    happens = acts.draft_decision if transition and transition.sign_off else acts.fire
    happens(
        case.pk,
        event,
        by=by,
        scope=scope,
        now=stage.now,
        expected_version=case.version,
        key=key,
        reason=step.reason,
        extra=extra,
    )


def _typed(one: Missing) -> dict[str, Raw]:
    """Return an item as an official types it."""
    ticked = "on" if one.optional else ""
    return {"part": one.part, "title": one.title, "wrong": one.wrong, "how": one.how, "optional": ticked}


def _answer(case: Case, answer: Supply, stage: Stage, *, by: Actor, scope: Scope) -> None:
    """Keep the answer to an item, as the party does before it sends them all."""
    if answer.file is not None:
        content, name = [content_of(answer.file)], answer.file.name
        acts.attach_to_item(case.pk, answer.item, content, name, by=by, scope=scope, now=stage.now)
        return
    raw = stage.entered(answer.value)
    acts.answer_item(case.pk, answer.item, raw, by=by, scope=scope, now=stage.now, why=answer.why)


def _extend(step: Step, extension: Extension, stage: Stage, key: str) -> None:
    """Make a clock longer, in the first role that may."""
    name, case = step.by or PUBLIC, current(stage, step.case)
    clocks = {clock.id: clock for clock in pinned(case.declaration_hash).clocks}
    declared = clocks[extension.clock].extension if extension.clock in clocks else None
    scope = stage.scope_of(name, case)
    role = next((role for role in declared.by if scope.holds(role)), "") if declared else ""
    acts.extend_clock(
        case.pk,
        extension.clock,
        extension.amount,
        by=stage.actor_of(name, role),
        scope=scope,
        now=stage.now,
        expected_version=case.version,
        key=key,
        reason=step.reason,
    )


def _explain(step: Step, cause: str, stage: Stage, key: str) -> None:
    """Say why a case is late, as whoever deals with it does."""
    name, case = step.by or PUBLIC, current(stage, step.case)
    scope = stage.scope_of(name, case)
    role = next((grant.role for grant in scope.grants), "")
    acts.say_why_late(case.pk, cause, by=stage.actor_of(name, role), scope=scope, now=stage.now, key=key)


def _before_others(step: Step, stage: Stage, key: str) -> None:
    """Do what is done between cases or bodies, or contest a decision before another, if the step says so."""
    if step.contest:
        _contest(step, step.contest, stage, key)
    if step.tie:
        other = current(stage, step.tie.other) if step.tie.other else None
        tie(step.tie, current(stage, step.case), other, step.by or PUBLIC, stage, said=step.reason, key=key)
    if step.join:
        join(step.join, current(stage, step.case), step.by or PUBLIC, stage, said=step.reason, key=key)


def current(stage: Stage, label: str) -> Case:
    """Return a case of the stage as it stands now.

    Raises:
        Invalid: if no step has opened it.
    """
    case = stage.cases.get(label)
    if case is None:
        raise Invalid({"case": ("no_case", f"no step has opened the case {label!r}; submit first")})
    fresh = rows.locked(Case, case.pk) if connection.in_atomic_block else None
    if fresh is None:
        case.refresh_from_db()
        return case
    stage.cases[label] = fresh
    return fresh
