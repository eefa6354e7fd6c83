"""Time stamps of checkpoints by an outside authority, where the settings name one; renewal before algorithms age.

``LEDGER_TSA_URL`` is the authority's address and ``LEDGER_TSA_ROOTS`` a PEM file of the roots that are trusted for it.
The exchange over the network happens outside any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from django.db import transaction

from amur.base.faults import Refused
from amur.ledger.engine import stamps
from amur.ledger.models import Checkpoint, Stamp

Send = Callable[[str, bytes], bytes]
"""Gives a request to the authority at an address and returns its answer."""

_BATCH = 256
_SECONDS = 20
_LONGEST_ANSWER = 1 << 20


def post(url: str, query: bytes) -> bytes:
    """Send a request over HTTP (RFC 3161, 3.4).

    Raises:
        Refused: if the address is not HTTP.
        OSError: if the authority cannot be reached.
    """
    if not url.startswith(("https://", "http://")):
        raise Refused("ledger.stamp_address", f"found LEDGER_TSA_URL {url!r}; use https://…")
    asked = Request(url, query, {"Content-Type": "application/timestamp-query"})  # noqa: S310 -- checked above
    with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 -- checked above
        return bytes(answer.read(_LONGEST_ANSWER))


def stamp(now: datetime, *, send: Send = post) -> list[Stamp]:
    """Have all heads stamped that are not yet, up to a batch, in one token; none where no authority is configured.

    Raises:
        Refused: if the answer does not stamp what was asked.
    """
    heads = list(Checkpoint.objects.filter(stamps=None).order_by("size")[:_BATCH])
    return _stamp([(head, None) for head in heads], now, "sha256", send)


def renew_stamps(now: datetime, *, made_before: datetime, algorithm: str = "sha512", send: Send = post) -> list[Stamp]:
    """Have old stamps stamped again, before their algorithm or certificate can no longer be relied upon.

    Raises:
        Refused: if the answer does not stamp what was asked.
    """
    old = Stamp.objects.filter(made_at__lt=made_before, renewals=None).select_related("checkpoint").order_by("id")
    return _stamp([(each.checkpoint, each) for each in old[:_BATCH]], now, algorithm, send)


def _stamp(wanted: Sequence[tuple[Checkpoint, Stamp | None]], now: datetime, algorithm: str, send: Send) -> list[Stamp]:
    url: str = getattr(settings, "LEDGER_TSA_URL", "")
    if not url or not wanted:
        return []
    made = stamps.batch([_member(checkpoint, old) for checkpoint, old in wanted], algorithm)
    asked = stamps.request(made.message, algorithm)
    token = send(url, asked.as_bytes())
    try:
        stamps.answered(token, asked)
    except ValueError as error:
        raise Refused("ledger.stamp_unfit", f"{url}: {error}", authority=url) from None
    roots = trusted_roots()
    if roots and not stamps.holds(token, made.message, roots):
        raise Refused("ledger.stamp_untrusted", f"{url}: the token leads to none of LEDGER_TSA_ROOTS", authority=url)
    with transaction.atomic():
        return [
            Stamp.objects.create(
                checkpoint=checkpoint,
                authority=url,
                token=token,
                made_at=now,
                algorithm=algorithm,
                batch_index=index,
                batch_size=len(wanted),
                batch_path=[node.hex() for node in made.paths[index]],
                renews=old,
            )
            for index, (checkpoint, old) in enumerate(wanted)
        ]


def _member(checkpoint: Checkpoint, old: Stamp | None) -> bytes:
    return stamps.member(checkpoint.body.encode(), bytes(old.token) if old else b"")


def stamp_holds(found: Stamp, roots: Sequence[Certificate]) -> bool:
    """Say whether a stored stamp proves its checkpoint under trusted roots."""
    stamped = stamps.message(
        _member(found.checkpoint, found.renews),
        found.batch_index,
        found.batch_size,
        [bytes.fromhex(node) for node in found.batch_path],
        found.algorithm,
    )
    return stamped is not None and stamps.holds(bytes(found.token), stamped, roots)


def trusted_roots() -> list[Certificate]:
    """Return the certificates that the settings trust for time stamps."""
    path = getattr(settings, "LEDGER_TSA_ROOTS", "")
    return load_pem_x509_certificates(Path(path).read_bytes()) if path else []
