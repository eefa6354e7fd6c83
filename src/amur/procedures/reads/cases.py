"""One case, for its party or for the desk."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound, Refused
from amur.base.fields import FieldDeclaration
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import codes, conditions, declared, engine, files, moments, standing
from amur.procedures.appeals.following import why_not_execute
from amur.procedures.correcting.aside import laid_aside
from amur.procedures.correcting.striking import voided_entries
from amur.procedures.declarations import ProcedureDeclaration, State, Transition
from amur.procedures.draws import binding
from amur.procedures.facts import active_in, case_numbered, facts_of, history_of, party_by_code
from amur.procedures.missing import keeping as missing
from amur.procedures.models import Case, Decision, Upload
from amur.procedures.permission import is_party, why_no_papers
from amur.procedures.reads.clocks import ClockView, clock_views
from amur.procedures.seeing import acted_for, may_see, works_on

_NOBODY = UUID(int=0)
_LONGEST_NUMBER = 60
_UPLOADS = prepared(lambda case: Upload.objects.filter(case_id=case).order_by("received_at", "id"), UUIDField())
_DECISIONS = prepared(lambda case: Decision.objects.filter(case_id=case).order_by("id"), UUIDField())


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with the declaration it is pinned to, and what this reader may do with it now.

    ``held`` names the events that would be this reader's and are not possible now, each with the reason. ``set_aside``
    are the leaves of entries from before it was last taken up again: a decision among them is its decision no more.
    """

    case: Case
    definition: ProcedureDeclaration
    state: State
    may: tuple[Transition, ...]
    held: Mapping[str, Refused]
    clocks: tuple[ClockView, ...]
    decisions: tuple[Decision, ...]
    uploads: tuple[Upload, ...]
    set_aside: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID:
        """Return the id."""
        return self.case.id

    @property
    def number(self) -> str:
        """Return the number."""
        return self.case.number

    @property
    def version(self) -> int:
        """Return what ``fire`` takes as the expected version."""
        return self.case.version

    @property
    def standing(self) -> tuple[State, ...]:
        """Return the states in which it stands: several where parts of it go on at once."""
        return standing.standing(self.definition, active_in(self.case))

    @property
    def leading(self) -> tuple[Transition, ...]:
        """Return the arrows that lead on from where it stands, whoever may fire them."""
        return () if self.state.final else standing.leading(self.definition, active_in(self.case))

    @property
    def answers(self) -> tuple[tuple[FieldDeclaration, Json], ...]:
        """Return what was entered, field by field."""
        data = self.case.data
        return tuple((field, data.get(field.id)) for field in self.definition.data_fields if field.id in data)


def case_by_code(number: str, code: str, *, on: date | None = None, at: datetime | None = None) -> CaseView:
    """Return a case for whoever holds its query code.

    Raises:
        NotFound: if number and code do not belong together; which of them is wrong is not said.
    """
    case = _fitting(number, code)
    return _view(Scope("party", parties=frozenset({party_by_code(case)})), case, on, at)


def scope_by_code(number: str, code: str) -> Scope:
    """Return the scope of whoever holds the query code of a case: that of its party, for this case alone.

    Raises:
        NotFound: as ``case_by_code``.
    """
    return Scope("party", parties=frozenset({party_by_code(_fitting(number, code))}))


def case_for_party(scope: Scope, number: str, *, on: date | None = None, at: datetime | None = None) -> CaseView:
    """Return a case for its party.

    Raises:
        NotFound: if there is none, or the reader is not its party.
    """
    case = case_numbered(_plain(number))
    if case is None or not is_party(scope, facts_of(case)):
        raise NotFound("no_case", "there is no such case")
    return _view(scope, case, on, at)


def cases_of(scope: Scope, *, page: int = 1) -> Listing[Case]:
    """Return the cases of a signed-in party and of its enterprises, the latest first."""
    own = Case.objects.none()
    if scope.account_id:
        own |= Case.objects.filter(account_id=scope.account_id)
    if scope.parties:
        own |= Case.objects.filter(enterprise_id__in=scope.parties)
    if scope.mandates:
        own |= Case.objects.filter(acted_for(scope))
    counted = own.order_by()[: MOST_COUNTED + 1].count()
    return Listing(tuple(own.order_by("-submitted_at", "number")[bounds(page)]), valid_page(page), counted)


def case_for_desk(scope: Scope, number: str, *, on: date | None = None, at: datetime | None = None) -> CaseView:
    """Return a case for an office that works on it; ``acts.log_desk_read`` records that it was opened.

    Raises:
        NotFound: if there is none, or no office of the reader works on it.
    """
    case = case_numbered(_plain(number))
    if case is None or not works_on(scope, case, declared.pinned(case.declaration_hash)):
        raise NotFound("no_case", "there is no such case")
    return _view(scope, case, on, at)


def upload(scope: Scope, upload_id: UUID) -> tuple[Upload, BinaryIO]:
    """Return a file of a case, opened; whoever asked closes it.

    Raises:
        NotFound: if there is none, it was erased, or the reader may not see the case.
        Refused: if the reader is a proxy, who keeps nobody's documents.
    """
    found = Upload.objects.select_related("case").filter(pk=upload_id, case__isnull=False).first()
    if found is None or found.case is None:
        raise NotFound("no_upload", "there is no such file")
    if not may_see(scope, found.case, declared.pinned(found.case.declaration_hash)):
        raise NotFound("no_upload", "there is no such file")
    if refusal := why_no_papers(scope, facts_of(found.case)):
        raise refusal
    try:
        return found, files.opened(found.pk)
    except FileNotFoundError:
        raise NotFound("no_upload", "this file was erased") from None


def _fitting(number: str, code: str) -> Case:
    """Return the case that number and code open; a wrong number costs the same time as a wrong code."""
    case = case_numbered(_plain(number))
    fits = codes.fits(settings.QUERY_CODE_KEY, case.id if case else _NOBODY, code)
    if case is None or not fits:
        raise NotFound("no_case", "number and query code do not belong together; look at your receipt")
    return case


def _plain(number: str) -> str:
    plain = unicodedata.normalize("NFKC", number[:_LONGEST_NUMBER]).upper()
    return "".join(character for character in plain if character.isalnum() or character == "-")


def _view(scope: Scope, case: Case, on: date | None, at: datetime | None) -> CaseView:
    definition = declared.pinned(case.declaration_hash)
    leading = _leading(scope, case, definition)
    held = _held(case, definition, leading, scope, on or day_of(at or case.changed_at))
    return CaseView(
        case=case,
        definition=definition,
        state=standing.seen(definition, active_in(case)),
        may=tuple(missing.narrowed(case, definition, one) for one in leading if one.event not in held),
        held=held,
        clocks=clock_views(case, definition, on, at),
        decisions=_decisions(
            case, names_officials=works_on(scope, case, definition), corrects=definition.correction is not None
        ),
        uploads=prefetch(_UPLOADS(case.pk)),
        set_aside=laid_aside(case, definition),
    )


def _decisions(case: Case, *, names_officials: bool, corrects: bool) -> tuple[Decision, ...]:
    """Return the decisions that were not voided; a party deals with the authority and reads no official's name."""
    gone = voided_entries(case) if corrects else ()
    found = prefetch(one for one in _DECISIONS(case.pk) if one.entry_hash not in gone)
    for decision in () if names_officials else found:
        decision.by = ""
    return found


def _leading(scope: Scope, case: Case, definition: ProcedureDeclaration) -> tuple[Transition, ...]:
    """Return what the reader may do in this state, in the order of the declaration, guards aside."""
    if definition.state(case.state).final:
        return ()
    leading = standing.leading(definition, active_in(case))
    facts, history = facts_of(case), history_of(case, *leading)
    return tuple(one for one in leading if engine.may_fire(one, scope, scope.account_id, facts, history))


def _held(
    case: Case, definition: ProcedureDeclaration, may: Iterable[Transition], scope: Scope, on: date
) -> dict[str, Refused]:
    """Return the events that this reader cannot let happen on a day: by their guards, or since others were drawn."""
    rule = definition.may_be_missing
    needed = {rule.bring, *rule.needed_by} if rule else set()
    guarded = [one for one in may if one.when or one.needs_opinions or one.executes or one.drawn or one.event in needed]
    if not guarded:
        return {}
    moment = moments.of_case(case, definition, on)
    refusals = {
        one.event: conditions.refusal(one, moment)
        or why_not_execute(case, one)
        or missing.why_not(case, definition, one, on)
        or binding.why_not(case, one, scope, scope.account_id, on)
        for one in guarded
    }
    return {event: refusal for event, refusal in refusals.items() if refusal is not None}
