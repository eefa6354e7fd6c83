"""What the answers of a case were after each event that changed them: the ledger keeps what was first sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.ledger import reads as ledger
from amur.ledger.engine import Erased, part_of
from amur.ledger.kept import prefetch
from amur.procedures import declared, engine
from amur.procedures.editions import hashes_of
from amur.procedures.migrating.engine import BY_EDITIONS
from amur.procedures.models import Case, CaseEvent
from amur.procedures.seeing import seen, works_on

_FORM = "case.form_kept"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a case from an event on; ``changed`` are the fields that it changed."""

    version: int
    at: datetime
    values: Mapping[str, Json]
    changed: frozenset[str]


def answers_by_version(scope: Scope, case_id: UUID) -> tuple[Answers, ...]:
    """Return the answers of a case as they were first sent, and after each event that changed one.

    Whoever does not work on the case is told of none.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = seen(scope, case_id)
    if not works_on(scope, case, definition):
        return ()
    values = _first(scope, case)
    known = {field.id for one in hashes_of(case) for field in declared.pinned(one).data_fields}
    found: list[Answers] = []
    for event in prefetch(CaseEvent.objects.filter(case=case).order_by("version")):
        given = {} if event.event == engine.EXTENDED else {k: v for k, v in event.given.items() if k in known}
        changed = frozenset(name for name, value in given.items() if values.get(name) != value)
        whole = event.event in BY_EDITIONS
        if not found or changed or (whole and values.keys() != given.keys()):
            values = given if whole else {**values, **given}
            found.append(Answers(event.version, event.happened_at, values, changed))
    return tuple(found)


def _first(scope: Scope, case: Case) -> dict[str, Json]:
    """Return what was sent when the case began; what was erased since is absent."""
    for entry in ledger.entries_of(scope, case.key_subject):
        if entry.kind == _FORM:
            opened = {name: _opened(case, value) for name, value in ((entry.body or {}).get("form") or {}).items()}
            return {name: value for name, value in opened.items() if not isinstance(value, Erased)}
    return {}


def _opened(case: Case, value: Json) -> Json | Erased:
    if isinstance(value, str) and part_of(value) is not None:
        return ledger.reveal(case.key_subject, value)
    return value
