"""Choices: from a code list, among regions and records, and between yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from amur.base.canonical import Json
from amur.base.declared import Identifier, Text
from amur.base.fields.column import BOOLEAN, TEXT, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups
from amur.base.fields.raw import FieldError, Raw, cleaned, folded, one_text, plain


class CodeField(FieldDeclaration):
    """One code of a list, or several where ``many`` may be chosen; their plain text has commas between them.

    >>> from datetime import date
    >>> from amur.base.codelists import CodeList
    >>> kinds = CodeList(id="kinds", title=Text(zh="类", en="Kinds"), source="demo",
    ...     codes=({"code": "a", "title": {"zh": "甲", "en": "A"}}, {"code": "b", "title": {"zh": "乙", "en": "B"}}))
    >>> some = CodeField(id="some", type="code", title=Text(zh="类", en="Kind"), codelist="kinds", many=True)
    >>> some.parse("b, a", Lookups(date(2026, 1, 1), codelists={"kinds": kinds}))
    ['b', 'a']
    """

    type: Literal["code"]
    codelist: Identifier
    many: bool = False

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the code, or the codes, if each may be chosen on the day of reference."""
        if self.many:
            return self.gather(text.split(","), lookups) if text.strip(", ") else self._left_empty()
        return self._chosen(text, lookups)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the codes of a list, each once."""
        if not self.many or isinstance(raw, Mapping) or not isinstance(raw, Sequence):
            return super().gather(raw, lookups)
        codes = [cleaned(one_text(code)) for code in raw]
        return list(dict.fromkeys(self._chosen(code, lookups) for code in codes if code))

    def as_typed(self, value: Json) -> str:
        """Return the code, or the codes with commas between them."""
        if not self.many or value is None:
            return super().as_typed(value)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.misfit(value)
        return ",".join(map(super().as_typed, value))

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the titles of what was chosen."""
        codes = value if isinstance(value, list | tuple) else [value]
        stop = "、" if language.startswith("zh") else ", "
        return stop.join(self._title(plain(code), language, lookups) for code in codes)

    def column(self) -> Column:
        """Return a text, or a list of them."""
        return Column("list", item=TEXT) if self.many else TEXT

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string, or an array of them, out of the codes."""
        schema = super().json_schema(lookups)
        listed = lookups.codelists.get(self.codelist)
        codes: dict[str, Json] = {"enum": [one.code for one in listed.codes if not one.heading]} if listed else {}
        if not self.many:
            return schema | codes
        return schema | {"type": "array", "items": {"type": "string", **codes}, "minItems": 1, "uniqueItems": True}

    def _chosen(self, text: str, lookups: Lookups) -> str:
        listed = lookups.codelists.get(self.codelist)
        entry = listed.find(text) if listed else None
        if entry is None:
            raise FieldError("not_in_list", f"found {text[:80]!r}, which is not in the list")
        if entry.heading:
            raise FieldError("not_in_list", f"{text!r} is a heading; choose one of the codes under it")
        if not entry.may_be_chosen(lookups.on):
            raise _out_of_force(text, listed.carried_on(text, lookups.on) if listed else (), lookups)
        return text

    def _title(self, code: str, language: str, lookups: Lookups) -> str:
        listed = lookups.codelists.get(self.codelist)
        entry = listed.find(code) if listed else None
        return entry.title.say(language) if entry else code


class RegionField(FieldDeclaration):
    """A region by its code.

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> place = RegionField(id="place", type="region", title=Text(zh="地区", en="Region"))
    >>> known = Lookups(date(2026, 1, 1), regions={"110000": Text(zh="甲省", en="A province")})
    >>> place.display(place.parse("110000", known), "en", known)
    'A province'
    >>> place.parse("110000", replace(known, gone={"110000": ("120000",)}))
    Traceback (most recent call last):
    ...
    amur.base.fields.raw.FieldError: '110000' is not in force on 2026-01-01; 120000 carries on after it
    """

    type: Literal["region"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the code of a region that there is on the day of reference."""
        if text not in lookups.regions:
            raise FieldError("unknown_region", f"found {text[:80]!r}, which is no region code")
        if text in lookups.gone:
            raise _out_of_force(text, lookups.gone[text], lookups)
        return text

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the title of the region."""
        title = lookups.regions.get(self.as_typed(value))
        return title.say(language) if title else plain(value)


class ReferenceField(FieldDeclaration):
    """A record of a register by its key.

    >>> from datetime import date
    >>> mast = ReferenceField(id="mast", type="reference", title=Text(zh="塔", en="Mast"), register_id="masts")
    >>> known = Lookups(date(2026, 1, 1), records=lambda register, key: Text(zh="甲塔", en=f"{register} {key}"))
    >>> mast.display(mast.parse("A-1", known), "en", known)
    'masts A-1'
    """

    type: Literal["reference"]
    register_id: Identifier

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the key of a record that there is."""
        if lookups.records(self.register_id, text) is None:
            raise FieldError("no_record", f"found {text[:80]!r}, which {self.register_id!r} does not hold")
        return text

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the title of the record."""
        title = lookups.records(self.register_id, self.as_typed(value))
        return title.say(language) if title else plain(value)


class YesNoField(FieldDeclaration):
    """Yes or no.

    >>> from datetime import date
    >>> free = YesNoField(id="free", type="yes_no", title=Text(zh="免费", en="Free"))
    >>> free.display(True, "zh-hans", Lookups(date(2026, 1, 1))), free.as_typed(False)
    ('是', 'no')
    """

    type: Literal["yes_no"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return whether it says yes, in one of the words for it."""
        del lookups
        word = folded(text).lower()
        if word not in _WORDS:
            raise FieldError("not_yes_no", f"found {text[:80]!r}; choose yes or no")
        return _WORDS[word]

    def as_typed(self, value: Json) -> str:
        """Return ``yes`` or ``no``."""
        if value is None:
            return ""
        if not isinstance(value, bool):
            raise self.misfit(value)
        return "yes" if value else "no"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the word of the language."""
        del lookups
        return _YES_NO[self.as_typed(value)].say(language)

    def column(self) -> Column:
        """Return a boolean."""
        return BOOLEAN

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a boolean."""
        return super().json_schema(lookups) | {"type": "boolean"}


def _out_of_force(code: str, successors: Sequence[str], lookups: Lookups) -> FieldError:
    carries = f"; {', '.join(successors)} carries on after it" if successors else ""
    return FieldError("no_longer_in_list", f"{code!r} is not in force on {lookups.on}{carries}")


_YES_NO = {"yes": Text(zh="是", en="Yes"), "no": Text(zh="否", en="No")}
_WORDS = {"yes": True, "no": False, "是": True, "否": False, "true": True, "false": False}
