"""The code by which somebody agrees on the telephone: six digits, computed of the question and never stored."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

_DIGITS = 6
_READ_AS = {ord(wide): str(place) for place, wide in enumerate("０１２３４５６７８９")} | dict.fromkeys(
    map(ord, " -\t\u3000")
)


def consent_code(key: str, asked: UUID) -> str:
    """Return the code of a question.

    >>> consent_code("secret", UUID(int=1))
    '037609'
    """
    digest = hmac.new(key.encode(), b"consent:" + asked.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(digest, 'big') % 10**_DIGITS:0{_DIGITS}}"


def fits(key: str, asked: UUID, entered: str) -> bool:
    """Say whether what was entered is the code; spaces and wide digits do not matter, and timing tells nothing.

    >>> fits("secret", UUID(int=1), consent_code("secret", UUID(int=1))), fits("secret", UUID(int=1), "12345x")
    (True, False)
    """
    plain = entered[:40].translate(_READ_AS)
    return hmac.compare_digest(consent_code(key, asked).encode(), plain.encode("utf-8", "replace"))
