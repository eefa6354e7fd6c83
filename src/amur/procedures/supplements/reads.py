"""What was asked of a party and what it answered, for the party and for the office; a draft is the party's alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration
from amur.procedures import engine
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.editions import edition_at
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Upload
from amur.procedures.seeing import seen
from amur.procedures.supplements.engine import PAPER, Standing
from amur.procedures.supplements.items import field_of, items_of, name_of, standing, title_of
from amur.procedures.supplements.models import SupplementItem, SupplementRequest


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item: what it is about, what is wrong, how it is wanted, and as far as the reader may know it the answer."""

    place: int
    title: Text
    wrong: str
    how: str
    field: FieldDeclaration
    standing: Standing
    raw: Json = None
    why: str = ""
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked in one event, and whether it was answered."""

    event: str
    answer: str
    asked_at: datetime
    answered: bool
    ended_at: datetime | None
    items: tuple[AskedItem, ...]

    @property
    def is_open(self) -> bool:
        """Say whether the case waits for it."""
        return self.ended_at is None

    @property
    def done(self) -> int:
        """Return how many items have an answer."""
        return sum(item.standing.given or item.standing.declined for item in self.items)


def supplements_of(scope: Scope, case_id: UUID) -> tuple[Asked, ...]:
    """Return what was asked in a case, the latest first. What the party has not sent yet only the party reads.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = seen(scope, case_id)
    is_party = engine.is_party(scope, facts_of(case))
    rows = SupplementRequest.objects.filter(case=case).order_by("-version")
    # What has ended is read by the edition of its day: later ones may not know what was asked.
    editions = [edition_at(case, row.version) if row.ended_at is not None else definition for row in rows]
    return tuple(_asked(row, one, shows=is_party or row.answered) for row, one in zip(rows, editions, strict=True))


def asked_item(scope: Scope, case_id: UUID, place: int) -> AskedItem:
    """Return an item that a case waits for, for its party.

    Raises:
        NotFound: if it waits for none of this place, or the reader is not its party.
    """
    case, _ = seen(scope, case_id)
    if engine.is_party(scope, facts_of(case)):
        for asked in supplements_of(scope, case_id):
            for item in asked.items if asked.is_open else ():
                if item.place == place:
                    return item
    raise NotFound("no_item", "the case does not wait for this")


def titles_of_papers(case: Case, definition: ProcedureDeclaration) -> dict[str, str]:
    """Return under which names papers were received that the form does not ask for, each with what it was asked as."""
    items = SupplementItem.objects.filter(case=case, part=PAPER).order_by("id")
    return {name_of(item): title_of(item, definition).zh for item in items}


def _asked(row: SupplementRequest, definition: ProcedureDeclaration, *, shows: bool) -> Asked:
    return Asked(
        event=row.event,
        answer=row.answer,
        asked_at=row.asked_at,
        answered=row.answered,
        ended_at=row.ended_at,
        items=tuple(_item(item, definition, shows=shows) for item in items_of(row)),
    )


def _item(item: SupplementItem, definition: ProcedureDeclaration, *, shows: bool) -> AskedItem:
    stands = standing(item) if shows else Standing(item.place, item.required, given=False, declined=False)
    return AskedItem(
        place=item.place,
        title=title_of(item, definition),
        wrong=item.wrong,
        how=item.how,
        field=field_of(item, definition),
        standing=stands,
        raw=item.answer.get("raw") if shows else None,
        why=item.why if shows else "",
        upload=item.upload if shows else None,
    )
