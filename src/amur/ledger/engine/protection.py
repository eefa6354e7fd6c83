"""Values that can be forgotten: sealed under a key of their subject, which is wrapped under the installation's key.

Without the subject's key a sealed value is noise wherever a copy of it lies: destroying 32 bytes forgets them all.
Which key exists is not known here; see ``amur.ledger.keys``.
"""

from __future__ import annotations

import base64
import enum
import json
import re
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amur.base.canonical import Json, canonical

KEY_BYTES = 32
NONCE_BYTES = 12

_TOKEN = re.compile(r"sealed:1:([a-z0-9_]*):([A-Za-z0-9_-]{38,})")
_PADDING = 32


class Erased(enum.Enum):
    """What is found in place of a value whose key was destroyed."""

    ERASED = "erased"


ERASED: Final = Erased.ERASED
"""The one value of ``Erased``."""


def wrap(installation_key: bytes, name: str, key: bytes, nonce: bytes) -> str:
    """Return a subject's key as it is stored; ``name`` says whose key it is and cannot be exchanged.

    >>> wrap(bytes(32), "case:1", bytes(32), bytes(12))[:16]
    'AAAAAAAAAAAAAAAA'
    """
    return _text(nonce + AESGCM(installation_key).encrypt(nonce, key, name.encode()))


def unwrap(installation_key: bytes, name: str, wrapped: str) -> bytes:
    """Return a subject's key.

    Raises:
        ValueError: if it was wrapped for another name or under another installation key, or was altered.

    >>> stored = wrap(bytes(32), "case:1", b"k" * 32, bytes(12))
    >>> unwrap(bytes(32), "case:1", stored) == b"k" * 32
    True
    >>> unwrap(bytes(32), "case:2", stored)
    Traceback (most recent call last):
    ...
    ValueError: the key of case:2 does not open
    """
    return _decrypted(installation_key, name, wrapped, f"the key of {name} does not open")


def seal(key: bytes, name: str, value: Json, nonce: bytes, part: str = "") -> str:
    """Return a value sealed for a subject, as text. Its length tells the length of the value in steps of 32 bytes only.

    ``part`` names the key of the subject that was used, where it has several.

    >>> seal(bytes(32), "case:1", "李雷", bytes(12))[:12]
    'sealed:1::AA'
    >>> len(seal(bytes(32), "case:1", "a", bytes(12))) == len(seal(bytes(32), "case:1", "abcdefgh", bytes(12)))
    True
    """
    plain = canonical(value)
    padded = plain + b" " * (-len(plain) % _PADDING)
    return f"sealed:1:{part}:{_text(nonce + AESGCM(key).encrypt(nonce, padded, name.encode()))}"


def unseal(key: bytes, name: str, sealed: str) -> Json:
    """Return the value that was sealed.

    Raises:
        ValueError: if it was sealed for another subject or under another key, was altered, or is not sealed.

    >>> unseal(bytes(32), "case:1", seal(bytes(32), "case:1", {"a": [1, None]}, bytes(12)))
    {'a': [1, None]}
    >>> unseal(bytes(32), "case:2", seal(bytes(32), "case:1", 1, bytes(12)))
    Traceback (most recent call last):
    ...
    ValueError: a value of case:2 does not open
    """
    found = _TOKEN.fullmatch(sealed)
    if found is None:
        raise ValueError(f"found a value of {name} that is not sealed")
    opened: Json = json.loads(_decrypted(key, name, found[2], f"a value of {name} does not open"))
    return opened


def part_of(value: object) -> str | None:
    """Return the part under whose key a value is sealed, empty for the subject's own key; None if it is not sealed.

    >>> part_of(seal(bytes(32), "case:1", 1, bytes(12), "email")), part_of("sealed:1::no"), part_of(7)
    ('email', None, None)
    """
    found = _TOKEN.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _decrypted(key: bytes, name: str, text: str, said: str) -> bytes:
    try:
        blob = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError):
        raise ValueError(said) from None


def _text(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).decode().rstrip("=")
