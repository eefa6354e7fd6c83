"""How a declared field is asked and answered on a page: what a template shows and what comes back from the browser.

Parsing and display are ``base.fields``; here is only the HTML side, the same for every door.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from amur.base.fields import CodeField, ContactField, FieldDeclaration, FileField, Lookups, TextField
from amur.web.dates import size

_FEW = 7
"""Up to so many codes are radio buttons; more are a list."""
_DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under a common heading; without a label they stand alone."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three boxes of a date."""

    name: str
    label: str
    value: str
    width: int


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was received."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class FieldView:
    """What the field template shows. ``control`` names the kind of control."""

    name: str
    control: str
    label: str
    hint: str = ""
    error: str = ""
    value: str = ""
    is_required: bool = True
    is_heading: bool = False
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    max_length: int | None = None
    is_code: bool = False
    options: tuple[Option, ...] = ()
    groups: tuple[OptionGroup, ...] = ()
    parts: tuple[DatePart, ...] = ()
    accept: str = ""
    received: tuple[Received, ...] = ()
    is_inline: bool = False
    is_chosen: bool = False
    element: str = ""

    @property
    def id(self) -> str:
        """Return the id of the control; the name, unless a script of a library expects another."""
        return self.element or self.name

    @property
    def described_by(self) -> str:
        """Return the ids of hint and error, for ``aria-describedby``."""
        ids = [f"{self.id}-hint"] * bool(self.hint) + [f"{self.id}-error"] * bool(self.error)
        return " ".join(ids)

    @property
    def anchor(self) -> str:
        """Return the id that the error summary leads to: the first control of the field."""
        first = {"radios": f"{self.id}-0", "date": f"{self.id}-{_DATE_PARTS[0]}"}
        return first.get(self.control, self.id)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A question and its answer; ``change`` leads to where it can be altered."""

    key: str
    value: str
    change: str = ""
    error: str = ""
    name: str = ""
    is_code: bool = False
    files: tuple[Received, ...] = ()
    day: str = ""


def view_of(
    declaration: FieldDeclaration,
    language: str,
    lookups: Lookups,
    *,
    raw: str = "",
    error: str = "",
    received: Sequence[Received] = (),
    is_heading: bool = False,
) -> FieldView:
    """Return what the template shows for a field, with what was entered before and what was wrong with it."""
    shared: dict[str, Any] = {
        "name": declaration.id,
        "label": declaration.title.say(language),
        "hint": _hint(declaration, language),
        "error": error,
        "value": raw,
        "is_required": declaration.required,
        "is_heading": is_heading,
    }
    return FieldView(**shared, **_control(declaration, language, lookups, raw), received=tuple(received))


def raw_from(declaration: FieldDeclaration, post: QueryDict) -> str:
    """Return the raw input of a field from what the browser sent; the boxes of a date become one."""
    if declaration.type != "date":
        return str(post.get(declaration.id, ""))
    parts = [str(post.get(f"{declaration.id}-{part}", "")).strip() for part in _DATE_PARTS]
    return "-".join(parts) if any(parts) else ""


def _hint(declaration: FieldDeclaration, language: str) -> str:
    said = declaration.hint.say(language) if declaration.hint else ""
    if isinstance(declaration, FileField) and not said:
        kinds = ", ".join(_suffix(media_type) for media_type in declaration.media_types)
        return _("%(kinds)s, at most %(size)s") % {"kinds": kinds, "size": size(declaration.max_bytes)}
    if isinstance(declaration, TextField) and declaration.multiline:
        limit = _("At most %(count)s characters.") % {"count": declaration.max_length}
        return f"{said} {limit}".strip()
    return said


def _control(declaration: FieldDeclaration, language: str, lookups: Lookups, raw: str) -> dict[str, Any]:
    kind = declaration.type
    if isinstance(declaration, CodeField):
        return _codes(declaration, language, lookups, raw)
    if kind == "region":
        return _select(_regions({code: title.say(language) for code, title in lookups.regions.items()}, raw))
    if kind == "yes_no":
        options = (Option("yes", _("Yes"), raw == "yes"), Option("no", _("No"), raw == "no"))
        return {"control": "radios", "options": options, "is_inline": True}
    if kind == "date":
        return {"control": "date", "parts": _date_parts(declaration.id, raw)}
    return _plain(declaration)


def _plain(declaration: FieldDeclaration) -> dict[str, Any]:
    if isinstance(declaration, FileField):
        return {"control": "file", "accept": ",".join(declaration.media_types)}
    if isinstance(declaration, TextField) and declaration.multiline:
        return {"control": "textarea"}
    kind = declaration.medium if isinstance(declaration, ContactField) else declaration.type
    return _PLAIN.get(kind, {"control": "input"})


_PLAIN: dict[str, dict[str, Any]] = {
    "number": {"control": "input", "input_mode": "numeric"},
    "identifier": {"control": "input", "is_code": True},
    "email": {"control": "input", "input_type": "email", "autocomplete": "email"},
    "telephone": {"control": "input", "input_type": "tel", "autocomplete": "tel"},
    "url": {"control": "input", "input_type": "url", "autocomplete": "url"},
}


def _codes(declaration: CodeField, language: str, lookups: Lookups, raw: str) -> dict[str, Any]:
    codes = lookups.codelists[declaration.codelist].codes
    options = tuple(
        Option(code.code, code.title.say(language), code.code == raw)
        for code in codes
        if code.may_be_chosen(lookups.on) or code.code == raw
    )
    few = len(options) <= _FEW
    return {"control": "radios", "options": options} if few else _select([OptionGroup("", options)])


def _select(groups: Iterable[OptionGroup]) -> dict[str, Any]:
    return {"control": "select", "groups": tuple(groups)}


def _date_parts(name: str, raw: str) -> tuple[DatePart, ...]:
    values = [*raw.split("-"), "", "", ""][: len(_DATE_PARTS)]
    labels = (_("Year"), _("Month"), _("Day"))
    widths = (4, 2, 2)
    return tuple(
        DatePart(f"{name}-{part}", label, value, width)
        for part, label, value, width in zip(_DATE_PARTS, labels, values, widths, strict=True)
    )


def _regions(titles: Mapping[str, str], chosen: str) -> list[OptionGroup]:
    """Group regions under the one that holds them: codes nest by their significant digits."""
    parents = {code: _parent(code, titles) for code in titles}
    holders = sorted({parent for parent in parents.values() if parent})
    lowest = [code for code in titles if code not in holders]
    alone = tuple(Option(code, titles[code], code == chosen) for code in sorted(lowest) if not parents[code])
    groups = [OptionGroup("", alone)] if alone else []
    for holder in holders:
        inside = [code for code in sorted(titles) if parents[code] == holder]
        options = [Option(holder, titles[holder], holder == chosen)]
        options += [Option(code, titles[code], code == chosen) for code in inside if code not in holders]
        groups.append(OptionGroup(titles[holder], tuple(options)))
    return groups


def _parent(code: str, titles: Mapping[str, str]) -> str:
    significant = code.rstrip("0")
    holding = (other for other in titles if code.startswith(other.rstrip("0")))
    above = [other for other in holding if len(other.rstrip("0")) < len(significant)]
    return max(above, key=lambda other: len(other.rstrip("0")), default="")


def _suffix(media_type: str) -> str:
    return (mimetypes.guess_extension(media_type) or media_type).strip(".").upper()
