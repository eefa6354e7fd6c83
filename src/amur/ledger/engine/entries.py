"""What an entry is made of: its header, the two salted commitments, and the instants as text.

The header is public and hashed; what it commits to (who acted, and what was written) is kept beside it, so that it can
be erased while every proof stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from amur.base.acting import Actor
from amur.base.canonical import Json, canonical
from amur.base.faults import Invalid
from amur.ledger.engine.suites import Digest

SALT_BYTES = 32
FIRST = "0" * 64
"""What the first entry of a subject has as ``previous``."""

_SUBJECT = re.compile(r"[a-z_]+(?::[A-Za-z0-9._-]+)*")
_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_SUBJECT_LENGTH = 200
_KIND_LENGTH = 80


class Header(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The header of an entry. The fields stand in canonical order, so that encoding gives canonical bytes."""

    act: str
    body: str
    happened_at: str
    kind: str
    log: str
    previous: str
    recorded_at: str
    sequence: int
    subject: str


_decoder = msgspec.json.Decoder(Header)
_encoder = msgspec.json.Encoder()


def encode_header(header: Header) -> bytes:
    """Return the canonical bytes of a header.

    >>> header = Header("a", "b", "t", "case.submitted", "amur/1/sha256", FIRST, "t", 0, "system")
    >>> encode_header(header) == canonical(msgspec.structs.asdict(header))
    True
    """
    return _encoder.encode(header)


def decode_header(data: bytes) -> Header | None:
    """Return the header in canonical bytes, or None if they are not the canonical bytes of a header.

    >>> decode_header(b'{ }') is None
    True
    >>> data = encode_header(Header("a", "b", "t", "k.k", "amur/1/sha256", FIRST, "t", 0, "system"))
    >>> decode_header(data).subject, decode_header(data + b" ") is None
    ('system', True)
    """
    if not data.isascii():
        return None
    try:
        header = _decoder.decode(data)
    except msgspec.MsgspecError:
        return None
    return header if _encoder.encode(header) == data else None


def decode_headers(batch: list[bytes]) -> list[Header] | None:
    """Return the headers of a batch, or None if at least one is not canonical.

    Encoding the whole batch again and comparing once is what makes the check of every byte cheap.

    >>> data = encode_header(Header("a", "b", "t", "k.k", "amur/1/sha256", FIRST, "t", 0, "system"))
    >>> len(decode_headers([data, data])), decode_headers([data, b"{}"]), decode_headers([data, data + b" "])
    (2, None, None)
    """
    joined = b"\n".join(batch) + b"\n"
    if not joined.isascii():
        return None
    try:
        headers = _decoder.decode_lines(joined)
    except msgspec.MsgspecError:
        return None
    whole = len(headers) == len(batch) and _encoder.encode_lines(headers) == joined
    return headers if whole else None


def commitment(part: str, salt: bytes, content: bytes, digest: Digest) -> str:
    """Return the salted commitment to a part (``act`` or ``body``) of an entry.

    The salt has a fixed length and the part is named, so that no two different inputs are the same bytes.

    >>> from amur.ledger.engine.suites import sha256
    >>> commitment("act", bytes(32), b"{}", sha256) == commitment("body", bytes(32), b"{}", sha256)
    False

    Raises:
        ValueError: if the salt has another length.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"found a salt of {len(salt)} bytes; it has {SALT_BYTES}")
    return digest(b"amur/1/" + part.encode() + b"\0" + salt + content).hex()


def act_content(by: Actor, basis: str, release: str, behind: timedelta) -> dict[str, Json]:
    """Return who acted and on what ground; ``clock_behind_microseconds`` is there if the clock had been set back.

    An act that came through no door came from a shell, and says so.

    >>> act_content(Actor("a"), "", "", timedelta())
    {'actor_id': 'a', 'client': 'shell'}
    >>> act_content(Actor("a", client="cli"), "Article 5", "", timedelta(seconds=1))["clock_behind_microseconds"]
    1000000
    """
    content: dict[str, Json] = {**by.as_dict(), "client": by.client or "shell"}
    if basis:
        content["basis"] = basis
    if release:
        content["release"] = release
    if behind > timedelta():
        content["clock_behind_microseconds"] = behind // timedelta(microseconds=1)
    return content


def check_names(subject: str, kind: str) -> None:
    """Refuse a subject or kind that does not fit into an ASCII header.

    Raises:
        Invalid: naming the field.

    >>> check_names("case:7", "case.submitted")
    >>> check_names("case 7", "case.submitted")
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: found subject 'case 7'; write it as case:<uuid>
    """
    if len(subject) > _SUBJECT_LENGTH or not _SUBJECT.fullmatch(subject):
        said = f"found subject {subject!r}; write it as case:<uuid>"
        raise Invalid({"subject": ("ledger.subject", said)}, said)
    if len(kind) > _KIND_LENGTH or not _KIND.fullmatch(kind):
        said = f"found kind {kind!r}; write it as room.past_participle"
        raise Invalid({"kind": ("ledger.kind", said)}, said)


@lru_cache(maxsize=256)
def instant_text(instant: datetime) -> str:
    """Return an instant as it stands in headers: UTC, microseconds, 27 characters.

    >>> instant_text(datetime(2026, 1, 2, tzinfo=UTC))
    '2026-01-02T00:00:00.000000Z'

    Raises:
        ValueError: if the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"found {instant} without a time zone; the ledger takes aware instants")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """Return the instant that a header says.

    >>> parse_instant("2026-01-02T00:00:00.000000Z")
    datetime.datetime(2026, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.fromisoformat(text)


def checkpoint_body(
    *, log: str, suite: str, origin: str, key: str, size: int, root: str, previous: str, made_at: datetime
) -> bytes:
    """Return the canonical bytes that a checkpoint's signature covers.

    >>> b'"size":1' in checkpoint_body(log="amur/1/sha256", suite="ed25519+sha256", origin="demo", key="k", size=1,
    ...     root="r", previous=FIRST, made_at=datetime(2026, 1, 2, tzinfo=UTC))
    True
    """
    body: Mapping[str, Json] = {
        "key": key,
        "log": log,
        "made_at": instant_text(made_at),
        "origin": origin,
        "previous": previous,
        "root": root,
        "size": size,
        "suite": suite,
    }
    return canonical(body)


def checkpoint_hash(body: bytes, digest: Digest) -> str:
    """Return the hash by which the next checkpoint names this one.

    >>> from amur.ledger.engine.suites import sha256
    >>> len(checkpoint_hash(b"{}", sha256))
    64
    """
    return digest(b"amur/1/checkpoint\0" + body).hex()
