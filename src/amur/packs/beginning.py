"""A new pack from an official text: its numbers, its bodies and dates as they were read, and no word of it.

One paragraph becomes one commitment, planned, with a placeholder for the author's own words and the place where the
text says it. What was read and nobody confirmed is marked as inferred. What is to decide next follows from the pack
itself and stands in ``DECISIONS.md``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import amur
from amur.base.faults import AmurError
from amur.packs import deciding, reads, scaffolding
from amur.packs.engine.kinds import REQUIRED
from amur.packs.engine.source import LONGEST_BYTES
from amur.policy import engine as policy

_HAN = re.compile(r"[\u3400-\u9fff]")
_UNPRINTED = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")
_LONGEST_ID = 40
_TODO = "{ zh: 待写, en: To be written }"
_OFFICE = "office"


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of the text with the numbers that the pack gives it."""

    number: int
    part: int
    read: policy.Clause
    stands_so: bool
    """Whether the text prints this number, and prints it once: only then can a passage of it be pointed at."""


def new_pack(folder: Path, name: str, text: bytes | None, *, schemas: Path, on: date) -> tuple[list[Path], list[str]]:
    """Write a new pack that passes the check; return what was written, and what the reader of the text warns of.

    Raises:
        AmurError: if the name is no id, a file is there already, or the text is too long for one pack.
        TextError: if the bytes are no text that can be read.
    """
    scaffolding.check_name(name)
    read = policy.read_text(text) if text is not None else policy.ReadDocument("")
    clauses = list(_numbered(read)) or [_Clause(1, 1, policy.Clause(1), stands_so=False)]
    bodies = _body_ids([*read.issued_by, *(body for one in clauses for body in one.read.bodies)])
    authority = _tidy(read.issued_by[0]) if read.issued_by else ""
    words = {
        "id": name,
        "starts_on": read.issued_on or on.isoformat(),
        "year": str(on.year),
        "sha256": hashlib.sha256(text).hexdigest() if text is not None else "",
        "kernel": f">={'.'.join(amur.__version__.split('.')[:2])},<1.0",
        "document": _named(read.title),
        "authority": _named(authority),
        "authority_body": bodies.get(authority, _OFFICE),
        "bodies": "\n".join(_bodies(bodies, has_office=not authority)),
        "parts": "\n".join(f"  - {{ number: {number}, title: {_TODO} }}" for number in _parts(read, clauses)),
        "clauses": "\n".join(
            f"  - {{ number: {one.number}, part: {one.part}, title: {_TODO}, summary: {_TODO} }}" for one in clauses
        ),
        "commitments": "\n".join(line for one in clauses for line in _commitments(one, bodies)),
    }
    if len(words["commitments"].encode()) > LONGEST_BYTES - 2**16:
        count = read.counts()["paragraphs"]
        raise AmurError("long_text", f"found {count} paragraphs, more than one pack can hold; give it one part of them")
    texts = {folder / file: f"pack/{file}" for file in REQUIRED}
    written = scaffolding.write(folder, texts, words, schemas)
    return written + deciding.write(folder, reads.load(folder)), read.warnings


def _numbered(read: policy.ReadDocument) -> Iterator[_Clause]:
    """Yield the clauses with numbers of the pack: as printed where each is printed once, else counted through.

    What stands outside any numbered clause is counted after the last of them.
    """
    full = [
        (place, clause)
        for place, part in enumerate(read.parts)
        for clause in part.clauses
        if clause.number is not None or clause.paragraphs or clause.items or clause.title
    ]
    printed = [clause.number for _, clause in full if clause.number is not None]
    once = len(set(printed)) == len(printed) and all(number > 0 for number in printed)
    parts = _part_numbers(read)
    free = max(printed, default=0) + 1 if once else 1
    for place, clause in full:
        stands_so = once and clause.number is not None
        number = clause.number if once and clause.number is not None else free
        free += not stands_so
        yield _Clause(number, parts[place], clause, stands_so)


def _part_numbers(read: policy.ReadDocument) -> list[int]:
    """Return the number of each part: as printed where each is printed once, else counted through."""
    printed = [part.number or 0 for part in read.parts]
    fits = len(set(printed)) == len(printed) and all(number > 0 for number in printed)
    return printed if fits else list(range(1, len(printed) + 1))


def _parts(read: policy.ReadDocument, clauses: Iterable[_Clause]) -> list[int]:
    return sorted({*_part_numbers(read), *(one.part for one in clauses)})


def _commitments(one: _Clause, bodies: dict[str, str]) -> Iterator[str]:
    """Yield the lines of the commitments of a clause: one a paragraph, or one where it has none."""
    paragraphs = one.read.paragraphs or [""]
    for serial, paragraph in enumerate(paragraphs, start=1):
        zh, en = f"第{one.number}条第{serial}段", f"Clause {one.number}, paragraph {serial}"
        yield f'  - id: "{one.number}.{serial}"'
        if one.read.items and serial == len(paragraphs):
            yield f"    # The text numbers {len(one.read.items)} items here; split this where each asks for something."
        yield f'    title: {{ zh: {zh}：{deciding.UNSAID.zh}, en: "{en}: {deciding.UNSAID.en}" }}'
        if paragraph and one.stands_so:
            yield f"    text: {{ paragraph: {serial}, starts: 0, ends: {len(paragraph)} }}"
        yield "    target: hard"
        yield "    kinds: [procedure]"
        named = policy.bodies_in(paragraph) or one.read.bodies
        ids = [bodies[name] for name in dict.fromkeys(_tidy(name) for name in named) if name in bodies]
        if ids:
            yield f"    bodies: [{', '.join(dict.fromkeys(ids))}]"
            yield "    bodies_inferred: true"
        yield "    verdict: planned"
        yield f"    reason: {_reason(policy.dates_in(paragraph) or one.read.dates)}"


def _reason(dates: list[str]) -> str:
    if not dates:
        return "{ zh: 还没有做。, en: Not done yet. }"
    listed = [_tidy(day) for day in dates]
    zh = f"还没有做。文中的日期（读出，未确认）：{'、'.join(listed)}。"
    en = f"Not done yet. Dates in the text (inferred, to be confirmed): {', '.join(listed)}."
    return f"{{ zh: {_quoted(zh)}, en: {_quoted(en)} }}"


def _body_ids(names: Iterable[str]) -> dict[str, str]:
    """Return an id for each body that the text names: its words where they are Latin, else its place.

    >>> _body_ids(["Port Office", "甲局", "Port  Office"]), _body_ids(["Port-Office", "Port Office"])
    ({'Port Office': 'port_office', '甲局': 'body_2'}, {'Port-Office': 'port_office', 'Port Office': 'port_office_2'})
    """
    ids: dict[str, str] = {}
    taken = {_OFFICE}
    for name in dict.fromkeys(_tidy(name) for name in names):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = "_".join(re.findall("[a-z0-9]+", plain))[:_LONGEST_ID].strip("_")
        if _HAN.search(name) or not slug[:1].isalpha():
            slug = f"body_{len(ids) + 1}"
        while slug in taken:
            slug = f"{slug}_{len(ids) + 1}"
        if name:
            ids[name] = slug
            taken.add(slug)
    return ids


def _bodies(ids: dict[str, str], *, has_office: bool) -> Iterator[str]:
    if has_office:
        yield f'  - {{ id: {_OFFICE}, title: {_TODO}, region: "100000" }}'
    for name, body in ids.items():
        yield f'  - {{ id: {body}, title: {_named(name)}, region: "100000" }}'


def _named(name: str) -> str:
    """Return a name that the text uses in both languages, with a mark at the one that is still to be translated.

    >>> _named("甲局"), _named("")
    ('{ zh: "甲局", en: "甲局 (to be translated)" }', '{ zh: 待写, en: To be written }')
    """
    if not (name := _tidy(name)):
        return _TODO
    if _HAN.search(name):
        return f"{{ zh: {_quoted(name)}, en: {_quoted(f'{name} ({deciding.UNTRANSLATED.en})')} }}"
    return f"{{ zh: {_quoted(f'{name}（{deciding.UNTRANSLATED.zh}）')}, en: {_quoted(name)} }}"


def _tidy(text: str) -> str:
    return " ".join(_UNPRINTED.sub(" ", text).split())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
