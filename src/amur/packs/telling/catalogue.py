"""A fault in another language: the sentence that it was made from is found again, and its holes are filled anew.

What stands in a hole is told too where it is a sentence of its own; names that an author wrote stay as they are. A
sentence that the catalogue does not know stays English, which a test does not let happen to any that the code holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from amur.base.canonical import Json
from amur.base.faults import Fault

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = ("zh", "en")
"""In which a pack author is spoken to."""

_SOURCE = "en"
_FOLDERS = {"zh": "zh_Hans"}
_HOLE = re.compile(r"(?<!\{)\{(\d+)\}(?!\})|\{\{\{(\d+)\}\}\}")
_QUOTED = re.compile(r"'(.*)'|\"(.*)\"", re.DOTALL)
_EDGE = re.compile(r"(?<!\w)'|'(?!\w)")
_MORE = re.compile(r"('[^']*')(, .+)")
_TELLING = 8
"""Characters that a sentence in a hole has at least; with fewer it is likelier that an author wrote this."""
_PLACED = "{1}: found {2}"
_JOINTS = {"zh": ("；", "：")}


@dataclass(frozen=True, slots=True)
class _Known:
    """A sentence with holes: what it looks like when it is filled, and how it is said."""

    of: str
    said: str
    longest: str
    pattern: re.Pattern[str]
    weight: int


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Sentences without holes, those with holes, the most telling first, and the one that only says where.

    What stands behind a place is looked at by itself before it is taken for a value.
    """

    plain: Mapping[str, str]
    holed: tuple[_Known, ...]
    placed: tuple[_Known, ...]


def path_of(language: str) -> Path:
    """Return the catalogue of a language, a file that people edit."""
    return CATALOGUES / _FOLDERS[language] / "LC_MESSAGES" / "faults.po"


def say(fault: Fault, language: str) -> tuple[str, str]:
    """Return what was found and what to do, in a language.

    >>> say(Fault("a.yaml", 3, "policy.body", "unknown body 'watch'", "declare it in bodies.yaml"), "zh")
    ('单位“watch”没有声明', '请在 bodies.yaml 里声明')
    """
    return told(fault.found, language), told(fault.fix, language)


def line_of(fault: Fault, language: str, *, above: str = "") -> str:
    """Return a fault as one line that editors open; ``above`` is the folder of the pack.

    >>> line_of(Fault("a.yaml", 3, "policy.body", "unknown body 'watch'", "declare it in bodies.yaml"), "en")
    "a.yaml:3: [policy.body] unknown body 'watch'; declare it in bodies.yaml"
    """
    found, fix = say(fault, language)
    joint = _JOINTS.get(language, ("; ",))[0]
    return f"{above}{fault.file}:{fault.line}: [{fault.check}] {found}{joint}{fix}"


def as_json(faults: Iterable[Fault], language: str) -> list[Json]:
    """Return faults for other programs: id, file, line, what was found and what to do."""
    listed: list[Json] = []
    for fault in faults:
        found, fix = say(fault, language)
        listed.append({"id": fault.check, "file": fault.file, "line": fault.line, "found": found, "do": fix})
    return listed


def holed(sentence: str, language: str) -> str:
    """Return a sentence of the code in a language, with its holes.

    >>> holed("unknown body {1}", "zh")
    '单位{1}没有声明'
    """
    if language == _SOURCE:
        return sentence
    with_holes = {known.of: known.said for known in (*_catalogue(language).holed, *_catalogue(language).placed)}
    return with_holes.get(sentence) or _catalogue(language).plain.get(_bare(sentence), sentence)


def told(text: str, language: str) -> str:
    """Return a sentence of the code, as it was filled, in a language.

    >>> told("states.0: found code 'a' twice", "zh"), told("choose from a, b", "zh"), told("lamps", "zh")
    ('states.0：代码“a”出现了两次', '请从中选择：a, b', 'lamps')
    """
    return text if language == _SOURCE else _told(text, language)


@lru_cache(maxsize=4_096)
def _told(text: str, language: str) -> str:
    known = _catalogue(language)
    if text in known.plain:
        return known.plain[text]
    stop, colon = _JOINTS[language]
    # No sentence of the code holds a semicolon: it stands between two of them, or in a text that was quoted.
    before, found, after = text.partition("; ")
    if found and len(_EDGE.findall(before)) % 2 == 0:
        return f"{_told(before, language)}{stop}{_told(after, language)}"
    if (said := _matched(text, known.holed, language)) is not None:
        return said
    before, found, after = text.partition(": ")
    if found and (told_after := _told(after, language)) != after:
        place = _held(before, language) if _QUOTED.fullmatch(before) else _told(before, language)
        return f"{place}{colon}{told_after}"
    return _matched(text, known.placed, language) or text


def _matched(text: str, among: Iterable[_Known], language: str, *, least: int = 0) -> str | None:
    for known in among:
        if known.weight >= least and known.longest in text and (match := known.pattern.fullmatch(text)):
            return _filled(known.said, match.groups(), language)
    return None


def _filled(said: str, holes: tuple[str, ...], language: str) -> str:
    def hole(match: re.Match[str]) -> str:
        words = _held(holes[int(match[1] or match[2]) - 1], language)
        return words if match[1] else f"{{{words}}}"

    return _bare(_HOLE.sub(hole, said))


def _held(words: str, language: str) -> str:
    """Return what stands in a hole: what somebody wrote as it is, in quotation marks of the language; else told."""
    if quoted := _QUOTED.fullmatch(words):
        return f"“{quoted[1] or quoted[2] or ''}”"
    known = _catalogue(language)
    if words in known.plain:
        return known.plain[words]
    if (more := _MORE.fullmatch(words)) and more[2] in known.plain:
        return _held(more[1], language) + known.plain[more[2]]
    if (said := _matched(words, known.holed, language, least=_TELLING)) is not None:
        return said
    parts = words.split(" and ")
    return "、".join(_held(part, language) for part in parts) if len(parts) > 1 and "'" not in words else words


@lru_cache(maxsize=4)
def _catalogue(language: str) -> _Catalogue:
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- only who reads another language waits for it

    with path_of(language).open("rb") as lines:
        said = {str(one.id): str(one.string) for one in read_po(lines) if one.id and one.string}
    plain = {_bare(text): _bare(words) for text, words in said.items() if not _HOLE.search(text)}
    holed = [_known(text, words) for text, words in said.items() if _HOLE.search(text) and text != _PLACED]
    placed = [_known(_PLACED, said[_PLACED])] if _PLACED in said else []
    return _Catalogue(plain, tuple(sorted(holed, key=lambda one: -one.weight)), tuple(placed))


def _bare(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _known(text: str, said: str) -> _Known:
    """Return how a sentence is recognised, and how much it says besides its holes."""
    pieces, last = [""], 0
    for hole in _HOLE.finditer(text):
        edge = "" if hole[1] else "{"
        pieces[-1] += _bare(text[last : hole.start()]) + edge
        pieces.append("}" if edge else "")
        last = hole.end()
    pieces[-1] += _bare(text[last:])
    pattern = re.compile("(.*?)".join(map(re.escape, pieces)), re.DOTALL)
    return _Known(text, said, max(pieces, key=len), pattern, sum(map(len, pieces)))
