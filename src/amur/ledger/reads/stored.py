"""Verification of what is stored: the log itself, and beside it everything that the database repeats of it.

The log is verified by ``engine.verify``. Columns that only repeat a header, contents, nodes, erasures and the queue of
the sealer are compared with it here, since people read those.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from amur.ledger import engine
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, Node, SigningKey, Unsealed
from amur.ledger.reads.proofs import head
from amur.ledger.reads.whole import INTRODUCES

_ROWS = 5000
_HEADER = ("index", "entry__header", "entry__leaf")
_COLUMNS = ("subject", "sequence", "previous", "kind", "happened_at", "recorded_at")
_PARTS = ("act", "body")
_CONTENT = ("act_salt", "act", "body_salt", "body")
_FIELDS = (*_HEADER, *(f"entry__{name}" for name in _COLUMNS), *(f"entry__content__{name}" for name in _CONTENT))
_Place = tuple[str, str]
"""The hash of an entry, and one of its parts."""


@dataclass(frozen=True, slots=True)
class Report:
    """What verification of the stored ledger found; ``state`` lets the next one begin where this ended."""

    state: engine.State
    findings: tuple[engine.Finding, ...]
    unsealed: int

    @property
    def holds(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.findings


def verify_stored(state: engine.State | None = None) -> Report:
    """Verify the stored ledger, or what was sealed after ``state``: headers, columns, contents, nodes and heads."""
    last = head()
    suite = engine.SUITES[last.suite] if last else engine.SUITES["ed25519+sha256"]
    state = state or engine.State(suite=suite)
    state.findings = []
    start, size = state.size, Leaf.objects.count()
    signed = [
        engine.SignedCheckpoint(found.body.encode(), _bytes(found.signature), b"")
        for found in Checkpoint.objects.filter(size__gt=state.sealed).order_by("size")
    ]
    others = _heads_that_are_gone(state, last, size)
    headers = _checked_headers(start, size, others)
    tip_of = (lambda subject: _tip(subject, start)) if start else None
    engine.verify(headers, signed, keys=trusted_keys(), state=state, tip_of=tip_of)
    others += _nodes_that_differ(state, size)
    waiting = Entry.objects.filter(sealed=None).count()
    if waiting != Unsealed.objects.count():
        said = f"{waiting} entries are not sealed and {Unsealed.objects.count()} are queued for it"
        others.append(engine.Finding("missing", size, size, detail=said))
    return Report(state, (*state.findings, *others), waiting)


def _heads_that_are_gone(state: engine.State, last: Checkpoint | None, size: int) -> list[engine.Finding]:
    """Ask whether the head where the last verification ended is still there, and whether one covers every leaf."""
    found, signed = [], last.size if last else 0
    if state.sealed:
        kept = Checkpoint.objects.filter(size=state.sealed).first()
        if kept is None or engine.checkpoint_hash(kept.body.encode(), state.suite.digest) != state.checkpoint:
            said = f"the head of size {state.sealed} that was verified before is not there any more"
            found.append(engine.Finding("truncated", min(size, state.sealed), state.sealed, detail=said))
    if signed < size:
        said = f"{size} entries have a place in the log and the last head signs {signed}"
        found.append(engine.Finding("checkpoint", signed, size - 1, detail=said))
    return found


def trusted_keys() -> dict[str, bytes]:
    """Return the public keys of this log: the first, and those that a sealed entry introduced and still describes."""
    keys: dict[str, bytes] = {}
    for key in SigningKey.objects.order_by("number"):
        if not key.introduced_by or _introduced(key):
            keys[key.key_id] = _bytes(key.public)
    return keys


def _introduced(key: SigningKey) -> bool:
    content = EntryContent.objects.filter(entry__leaf=key.introduced_by, entry__kind=INTRODUCES).first()
    header = engine.decode_header(content.entry.header.encode()) if content else None
    digest = engine.digest_of_log(header.log) if header else None
    if content is None or header is None or digest is None or content.body is None:
        return False
    if not _fits("body", content.body_salt, content.body, header.body, digest):
        return False
    told = json.loads(content.body)
    return (told.get("key"), told.get("public")) == (key.key_id, key.public)


def _checked_headers(start: int, size: int, findings: list[engine.Finding]) -> Iterator[bytes]:
    """Give the stored headers and note, beside them, what the database says otherwise of an entry."""
    erased: dict[_Place, engine.Finding] = {}
    for first in range(start, size, _ROWS):
        page = Leaf.objects.filter(index__gte=first, index__lt=min(first + _ROWS, size)).order_by("index")
        # Plain rows: an object each for leaf, entry and content would cost more than all the hashing.
        for index, text, leaf, *rest in page.values_list(*_FIELDS).iterator(_ROWS):
            data = text.encode()
            header = engine.decode_header(data)
            digest = engine.digest_of_log(header.log) if header else None
            if header is not None and digest is not None:
                said = (
                    "" if engine.leaf_hash(data, digest).hex() == leaf else "the stored hash is not that of the header"
                )
                said = said or _differs(header, rest[: len(_COLUMNS)]) or _broken(header, rest[len(_COLUMNS) :], digest)
                place = engine.Finding("altered", index, index, header.subject, header.sequence, said)
                if said:
                    findings.append(place)
                erased |= {
                    (leaf, part): place for part, value in zip(_PARTS, rest[-3::2], strict=True) if value is None
                }
            yield data
    findings += _erased_by_nobody(erased)


def _differs(header: engine.Header, columns: list[Any]) -> str:
    """Say if the columns of an entry are not what its header says."""
    *names, happened_at, recorded_at = columns
    same = names == [header.subject, header.sequence, header.previous, header.kind]
    same = same and _is(happened_at, header.happened_at) and _is(recorded_at, header.recorded_at)
    return "" if same else "the columns do not say what the header says"


def _is(column: datetime, said: str) -> bool:
    try:
        return column == engine.parse_instant(said)
    except ValueError:
        return False


def _broken(header: engine.Header, content: list[str | None], digest: engine.Digest) -> str:
    """Say which parts are there and are not what the header commits to."""
    act_salt, act, body_salt, body = content
    for part, salt, text, said in (("act", act_salt, act, header.act), ("body", body_salt, body, header.body)):
        if (salt, text) != (None, None) and not _fits(part, salt, text, said, digest):
            return f"the {part} is not what the header commits to"
    return ""


def _fits(part: str, salt: str | None, text: str | None, said: str, digest: engine.Digest) -> bool:
    if salt is None or text is None or len(salt) != 2 * engine.SALT_BYTES:
        return False
    data = _bytes(salt)
    return len(data) == engine.SALT_BYTES and engine.commitment(part, data, text.encode(), digest) == said


def _bytes(text: str) -> bytes:
    """Return the bytes that hexadecimal says; what is none says nothing, and then does not fit."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _erased_by_nobody(erased: dict[_Place, engine.Finding]) -> list[engine.Finding]:
    """Return findings for contents that are gone though no entry says that they were erased."""
    if not erased:
        return []
    notes = Entry.objects.filter(kind="ledger.content_erased", content__body__isnull=False)
    told: set[_Place] = set()
    for text in notes.values_list("content__body", flat=True).iterator():
        note = json.loads(text or "{}")
        told.add((note.get("entry", ""), note.get("part", "")))
    return [
        engine.Finding(
            "missing", place.first, place.last, place.subject, place.sequence, f"nothing says who erased its {part}"
        )
        for (leaf, part), place in erased.items()
        if (leaf, part) not in told
    ]


def _tip(subject: str, start: int) -> tuple[int, str, str, int] | None:
    """Return what an entry after ``start`` must follow, read from the entry before it and hashed anew."""
    last = (
        Entry.objects.filter(subject=subject, sealed__index__lt=start)
        .annotate(place=F("sealed__index"))
        .order_by("-sequence")
        .first()
    )
    header = engine.decode_header(last.header.encode()) if last else None
    digest = engine.digest_of_log(header.log) if header else None
    if last is None or header is None or digest is None:
        return None
    leaf = engine.leaf_hash(last.header.encode(), digest).hex()
    return header.sequence + 1, leaf, header.recorded_at, last.place


def _nodes_that_differ(state: engine.State, size: int) -> list[engine.Finding]:
    """Compare the stored top nodes with the frontier just computed: a wrong node would spoil later seals and proofs."""
    found = []
    for level, position in engine.complete_subtrees(0, size):
        node = state.frontier[level] if level < len(state.frontier) else None
        stored = Node.objects.filter(level=level, position=position).values_list("digest", flat=True).first()
        if level and (node is None or stored != node.hex()):
            first = position << level
            said = f"stored node {level}/{position} is not the root of its entries"
            found.append(engine.Finding("altered", first, first + (1 << level) - 1, detail=said))
    return found
