"""What is known of how a case belongs to others: all of it for the desk, and for a party what is its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound, Refused
from amur.base.fields import FieldDeclaration
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import declared, files
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import case_of, facts_of
from amur.procedures.models import Case, Draft, Upload
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.permission import is_party, permit, why_kept_out
from amur.procedures.seeing import may_see, works_on
from amur.procedures.ties.declarations import Reopening
from amur.procedures.ties.marking import marks_of, party_of
from amur.procedures.ties.models import Likeness, Mark, Tie

_MOST_SHOWN = 50
_MOST_TOLD = 5
_STANDING = Tie.objects.filter(ended_at=None)
_TIED = prepared(lambda ids: _STANDING.filter(case_id__in=ids).values_list("case_id", "lead_id", "kind"), UUIDField())
_LEADING = prepared(
    lambda ids: _STANDING.filter(lead_id__in=ids).values_list("lead_id", "kind").distinct(), UUIDField()
)
_ALIKE = prepared(
    lambda ids: Likeness.objects.filter(case_id__in=ids, says="").values_list("case_id", flat=True).distinct(),
    UUIDField(),
)


@dataclass(frozen=True, slots=True)
class Other:
    """Another case to which one belongs. ``number`` is empty for a reader who may not know of it."""

    tie: Tie
    number: str
    answers: tuple[tuple[FieldDeclaration, Json], ...] = ()
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier or later case that is like one, by which rule and fields, and what was said of it."""

    number: str
    likeness: Likeness
    fields: tuple[FieldDeclaration, ...]
    is_earlier: bool


@dataclass(frozen=True, slots=True)
class TiesView:
    """How a case belongs to others.

    ``merged_into``, ``incident`` and ``out_of`` are what it belongs to; ``merged``, ``joined`` and ``parts`` what
    belongs to it, each at most fifty; ``counted`` is how many cases an incident has, and how many are open.
    ``set_aside`` are the entries of decisions after which the case was reopened. ``may`` names what this reader can do.
    """

    merged_into: Other | None = None
    incident: Other | None = None
    out_of: Other | None = None
    merged: tuple[Other, ...] = ()
    joined: tuple[Other, ...] = ()
    parts: tuple[Other, ...] = ()
    reopened: tuple[Tie, ...] = ()
    set_aside: frozenset[str] = frozenset()
    alike: tuple[Alike, ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict)
    may: frozenset[str] = frozenset()
    reopenings: tuple[Reopening, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Say whether there is anything to show."""
        belongs = (self.merged_into, self.incident, self.out_of, self.merged, self.joined, self.parts)
        return any(belongs) or bool(self.reopened or self.alike or self.counted or self.may)


def ties_of(scope: Scope, case_id: UUID, *, on: date) -> TiesView | None:
    """Return how a case belongs to others; None where its procedure ties none and none came out of it.

    An official reads what their offices work on, and of a case that was merged its answers and files. A party is told
    the number of another case only if that is its own.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    rows = _rows(case)
    if definition.ties is None and not rows:
        return None
    is_desk = works_on(scope, case, definition) and not is_party(scope, facts_of(case))
    of: dict[str, list[Other]] = {}
    for row in rows:
        is_own = row.case_id == case.pk
        of.setdefault(f"{'of' if is_own else 'to'}_{row.kind}", []).append(
            _other(scope, row, case if is_own else None, is_desk)
        )
    joined = [row for row in rows if row.kind == Tie.Kind.JOINED and row.lead_id == case.pk]
    reopened = tuple(row for row in rows if row.kind == Tie.Kind.REOPENED)
    return TiesView(
        merged_into=next(iter(of.get("of_merged", ())), None),
        incident=next(iter(of.get("of_joined", ())), None),
        out_of=next(iter(of.get("of_split", ())), None),
        merged=tuple(of.get("to_merged", ())),
        joined=tuple(of.get("to_joined", ())[:_MOST_SHOWN]) if is_desk else (),
        parts=tuple(of.get("to_split", ())[:_MOST_SHOWN]),
        reopened=reopened,
        set_aside=frozenset(str(one) for row in reopened for one in row.before.get("decisions", ())),
        alike=_alike(scope, case, definition) if is_desk else (),
        counted={"all": len(joined), "open": sum(row.case.closed_at is None for row in joined)} if joined else {},
        may=_may(scope, case, definition, rows, on) if is_desk else frozenset(),
        reopenings=_reopenings(scope, case, definition, on) if is_desk else (),
    )


def tied_file(scope: Scope, case_id: UUID, upload_id: UUID) -> tuple[Upload, BinaryIO]:
    """Return a file of a case that was merged into another, opened, for an office that works on that other.

    Raises:
        NotFound: if there is none, it was erased, or the reader does not work on the lead.
    """
    case = case_of(case_id)
    if case is None or not works_on(scope, case, declared.pinned(case.declaration_hash)):
        raise NotFound("no_case", "there is no such case")
    found = Upload.objects.select_related("case").filter(pk=upload_id, case__in=_merged_into(case)).first()
    if found is None or found.case is None or why_kept_out(scope, facts_of(found.case)):
        raise NotFound("no_upload", "there is no such file")
    try:
        return found, files.opened(found.pk)
    except FileNotFoundError:
        raise NotFound("no_upload", "this file was erased") from None


def alike_before(scope: Scope, draft_id: UUID, *, now: datetime) -> tuple[Case, ...]:
    """Return the earlier cases of the same party that a form is like by the rules of its procedure, the latest first.

    Cases of others are told to the desk alone.

    Raises:
        NotFound: if there is no such form, or it is another's.
    """
    draft = Draft.objects.filter(pk=draft_id, case=None).first()
    if draft is None or (draft.account_id and scope.kind != "system" and draft.account_id != scope.account_id):
        raise NotFound("no_draft", "there is no such draft")
    definition = declared.pinned(draft.declaration_hash)
    party = party_of(draft.account_id, draft.enterprise_id)
    found: set[UUID] = set()
    for rule, mark in marks_of(definition, draft.data, party) if party else ():
        since = now - timedelta(days=rule.days)
        found.update(Mark.objects.filter(mark=mark, marked_at__gte=since).values_list("case_id", flat=True))
    own = Case.objects.filter(pk__in=found, erased_at=None).order_by("-submitted_at", "number")
    return tuple(case for case in own if party_of(case.account_id, case.enterprise_id) == party)[:_MOST_TOLD]


def tied_among(ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return by which kinds of ties cases belong to others, for a page of a queue that was read with its own scope."""
    found: dict[UUID, set[str]] = {}
    for case, lead, kind in _TIED(list(ids)):
        found.setdefault(case, set()).add(kind if lead is None or kind == Tie.Kind.SPLIT else f"of_{kind}")
    for lead, kind in _LEADING(list(ids)):
        found.setdefault(lead, set()).add(f"leads_{kind}")
    for case in _ALIKE(list(ids)):
        found.setdefault(case, set()).add("alike")
    return {case: tuple(sorted(kinds)) for case, kinds in found.items()}


def _rows(case: Case) -> tuple[Tie, ...]:
    """Return the ties of a case that stand, to either side, in the order in which they were made."""
    standing = Tie.objects.select_related("case", "lead").filter(ended_at=None)
    own, led = standing.filter(case=case), standing.filter(lead=case)
    return tuple(sorted(prefetch([*own, *led]), key=lambda row: (row.made_at, row.case.number)))


def _merged_into(case: Case) -> list[UUID]:
    """Return the cases that are dealt with in another, along all merges."""
    found: list[UUID] = []
    waiting = [case.pk]
    while waiting:
        step = Tie.objects.filter(lead__in=waiting, kind=Tie.Kind.MERGED, ended_at=None)
        waiting = [one for one in step.values_list("case_id", flat=True) if one not in found]
        found += waiting
    return found


def _other(scope: Scope, row: Tie, own: Case | None, is_desk: bool) -> Other:  # noqa: FBT001 -- a part of ``ties_of``
    other = row.lead if own is not None else row.case
    if other is None:
        return Other(row, "")
    definition = declared.pinned(other.declaration_hash)
    facts = facts_of(other)
    knows = is_party(scope, facts) or (is_desk and works_on(scope, other, definition))
    number = other.number if knows else ""
    reads_on = is_desk and own is None and row.kind == Tie.Kind.MERGED and why_kept_out(scope, facts) is None
    if not reads_on:
        return Other(row, number)
    data = other.data
    answers = tuple((one, data[one.id]) for one in definition.data_fields if one.id in data and one.type != "file")
    uploads = prefetch(Upload.objects.filter(case=other).order_by("received_at", "id"))
    return Other(row, other.number, answers, uploads)


def _alike(scope: Scope, case: Case, definition: ProcedureDeclaration) -> tuple[Alike, ...]:
    """Return what is like a case and the reader's offices work on, with the fields that are the same."""
    duplicates = definition.ties.duplicates if definition.ties else None
    names = {rule.id: rule.same for rule in duplicates.rules} if duplicates else {}
    titles = {one.id: one for one in definition.fields}
    rows: Iterable[Likeness] = Likeness.objects.select_related("case", "earlier").filter(case=case)
    later = Likeness.objects.select_related("case", "earlier").filter(earlier=case)
    found = []
    for row in prefetch([*rows, *later[:_MOST_SHOWN]]):
        other = row.earlier if row.case_id == case.pk else row.case
        if works_on(scope, other, declared.pinned(other.declaration_hash)):
            same = tuple(titles[name] for name in names.get(row.rule, ()) if name in titles)
            found.append(Alike(other.number, row, same, row.case_id == case.pk))
    return tuple(found)


def _may(scope: Scope, case: Case, definition: ProcedureDeclaration, rows: Iterable[Tie], on: date) -> frozenset[str]:
    """Return what a reader can do about the ties of a case now."""
    ties = definition.ties
    if ties is None:
        return frozenset()
    is_open = case.closed_at is None
    standing = {row.kind: row for row in rows if row.case_id == case.pk}
    leads = {row.kind for row in rows if row.lead_id == case.pk}
    merged = standing.get(Tie.Kind.MERGED)
    undoes = merged is not None and merged.undo_until is not None and on <= merged.undo_until
    wanted = {
        "merge": (ties.merge, is_open and Tie.Kind.JOINED not in leads),
        "undo": (ties.merge, undoes),
        "split": (ties.split, is_open),
        "join": (ties.mass, is_open and not standing.get(Tie.Kind.JOINED) and Tie.Kind.JOINED not in leads),
        "leave": (ties.mass, Tie.Kind.JOINED in standing),
        "answer": (ties.mass, Tie.Kind.JOINED in leads),
        "say": (ties.duplicates, True),
    }
    facts = facts_of(case)
    found = {
        name
        for name, (said, is_time) in wanted.items()
        if said and is_time and not isinstance(permit(scope, said.by, facts), Refused)
    }
    return frozenset(found | ({"reopen"} if _reopenings(scope, case, definition, on) else set()))


def _reopenings(scope: Scope, case: Case, definition: ProcedureDeclaration, on: date) -> tuple[Reopening, ...]:
    if definition.ties is None or case.closed_at is None or case.erased_at is not None:
        return ()
    if Tie.objects.filter(case=case, kind=Tie.Kind.MERGED, ended_at=None).exists():
        return ()
    facts, closed = facts_of(case), day_of(case.closed_at)
    return tuple(
        one
        for one in definition.ties.reopen
        if definition.transition(one.event, case.state)
        and on <= due_by(one.within, closed)[0]
        and not isinstance(permit(scope, one.by, facts), Refused)
    )
