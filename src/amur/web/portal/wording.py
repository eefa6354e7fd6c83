"""What a person is told about a field that was refused: what to do, for each code of ``base.fields`` and of uploads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.fields import FieldDeclaration, FileField, MoneyField, NumberField, TextField, TextsField
from amur.web.dates import size


def field_error(declaration: FieldDeclaration, code: str, language: str) -> str:
    """Return what to do about a field, which it names, so that the sentence stands alone in the error summary."""
    words = {
        "required": _missing(declaration),
        "control_characters": _("%(field)s: type the text again; it holds characters that cannot be shown"),
        "too_long": _("%(field)s: shorten it to at most %(most)s characters"),
        "not_in_list": _("%(field)s: choose from the list"),
        "no_longer_in_list": _("%(field)s: choose again; this choice is no longer in force"),
        "bad_identifier": _("%(field)s: check the number; a character is wrong or missing"),
        "unknown_region": _("%(field)s: choose from the list"),
        "not_a_date": _("%(field)s: give year, month and day of a real date"),
        "not_a_number": _("%(field)s: give a whole number in digits"),
        "too_small": _("%(field)s: give at least %(least)s"),
        "too_large": _("%(field)s: give at most %(greatest)s"),
        "not_yes_no": _("%(field)s: choose yes or no"),
        "bad_email": _("%(field)s: give an address such as name@example.org"),
        "bad_telephone": _("%(field)s: give a number such as 0451-0000000"),
        "bad_url": _("%(field)s: give an address that begins with https://"),
        "bad_upload": _("%(field)s: choose the file again; it did not arrive whole"),
        "file_too_large": _("%(field)s: choose a file of at most %(bytes)s"),
        "file_empty": _("%(field)s: choose another file; this one is empty"),
        "file_type": _("%(field)s: choose a file of an accepted kind; this one is of another, whatever its name says"),
    }
    values = {
        "field": declaration.title.say(language),
        "most": declaration.max_length if isinstance(declaration, TextField | TextsField) else "",
        "least": declaration.minimum if isinstance(declaration, NumberField | MoneyField) else "",
        "greatest": declaration.maximum if isinstance(declaration, NumberField | MoneyField) else "",
        "bytes": size(declaration.max_bytes) if isinstance(declaration, FileField) else "",
    }
    return words.get(code, _("%(field)s: check this entry")) % values


def _missing(declaration: FieldDeclaration) -> str:
    if declaration.type in {"code", "region", "yes_no"}:
        return _("%(field)s: choose one")
    if declaration.type == "file":
        return _("%(field)s: choose a file")
    return _("%(field)s: fill this in")
