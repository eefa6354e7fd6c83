"""Codes: the secret that opens a case, with its number, to whoever filed it without an account; it is never stored.

A code of a form under way stands alone: its first eight letters say which form, the twelve that follow prove it.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_GROUP = 4
_HANDLE = 8
_REST = 88
"""Bits of an id that a code does not tell."""
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


def handle_code(key: str, kind: str, row_id: UUID) -> str:
    """Return the code that opens a row of a kind without a number: 40 bits of its id, and 60 that prove it.

    >>> handle_code("secret", "draft", UUID(int=1 << 88))
    '0000-0001-X1BP-KYC8-G5PY'
    """
    digest = hmac.new(key.encode(), kind.encode() + b":" + row_id.bytes, hashlib.sha256).digest()
    handle, proof = row_id.int >> _REST, int.from_bytes(digest, "big")
    letters = "".join(_ALPHABET[handle >> (5 * place) & 31] for place in reversed(range(_HANDLE)))
    letters += "".join(_ALPHABET[proof >> (5 * place) & 31] for place in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _HANDLE + _LENGTH, _GROUP))


def handled(entered: str) -> tuple[UUID, UUID] | None:
    """Return between which ids, both included, is the one that a code names; None where it is no code.

    >>> low, high = handled("0000 0001 x1bp kyc8 g5py")
    >>> (low.int >> 88, high.int >> 88, high.int - low.int == 2**88 - 1), handled("0000-0001"), handled("é" * 20)
    ((1, 1, True), None, None)
    """
    plain = _plain(entered[:100]).decode()
    if len(plain) != _HANDLE + _LENGTH or set(plain) - set(_ALPHABET):
        return None
    number = 0
    for letter in plain[:_HANDLE]:
        number = number << 5 | _ALPHABET.index(letter)
    return UUID(int=number << _REST), UUID(int=(number + 1 << _REST) - 1)


def fits_handle(key: str, kind: str, row_id: UUID, entered: str) -> bool:
    """Say whether what was entered is the code of a row; timing tells nothing.

    >>> fits_handle("secret", "draft", UUID(int=1 << 88), "0000 0001 x1bp kyc8 g5py")
    True
    """
    return hmac.compare_digest(_plain(handle_code(key, kind, row_id)), _plain(entered[:100]))


def _plain(code: str) -> bytes:
    return code.upper().translate(_READ_AS).encode("utf-8", "replace")
