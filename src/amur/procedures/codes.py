"""Query codes: the secret that opens a case to whoever filed it without an account. It is computed, never stored."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_GROUP = 4
_READ_AS = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\u2014\u3000\t\r\n")


def query_code(key: str, case_id: UUID) -> str:
    """Return the code of a case: 60 bits in Crockford's alphabet, in groups of four.

    >>> query_code("secret", UUID(int=1))
    'VZAH-WTH1-72WW'
    """
    digest = hmac.new(key.encode(), b"query-code:" + case_id.bytes, hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def fits(key: str, case_id: UUID, entered: str) -> bool:
    """Say whether what was entered is the code; case, spaces and O for 0 do not matter, and timing tells nothing.

    >>> fits("secret", UUID(int=1), " vzah wthl 72ww"), fits("secret", UUID(int=1), "VZAH-WTH1-72WX")
    (True, False)
    """
    return hmac.compare_digest(_plain(query_code(key, case_id)), _plain(entered[:100]))


def _plain(code: str) -> bytes:
    return code.upper().translate(_READ_AS).encode("utf-8", "replace")
