"""Items of a request as the program reads them: by which field each is answered, and where its answer stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import UUIDField

from amur.base.declared import Text
from amur.base.fields import FieldDeclaration
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.supplements.engine import ANY_PAPER, EXPLANATION, PAPER, WORDS, Standing
from amur.procedures.supplements.models import SupplementItem, SupplementRequest

_OPEN = prepared(
    lambda case: SupplementRequest.objects.filter(case_id=case, ended_at=None).order_by("pk")[:1], UUIDField()
)


def open_request(case: Case) -> SupplementRequest | None:
    """Return the request that a case waits for, if it waits for one."""
    return _OPEN.first(case.pk)


def items_of(request: SupplementRequest) -> tuple[SupplementItem, ...]:
    """Return the items of a request in their order, with what opens them."""
    return prefetch(SupplementItem.objects.filter(request=request).select_related("upload").order_by("place"))


def askable(definition: ProcedureDeclaration) -> Mapping[str, FieldDeclaration]:
    """Return the fields of the form that can be asked anew: what is computed is not, nor is what was not kept."""
    return {field.id: field for field in definition.fields if field.type != "computed" and getattr(field, "keep", True)}


def field_of(item: SupplementItem, definition: ProcedureDeclaration) -> FieldDeclaration:
    """Return the field by which an item is answered."""
    if item.part in {PAPER, WORDS}:
        return (ANY_PAPER if item.part == PAPER else EXPLANATION).model_copy(update={"id": name_of(item)})
    return askable(definition)[item.part].model_copy(update={"required": True, "when": ""})


def name_of(item: SupplementItem) -> str:
    """Return the name under which an answer is received: that of the field, or one of the item's own."""
    return f"supplement_{item.place}" if item.part in {PAPER, WORDS} else item.part


def title_of(item: SupplementItem, definition: ProcedureDeclaration) -> Text:
    """Return what an item is about, in words."""
    if item.part in {PAPER, WORDS}:
        own = EXPLANATION.title if item.part == WORDS else ANY_PAPER.title
        return Text(zh=item.title, en=item.title) if item.title else own
    return askable(definition)[item.part].title


def standing(item: SupplementItem) -> Standing:
    """Return where the answer to an item stands."""
    given = item.upload is not None or bool(item.answer)
    return Standing(item.place, item.required, given, bool(item.why) and not given)


def asked_in_words(case: Case, definition: ProcedureDeclaration, language: str) -> str:
    """Return what a case waits for, a line an item, for a notice that lists it; empty where it waits for nothing."""
    return "\n".join(f"{place}. {said}" for place, said in asked_items(case, definition, language))


def asked_items(case: Case, definition: ProcedureDeclaration, language: str) -> tuple[tuple[int, str], ...]:
    """Return what a case waits for, each item in words with its place."""
    request = open_request(case) if any(arrow.supplement for arrow in definition.transitions) else None
    colon, marks = ("：", "（{}）") if language.startswith("zh") else (": ", " ({})")
    return tuple(
        (
            item.place,
            f"{title_of(item, definition).say(language)}{colon}{item.wrong}"
            + (marks.format(item.how) if item.how else ""),
        )
        for item in (items_of(request) if request else ())
    )


def forget_items(case: Case) -> None:
    """Take away what is left of what was asked and answered in a forgotten case."""
    SupplementItem.objects.filter(case=case).update(title="", wrong="", how="", why="", answer={})
