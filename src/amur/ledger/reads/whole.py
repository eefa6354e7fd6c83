"""Reads of the whole log: the export that another party verifies without us, and verification of what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db.models import F

from amur.ledger import engine
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, Node, SigningKey, Unsealed
from amur.ledger.reads.proofs import disclosed, head, published

EXPORT_FORMAT = "amur-ledger/1"
_ROWS = 5000
_INTRODUCES = "ledger.key_introduced"


def export(stream: IO[str], *, disclose: bool = False) -> int:
    """Write the log as JSON lines (entries in sealed order, heads where they were made) and return its size.

    Contents are left out unless ``disclose``, which is for the owner's own backup. The entries that introduce keys
    always show theirs, since without it nobody could follow a rotation.
    """
    heads = iter(list(Checkpoint.objects.order_by("size")))
    last = head()
    size = last.size if last else 0
    _write(stream, {"type": "log", "format": EXPORT_FORMAT, "size": size})
    following = next(heads, None)
    for leaf in _leaves(0, size):
        entry = leaf.entry
        line = {"type": "entry", "index": leaf.index, "header": entry.header, "leaf": entry.leaf}
        if disclose or entry.kind == _INTRODUCES:
            line["disclosed"] = disclosed(entry.content, ("act", "body"))
        _write(stream, line)
        if following is not None and following.size == leaf.index + 1:
            _write(stream, {"type": "checkpoint", **published(following)})
            following = next(heads, None)
    return size


def _write(stream: IO[str], value: object) -> None:
    stream.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _leaves(start: int, end: int) -> Iterator[Leaf]:
    """Read leaves by ranges of the primary key: no cursor stays open and no page costs more than the first."""
    for first in range(start, end, _ROWS):
        page = Leaf.objects.filter(index__gte=first, index__lt=min(first + _ROWS, end))
        yield from page.select_related("entry__content").order_by("index")


def trusted_keys() -> dict[str, bytes]:
    """Return the public keys of this log: the first, and those that a sealed entry introduced and still describes."""
    keys: dict[str, bytes] = {}
    for key in SigningKey.objects.order_by("number"):
        if key.introduced_by:
            content = EntryContent.objects.filter(entry__leaf=key.introduced_by, entry__kind=_INTRODUCES).first()
            told = json.loads(content.body) if content and content.body and not _broken_parts(content) else {}
            if (told.get("key"), told.get("public")) != (key.key_id, key.public):
                continue
        keys[key.key_id] = bytes.fromhex(key.public)
    return keys


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
        engine.SignedCheckpoint(found.body.encode(), bytes.fromhex(found.signature), b"")
        for found in Checkpoint.objects.filter(size__gt=state.sealed).order_by("size")
    ]
    others = _heads_that_are_gone(state, last, size)
    headers = _checked_headers(start, size, others)
    engine.verify(headers, signed, keys=trusted_keys(), state=state, tip_of=lambda subject: _tip(subject, start))
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


def _checked_headers(start: int, size: int, findings: list[engine.Finding]) -> Iterator[bytes]:
    """Give the stored headers and note, beside them, columns and contents that do not fit."""
    for leaf in _leaves(start, size):
        entry, what = leaf.entry, ""
        header = engine.decode_header(entry.header.encode())
        digest = engine.digest_of_log(header.log) if header else None
        if header is not None and digest is not None:
            if entry.leaf != engine.leaf_hash(entry.header.encode(), digest).hex():
                what = "the stored hash is not the hash of the header"
            elif _columns(entry) != (header.subject, header.sequence, header.previous, header.kind) or (
                not _same_instants(entry, header)
            ):
                what = "the columns do not say what the header says"
            elif broken := _broken_parts(entry.content):
                what = f"the {' and the '.join(broken)} is not what the header commits to"
        if what:
            findings.append(engine.Finding("altered", leaf.index, leaf.index, entry.subject, entry.sequence, what))
        yield entry.header.encode()


def _columns(entry: Entry) -> tuple[str, int, str, str]:
    return entry.subject, entry.sequence, entry.previous, entry.kind


def _same_instants(entry: Entry, header: engine.Header) -> bool:
    def same(column: datetime, said: str) -> bool:
        return engine.instant_text(column) == said

    return same(entry.happened_at, header.happened_at) and same(entry.recorded_at, header.recorded_at)


def _broken_parts(content: EntryContent) -> list[str]:
    """Return the parts that are there and are not what the header commits to."""
    header = engine.decode_header(content.entry.header.encode())
    digest = engine.digest_of_log(header.log) if header else None
    if header is None or digest is None:
        return ["header"]
    broken = []
    for part, said in (("act", header.act), ("body", header.body)):
        text, salt = getattr(content, part), getattr(content, f"{part}_salt")
        if text is None and salt is None:
            continue
        if not (text and salt) or engine.commitment(part, bytes.fromhex(salt), text.encode(), digest) != said:
            broken.append(part)
    return broken


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
