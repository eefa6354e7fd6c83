"""Words: text, text in several languages, identifiers by a declared scheme, ways to reach somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from amur.base.canonical import Json
from amur.base.declared import LANGUAGES, Identifier
from amur.base.fields.column import TEXT, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups
from amur.base.fields.raw import (
    FieldError,
    Raw,
    cleaned,
    folded,
    from_json,
    kind_of,
    one_text,
    plain,
    raise_all,
    says_something,
)


class TextField(FieldDeclaration):
    """A text of one line, or of several where it is ``multiline``.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> name = TextField(id="name", type="text", title=Text(zh="名称", en="Name"), max_length=4)
    >>> name.parse(" 移动业务 ", Lookups(date(2026, 1, 1)))
    '移动业务'
    """

    type: Literal["text"]
    multiline: bool = False
    max_length: int = Field(default=200, gt=0, le=20_000)

    @property
    def keeps_lines(self) -> bool:
        """Say whether line ends are kept."""
        return self.multiline

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the text if it fits."""
        del lookups
        return fitting(text, self.max_length)

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string with its greatest length."""
        return super().json_schema(lookups) | {"minLength": 1, "maxLength": self.max_length}

    def constraints(self) -> dict[str, Json]:
        """Return the greatest length."""
        return super().constraints() | {"maxLength": self.max_length}


class TextsField(FieldDeclaration):
    """The same text in several languages. Its value maps a language to its text; its plain text is that as JSON.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> name = TextsField(id="name", type="texts", title=Text(zh="名称", en="Name"))
    >>> value = name.parse({"zh": "备案", "en": " Filing "}, Lookups(date(2026, 1, 1)))
    >>> value, name.as_typed(value)
    ({'zh': '备案', 'en': 'Filing'}, '{"zh": "备案", "en": "Filing"}')
    """

    type: Literal["texts"]
    languages: tuple[Literal["zh", "en", "ru", "ja", "ko"], ...] = Field(default=("zh", "en"), min_length=1)
    multiline: bool = False
    max_length: int = Field(default=200, gt=0, le=20_000)

    def clean(self, raw: str) -> str:
        """Return the JSON as it came: what it holds is cleaned, text by text."""
        return raw.strip()

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the texts that a JSON object holds."""
        found = from_json(text)
        if not isinstance(found, dict):
            raise FieldError("bad_shape", f'found {text[:40]!r}; give texts as {{"zh": "…", "en": "…"}}')
        return self.gather(found, lookups) if says_something(found) else self._left_empty()

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the texts by language; what is left empty is left out, and a required field needs each."""
        if not isinstance(raw, Mapping):
            return super().gather(raw, lookups)
        said: dict[str, Json] = {}
        faults: list[FieldError] = []
        for language, text in raw.items():
            try:
                if clean := self._one(language, text):
                    said[language] = clean
            except FieldError as error:
                faults.append(error.inside(str(language)))
        if self.required:
            found = {*said, *(fault.at[0] for fault in faults)}
            missing = (language for language in self.languages if language not in found)
            faults += [FieldError("required", f"nothing was entered in {one!r}", at=(one,)) for one in missing]
        raise_all(faults)
        return {language: said[language] for language in self.languages if language in said} or None

    def _one(self, language: str, text: Raw) -> str:
        if language not in self.languages:
            raise FieldError("bad_language", f"found language {kind_of(language)}; {', '.join(self.languages)} fit")
        return fitting(cleaned(one_text(text), keep_lines=self.multiline), self.max_length)

    def as_typed(self, value: Json) -> str:
        """Return the texts as JSON."""
        if value is None:
            return ""
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            raise self.misfit(value)
        return json.dumps(dict(value), ensure_ascii=False)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the text of a language, else of the first that is there."""
        if not isinstance(value, Mapping):
            return super().show(value, language, lookups)
        wanted = (language.partition("-")[0], "en", *LANGUAGES)
        return next((plain(value[one]) for one in wanted if value.get(one)), "")

    def column(self) -> Column:
        """Return one text a language."""
        return Column("struct", columns=tuple((language, TEXT) for language in self.languages))

    def cell(self, value: Json) -> object:
        """Return all languages, None where nothing is said."""
        if not isinstance(value, Mapping):
            return None
        return {language: value.get(language) for language in self.languages}

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an object with one string a language."""
        text: dict[str, Json] = {"type": "string", "minLength": 1, "maxLength": self.max_length}
        needed: dict[str, Json] = {"required": list(self.languages)} if self.required else {"minProperties": 1}
        return super().json_schema(lookups) | {
            "type": "object",
            "properties": dict.fromkeys(self.languages, text),
            "additionalProperties": False,
            **needed,
        }


class IdentifierField(FieldDeclaration):
    """An identifier whose check character is verified by a declared scheme.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> from amur.base.identifiers import IdentifierScheme
    >>> title = Text(zh="编号", en="Number")
    >>> scheme = IdentifierScheme(id="demo", title=title, alphabet="0123456789", weights=(1, 3), modulus=10)
    >>> number = IdentifierField(id="number", type="identifier", title=title, scheme="demo")
    >>> number.parse("１２ ３", Lookups(date(2026, 1, 1), schemes={"demo": scheme}))
    '123'
    """

    type: Literal["identifier"]
    scheme: Identifier

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the identifier in its canonical form."""
        return identified(self.scheme, text, lookups)


class ContactField(FieldDeclaration):
    """A way to reach somebody by a medium.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> line = ContactField(id="line", type="contact", title=Text(zh="电话", en="Telephone"), medium="telephone")
    >>> line.parse("０４５１-8888000", Lookups(date(2026, 1, 1)))
    '0451-8888000'
    """

    type: Literal["contact"]
    medium: Literal["email", "telephone", "url", "address"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the address if it is one of its medium."""
        del lookups
        return reached(self.medium, text)

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string with the format of the medium."""
        return super().json_schema(lookups) | schema_of(self.medium)


def fitting(text: str, most: int) -> str:
    """Return a text that is not too long.

    Raises:
        FieldError: ``too_long``.
    """
    if len(text) > most:
        raise FieldError("too_long", f"found {len(text)} characters; at most {most} fit")
    return text


def identified(scheme: str, text: str, lookups: Lookups) -> str:
    """Return an identifier in its canonical form.

    Raises:
        FieldError: ``bad_identifier``.
    """
    if (declared := lookups.schemes.get(scheme)) is None:
        raise FieldError("bad_identifier", f"there is no scheme {scheme!r} to check it by")
    try:
        return declared.parse(folded(text), lookups.on)
    except ValueError as error:
        raise FieldError("bad_identifier", str(error)) from None


def reached(medium: str, text: str) -> str:
    """Return an address of a medium.

    Raises:
        FieldError: ``bad_email``, ``bad_telephone``, ``bad_url``, or ``too_long`` for a postal address.

    >>> reached("telephone", "０４５１-8888000")
    '0451-8888000'
    """
    if medium == "address":
        return fitting(text, _LONGEST_ADDRESS)
    pattern, code, need = _MEDIA[medium]
    plain = folded(text)
    if len(plain) > _LONGEST or not pattern.fullmatch(plain):
        raise FieldError(code, f"found {text[:80]!r}; give {need}")
    return plain


def schema_of(medium: str) -> dict[str, Json]:
    """Return what JSON Schema says about an address of a medium.

    >>> schema_of("email")
    {'maxLength': 500, 'format': 'idn-email'}
    """
    most = _LONGEST_ADDRESS if medium == "address" else _LONGEST
    return {"maxLength": most} | ({"format": _FORMATS[medium]} if medium in _FORMATS else {})


_LONGEST = 500
_LONGEST_ADDRESS = 200
_FORMATS = {"email": "idn-email", "url": "iri"}
_MEDIA = {
    "email": (
        re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+"),
        "bad_email",
        "an address such as name@example.org",
    ),
    "telephone": (
        re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]"),
        "bad_telephone",
        "a number such as 0451-0000000",
    ),
    "url": (
        re.compile(r"https?://[^\s/?#]+\.[^\s]+", re.IGNORECASE),
        "bad_url",
        "an address that begins with https://",
    ),
}
