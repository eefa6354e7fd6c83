"""What is wrong with a table that somebody hands over, row by row, in the words of the page.

The reader of tables says it in English sentences of a few kinds; one that is not known here is said as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amur.base.faults import AmurError
from amur.studies.catalogue import InputShape
from amur.web.desk.planning import wording

MOST_TOLD = 50
"""How many faults of a file are told word for word; of more only how many there are."""
_READERS = {
    ("siting", "places"): ("amur.methods.siting.files", "PLACES"),
    ("siting", "candidates"): ("amur.methods.siting.files", "CANDIDATES"),
    ("siting", "ways"): ("amur.methods.siting.files", "WAYS"),
}
"""Where the columns of an input stand as its model reads them: with their other headers, bounds and units."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field of one row, and what to do; without a row, with the file."""

    row: str
    field: str
    found: str
    fix: str

    @property
    def sentence(self) -> str:
        """Return it in one sentence."""
        if not self.row:
            return f"{self.found}{_stop()}{self.fix}" if self.fix else self.found
        is_whole = self.field == "row"
        place = _("Row %(row)s") if is_whole else _("Row %(row)s, %(field)s")
        place %= {"row": self.row, "field": self.field}
        return f"{place}{_colon()}{self.found}{_stop()}{self.fix}" if self.fix else f"{place}{_colon()}{self.found}"


def wrong_in(model: str, input_id: str, shape: InputShape, name: str, file: Path) -> tuple[list[Wrong], int]:
    """Return what is wrong with a table, the first faults word for word, and how many there are in all.

    A file that is no table is looked at by the end of its name only; the model looks into it when it runs.
    """
    if not shape.is_table:
        fits = any(name.lower().endswith(ending) for ending in shape.endings)
        words = _("It has to end with %(endings)s.") % {"endings": " ".join(shape.endings)}
        return ([], 0) if fits else ([Wrong("", "", words, "")], 1)
    from amur.methods.filing import tables, texts  # noqa: PLC0415 -- a page that checks no file loads no arrays

    try:
        columns = _columns(tables, model, input_id, shape)
        tables.table_of(name, texts.text_of(file), columns).whole(columns)
    except tables.TableError as error:
        told = [Wrong(str(one.line), one.check, _found(one.found), _fix(one.fix)) for one in error.faults]
        return told[:MOST_TOLD], len(told)
    except AmurError as error:
        return [Wrong("", "", said(error.code, error.details) or error.message, "")], 1
    return [], 0


def said(code: str, details: Mapping[str, Any]) -> str:
    """Return what is wrong with a table, as its reader tells it by a code; empty for another code.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     said("bad_row", {"row": 3, "field": "size", "found": "found '-2'", "fix": "write a number of 0 or more"})
    ...     said("bad_table", {"file": "a.csv", "count": 2}), said("odd", {})
    'Row 3, size: found “-2”; write a number of 0 or more'
    ('a.csv: 2 faults', '')
    """
    if code == "bad_row":
        found, fix = str(details["found"]), str(details["fix"])
        return Wrong(str(details["row"]), str(details["field"]), _found(found), _fix(fix)).sentence
    if code == "bad_table" and details:
        return ngettext("%(file)s: %(count)s fault", "%(file)s: %(count)s faults", details["count"]) % details
    if code == "header_missing":
        return _("The column %(field)s is missing; its header may be %(names)s. Found: %(found)s.") % details
    return more_words(details["count"]) if code == "more_faults" else ""


def _columns(tables: Any, model: str, input_id: str, shape: InputShape) -> Sequence[Any]:
    """Return the columns as the model reads them; as the catalogue tells them where its packages are not here."""
    place = _READERS.get((model, input_id))
    if place:
        try:
            found: Sequence[Any] = getattr(import_module(place[0]), place[1])
        except ImportError:
            pass
        else:
            return found
    return [
        tables.Column(name, kind=one.kind, is_needed=one.required, is_unique=name == "id")
        for name, one in shape.columns.items()
    ]


_FOUND: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (re.compile(r"found '(?P<typed>.*)'", re.DOTALL), lambda: _("found “%(typed)s”")),
    (re.compile("nothing stands there"), lambda: _("nothing stands there")),
    (
        re.compile(r"this (?P<what>\w+) stands in row (?P<row>\d+) already"),
        lambda: _("this %(what)s stands in row %(row)s already"),
    ),
    (
        re.compile(r"found (?P<cells>\d+) cells.*, wanted (?P<wanted>\d+)"),
        lambda: _("found %(cells)s cells, wanted %(wanted)s"),
    ),
    (re.compile(r"found (?P<typed>\S+)"), lambda: _("found “%(typed)s”")),
)
_FIXES: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (re.compile("write yes or no"), lambda: _("write yes or no")),
    (re.compile("write what it is"), lambda: _("fill it in")),
    (re.compile("leave one of them out"), lambda: _("leave one of them out")),
    (
        re.compile("mind commas, and that each quote has its other"),
        lambda: _("mind the commas, and that each quote has its other"),
    ),
)
_NUMBER = re.compile(
    r"write a (?P<whole>whole )?number"
    r"(?: from (?P<low>\S+) to (?P<high>\S+)| of (?P<least>\S+) or more| of (?P<most>\S+) or less)?"
    r"(?: in (?P<unit>.+))?"
)


def _found(said: str) -> str:
    return _known(said, _FOUND)


def _fix(said: str) -> str:
    number = _NUMBER.fullmatch(said)
    return "".join(_number(number)) if number else _known(said, _FIXES)


def _number(found: re.Match[str]) -> Iterator[str]:
    values = {name: value or "" for name, value in found.groupdict().items()}
    words = _("write a whole number") if values["whole"] else _("write a number")
    if values["low"]:
        words = _("%(number)s from %(low)s to %(high)s") % {"number": words, **values}
    elif values["least"]:
        words = _("%(number)s of %(least)s or more") % {"number": words, **values}
    elif values["most"]:
        words = _("%(number)s of %(most)s or less") % {"number": words, **values}
    yield words
    if values["unit"]:
        yield _(" in %(unit)s") % values


def _known(said: str, kinds: tuple[tuple[re.Pattern[str], Callable[[], str]], ...]) -> str:
    for pattern, words in kinds:
        if found := pattern.fullmatch(said):
            return words() % found.groupdict()
    return said


def more_words(count: int) -> str:
    """Return that there are more faults than are told; empty where there are none."""
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count > 0 else ""


def _colon() -> str:
    return pgettext("after a name", ": ")


def _stop() -> str:
    return "；" if wording.language().startswith("zh") else "; "
