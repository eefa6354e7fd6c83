"""Verification of a whole log, or of what came since the last time: every byte of every header is checked.

Per entry: canonical bytes, the subject's chain (sequence, previous, time) and the Merkle leaf. Per checkpoint: form,
signature, key, chain of checkpoints and root. Faults are found *and located*; see ``Finding``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

import msgspec

from amur.ledger.engine.entries import FIRST, Header, checkpoint_hash, decode_header, decode_headers
from amur.ledger.engine.suites import SUITES, Suite, sha256
from amur.ledger.engine.tree import Frontier, extend, root_of

_BATCH = 1024
Tip = tuple[int, str, str, int]
"""What the next entry of a subject must follow: next sequence, leaf, recorded_at, index of the last entry."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what happened, where, and how it shows.

    ``what``: ``altered`` (bytes changed), ``missing`` (dropped), ``reordered``, ``forked`` (two entries in one place),
    ``backdated``, ``truncated`` (the tail is gone), ``root`` (the leaves between two checkpoints are not those that
    were signed), ``checkpoint`` (a checkpoint itself does not hold), ``split`` (two heads of one size).
    """

    what: str
    first: int
    last: int
    subject: str = ""
    sequence: int = -1
    detail: str = ""

    def __str__(self) -> str:
        """Say it in one line.

        >>> print(Finding("missing", 4, 4, "case:7", 2, "sequence 2 is not there"))
        missing: entry 4, case:7 sequence 2: sequence 2 is not there
        """
        where = f"entry {self.first}" if self.first == self.last else f"entries {self.first} to {self.last}"
        who = f", {self.subject} sequence {self.sequence}" if self.subject else ""
        return f"{self.what}: {where}{who}: {self.detail}"


class CheckpointBody(msgspec.Struct, forbid_unknown_fields=True):
    """The signed body of a checkpoint, in canonical order."""

    key: str
    log: str
    made_at: str
    origin: str
    previous: str
    root: str
    size: int
    suite: str


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it is published: canonical body, signature and the public key that it names."""

    body: bytes
    signature: bytes
    public: bytes

    def parsed(self) -> CheckpointBody | None:
        """Return the body, or None if its bytes are not canonical.

        >>> SignedCheckpoint(b"{}", b"", b"").parsed() is None
        True
        """
        if not self.body.isascii():
            return None
        try:
            body = msgspec.json.decode(self.body, type=CheckpointBody)
        except msgspec.MsgspecError:
            return None
        return body if msgspec.json.encode(body) == self.body else None


@dataclass(slots=True)
class State:
    """How far a log has been verified; keep it to go on from there."""

    suite: Suite = field(default_factory=lambda: SUITES["ed25519+sha256"])
    size: int = 0
    frontier: Frontier = field(default_factory=list)
    tips: dict[str, Tip] = field(default_factory=dict)
    sealed: int = 0
    checkpoint: str = FIRST
    last_root: str = ""
    origin: str = ""
    findings: list[Finding] = field(default_factory=list)


_NO_TIP: Tip = (0, FIRST, "", -1)
TipReader = Callable[[str], Tip | None]


def verify(
    headers: Iterable[bytes],
    checkpoints: Sequence[SignedCheckpoint],
    *,
    keys: Mapping[str, bytes],
    state: State | None = None,
    tip_of: TipReader | None = None,
) -> State:
    """Verify headers in sealed order against the checkpoints after ``state`` and return the new state.

    Args:
        headers: the stored bytes, beginning with the entry at ``state.size``.
        checkpoints: by size.
        keys: public keys that may sign, by their id.
        state: where the last verification ended; none begins with the first entry.
        tip_of: gives the last earlier entry of a subject that ``state`` does not know.

    >>> verify([b"{}"], [], keys={}).findings[0].what
    'altered'
    """
    state = state or State()
    stream = iter(headers)
    for place, signed in enumerate(checkpoints):
        body = signed.parsed()
        if body is None:
            _find(state, "checkpoint", f"checkpoint {place} is not in canonical form")
            continue
        if not _checkpoint_holds(signed, body, keys, state):
            continue
        _take(state, stream, body.size - state.size, tip_of)
        _compare_root(state, signed, body)
    while _take(state, stream, _BATCH, tip_of):
        pass
    _name_reordered(state)
    return state


def _find(state: State, what: str, detail: str) -> None:
    state.findings.append(Finding(what, state.size, state.size, detail=detail))


def _checkpoint_holds(signed: SignedCheckpoint, body: CheckpointBody, keys: Mapping[str, bytes], state: State) -> bool:
    if body.suite != state.suite.name or body.log != state.suite.log:
        _find(state, "checkpoint", f"size {body.size}: suite {body.suite}, log {body.log}, not {state.suite.name}")
        return False
    public = keys.get(body.key)
    if public is None or state.suite.key_id(public) != body.key:
        _find(state, "checkpoint", f"size {body.size}: key {body.key} is not one of this log's keys")
        return False
    if not state.suite.verify(public, signed.body, signed.signature):
        _find(state, "checkpoint", f"size {body.size}: the signature does not hold")
        return False
    if body.origin != (state.origin or body.origin):
        _find(state, "checkpoint", f"size {body.size}: origin {body.origin}, not {state.origin}")
        return False
    if body.size <= state.sealed:
        split = body.size == state.sealed and body.root != state.last_root
        said = "two signed roots of one size: the log was split" if split else "sizes do not grow"
        _find(state, "split" if split else "checkpoint", f"size {body.size}: {said}")
        return False
    if body.previous != state.checkpoint:
        _find(state, "checkpoint", f"size {body.size}: does not follow the checkpoint of size {state.sealed}")
    return True


def _compare_root(state: State, signed: SignedCheckpoint, body: CheckpointBody) -> None:
    if state.size < body.size:
        said = f"the checkpoint of size {body.size} was signed and only {state.size} entries are there"
        state.findings.append(Finding("truncated", state.size, body.size - 1, detail=said))
    # After the first wrong root all later ones are wrong too, and say nothing new.
    elif root_of(state.frontier, state.suite.digest).hex() != body.root and not any(
        finding.what in {"root", "truncated"} for finding in state.findings
    ):
        said = f"the root of the checkpoint of size {body.size} is not the root of these entries"
        state.findings.append(Finding("root", state.sealed, body.size - 1, detail=said))
    state.sealed, state.last_root, state.origin = body.size, body.root, body.origin
    state.checkpoint = checkpoint_hash(signed.body, state.suite.digest)


def _take(state: State, stream: Iterator[bytes], wanted: int, tip_of: TipReader | None) -> int:
    """Verify up to ``wanted`` headers from the stream and say how many there were."""
    taken = 0
    while taken < wanted and (batch := list(islice(stream, min(_BATCH, wanted - taken)))):
        if state.suite.digest is sha256:
            make = hashlib.sha256
            leaves = [make(b"\0" + header).digest() for header in batch]
        else:
            leaves = [state.suite.digest(b"\0" + header) for header in batch]
        _follow(state, decode_headers(batch) or _decode_each(state, batch), leaves, tip_of)
        extend(state.frontier, leaves, state.suite.digest)
        state.size += len(batch)
        taken += len(batch)
    return taken


def _decode_each(state: State, batch: list[bytes]) -> list[Header | None]:
    headers = [decode_header(data) for data in batch]
    for place, header in enumerate(headers, start=state.size):
        if header is None:
            said = "the bytes are not the canonical form of a header"
            state.findings.append(Finding("altered", place, place, detail=said))
    return headers


def _follow(state: State, headers: Sequence[Header | None], leaves: list[bytes], tip_of: TipReader | None) -> None:
    """Check that each entry follows the one before it of its subject."""
    tips, log = state.tips, state.suite.log
    get = tips.get
    for index, header, leaf in zip(count(state.size), headers, leaves):
        if header is None:
            continue
        subject, recorded_at = header.subject, header.recorded_at
        tip = get(subject) or (tip_of and tip_of(subject)) or _NO_TIP
        sequence, previous, before, _ = tip
        follows = header.sequence == sequence and header.previous == previous and recorded_at >= before
        if (not follows or header.log != log) and not _explain(state, header, index, tip):
            continue
        tips[subject] = (header.sequence + 1, leaf.hex(), recorded_at, index)


def _explain(state: State, header: Header, index: int, tip: Tip) -> bool:
    """Add the finding for an entry that does not follow; say whether the chain goes on from it."""
    expected, leaf, recorded_at, before = tip
    subject, sequence = header.subject, header.sequence

    def find(what: str, detail: str, first: int = index) -> None:
        state.findings.append(Finding(what, first, index, subject, sequence, detail))

    if header.log != state.suite.log:
        find("altered", f"belongs to log {header.log}, not {state.suite.log}")
    if sequence > expected:
        find("missing", f"sequence {expected} to {sequence - 1} of the subject is not before it")
    elif sequence < expected:
        find("forked", f"sequence {sequence} of the subject is already taken")
        return False
    elif header.previous != leaf:
        find(
            "altered", f"names {header.previous[:16]}… as previous, and entry {before} is {leaf[:16]}…", max(before, 0)
        )
    if recorded_at > header.recorded_at:
        find("backdated", f"recorded at {header.recorded_at}, before the previous entry ({recorded_at})")
    return True


def _name_reordered(state: State) -> None:
    """Call it reordering where an entry that was missing comes later in the log."""
    missing = {finding.subject: place for place, finding in enumerate(state.findings) if finding.what == "missing"}
    for place, finding in enumerate(state.findings):
        origin = missing.get(finding.subject) if finding.what == "forked" else None
        if origin is not None and finding.sequence < state.findings[origin].sequence:
            found = state.findings[origin]
            said = f"stands at {finding.first}, after sequence {found.sequence} at {found.first}"
            state.findings[place] = Finding(
                "reordered", found.first, finding.last, finding.subject, finding.sequence, said
            )
