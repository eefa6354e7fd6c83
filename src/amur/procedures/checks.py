"""This room's checks of a pack: every procedure can run from its beginning to an end, and says what it must say.

Checks take parsed declarations and a function that finds the line of a path in the words of the file, such as
``("transitions", 2, "from", 0)``; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration, FileField
from amur.procedures import sniffing
from amur.procedures.appeals.checks import check_appeal, check_beside
from amur.procedures.clockchecks import check_clocks, reached_from
from amur.procedures.commitment.checks import check_commitment
from amur.procedures.conditionchecks import check_conditions
from amur.procedures.correcting.checks import check_correction
from amur.procedures.cosigning.checks import check_cosigning
from amur.procedures.declarations import APPLICANT, CASES, NO_OFFICE, REVIEW, TIE, ProcedureDeclaration, Transition
from amur.procedures.effectchecks import Beside, check_effects, check_opened
from amur.procedures.fees.checks import check_fees
from amur.procedures.filling.checks import check_filling
from amur.procedures.items.checks import check_item
from amur.procedures.joint.checks import check_joint
from amur.procedures.lapsechecks import check_lapses
from amur.procedures.missing.checks import check_missing
from amur.procedures.notices.checks import check_notices
from amur.procedures.onething.checks import check_one_thing
from amur.procedures.open311.checks import check_open311
from amur.procedures.opinions.checks import check_opinions
from amur.procedures.papers.checks import check_papers
from amur.procedures.personalchecks import check_personal
from amur.procedures.phrases.checks import check_phrases
from amur.procedures.reminders.checks import check_reminders
from amur.procedures.signing.checks import check_sign_offs
from amur.procedures.statechecks import check_nested, check_state_effects, is_nested, states_at
from amur.procedures.supplements.checks import check_supplements
from amur.procedures.ties.checks import check_ties
from amur.procedures.window.checks import check_window
from amur.procedures.wordingchecks import check_documents
from amur.registers.checks import Known, Locate, Path, check_fields, fault, missing_texts


def check_procedure(
    definition: ProcedureDeclaration,
    known: Known,
    beside: Beside,
    bodies: Collection[str],
    locate: Locate,
) -> list[Fault]:
    """Return all faults of a procedure, given what else stands in its pack."""
    faults = [
        *_names(definition, known, bodies, locate),
        *(check_nested if is_nested(definition) else _states)(definition, locate),
        *check_state_effects(definition, locate),
        *check_clocks(definition, known, locate),
        *check_lapses(definition, locate),
        *check_reminders(definition, known, locate),
        *_ways_of_service(definition, known, beside, locate),
        *_form(definition, known, beside, locate),
        *missing_texts(definition, known, locate),
        *check_documents(definition, known, locate),
        *check_notices(definition, locate),
        *check_papers(definition, locate),
        *check_sign_offs(definition, known, bodies, locate),
        *check_phrases(definition, locate),
        *check_opened(definition, beside, locate),
        *check_appeal(definition, known, beside, bodies, locate),
        *check_beside(definition, known, locate),
        *check_opinions(definition, known, bodies, locate),
        *check_joint(definition, known, bodies, locate),
        *check_fees(definition, known, locate),
        *check_open311(definition, locate),
        *check_window(definition, known, locate),
        *check_personal(definition, known, beside, locate),
        *check_correction(definition, known, beside, locate),
        *check_ties(definition, known, beside, locate),
    ]
    for place, transition in enumerate(definition.transitions):
        at: Path = ("transitions", place)
        faults += _decides_well(transition, at, locate)
        faults += check_effects(definition, transition, at, known=known, beside=beside, locate=locate)
    return sorted(faults)


def _ways_of_service(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    yield from check_supplements(definition, locate)
    yield from check_commitment(definition, known, beside, locate)
    yield from check_missing(definition, locate)
    yield from check_item(definition, beside.registers, locate)
    yield from check_one_thing(definition, known, beside, locate)


def _names(definition: ProcedureDeclaration, known: Known, bodies: Collection[str], locate: Locate) -> Iterator[Fault]:
    """Find names of states, roles, events, bodies and fields that nothing declares."""
    states = {state.id for state in definition.every_state}
    events = {transition.event for transition in definition.transitions}
    roles = {*known.roles, *NO_OFFICE}
    fields = {declared.id for declared in definition.fields}
    uses: list[tuple[Path, str, str, Collection[str]]] = [
        (("initial",), "state", definition.initial, states),
        (("body",), "body", definition.body_id, bodies),
        (("subject_field",), "field", definition.subject_field, fields),
    ]
    if definition.region_field:
        uses.append((("region_field",), "field", definition.region_field, fields))
    if definition.erasure:
        uses.append((("erasure", "by"), "role", definition.erasure.by, known.roles))
    if definition.recusal:
        uses.append((("recusal", "by"), "role", definition.recusal.by, known.roles))
    for path, state in states_at(definition.states):
        inside = {one.id for one in state.every()} - {state.id}
        uses += [((*path, "initial"), "state", state.initial, inside)] if state.initial else []
        uses += [((*path, "then"), "state", state.then, states - inside)] if state.then else []
    for place, transition in enumerate(definition.transitions):
        at: Path = ("transitions", place)
        uses += [((*at, "from", n), "state", name, states) for n, name in enumerate(transition.sources)]
        uses.append(((*at, "to"), "state", transition.target, states))
        uses.append(((*at, "by"), "role", transition.by, roles))
        earlier = enumerate(transition.not_by_actor_of)
        uses += [((*at, "not_by_actor_of", n), "event", name, events) for n, name in earlier]
    for place, clock in enumerate(definition.clocks):
        for option in ("start", "pause", "stop"):
            named = enumerate(getattr(clock, option))
            uses += [(("clocks", place, option, n), "state", name, states) for n, name in named]
    uses += [(("values", place), "value", name, known.values) for place, name in enumerate(definition.values)]
    for path, what, name, choices in uses:
        if name not in choices:
            yield fault(locate, path, f"procedure.{what}", f"unknown {what} {name!r}", choices)


def _states(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find states that no case reaches, and states from which no case comes to an end."""
    arrows = {(source, t.target) for t in definition.transitions for source in t.sources}
    begins = {definition.commitment.begins} if definition.commitment else set()
    reached = reached_from({definition.initial, *begins}, arrows)
    final = {state.id for state in definition.states if state.final}
    ending = reached_from(final, {(target, source) for source, target in arrows})
    leaving = {source for source, _ in arrows}
    ended = {source for t in definition.transitions if t.by not in {REVIEW, TIE} for source in t.sources}
    if not final:
        yield Fault(*locate(("states",)), "procedure.end", "no state is final", "mark those in which the case is over")
    for place, state in enumerate(definition.states):
        where = locate(("states", place))
        if state.id not in reached:
            yield Fault(*where, "procedure.unreachable", f"no case reaches {state.id!r}", "lead an arrow to it")
        if state.final and state.id in ended:
            yield Fault(*where, "procedure.final", f"an arrow leaves the final {state.id!r}", "take final or it away")
        elif not state.final and state.id not in leaving:
            yield Fault(*where, "procedure.dead_end", f"nothing leads out of {state.id!r}", "add an arrow or final")
        elif final and state.id not in ending:
            found = f"from {state.id!r} no case comes to an end"
            yield Fault(*where, "procedure.no_end", found, "lead an arrow towards a final state")
        if state.needs_applicant and not any(
            t.by == APPLICANT and state.id in t.sources for t in definition.transitions
        ):
            found = f"{state.id!r} waits for the applicant, who can do nothing there"
            yield Fault(*where, "procedure.waits", found, "add an arrow that the applicant fires")


def _form(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    yield from _fields(definition, known, locate)
    yield from check_conditions(definition, known, locate)
    yield from check_filling(definition, beside, known.values, locate)
    yield from check_cosigning(definition, locate)


def _fields(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    form = {declared.id: declared for declared in definition.fields}
    for place, page in enumerate(definition.pages):
        at: Path = ("pages", place, "fields")
        yield from check_fields(page.fields, at, known, locate)
        yield from _files(page.fields, at, locate)
    for place, transition in enumerate(definition.transitions):
        at = ("transitions", place, "asks")
        yield from check_fields(transition.asks, at, known, locate)
        yield from _files(transition.asks, at, locate)
        for n, asked in enumerate(transition.asks):
            if asked.id in form and form[asked.id].type != asked.type:
                found = f"{asked.id!r} is {asked.type} here and {form[asked.id].type} in the form"
                yield Fault(*locate((*at, n, "type")), "field.type", found, "give it the same type or another id")
    region = form.get(definition.region_field or "")
    if region is not None and region.type != "region":
        where = locate(("region_field",))
        yield Fault(*where, "field.type", f"{region.id!r} is {region.type}, not a region", "name a field of that type")


def _files(fields: tuple[FieldDeclaration, ...], at: Path, locate: Locate) -> Iterator[Fault]:
    for place, declared in enumerate(fields):
        for n, media_type in enumerate(declared.media_types if isinstance(declared, FileField) else ()):
            if media_type not in sniffing.KNOWN:
                path = (*at, place, "media_types", n)
                yield fault(locate, path, "field.media_type", f"cannot recognise {media_type!r}", sniffing.KNOWN)


def _decides_well(transition: Transition, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find refusals without reason or basis, and decisions that the party takes itself."""
    by_itself = transition.on_lapse or transition.by == CASES
    if transition.outcome == "refused" and transition.reason != "required" and not by_itself:
        found = f"{transition.event!r} refuses without asking for a reason"
        yield Fault(*locate((*at, "reason")), "procedure.reason", found, "set reason: required")
    if transition.outcome != "none" and not transition.basis:
        found = f"{transition.event!r} decides without a legal basis"
        yield Fault(*locate(at), "procedure.basis", found, "name the basis")
    if transition.outcome != "none" and transition.by == APPLICANT:
        found = f"{transition.event!r} lets the applicant decide"
        yield Fault(*locate((*at, "by")), "procedure.outcome", found, "name the role that decides")
