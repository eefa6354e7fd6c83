"""What a person is told about a field that was refused: what to do, for each code of ``base.fields`` and of uploads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.fields import CodeField, FieldDeclaration, FileField, GroupField, NumberField
from amur.web.dates import size
from amur.web.fields import part_named

_LONGEST_FOUND = 40
_UNSAID = frozenset({"required", "control_characters", "bad_upload", "bad_shape", "not_yes_no", "promise_barred"})


def field_error(declaration: FieldDeclaration, code: str, language: str, place: tuple[str, ...] = ()) -> str:
    """Return what to do about a field, which it names, so that the sentence stands alone in the error summary.

    ``place`` leads to the part of a composite value that is meant.
    """
    found, name = part_named(declaration, place, language)
    words = _words(found) | _composite_words()
    return words.get(code, _("%(field)s: check this entry")) % {"field": name, **_values(found)}


def found_words(code: str, typed: object) -> str:
    """Return what was found in a field, where it is a line that can be said again; empty where it is none.

    A missing entry and a choice have nothing to say again; of a text that is too long, how long it is.
    """
    if not isinstance(typed, str) or not typed.strip() or code in _UNSAID:
        return ""
    if code == "too_long":
        return _("It has %(count)s.") % {"count": len(typed.strip())}
    return _("Found: “%(typed)s”.") % {"typed": typed.strip()} if len(typed.strip()) <= _LONGEST_FOUND else ""


def _words(declaration: FieldDeclaration) -> dict[str, str]:
    return {
        "required": _missing(declaration),
        "control_characters": _("%(field)s: type the text again; it holds characters that cannot be shown"),
        "too_long": _("%(field)s: shorten it to at most %(most)s characters"),
        "not_in_list": _("%(field)s: choose from the list"),
        "no_longer_in_list": _("%(field)s: choose again; this choice is no longer in force"),
        "bad_identifier": _("%(field)s: check the number; a character is wrong or missing"),
        "unknown_region": _("%(field)s: choose from the list"),
        "no_record": _("%(field)s: check the number; there is no such entry"),
        "not_a_date": _("%(field)s: give year, month and day of a real date"),
        "not_an_instant": _("%(field)s: give a real day and time, such as 09:30"),
        "not_a_number": _not_a_number(declaration),
        "too_precise": _("%(field)s: give at most %(decimals)s digits after the point"),
        "too_small": _("%(field)s: give at least %(least)s"),
        "too_large": _("%(field)s: give at most %(greatest)s"),
        "not_yes_no": _("%(field)s: choose yes or no"),
        "bad_email": _("%(field)s: give an address such as name@example.org"),
        "bad_telephone": _("%(field)s: give a number such as 0451-0000000"),
        "bad_url": _("%(field)s: give an address that begins with https://"),
        "bad_upload": _("%(field)s: choose the file again; it did not arrive whole"),
        "file_too_large": _("%(field)s: choose a file of at most %(bytes)s"),
        "file_empty": _("%(field)s: choose another file; this one is empty"),
        "promise_barred": _("%(field)s: choose no and prove it; why, stands below"),
        "file_type": _("%(field)s: choose a file of an accepted kind; this one is of another, whatever its name says"),
    }


def _composite_words() -> dict[str, str]:
    return {
        "bad_shape": _("%(field)s: fill this in again; it did not arrive as the form sends it"),
        "bad_language": _("%(field)s: write in the languages that are asked for"),
        "not_a_period": _("%(field)s: give the first and the last day"),
        "ends_before_it_begins": _("%(field)s: give a day that is not before the first day"),
        "not_a_point": _("%(field)s: give degrees such as 45.756967; latitude up to 90, longitude up to 180"),
        "not_a_shape": _("%(field)s: give an outline as GeoJSON or well-known text that does not cross itself"),
        "too_many_points": _("%(field)s: simplify the outline to at most %(points)s points"),
        "too_few": _("%(field)s: give at least %(few)s"),
        "too_many": _("%(field)s: give at most %(many)s"),
        "bad_item": _("%(field)s: put right what is marked"),
        "computed": _("%(field)s: leave it empty; it is worked out by itself"),
    }


def _values(declaration: FieldDeclaration) -> dict[str, object]:
    """Return what the sentences say of the declaration; what it does not have is empty."""
    limits = {
        "most": "max_length",
        "least": "minimum",
        "greatest": "maximum",
        "decimals": "decimals",
        "points": "max_points",
        "few": "least",
        "many": "most",
    }
    found = {name: getattr(declaration, option, "") for name, option in limits.items()}
    return found | {"bytes": size(declaration.max_bytes) if isinstance(declaration, FileField) else ""}


def _missing(declaration: FieldDeclaration) -> str:
    if isinstance(declaration, CodeField) and declaration.many:
        return _("%(field)s: choose at least one")
    if declaration.type in {"code", "region", "yes_no"}:
        return _("%(field)s: choose one")
    if declaration.type == "file":
        return _("%(field)s: choose a file")
    if isinstance(declaration, GroupField):
        return _("%(field)s: fill in at least one")
    return _("%(field)s: fill this in")


def _not_a_number(declaration: FieldDeclaration) -> str:
    if isinstance(declaration, NumberField) and not declaration.decimals:
        return _("%(field)s: give a whole number in digits")
    return _("%(field)s: give a number in digits, such as 1234.5")
