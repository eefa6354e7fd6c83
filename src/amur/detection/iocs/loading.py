"""Files and folders of indicators: which format each is, and all of them read onto one shelf.

A *list* has one indicator a line: a value, perhaps made harmless to click on (``hxxp://evil[.]example``), perhaps with
a comment after ``#`` or ``;``. The lines of hosts files (``0.0.0.0 evil.example``) and of filter lists
(``||evil.example^``) are understood too. The kind of a value is seen from its form, unless one kind is given for the
whole list.

A *table* is CSV with a header: ``type,value,id,description,source,valid_from,valid_to,tlp,confidence`` in any order;
the first two are needed. A type is a kind of ours or the word of MISP, STIX or Zeek for it. A file of Zeek's
intelligence framework is a table too. Documents of JSON are read by `documents`.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from amur.base.faults import NotFound
from amur.detection.iocs.documents import LONGEST, read_json
from amur.detection.iocs.kinds import Kind, NotUsable, is_registrable, kind_of
from amur.detection.iocs.shelf import Iocs, Origin, Shelf
from amur.detection.iocs.spelling import refanged
from amur.detection.iocs.vocabulary import COLUMNS, ZEEK_COLUMNS, confidence_of, instant_of, kinds_named, tlp_of

ENDINGS = frozenset({".txt", ".csv", ".tsv", ".json", ".dat", ".intel", ".ioc", ".list", ".hosts"})
"""The names of files that are read out of a folder; a file that is named by itself may have any."""
_INDEXES = frozenset({"manifest.json", "hashes.csv"})
"""What a feed of MISP keeps beside its events."""
LONGEST_LINE = 1 << 16
"""The longest line that is read, in bytes; the rest of a longer one is passed over."""
_SNIFFED = 1 << 16
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_PLAIN = re.compile(rb"(?=[^\s]{1,253}\s)([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{1,62})\s+\Z")
_TOGETHER = 8192
"""How many plain names are put on the shelf at once."""
_COMMENT = re.compile(r"(?:^|\s)(?:#|;|//).*", re.DOTALL)
_NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 -- words of a hosts file, nothing is opened
_OWN_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "broadcasthost", "local"}
)
_FILTER = re.compile(r"\|\|([^/^$|]+)\^?(?:\$.*)?\Z")
_MOST_LINES = 20
"""Over how many lines a quoted text may run; a quote that is never closed must not swallow the rest of the file."""
_DELIMITERS = ",;\t"
_UNSET = "-"
_Text = tuple[int, str]
"""The number of a line, and what stands on it."""


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
    elif _is_header(first):
        read_csv(handle, shelf, origin)
    else:
        read_list(handle, shelf, origin, kind)


def _is_header(line: bytes) -> bool:
    try:
        return header_of(decoded(line)) is not None
    except NotUsable:
        return False


def lines_of(handle: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    r"""Give the lines of a file with their numbers; None stands for one that is too long.

    >>> from io import BytesIO
    >>> list(lines_of(BytesIO(b"a\nb")))
    [(1, b'a\n'), (2, b'b')]
    """
    number = 0
    while line := handle.readline(LONGEST_LINE):
        number += 1
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        yield number, None
        while rest := handle.readline(LONGEST_LINE):
            if rest.endswith(b"\n"):
                break


def decoded(line: bytes) -> str:
    """Return a line as text: UTF-8 or, as Chinese tables often are, GB 18030.

    >>> decoded("例子".encode()), decoded("例子".encode("gb18030"))
    ('例子', '例子')

    Raises:
        NotUsable: if it is neither, or not text at all.
    """
    if b"\0" in line:
        raise NotUsable("binary", "it is not text; save the list as UTF-8")
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotUsable("encoding", "it is neither UTF-8 nor GB 18030; save the list as UTF-8")


def _text(number: int, line: bytes | None, shelf: Shelf, origin: Origin) -> str | None:
    """Return a line as text, or None where it had to be refused."""
    try:
        if line is None:
            raise NotUsable("line", f"the line is longer than {LONGEST_LINE} bytes")  # noqa: TRY301 -- refused below
        return decoded(line)
    except NotUsable as error:
        shelf.refuse(origin.file, number, (line or b"").decode("utf-8", "backslashreplace").strip(), error)
        return None


def _texts(handle: BinaryIO, shelf: Shelf, origin: Origin) -> Iterator[_Text]:
    for number, line in lines_of(handle):
        if (text := _text(number, line, shelf, origin)) is not None:
            yield number, text


def read_list(handle: BinaryIO, shelf: Shelf, origin: Origin, kind: Kind | None = None) -> None:
    """Read a list of one indicator a line."""
    waiting: tuple[list[str], list[int]] = ([], [])
    quick = kind is None or kind is Kind.DOMAIN
    for number, line in lines_of(handle):
        name = _plain_name(line) if quick and line else None
        if name:
            waiting[0].append(name)
            waiting[1].append(number)
        if not name or len(waiting[0]) == _TOGETHER:  # before the others, as indicators keep their order
            shelf.put(Kind.DOMAIN, "name", *waiting, origin)
            waiting = ([], [])
        if not name and (text := _text(number, line, shelf, origin)):
            _read_line(text, number, shelf, origin, kind)
    shelf.put(Kind.DOMAIN, "name", *waiting, origin)


def _plain_name(line: bytes) -> str | None:
    """Return what most lines of most lists are, without the pains that the others need."""
    found = _PLAIN.match(line)
    name = found[1].decode("ascii") if found else None
    return name if name and is_registrable(name) else None


def _read_line(text: str, number: int, shelf: Shelf, origin: Origin, kind: Kind | None) -> None:
    for value in values_of(text.strip().removeprefix("\ufeff")):
        if seen := kind or kind_of(value):
            shelf.take(seen, value, number, origin)
        else:
            error = NotUsable("kind", "it looks like no domain, address, network, URL, hash or mail address")
            shelf.refuse(origin.file, number, value, error)


def values_of(line: str) -> list[str]:
    """Return what a line says, without comments, marks and what made it harmless.

    >>> values_of("hxxp://evil[.]example/a  # seen in June"), values_of("0.0.0.0 evil.example www.evil.example")
    (['http://evil.example/a'], ['evil.example', 'www.evil.example'])
    >>> values_of("||evil.example^$third-party"), values_of("; nothing"), values_of("127.0.0.1 localhost")
    (['evil.example'], [], [])
    """
    text = _COMMENT.sub("", line).strip().strip("\"',").strip()
    if not text or text.startswith("!"):
        return []
    if found := _FILTER.match(text):
        return [found[1]]
    words = text.split()
    if len(words) > 1 and words[0] in _NOWHERE:
        return [word for word in words[1:] if word not in _OWN_NAMES and word not in _NOWHERE]
    return [refanged(text)]


def header_of(line: str) -> tuple[str, list[str]] | None:
    """Return the delimiter and the columns of a header, or None if the line is none.

    >>> header_of("Type;Value;note"), header_of("evil.example")
    ((';', ['type', 'value', 'note']), None)
    """
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([line.strip().removeprefix("\ufeff")], delimiter=delimiter), [])
        except csv.Error:
            continue
        names = [COLUMNS.get(cell.strip().lower(), cell.strip().lower()) for cell in cells]
        if "type" in names and "value" in names:
            return delimiter, names
    return None


def read_csv(handle: BinaryIO, shelf: Shelf, origin: Origin) -> None:
    """Read a table with a header."""
    texts = _texts(handle, shelf, origin)
    number, first = next((each for each in texts if each[1].strip()), (1, ""))
    header = header_of(first)
    if header is None:
        error = NotUsable("header", "the first line must name the columns 'type' and 'value'")
        shelf.refuse(origin.file, number, first, error)
        return
    delimiter, names = header
    for line, cells in _records(texts, delimiter, shelf, origin):
        if any(cells):
            _take_row(dict(zip(names, cells, strict=False)), line, shelf, origin)


def _records(texts: Iterator[_Text], delimiter: str, shelf: Shelf, origin: Origin) -> Iterator[tuple[int, list[str]]]:
    """Give the records of a table, each with the number of its first line."""
    waiting: deque[_Text] = deque()
    while first := (waiting.popleft() if waiting else next(texts, None)):
        number, text = first
        more: list[_Text] = []
        cells, is_open = _cells(text, delimiter)
        while is_open and len(more) < _MOST_LINES:
            following = waiting.popleft() if waiting else next(texts, None)
            if following is None:
                break
            more.append(following)
            cells, is_open = _cells(text + "".join(each for _, each in more), delimiter)
        if cells is not None:
            yield number, cells
            continue
        waiting.extendleft(reversed(more))
        error = NotUsable("csv", "a quote is not closed, or something stands after one")
        shelf.refuse(origin.file, number, text.strip(), error)


def _cells(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """Return the cells of a record, or None and whether further lines may complete it."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), []), False
    except csv.Error as error:
        return None, "unexpected end" in str(error)


def _take_row(cells: dict[str, str], line: int, shelf: Shelf, origin: Origin) -> None:
    value = refanged(cells.get("value") or "")
    try:
        if not value:
            raise NotUsable("value", "there is no value")  # noqa: TRY301 -- refused with the others below
        said = origin._replace(
            id=(cells.get("id") or "").strip(),
            source=(cells.get("source") or origin.source).strip(),
            description=(cells.get("description") or "").strip(),
            valid_from=instant_of(cells.get("valid_from")),
            valid_to=instant_of(cells.get("valid_to"), ends=True),
            tlp=tlp_of(cells.get("tlp") or ""),
            confidence=confidence_of((cells.get("confidence") or "").strip()),
        )
        kinds = kinds_named(cells.get("type") or "", value)
    except NotUsable as error:
        shelf.refuse(origin.file, line, value or cells.get("type") or "", error)
        return
    for kind, each in kinds:
        shelf.take(kind, each, line, said)


def read_zeek(handle: BinaryIO, shelf: Shelf, origin: Origin) -> None:
    """Read a file of Zeek's intelligence framework: columns that `#fields` names, parted by tabulators."""
    names: list[str] = []
    for number, text in _texts(handle, shelf, origin):
        cells = text.rstrip("\r\n").split("\t")
        if cells[0] == "#fields":
            names = [ZEEK_COLUMNS.get(cell, "") for cell in cells[1:]]
        elif text.strip() and not text.startswith("#"):
            if len(cells) != len(names):
                error = NotUsable("columns", f"it has {len(cells)} columns, parted by tabulators; wanted {len(names)}")
                shelf.refuse(origin.file, number, text.strip(), error)
                continue
            pairs = zip(names, cells, strict=True)
            _take_row({name: cell for name, cell in pairs if name and cell != _UNSET}, number, shelf, origin)
