"""Files that can be forgotten: bytes sealed in chunks under a key, written as they come and read from any place.

A file is a mark and its chunks, each sealed with its number and whether it is the last, so that none can be altered,
moved, dropped or added unseen. No more than one chunk is in memory. One key seals one file.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MARK = b"amur-sealed-file/1\n"
CHUNK = 2**16
_TAG = 16
_COUNTER_BYTES = 11


class SealedWriter:
    """Seals what is written to it. Nothing but sealed bytes reach ``put``; ``close`` writes the last chunk.

    >>> sealed = io.BytesIO()
    >>> writer = SealedWriter(bytes(32), "upload:1", sealed.write)
    >>> writer.write(b"plan"); writer.close()
    >>> b"plan" in sealed.getvalue(), SealedReader(bytes(32), "upload:1", sealed).read()
    (False, b'plan')
    """

    def __init__(self, key: bytes, name: str, put: Callable[[bytes], object]) -> None:
        self._cipher, self._name, self._put = _cipher(key), name.encode(), put
        self._waiting = bytearray()
        self._count = 0
        put(MARK)

    def write(self, piece: bytes) -> None:
        """Take some bytes; whole chunks leave at once."""
        self._waiting += piece
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Seal what is left as the last chunk."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._count, is_last=is_last), chunk, self._name))
        self._count += 1


class SealedReader(io.RawIOBase):
    """Reads a sealed file as if it were plain, also from the middle.

    Raises:
        ValueError: when made, if the file is not sealed; when read, if it was altered, cut off or is of another key.
    """

    def __init__(self, key: bytes, name: str, sealed: BinaryIO) -> None:
        super().__init__()
        if not is_sealed(sealed):
            raise ValueError(f"the file of {name} is not sealed")
        self._cipher, self._name, self._sealed = _cipher(key), name, sealed
        length = sealed.seek(0, io.SEEK_END) - len(MARK)
        self._chunks = max(1, -(-length // (CHUNK + _TAG)))
        self._size = length - self._chunks * _TAG
        self._place = 0
        self._held: tuple[int, bytes] | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from any place."""
        return True

    def tell(self) -> int:
        """Return the place in the plain bytes."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the plain bytes and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError(f"found the place {start + offset} before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer from one chunk and return how many bytes that were, 0 at the end."""
        target = memoryview(buffer).cast("B")
        number, start = divmod(self._place, CHUNK)
        if self._place >= self._size and not (self._size <= 0 and number == 0):
            return 0
        piece = self._chunk(number)[start : start + len(target)]
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the sealed file with it."""
        if not self.closed:
            self._sealed.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held is None or self._held[0] != number:
            self._sealed.seek(len(MARK) + number * (CHUNK + _TAG))
            nonce = _nonce(number, is_last=number == self._chunks - 1)
            try:
                opened = self._cipher.decrypt(nonce, self._sealed.read(CHUNK + _TAG), self._name.encode())
            except InvalidTag:
                raise ValueError(f"the file of {self._name} was altered, cut off, or is of another key") from None
            self._held = number, opened
        return self._held[1]


def is_sealed(file: BinaryIO) -> bool:
    """Say whether a file begins as a sealed one does, and go back to its beginning.

    >>> is_sealed(io.BytesIO(MARK + b"...")), is_sealed(io.BytesIO(b"%PDF-1.7"))
    (True, False)
    """
    file.seek(0)
    found = file.read(len(MARK)) == MARK
    file.seek(0)
    return found


def _cipher(key: bytes) -> AESGCM:
    """Return the cipher of a file: of a key derived for files, so that nonces never meet those of values."""
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=None, info=b"amur/1/file").derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([is_last])
