"""A page of a form between browser and draft: what is shown, what came back, what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import FieldDeclaration, FieldError, Lookups, Raw
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.web.fields import NOTHING, FieldView, Received, SummaryRow, raw_from, value_shown, view_of
from amur.web.portal.wording import field_error, found_words

Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"
Faults = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Card:
    """The answers of one page."""

    title: Text
    rows: tuple[SummaryRow, ...]


def language() -> str:
    """Return the language that the reader reads."""
    return get_language() or "zh-hans"


def raw_of(fields: Iterable[FieldDeclaration], post: QueryDict, files: Files | None = None) -> dict[str, Raw]:
    """Return what was entered, as it was typed; files come another way."""
    return {field.id: raw_from(field, post, files) for field in fields if field.type not in {"file", "computed"}}


def files_of(fields: Iterable[FieldDeclaration], files: Files) -> list[tuple[FieldDeclaration, UploadedFile[Any]]]:
    """Return the files that were sent, each with its field."""
    sent = ((field, files.get(field.id)) for field in fields if field.type == "file")
    return [(field, file) for field, file in sent if file is not None]


def views(
    fields: Iterable[FieldDeclaration],
    raw: Mapping[str, Json],
    faults: Faults,
    lookups: Lookups,
    received: Mapping[str, Sequence[Received]],
) -> list[FieldView]:
    """Return the fields as the template shows them, with what was entered before and what is wrong with it."""
    return [
        view_of(
            field,
            language(),
            lookups,
            raw=raw.get(field.id) or "",
            error=_error(field, faults[field.id][0], raw.get(field.id)) if field.id in faults else "",
            errors=_inside(field, faults),
            received=received.get(field.id, ()),
        )
        for field in fields
        if field.type != "computed"
    ]


def _error(field: FieldDeclaration, code: str, typed: object) -> str:
    """Return where something is wrong, what to do, and what was found."""
    said, found = field_error(field, code, language()), found_words(code, typed)
    if not found:
        return said
    return f"{said}。{found}" if language().startswith("zh") else f"{said}. {found}"


def _inside(field: FieldDeclaration, faults: Faults) -> dict[str, str]:
    """Return what is wrong with the parts of a field, in words, by their place in it."""
    start = f"{field.id}."
    parts = ((name.removeprefix(start), code) for name, (code, _) in faults.items() if name.startswith(start))
    return {place: field_error(field, code, language(), tuple(place.split("."))) for place, code in parts}


def summary(shown: Sequence[FieldView]) -> list[tuple[str, str]]:
    """Return the errors of a page with the control that each is about."""
    return [problem for view in shown for problem in view.problems]


def faults_of(
    fields: Iterable[FieldDeclaration], raw: Mapping[str, Json], lookups: Lookups
) -> dict[str, tuple[str, str]]:
    """Return what is missing or wrong in what was entered so far."""
    faults: dict[str, tuple[str, str]] = {}
    for field in fields:
        try:
            field.read_draft(raw.get(field.id), lookups)
        except FieldError as error:
            faults |= error.told(field.id)
    return faults


def cards(
    service: ProcedureDeclaration,
    values: Mapping[str, Json],
    lookups: Lookups,
    received: Mapping[str, Sequence[Received]],
    *,
    draft: str = "",
    faults: Faults | None = None,
    asked: frozenset[str] | None = None,
) -> list[Card]:
    """Return the answers page by page; with a draft each leads to where it can be changed.

    Without ``asked``, what is asked only under a condition is shown where it was answered.
    """
    found = []
    for page in service.pages:
        fields = [field for field in page.fields if _is_shown(page, field, values, asked)]
        if not fields:
            continue
        change = reverse("portal:step", args=[draft, page.id]) + "?then=check" if draft else ""
        rows = tuple(_row(field, values, lookups, received, change=change, faults=faults or {}) for field in fields)
        found.append(Card(page.title, rows))
    return found


def _is_shown(page: Page, field: FieldDeclaration, values: Mapping[str, Json], asked: frozenset[str] | None) -> bool:
    if field.type == "computed":
        return values.get(field.id) is not None
    if asked is not None:
        return field.id in asked
    return field.id in values or not (page.when or field.when)


def _row(
    field: FieldDeclaration,
    values: Mapping[str, Json],
    lookups: Lookups,
    received: Mapping[str, Sequence[Received]],
    *,
    change: str,
    faults: Faults,
) -> SummaryRow:
    value = values.get(field.id)
    is_wrong = field.id in faults
    return SummaryRow(
        field.title.say(language()),
        NOTHING if field.type == "file" else value_shown(field, value, language(), lookups),
        change=f"{change}#{field.id}" if change and field.type != "computed" else "",
        error=field_error(field, faults[field.id][0], language()) if is_wrong else "",
        name=f"answer-{field.id}" if is_wrong else "",
        files=tuple(received.get(field.id, ())),
    )
