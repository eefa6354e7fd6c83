"""Which files travel with a message: what is offered of them, what is wrong with that, what the other side has not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from amur.base.canonical import Json
from amur.exchange.engine.composing import Fault
from amur.exchange.parts import SentFile, TakenFile

SHA256 = re.compile(r"[0-9a-f]{64}")
"""How a hash is written: it is the name of a file on the way."""

_BETWEEN = re.compile(r"[\s,;|，；、]+")
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as a message names it: what it is to whoever sends, how it is called, its kind, size and hash."""

    name: str
    file_name: str
    media_type: str
    size: int
    sha256: str

    def as_dict(self) -> dict[str, Json]:
        """Return it as it stands in a message.

        >>> Offered("plan", "plan.pdf", "application/pdf", 9, "0" * 64).as_dict()["size"]
        9
        """
        return {
            "name": self.name,
            "file_name": self.file_name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }


def read_offered(rows: Iterable[Mapping[str, object]]) -> tuple[tuple[Offered, ...], tuple[Fault, ...]]:
    """Return the files that a message names, and what is wrong with how it names them.

    A file that was found to be broken before brings the ``code`` and words of that.

    >>> good = {"name": "photo", "file_name": "a.png", "media_type": "image/png", "size": "9", "sha256": "A" * 64}
    >>> found, faults = read_offered([good])
    >>> found[0].size, found[0].sha256[:3], faults
    (9, 'aaa', ())
    >>> [code for _, code, _ in read_offered([{"name": "photo", "size": 9, "sha256": "x"}, {"name": "b"}])[1]]
    ['attachment_hash', 'attachment_hash', 'attachment_size']
    >>> read_offered([good | {"code": "hash_mismatch", "found": "it is another"}])[1]
    (('photo', 'hash_mismatch', 'it is another'),)
    """
    found: list[Offered] = []
    faults: list[Fault] = []
    for row in rows:
        said = {key: "" if row.get(key) is None else str(row.get(key)).strip() for key in _KEYS}
        sha256, size, name = said["sha256"].lower(), said["size"], said["name"][:120]
        wrong = [(name, str(row["code"]), str(row.get("found", "")))] if row.get("code") else []
        if not SHA256.fullmatch(sha256):
            wrong.append((name, "attachment_hash", "its sha256 is not 64 hexadecimal digits; name it by its hash"))
        if not (size.isascii() and size.isdecimal() and len(size) <= _MOST_DIGITS):
            wrong.append((name, "attachment_size", "its size is not a number of bytes; say how many it has"))
        faults += wrong
        if not wrong:
            found.append(Offered(name, said["file_name"], said["media_type"], int(size), sha256))
    return tuple(found), tuple(faults)


_KEYS = ("name", "file_name", "media_type", "size", "sha256")


def wrong_with(declared: Sequence[TakenFile], offered: Sequence[Offered]) -> tuple[Fault, ...]:
    """Return what a message names that is no file of it, names twice, or does not name although it must.

    >>> photo = Offered("photo", "a.png", "image/png", 9, "0" * 64)
    >>> wrong_with([TakenFile(name="photo", field="photo", required=True)], [photo])
    ()
    >>> [code for _, code, _ in wrong_with([TakenFile(name="tape", field="tape", required=True)], [photo, photo])]
    ['unknown_attachment', 'attachment_twice', 'attachment_missing']
    """
    known, seen = {one.name for one in declared}, set[str]()
    faults: list[Fault] = []
    for one in offered:
        if one.name in seen:
            faults.append((one.name, "attachment_twice", "it is named twice"))
        elif one.name not in known:
            faults.append((one.name, "unknown_attachment", f"this message brings no file {one.name!r}"))
        seen.add(one.name)
    wanted = (one.name for one in declared if one.required and one.name not in seen)
    return (*faults, *((name, "attachment_missing", "it must come with the message") for name in wanted))


def not_taken(declared: SentFile, size: int, media_type: str) -> Fault | None:
    """Return why a file is none that the other side takes, or None.

    >>> plan = SentFile(name="plan", field="plan", max_bytes=10, media_types=("application/pdf",))
    >>> not_taken(plan, 10, "application/pdf"), not_taken(plan, 11, "application/pdf")[1]
    (None, 'file_too_large')
    >>> not_taken(plan, 1, "image/png")[1]
    'file_type'
    """
    if declared.max_bytes is not None and size > declared.max_bytes:
        return declared.name, "file_too_large", f"found {size} bytes; they take at most {declared.max_bytes}"
    if declared.media_types and media_type not in declared.media_types:
        return declared.name, "file_type", f"found {media_type}; they take {', '.join(declared.media_types)}"
    return None


def unconfirmed(sent: Mapping[str, str], confirmed: Collection[str]) -> tuple[str, ...]:
    """Return the names of files whose hash the other side has not confirmed.

    >>> unconfirmed({"plan": "aa", "proof": "bb"}, ["AA"])
    ('proof',)
    """
    known = {one.strip().lower() for one in confirmed}
    return tuple(name for name, sha256 in sent.items() if sha256 not in known)


def hashes_of(text: object) -> str:
    """Return hashes as they are compared: each once, in order, whatever stood between them.

    >>> hashes_of("BB; aa,bb"), hashes_of(None), hashes_of(["b", "a"])
    ('aa;bb', '', 'a;b')
    """
    if text is None:
        return ""
    parts = map(str, text) if isinstance(text, list | tuple) else _BETWEEN.split(str(text))
    return ";".join(sorted({one.lower() for one in parts if one}))
