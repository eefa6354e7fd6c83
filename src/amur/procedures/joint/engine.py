"""The hand-over pack as a bag of files with their hashes, after RFC 8493; pure: bytes in, bytes out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

VERSION = "1.0"
FORMAT = "amur-hand-over/1"
"""What a signature of a pack is about."""

_SAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DECLARATION = f"BagIt-Version: {VERSION}\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a pack, with what its bytes must hash to."""

    path: str
    sha256: str
    size: int


def digest(content: bytes) -> str:
    """Return the hash of some bytes.

    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def place(*parts: str) -> str:
    """Return where a file lies among the data of a bag; a name from outside leads nowhere else.

    >>> place("files", "../../etc/passwd"), place("documents", "2026-LAN-00001.json"), place("files", "..")
    ('data/files/etc-passwd', 'data/documents/2026-LAN-00001.json', 'data/files/-')
    """
    return "/".join(["data", *(_SAFE.sub("-", part).strip(".-") or "-" for part in parts)])


def manifest(listed: Iterable[Listed]) -> bytes:
    r"""Return the manifest of a bag: a hash and a path on each line, in the order of the paths.

    >>> manifest([Listed("data/b", "22", 1), Listed("data/a", "11", 1)])
    b'11  data/a\n22  data/b\n'
    """
    lines = sorted((one.path, one.sha256) for one in listed)
    return "".join(f"{sha256}  {path}\n" for path, sha256 in lines).encode()


def tags(listed: Iterable[Listed], info: Mapping[str, str], on: date) -> dict[str, bytes]:
    """Return the files that stand around the data of a bag, its manifests among them.

    >>> found = tags([Listed("data/a", "11", 3)], {"Source-Organization": "甲局"}, date(2026, 3, 10))
    >>> sorted(found)
    ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt']
    >>> found["bag-info.txt"].decode().splitlines()
    ['Source-Organization: 甲局', 'Bagging-Date: 2026-03-10', 'Payload-Oxum: 3.1']
    """
    whole = list(listed)
    said = {**info, "Bagging-Date": on.isoformat(), "Payload-Oxum": f"{sum(one.size for one in whole)}.{len(whole)}"}
    found = {
        "bagit.txt": _DECLARATION.encode(),
        "bag-info.txt": "".join(f"{name}: {' '.join(value.split())}\n" for name, value in said.items()).encode(),
        "manifest-sha256.txt": manifest(whole),
    }
    around = [Listed(path, digest(content), len(content)) for path, content in found.items()]
    return found | {"tagmanifest-sha256.txt": manifest(around)}
