"""What the parts of a composite field are called, on its boxes and in what is said about a fault in one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.fields import FieldDeclaration, GroupField


def part_label(part: str) -> str:
    """Return what a part of a value is called: an end of a period, an axis, a language."""
    return {
        "from": _("First day"),
        "to": _("Last day"),
        "day": _("Date"),
        "time": _("Time of day"),
        "lat": _("Latitude"),
        "lon": _("Longitude"),
        "zh": _("In Chinese"),
        "en": _("In English"),
        "ru": _("In Russian"),
        "ja": _("In Japanese"),
        "ko": _("In Korean"),
    }.get(part, part)


def item_label(group: FieldDeclaration, number: int, language: str) -> str:
    """Return what an item of a group is called; the first is number 0."""
    return f"{group.title.say(language)} {number + 1}"


def part_named(declaration: FieldDeclaration, place: tuple[str, ...], language: str) -> tuple[FieldDeclaration, str]:
    """Return the field that a fault is about, and how to name it, so that the name stands alone.

    ``place`` leads into a composite value as ``FieldError.at`` does.
    """
    colon = "：" if language.startswith("zh") else ": "
    if not place:
        return declaration, declaration.title.say(language)
    if not isinstance(declaration, GroupField):
        return declaration, f"{declaration.title.say(language)}{colon}{part_label(place[0])}"
    number = int(place[0]) if place[0].isdecimal() else 0
    name = item_label(declaration, number, language)
    inner = next((field for field in declaration.fields if field.id in place[1:2]), None)
    if inner is None:
        return declaration, name
    found, words = part_named(inner, place[2:], language)
    return found, f"{name}{colon}{words}"
