"""Reads of entries: what happened to a subject, and what was sealed since a subscriber last looked.

Whether a reader may know of a subject is decided by the room that owns it, before it asks here. How much of an entry
such a reader sees is decided here, by the scope.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import CharField

from amur.base.acting import Scope
from amur.ledger.models import Entry, EntryContent
from amur.ledger.prepared import prepared

_View = TypeVar("_View", bound="EntryView")
_OFFICE_ONLY = ("actor_id", "on_behalf_of", "client", "request_id")
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as a reader sees it. ``act`` or ``body`` is None where it was erased or the reader may not see it."""

    leaf: str
    index: int | None
    subject: str
    sequence: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    act: Mapping[str, Any] | None
    body: Mapping[str, Any] | None
    erased: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealedEntry(EntryView):
    """An entry with its place in the log, as subscribers read it."""

    index: int


_ABOUT = prepared(
    lambda subject: Entry.objects.filter(subject=subject).select_related("content", "sealed").order_by("sequence"),
    CharField(),
)
_OF_KIND = prepared(
    lambda subject, kind: Entry.objects.filter(subject=subject, kind=kind).values_list("pk")[:1],
    CharField(),
    CharField(),
)


def entries_of(scope: Scope, subject: str) -> list[EntryView]:
    """Return the entries about a subject, the oldest first.

    The public sees what happened and when; a party also the content of its own acts, and of others' the office but not
    the person; an office and the machine see all.
    """
    return [_view(EntryView, entry, scope) for entry in _ABOUT(subject)]


def holds_kind(scope: Scope, subject: str, kind: str) -> bool:
    """Say whether something of a kind happened to a subject, which whoever may know of the subject may know."""
    del scope
    return bool(_OF_KIND(subject, kind))


def sealed_after(scope: Scope, index: int, limit: int) -> Iterator[SealedEntry]:
    """Return entries in the order of the log, those with a sealed index above ``index`` (-1 for all).

    How much of each is seen is decided by the scope, as in ``entries_of``; subscribers are the machine and see all.
    """
    entries = Entry.objects.filter(sealed__index__gt=index).select_related("content", "sealed")
    for entry in entries.order_by("sealed__index")[:limit]:
        yield _view(SealedEntry, entry, scope)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the log, by what its header says; this much of the ledger is public."""

    index: int
    leaf: str
    subject: str
    kind: str
    happened_at: datetime
    recorded_at: datetime


def places(after: int, up_to: int, *, subjects: str = "", kinds: Collection[str] = ()) -> Iterator[Place]:
    """Return where entries were sealed, by index above ``after``, up to and with ``up_to``.

    ``subjects`` is what their subjects begin with, ``kinds`` which kinds they are of; all, where neither is said.
    """
    found = Entry.objects.filter(sealed__index__lte=up_to)
    if subjects:
        found = found.filter(subject__startswith=subjects)
    if kinds:
        found = found.filter(kind__in=kinds)
    columns = ("sealed__index", "leaf", "subject", "kind", "happened_at", "recorded_at")
    while True:
        page = found.filter(sealed__index__gt=after).order_by("sealed__index").values_list(*columns)[:_ROWS]
        rows = [Place(*row) for row in page]
        yield from rows
        if len(rows) < _ROWS:
            return
        after = rows[-1].index


def _view(view: type[_View], entry: Entry, scope: Scope) -> _View:
    act, body = _content(entry.content, scope)
    return view(
        leaf=entry.leaf,
        index=entry.sealed.index if hasattr(entry, "sealed") else None,
        subject=entry.subject,
        sequence=entry.sequence,
        kind=entry.kind,
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        act=act,
        body=body,
        erased=tuple(part for part in ("act", "body") if getattr(entry.content, part) is None),
    )


def _content(content: EntryContent, scope: Scope) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if scope.kind == "public":
        return None, None
    act = None if content.act is None else json.loads(content.act)
    body = None if content.body is None else json.loads(content.body)
    if scope.kind == "party" and act is not None:
        own = {scope.account_id, *scope.parties} - {""}
        if not own & {act.get("actor_id", ""), act.get("on_behalf_of", "")}:
            return {name: value for name, value in act.items() if name not in _OFFICE_ONLY}, None
    elif scope.kind == "party":
        return None, None
    return act, body
