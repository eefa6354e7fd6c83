"""Files and folders of indicators: which format each is, and all of them read onto one shelf."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from amur.base.faults import NotFound
from amur.detection.iocs.documents import LONGEST, read_json
from amur.detection.iocs.kinds import Kind, NotUsable
from amur.detection.iocs.lines import decoded, read_lines
from amur.detection.iocs.shelf import Iocs, Origin, Shelf
from amur.detection.iocs.tables import header_of, read_csv, read_zeek

ENDINGS = frozenset({".txt", ".csv", ".tsv", ".json", ".dat", ".intel", ".ioc", ".list", ".hosts"})
"""The names of files that are read out of a folder; a file that is named by itself may have any."""
_INDEXES = frozenset({"manifest.json", "hashes.csv"})
"""What a feed of MISP keeps beside its events."""
_SNIFFED = 1 << 16
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def load(paths: Iterable[Path], *, kind: Kind | None = None, source: str = "") -> Iocs:
    """Return the indicators of files and of the files in folders; ``kind`` is that of lists that do not say it.

    Where a file says nothing of its source, that is ``source`` or else the file's name. A file that cannot be read is
    among what is not usable, and the rest goes on.

    Raises:
        NotFound: if there is no such file or folder.
    """
    shelf = Shelf()
    for path in paths:
        if not path.exists():
            raise NotFound("ioc.path", f"there is no file or folder '{path}' to read indicators from", path=str(path))
        for file in _files(path):
            origin = Origin(source=source or file.stem, file=str(file))
            try:
                with file.open("rb") as handle:
                    read(handle, shelf, origin, kind)
            except OSError as error:
                shelf.refuse(str(file), 1, "", NotUsable("file.closed", f"it cannot be read: {error.strerror}"))
    return shelf.closed()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
    return [file for file in files if file.name not in _INDEXES]


def read(handle: BinaryIO, shelf: Shelf, origin: Origin, kind: Kind | None = None) -> None:
    r"""Read one file in whichever format it is.

    >>> shelf = Shelf()
    >>> read(BytesIO("类型,值\n域名,例子.中国\n".encode("gb18030")), shelf, Origin())
    >>> shelf.closed().indicator(0).value
    'xn--fsqu00a.xn--fiqs8s'
    """
    head = handle.read(_SNIFFED)
    handle.seek(0)
    if head.startswith(_WIDE):
        raw = handle.read(LONGEST + 1)
        if len(raw) > LONGEST:
            error = NotUsable("large", f"a list in UTF-16 may have {LONGEST} bytes; save it as UTF-8")
            shelf.refuse(origin.file, 1, "", error)
            return
        handle = BytesIO(raw.decode("utf-16", "replace").encode("utf-8", "replace"))
        head = handle.read(_SNIFFED)
        handle.seek(0)
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    first = begin.partition(b"\n")[0]
    if begin[:1] == b"{" or (begin[:1] == b"[" and begin[1:].lstrip()[:1] in {b"{", b"]"}):
        read_json(handle.read(LONGEST + 1).removeprefix(codecs.BOM_UTF8), shelf, origin)
    elif any(line.startswith(b"#fields\t") for line in begin.split(b"\n")):
        read_zeek(handle, shelf, origin)
    elif _is_table(first):
        read_csv(handle, shelf, origin)
    else:
        read_lines(handle, shelf, origin, kind)


def _is_table(first: bytes) -> bool:
    try:
        return header_of(decoded(first)) is not None
    except NotUsable:
        return False
