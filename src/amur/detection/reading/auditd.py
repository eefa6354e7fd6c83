"""The audit log of Linux: the records of one event joined, with the fields of all.

``type`` and whatever else several records say holds each value once, joined by ``SEVERAL``. What is written in
hexadecimal digits is text. The arguments of EXECVE are ``a0``, ``a1``, … and together ``CommandLine``; they stand for
the bare numbers of the system call. Not more than ``OPEN`` events are held until their end: the oldest goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from amur.detection.events import Quarantined
from amur.detection.reading.flattening import Flat
from amur.detection.reading.texts import Events, Lines, Unreadable, clean, decoded, joined, most, texts_of

NAME = "auditd"
KIND = "linux//auditd"
OPEN = 64
"""How many events wait for more records at most."""
LARGEST = 2**20
"""How many bytes the records of an event have at most; what comes behind is another event of the same number."""

_RECORD = re.compile(r"(?:node=(\S+) )?type=(\S+) msg=audit\((\d{1,12}(?:\.\d{1,9})?):(\d{1,20})\):(?: |$)")
_PAIR = re.compile(r"""(?:^|(?<=[\s,{(]))([A-Za-z_][\w.\-]*(?:\[\d+\])?)=(?:"([^"]*)"|'([^']*)'|(\S*))""")
_ARGUMENT = re.compile(r"a(\d{1,6})(?:\[(\d{1,6})\])?")
_DIGITS = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_WRITTEN = frozenset(
    ("acct", "cmd", "comm", "cwd", "data", "dir", "exe", "file", "key", "name", "new-chardev", "new-disk", "new-fs",
     "new-net", "new-rng", "ocomm", "old-chardev", "old-disk", "old-fs", "old-net", "old-rng", "path", "proctitle",
     "root_dir", "sw", "vm", "watch")
)  # fmt: skip
"""Fields of text, which are in hexadecimal digits where they are not in quotes."""
_BETWEEN_KEYS = "\x01"
_LAST = "EOE"


@dataclass(slots=True)
class _Event:
    """An event of which some records are read."""

    number: int
    offset: int
    at: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    arguments: dict[int, dict[int, str]] = field(default_factory=dict)
    raws: list[bytes] = field(default_factory=list)
    size: int = 0

    def take(self, kind: str, node: str | None, pairs: list[tuple[str, str]], raw: bytes) -> None:
        """Take a record."""
        self.pairs.append(("type", kind))
        if node:
            self.pairs.append(("node", node))
        for name, value in pairs:
            if kind == "EXECVE" and (argument := _ARGUMENT.fullmatch(name)):
                self.arguments.setdefault(int(argument[1]), {})[int(argument[2] or 0)] = value
            else:
                self.pairs.append((name, value))
        self.raws.append(raw)
        self.size += len(raw)

    def closed(self) -> tuple[int, int, Flat, bytes]:
        """Return it as what readers yield."""
        fields = joined(self.pairs)
        words = {
            at: clean("".join(self.arguments[at][part] for part in sorted(self.arguments[at])))
            for at in sorted(self.arguments)
        }
        if words:
            fields |= {f"a{at}": word for at, word in words.items()}
            fields["CommandLine"] = " ".join(words.values())
        return self.number, self.offset, Flat(fields, KIND, self.at), b"\n".join(self.raws)


def fits(head: bytes) -> bool:
    """Say whether the beginning of a file is an audit log.

    >>> fits(b"type=EOE msg=audit(1364481363.243:24287): "), fits(b"type=EOE")
    (True, False)
    """
    return most(head, _RECORD.match)


def events(lines: Lines, source: str) -> Events:
    """Yield the events of records.

    >>> execve = b'type=EXECVE msg=audit(1.5:7): argc=2 a0="cat" a1=612062'
    >>> [event] = events([(1, 0, execve), (2, 60, b'type=CWD msg=audit(1.5:7): cwd="/"')], "x")
    >>> event[2].fields["CommandLine"], event[2].fields["cwd"], event[2].at
    ('cat a b', '/', '1.5')
    """
    waiting: dict[tuple[str | None, str, str], _Event] = {}
    for line in texts_of(lines):
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, text, raw = line
        try:
            kind, key, pairs = _record(text)
        except Unreadable as fault:
            yield Quarantined(source, number, offset, fault.code, fault.found)
            continue
        event = waiting.get(key)
        if event is None:
            event = waiting[key] = _Event(number, offset, key[1])
        event.take(kind, key[0], pairs, raw)
        if kind == _LAST or event.size > LARGEST:
            yield waiting.pop(key).closed()
        elif len(waiting) > OPEN:
            yield waiting.pop(next(iter(waiting))).closed()
    for event in waiting.values():
        yield event.closed()


def _record(text: str) -> tuple[str, tuple[str | None, str, str], list[tuple[str, str]]]:
    """Return the type of a record, which event it is of, and what it says."""
    found = _RECORD.match(text)
    if not found:
        raise Unreadable("no_record", "no type and no audit() begin it", text)
    return found[2], (found[1], found[3], found[4]), list(_pairs(text[found.end() :], found[2], text))


def _pairs(rest: str, kind: str, text: str) -> Iterator[tuple[str, str]]:
    for found in _PAIR.finditer(rest):
        name, quoted, inside, bare = found.groups()
        if quoted is not None:
            yield name, quoted
        elif inside is not None:
            yield name, inside
            yield from _pairs(inside, kind, text)
        elif bare[:1] in {'"', "'"}:
            raise Unreadable("open_quote", f"a value of {name} that does not end", text)
        elif _is_written(name, kind) and _DIGITS.fullmatch(bare):
            for value in _unhexed(bare).split(_BETWEEN_KEYS) if name == "key" else (_unhexed(bare),):
                yield name, value
        else:
            yield name, bare


def _is_written(name: str, kind: str) -> bool:
    return name in _WRITTEN or (kind == "EXECVE" and _ARGUMENT.fullmatch(name) is not None)


def _unhexed(digits: str) -> str:
    r"""Return what stands in hexadecimal digits; the end of a string inside parts words.

    >>> _unhexed("6C73002D6C")
    'ls -l'
    """
    return decoded(bytes.fromhex(digits).rstrip(b"\0").replace(b"\0", b" "))
