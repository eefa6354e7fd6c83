"""What a request for a supplement and its answer add to the event that carries them, in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from amur.base.canonical import Json
from amur.base.faults import Invalid, Refused
from amur.base.fields import FieldError, Raw
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures.acts.uploads import discard_uploads
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.facts import active_in
from amur.procedures.models import Case, Upload
from amur.procedures.standing import around
from amur.procedures.supplements import engine
from amur.procedures.supplements.engine import Item
from amur.procedures.supplements.items import askable, field_of, items_of, name_of, open_request, standing
from amur.procedures.supplements.models import SupplementItem, SupplementRequest
from amur.registers.lookups import as_pinned, lookups


@dataclass(slots=True)
class Supplementing:
    """What is asked by an event, or answered by it; ``given`` are the corrected values of the form."""

    asked: tuple[Item, ...] = ()
    request: SupplementRequest | None = None
    given: dict[str, Json] = field(default_factory=dict)
    answers: list[Json] = field(default_factory=list)

    def told(self, case: Case) -> dict[str, Json]:
        """Return what the entry of the event says of it: sealed, so that it goes with the case."""
        told: dict[str, Json] = {"items": sealed_for(case, [one.told() for one in self.asked])} if self.asked else {}
        return told | ({"answers": sealed_for(case, self.answers)} if self.answers else {})


def taken(
    case: Case,
    definition: ProcedureDeclaration,
    transition: Transition,
    extra: Mapping[str, Raw],
    now: datetime,
) -> Supplementing:
    """Return what an event asks or answers, checked; raw items stand in ``extra`` under a name that no field has.

    Raises:
        Refused: ``supplement_once`` if it was asked before and nothing allows to ask again.
        Invalid: naming each item that is wrong, or that still needs an answer.
    """
    if not definition.asks_supplements:
        return Supplementing()
    if transition.supplement is not None:
        if not transition.supplement.again and SupplementRequest.objects.filter(case=case).exists():
            raise Refused("supplement_once", "a supplement was asked for before; that is done at once and once only")
        rows = [row for row in extra.get(engine.ITEMS) or () if isinstance(row, Mapping)]
        asked, faults = engine.read_items(rows, askable(definition), transition.supplement.most)
        if faults:
            raise Invalid(faults)
        return Supplementing(asked=asked)
    request = open_request(case)
    if request is None or request.answer != transition.event:
        return Supplementing()
    return _answered(case, definition, request, now)


def _answered(case: Case, definition: ProcedureDeclaration, request: SupplementRequest, now: datetime) -> Supplementing:
    """Read the answers that were kept; a list may have changed since one was entered."""
    items, found = items_of(request), as_pinned(lookups(day_of(now)), case.closure_hash)
    faults: engine.Faults = {}
    for place in engine.still_open(standing(item) for item in items):
        faults[f"items.{place}"] = ("item_open", "this still needs an answer")
    answered = Supplementing(request=request)
    for item in items:
        one = standing(item)
        told: dict[str, Json] = {"place": item.place, "part": item.part}
        if one.given and item.upload is not None:
            told["sha256"] = item.upload.sha256
            Upload.objects.filter(pk=item.upload.pk).update(case=case, field=name_of(item))
            answered.given |= {item.part: str(item.upload.pk)} if item.part != engine.PAPER else {}
        elif one.given:
            try:
                value = field_of(item, definition).parse(item.answer["raw"], found)
            except FieldError as error:
                faults[f"items.{item.place}"] = (error.code, str(error))
            else:
                answered.given |= {item.part: value} if item.part != engine.WORDS else {}
                told |= {"words": value} if item.part == engine.WORDS else {}
        else:
            told["why"] = item.why
        answered.answers.append(told)
    if faults:
        raise Invalid(faults)
    return answered


def without_items(extra: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """Return raw input without the items of a request."""
    return {name: raw for name, raw in extra.items() if name != engine.ITEMS}


def settle(
    case: Case, definition: ProcedureDeclaration, transition: Transition, done: Supplementing, now: datetime
) -> None:
    """Keep what was asked, or that it was answered; what moves the case on otherwise ends a request unanswered."""
    if not definition.asks_supplements:
        return
    request = done.request or open_request(case)
    if request is not None and done.request is None and _still_waits(case, definition, request.answer):
        return
    if request is not None:
        _end(case, done, now)
    if transition.supplement is not None:
        _keep(case, transition.event, transition.supplement.answer, done.asked, now)


def _end(case: Case, done: Supplementing, now: datetime) -> None:
    """End the request that a case waits for, answered or not."""
    waiting = SupplementRequest.objects.filter(case=case, ended_at=None)
    items = list(SupplementItem.objects.filter(request__in=waiting))
    if done.request is None:
        # Files that were received and never sent belong to nothing now.
        unsent = Upload.objects.filter(supplement_items__request__in=waiting, case=None)
        discard_uploads(Upload.objects.filter(pk__in=list(unsent.values_list("pk", flat=True))), now)
    waiting.update(answered=done.request is not None, ended_at=now, ended_version=case.version)
    _let_go(items, answered=done.request is not None)


def _still_waits(case: Case, definition: ProcedureDeclaration, answer: str) -> bool:
    """Say whether the party can still answer where the case stands: another part of it may have moved."""
    here = {*around(definition, active_in(case))}
    return any(one.event == answer and here & {*one.sources} for one in definition.transitions)


def _let_go(items: Sequence[SupplementItem], *, answered: bool) -> None:
    """Keep of each answer what is kept nowhere else: a corrected field is in the case, under its own key."""
    for item in items:
        if not answered:
            item.answer, item.why = {}, ""
        elif item.answer and item.part != engine.WORDS:
            item.answer = {"sent": True}
        item.save(update_fields=["answer", "why"])


def _keep(case: Case, event: str, answer: str, asked: Sequence[Item], now: datetime) -> None:
    request = SupplementRequest.objects.create(
        case=case, version=case.version, event=event, answer=answer, asked_at=now
    )
    for place, item in enumerate(asked, start=1):
        SupplementItem.objects.create(
            case=case,
            request=request,
            place=place,
            part=item.part,
            required=item.required,
            title=item.title,
            wrong=item.wrong,
            how=item.how,
        )
