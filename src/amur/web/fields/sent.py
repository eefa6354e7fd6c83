"""What the browser sent for a field: a text, or for a value of several boxes a mapping or a list, nested by names.

The boxes of ``term`` are named ``term-from-year``, those of the second item of ``owners`` ``owners-1-name``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from amur.base.fields import (
    CodeField,
    FieldDeclaration,
    GroupField,
    PersonField,
    Raw,
    ShapeField,
    TextsField,
)
from amur.web.fields.views import DATE_PARTS

Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"

_LARGEST_SHAPE = 2 * 2**20
_BOXES = {"point": ("lat", "lon"), "period": ("from", "to"), "instant": ("day", "time")}
_DAYS = {"from", "to", "day"}


def takes_files(fields: Iterable[FieldDeclaration]) -> bool:
    """Say whether a form with these fields sends files, so that it has to be sent in parts."""
    return any(field.type in {"file", "shape"} or takes_files(getattr(field, "fields", ())) for field in fields)


def raw_from(declaration: FieldDeclaration, post: QueryDict, files: Files | None = None, name: str = "") -> Raw:
    """Return the raw input of a field from what the browser sent; the boxes of a date become one text."""
    name = name or declaration.id
    if declaration.type in _BOXES:
        return {part: _box(post, name, part) for part in _BOXES[declaration.type]}
    if isinstance(declaration, TextsField):
        return {language: str(post.get(f"{name}-{language}", "")) for language in declaration.languages}
    if isinstance(declaration, CodeField) and declaration.many:
        return [str(code) for code in post.getlist(name)]
    if isinstance(declaration, GroupField):
        return [
            {inner.id: raw_from(inner, post, files, f"{name}-{number}-{inner.id}") for inner in declaration.fields}
            for number in range(_count(declaration, post, name))
        ]
    return _one_text(declaration, post, files, name)


def _one_text(declaration: FieldDeclaration, post: QueryDict, files: Files | None, name: str) -> str:
    if declaration.type == "date" or (isinstance(declaration, PersonField) and declaration.of == "birth_date"):
        return _day(post, name)
    sent = files.get(f"{name}-file") if files and isinstance(declaration, ShapeField) else None
    return _content(sent) if sent else str(post.get(name, ""))


def reshaped(fields: Iterable[FieldDeclaration], raw: dict[str, Any], post: QueryDict) -> str:
    """Add an item to a group or take one away, if a button asked for it; return where to go on, else nothing.

    So a group grows and shrinks without a script; ``raw`` is changed in place.
    """
    add, drop = post.get("add", ""), post.get("drop", "")
    for group in fields:
        if not isinstance(group, GroupField):
            continue
        items = raw.get(group.id) or []
        if add == group.id:
            raw[group.id] = [*items, {}][: group.most]
            return f"{group.id}-{len(raw[group.id]) - 1}"
        name, _, number = drop.rpartition("-")
        if name == group.id and number.isascii() and number.isdecimal():
            raw[group.id] = [item for place, item in enumerate(items) if str(place) != number]
            return group.id
    return ""


def _content(file: UploadedFile[Any]) -> str:
    found: bytes = file.read(_LARGEST_SHAPE)
    return found.decode("utf-8-sig", "replace")


def _day(post: QueryDict, name: str) -> str:
    parts = [str(post.get(f"{name}-{part}", "")).strip() for part in DATE_PARTS]
    return "-".join(parts) if any(parts) else ""


def _box(post: QueryDict, name: str, part: str) -> str:
    return _day(post, f"{name}-{part}") if part in _DAYS else str(post.get(f"{name}-{part}", ""))


def _count(group: GroupField, post: QueryDict, name: str) -> int:
    """Return how many items came; one more than fit is let through, so that the field can say so."""
    told = post.get(f"{name}-count", "")
    count = int(told) if told.isascii() and told.isdecimal() and len(told) < len(str(10**6)) else 0
    return min(count, group.most + 1)
