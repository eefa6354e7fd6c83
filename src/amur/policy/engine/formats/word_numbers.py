"""The numbers of numbered paragraphs in Word: they are counted by rules of the file and stand in no paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from amur.policy.engine.formats.counting import chinese, letters, roman

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_KINDS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": chinese,
}


class Numbers:
    """The counters of a document; ``label`` is asked for each paragraph in its order."""

    def __init__(self, document: Any) -> None:
        self._lists: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._shared: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles = {
            style.style_id: style.element.find(f"{_W}pPr/{_W}numPr")
            for style in document.styles
            if style.element.tag == f"{_W}style"
        }
        part = next(
            (one.target_part for one in document.part.rels.values() if one.reltype.endswith("/numbering")), None
        )
        if part is not None:
            self._read(part.element)

    def label(self, paragraph: Any) -> str:
        """Return what Word prints before a paragraph, with a space after it, or nothing."""
        found = self._numbered(paragraph)
        if found is None:
            return ""
        name, level = found
        kinds = self._lists.get(name, {})
        if level not in kinds:
            return ""
        counts = self._counts.setdefault(self._shared.get(name, name), [0] * _LEVELS)
        for above in range(level):
            counts[above] = counts[above] or kinds.get(above, ("", "", 1))[2]
        counts[level] = counts[level] + 1 if counts[level] else kinds[level][2]
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        kind, pattern, _ = kinds[level]
        if kind == "bullet":
            return "• "
        if kind == "none" or not pattern:
            return ""
        printed = re.sub(r"%([1-9])", lambda at: self._printed(kinds, counts, int(at[1]) - 1), pattern)
        return f"{printed} "

    def _printed(self, kinds: dict[int, tuple[str, str, int]], counts: list[int], level: int) -> str:
        kind = kinds.get(level, ("decimal", "", 1))[0]
        return str(_KINDS.get(kind, str)(counts[level]))

    def _numbered(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph, by itself or by its style."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        by_style = self._styles.get(style.get(f"{_W}val", "")) if style is not None else None
        name, level = None, None
        for said in (own, by_style):
            if said is not None:
                name = name or _value(said, "numId")
                level = level or _value(said, "ilvl")
        if not name or name == "0":
            return None
        return name, min(int(level), _LEVELS - 1) if level and level.isdigit() else 0

    def _read(self, root: Any) -> None:
        abstract = {one.get(f"{_W}abstractNumId"): _levels(one) for one in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            name, shared = number.get(f"{_W}numId", ""), _value(number, "abstractNumId")
            self._lists[name] = dict(abstract.get(shared, {}))
            overrides = list(number.iter(f"{_W}lvlOverride"))
            if not overrides:
                self._shared[name] = f"abstract {shared}"
            for override in overrides:
                self._override(name, override)

    def _override(self, name: str, override: Any) -> None:
        level, start = override.get(f"{_W}ilvl", ""), _value(override, "startOverride")
        kinds = self._lists[name]
        kinds |= _levels(override)
        if level.isdigit() and int(level) in kinds and start.isdigit():
            kind, pattern, _ = kinds[int(level)]
            kinds[int(level)] = kind, pattern, int(start)


def _levels(parent: Any) -> dict[int, tuple[str, str, int]]:
    found = {}
    for level in parent.iter(f"{_W}lvl"):
        place, start = level.get(f"{_W}ilvl", ""), _value(level, "start")
        if place.isdigit() and int(place) < _LEVELS:
            found[int(place)] = _value(level, "numFmt"), _value(level, "lvlText"), int(start) if start.isdigit() else 1
    return found


def _value(parent: Any, name: str) -> str:
    found = parent.find(f"{_W}{name}")
    return str(found.get(f"{_W}val", "")) if found is not None else ""
