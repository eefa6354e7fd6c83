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
from amur.base.fields.declaration import FieldDeclaration, FieldError, Lookups, Raw, cleaned, folded


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
        return super().json_schema(lookups) | {"maxLength": self.max_length}

    def constraints(self) -> dict[str, Json]:
        """Return the greatest length."""
        return {"maxLength": self.max_length}


class TextsField(FieldDeclaration):
    """The same text in several languages. Its value maps a language to its text; its plain text is that as JSON."""

    type: Literal["texts"]
    languages: tuple[Literal["zh", "en", "ru", "ja", "ko"], ...] = Field(default=("zh", "en"), min_length=1)
    multiline: bool = False
    max_length: int = Field(default=200, gt=0, le=20_000)

    @property
    def keeps_lines(self) -> bool:
        """Say yes: the JSON of a text may be laid out over lines."""
        return True

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the texts that a JSON object holds."""
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(said, str) for said in found.values()):
            raise FieldError("bad_shape", f'found {text[:40]!r}; give texts as {{"zh": "…", "en": "…"}}')
        return self.gather(found, lookups)

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
                faults.append(FieldError(error.code, str(error), at=(language,)))
        if self.required and not faults:
            missing = (language for language in self.languages if language not in said)
            faults += [FieldError("required", f"nothing was entered in {one!r}", at=(one,)) for one in missing]
        if faults:
            raise FieldError(faults[0].code, "; ".join(map(str, faults)), at=faults[0].at, parts=faults)
        return {language: said[language] for language in self.languages if language in said} or None

    def _one(self, language: str, text: Raw) -> str:
        if language not in self.languages:
            raise FieldError("bad_language", f"found language {language!r}; {', '.join(self.languages)} fit")
        if not isinstance(text, str):
            raise FieldError("bad_shape", f"found {type(text).__name__} for {language!r}; give a text")
        return fitting(cleaned(text, keep_lines=self.multiline), self.max_length)

    def as_typed(self, value: Json) -> str:
        """Return the texts as JSON."""
        if value is None:
            return ""
        if not isinstance(value, Mapping):
            raise self.misfit(value)
        return json.dumps(dict(value), ensure_ascii=False)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the text of a language, else of the first that is there."""
        if not isinstance(value, Mapping):
            return super().show(value, language, lookups)
        wanted = (language.partition("-")[0], "en", *LANGUAGES)
        return next((str(value[one]) for one in wanted if value.get(one)), "")

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
        needed: dict[str, Json] = {"required": list(self.languages)} if self.required else {}
        return super().json_schema(lookups) | {
            "type": "object",
            "properties": dict.fromkeys(self.languages, text),
            "additionalProperties": False,
            **needed,
        }


class IdentifierField(FieldDeclaration):
    """An identifier whose check character is verified by a declared scheme."""

    type: Literal["identifier"]
    scheme: Identifier

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the identifier in its canonical form."""
        return identified(self.scheme, text, lookups)


class ContactField(FieldDeclaration):
    """A way to reach somebody by a medium."""

    type: Literal["contact"]
    medium: Literal["email", "telephone", "url", "address"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the address if it is one of its medium."""
        del lookups
        return reached(self.medium, text)

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string with the format of the medium."""
        return super().json_schema(lookups) | _FORMATS.get(self.medium, {})


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
    try:
        return lookups.schemes[scheme].parse(folded(text))
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


_LONGEST = 500
_LONGEST_ADDRESS = 200
_FORMATS: dict[str, dict[str, Json]] = {"email": {"format": "email"}, "url": {"format": "uri"}}
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
