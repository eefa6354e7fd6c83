"""What the first view of a page weighs as a server that compresses sends it: the page and all it loads by itself."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache

from asking import Reader

_LOADED = re.compile(
    r'<(?:link rel="(?:stylesheet|icon)" href|link rel="icon" href|script[^>]* src|img[^>]* src)="([^"]+)"'
)


def first_view(reader: Reader, address: str) -> int:
    """Return the bytes of a page with its sheets, scripts and pictures."""
    reader.get(address)
    page = reader.body
    return _packed(page) + sum(_file(reader, found) for found in set(_LOADED.findall(page.decode())))


@lru_cache(maxsize=256)
def _file(reader: Reader, address: str) -> int:
    reader.get(address)
    return _packed(reader.body)


def _packed(body: bytes) -> int:
    return min(len(body), len(gzip.compress(body, 9)))
