"""How a declared field is asked and answered on a page: what a template shows and what comes back from the browser.

Parsing and display are ``base.fields``; here is only the HTML side, the same for every door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from amur.base.fields import FieldDeclaration, Lookups
from amur.web.dates import size

_FEW = 7
"""Up to so many codes are radio buttons; more are a list."""
_AUTOCOMPLETE = {"email": "email", "telephone": "tel", "url": "url"}
_INPUT_TYPES = {"email": "email", "telephone": "tel", "url": "url"}
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
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def described_by(self) -> str:
        """Return the ids of hint and error, for ``aria-describedby``."""
        ids = [f"{self.name}-hint"] * bool(self.hint) + [f"{self.name}-error"] * bool(self.error)
        return " ".join(ids)

    @property
    def anchor(self) -> str:
        """Return the id that the error summary leads to: the first control of the field."""
        first = {"radios": f"{self.name}-0", "date": f"{self.name}-{_DATE_PARTS[0]}"}
        return first.get(self.control, self.name)


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


def view_of(  # noqa: PLR0913  # each is one thing that the page shows
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
    if declaration.type == "file":
        kinds = ", ".join(_suffix(media_type) for media_type in declaration.media_types)
        limit = _("%(kinds)s, at most %(size)s") % {"kinds": kinds, "size": size(declaration.max_bytes)}
        return f"{said} {limit}".strip()
    if declaration.type == "long_text":
        limit = _("At most %(count)s characters.") % {"count": declaration.max_length}
        return f"{said} {limit}".strip()
    return said


def _control(declaration: FieldDeclaration, language: str, lookups: Lookups, raw: str) -> dict[str, Any]:
    match declaration.type:
        case "code":
            codes = lookups.codelists[declaration.codelist or ""].codes
            options = tuple(
                Option(code.code, code.title.say(language), code.code == raw)
                for code in codes
                if code.may_be_chosen(lookups.on) or code.code == raw
            )
            few = len(options) <= _FEW
            return {"control": "radios", "options": options} if few else _select([OptionGroup("", options)])
        case "yes_no":
            return {
                "control": "radios",
                "options": (Option("yes", _("Yes"), raw == "yes"), Option("no", _("No"), raw == "no")),
                "attributes": {"inline": "inline"},
            }
        case "region":
            return _select(_regions({code: title.say(language) for code, title in lookups.regions.items()}, raw))
        case "date":
            return {"control": "date", "parts": _date_parts(declaration.id, raw)}
        case "long_text":
            return {"control": "textarea"}
        case "file":
            return {"control": "file", "accept": ",".join(declaration.media_types)}
        case "number":
            return {"control": "input", "input_mode": "numeric"}
        case _:
            return {
                "control": "input",
                "input_type": _INPUT_TYPES.get(declaration.type, "text"),
                "autocomplete": _AUTOCOMPLETE.get(declaration.type, ""),
                "is_code": declaration.type == "identifier",
            }


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
    shorter = [other for other in titles if other != code and significant.startswith(other.rstrip("0"))]
    return max((other for other in shorter if len(other.rstrip("0")) < len(significant)), key=lambda o: len(o.rstrip("0")), default="")


def _suffix(media_type: str) -> str:
    names = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "application/ofd": "OFD", "text/plain": "TXT"}
    return names.get(media_type, media_type.rpartition("/")[2].upper())
