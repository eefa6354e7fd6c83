"""The signature of a message to or from outside, by the scheme of Standard Webhooks 1.0; pure.

What is signed is ``id.timestamp.body``, with HMAC-SHA256. While a secret is being replaced a message carries two
signatures, and one that fits is enough.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE_SECONDS = 300
"""How far the clocks of two sides may be apart."""

_VERSION = "v1"


def secret_text(key: bytes) -> str:
    """Return a secret as it is handed over.

    >>> secret_text(b"0123456789abcdef01234567")
    'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
    """
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """Return the key in a secret.

    Raises:
        ValueError: if it is none.

    >>> key_of("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")
    b'0123456789abcdef01234567'
    """
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret is not base64 after whsec_") from None


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message.

    >>> signature("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "a", 1, b"{}")
    'v1,4XNUfqztSW8wVZ51P/XeSteXtBrlXFOpXqQ7EpVJusE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"{_VERSION},{base64.b64encode(digest).decode()}"


def headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message that is signed with each of the secrets.

    >>> list(headers(["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"], "a", 1, b"{}"))
    ['webhook-id', 'webhook-timestamp', 'webhook-signature']
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }


def is_signed(secret: str, given: Mapping[str, str], body: bytes, now: int) -> bool:
    """Say whether a message bears our secret's signature and is of now.

    >>> secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
    >>> given = headers([secret], "a", 1000, b"{}")
    >>> [is_signed(secret, given, body, now) for body, now in ((b"{}", 1001), (b"[]", 1001), (b"{}", 2000))]
    [True, False, False]
    >>> is_signed(secret, {**given, "webhook-timestamp": "soon"}, b"{}", 1000), is_signed("", given, b"{}", 1000)
    (False, False)
    """
    name, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not secret or not (at.isascii() and at.isdecimal()) or abs(int(at[:12]) - now) > TOLERANCE_SECONDS:
        return False
    ours = signature(secret, name, int(at), body)
    offered = given.get("webhook-signature", "").split()
    return any(hmac.compare_digest(ours.encode(), one.encode()) for one in offered)
