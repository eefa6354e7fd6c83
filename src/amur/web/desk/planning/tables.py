"""What is wrong with a table that somebody hands over, row by row, in the words of the page.

The reader of tables words each fault in English and in Chinese; one that is in English alone is said as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amur.base.faults import AmurError
from amur.methods.filing.worded import spoken
from amur.studies.catalogue import InputShape
from amur.web.desk.planning import wording

MOST_TOLD = 50
"""How many faults of a file are told word for word; of more only how many there are."""


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


def wrong_in(shape: InputShape, name: str, file: Path) -> tuple[list[Wrong], int]:
    """Return what is wrong with a table, the first faults word for word, and how many there are in all.

    A file that is no table is looked at by the end of its name only; the model looks into it when it runs.
    """
    if not shape.is_table:
        fits = any(name.lower().endswith(ending) for ending in shape.endings)
        words = _("It has to end with %(endings)s.") % {"endings": " ".join(shape.endings)}
        return ([], 0) if fits else ([Wrong("", "", words, "")], 1)
    from amur.methods.filing import tables, texts  # noqa: PLC0415 -- a page that checks no file loads no arrays

    try:
        columns = _columns(tables, shape)
        tables.table_of(name, texts.text_of(file), columns).whole(columns)
    except tables.TableError as error:
        told = [Wrong(str(one.line), one.check, _spoken(one.found), _spoken(one.fix)) for one in error.faults]
        return told[:MOST_TOLD], len(told)
    except AmurError as error:
        return [Wrong("", "", said(error.code, error.details) or error.message, "")], 1
    return [], 0


def said(code: str, details: Mapping[str, Any]) -> str:
    """Return what is wrong with a table, as its reader tells it by a code; empty for another code.

    >>> from django.utils import translation
    >>> row = {"row": 3, "field": "size", "found": "found 'x'", "fix": "write it"}
    >>> with translation.override("en"):
    ...     said("bad_row", row), said("bad_table", {"file": "a.csv", "count": 2}), said("odd", {})
    ("Row 3, size: found 'x'; write it", 'a.csv: 2 faults', '')
    """
    if code == "bad_row":
        found, fix = (str(details[f"{one}_zh" if _is_chinese() else one]) for one in ("found", "fix"))
        return Wrong(str(details["row"]), str(details["field"]), found, fix).sentence
    if code == "bad_table" and details:
        return ngettext("%(file)s: %(count)s fault", "%(file)s: %(count)s faults", details["count"]) % details
    if code == "header_missing":
        return _("The column %(field)s is missing; its header may be %(names)s. Found: %(found)s.") % details
    return more_words(details["count"]) if code == "more_faults" else ""


def _columns(tables: Any, shape: InputShape) -> Sequence[Any]:
    """Return the columns as the model reads them; as the catalogue tells them where its packages are not here."""
    if shape.read_by:
        module, _colon, name = shape.read_by.partition(":")
        try:
            found: Sequence[Any] = getattr(import_module(module), name)
        except ImportError:
            pass
        else:
            return found
    return [
        tables.Column(name, kind=one.kind, is_needed=one.required, is_unique=name == "id")
        for name, one in shape.columns.items()
    ]


def more_words(count: int) -> str:
    """Return that there are more faults than are told; empty where there are none."""
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count > 0 else ""


def _colon() -> str:
    return pgettext("after a name", ": ")


def _stop() -> str:
    return "；" if _is_chinese() else "; "


def _is_chinese() -> bool:
    return wording.language().startswith("zh")


def _spoken(sentence: str) -> str:
    return spoken(sentence, "zh" if _is_chinese() else "en")
