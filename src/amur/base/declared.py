"""What every declaration of a pack shares: frozen models, texts in several languages, a legal basis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

LANGUAGES = ("zh", "en", "ru", "ja", "ko")
"""Languages a text may carry; the first two are always there."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_COMMITMENT = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*")


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError(f"found {value!r}; an id is lower-case ASCII snake_case")
    return value


def _commitment(value: str) -> str:
    if not _COMMITMENT.fullmatch(value):
        raise ValueError(f"found {value!r}; a commitment is clause.serial in quotes, such as '13.10'")
    return value


Identifier = Annotated[
    str, AfterValidator(_identifier), WithJsonSchema({"type": "string", "pattern": f"^{_IDENTIFIER.pattern}$"})
]
CommitmentId = Annotated[
    str, AfterValidator(_commitment), WithJsonSchema({"type": "string", "pattern": f"^{_COMMITMENT.pattern}$"})
]


class Declared(BaseModel):
    """Base of all declarations: immutable, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @cached_property
    def stands_within(self) -> tuple[tuple[tuple[str | int, ...], BaseModel], ...]:
        """What ``inside`` yields but for the declaration itself: many checks walk the same one."""
        return tuple(_below(self))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values; what was worked out of the first and kept there is not taken along.

        >>> Text(zh="令", en="Order").model_copy(update={"en": "Edict"}).say("en")
        'Edict'
        """
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def inside(declaration: BaseModel) -> Iterator[tuple[tuple[str | int, ...], BaseModel]]:
    """Yield a declaration and every one that stands within it, each with its path in the words of the file.

    >>> [path for path, _ in inside(Basis(title=Text(zh="令", en="Order")))]
    [(), ('title',)]
    """
    yield (), declaration
    yield from declaration.stands_within if isinstance(declaration, Declared) else _below(declaration)


def _below(declaration: BaseModel) -> Iterator[tuple[tuple[str | int, ...], BaseModel]]:
    waiting: list[tuple[tuple[str | int, ...], BaseModel | tuple[object, ...]]] = [((), declaration)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, BaseModel):
            if at:
                yield at, value
            held = value.__dict__
            named: Iterable[tuple[str | int, object]] = ((key, held[name]) for name, key in _keys(type(value)))
        else:
            named = enumerate(value)
        more = ((key, one) for key, one in named if _holds(type(one)))  # type: ignore[arg-type] # it has a hash
        waiting += [((*at, key), one) for key, one in more]  # type: ignore[misc] # _holds says so


@cache
def _holds(kind: type) -> bool:
    """Say whether declarations may stand in a value of a type."""
    return issubclass(kind, BaseModel | tuple)


@cache
def _keys(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    return tuple((name, info.alias or name) for name, info in model.model_fields.items())


class Text(Declared):
    """A text in the languages of the pack.

    >>> Text(zh="备案", en="Filing").say("ru")
    'Filing'
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    ru: str = ""
    ja: str = ""
    ko: str = ""

    def say(self, language: str) -> str:
        """Return the text in a language; what is not translated is said in English.

        >>> Text(zh="备案", en="Filing").say("zh-hans")
        '备案'
        """
        short = language.partition("-")[0]
        return (getattr(self, short) if short in LANGUAGES else "") or self.en


class Basis(Declared):
    """The legal basis of a rule: the text, its article, and whether somebody has checked it."""

    title: Text
    article: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    verified: bool = False


def cited(basis: Iterable[Basis]) -> str:
    """Return legal bases as they are cited in one line.

    >>> cited([Basis(title=Text(zh="许可法", en="Licensing Act"), article="第七条")])
    '许可法第七条'
    """
    return "; ".join(f"{one.title.zh}{one.article}" for one in basis)


class Erasure(Declared):
    """Who may erase what is personal before its time is over, and on what ground; then it goes by itself."""

    by: Identifier
    basis: tuple[Basis, ...] = Field(min_length=1)


class SystemOfRecord(Declared):
    """That another system decides on something, or keeps the record that counts, and what of it is ours.

    With ``exchange`` the exchange of that id hands over, and says whose system it is, how it is called and who decides
    there. Where nothing is handed over, ``no_exchange`` says why in plain words, and the three are said here.
    """

    exchange: Identifier | None = None
    whose: Literal["national", "provincial", "operator", "other"] | None = None
    title: Text | None = None
    decides: Text | None = None
    no_exchange: Text | None = None

    @model_validator(mode="after")
    def _says_it_once(self) -> SystemOfRecord:
        said = {"whose": self.whose, "title": self.title, "decides": self.decides, "no_exchange": self.no_exchange}
        present = [name for name, value in said.items() if value is not None]
        if self.exchange and present:
            raise ValueError(f"the exchange says {', '.join(present)}; take it away here")
        if not self.exchange and len(present) < len(said):
            missing = ", ".join(name for name in said if name not in present)
            raise ValueError(f"found no exchange and no {missing}; name the exchange that hands over, or say all of it")
        return self


class MayCarry(Declared):
    """What may carry commitments out: it has an id and a title, and names those that it does, if any."""

    id: Identifier
    title: Text
    carries_out: tuple[CommitmentId, ...] = ()
    assisted: bool = False


class Carrier(MayCarry):
    """What every carrier has: an id, a title and the commitments that it carries out.

    ``system_of_record`` says which system decides or keeps the record that counts; ``ours`` unless it is another.
    """

    carries_out: tuple[CommitmentId, ...] = Field(min_length=1)
    system_of_record: Literal["ours"] | SystemOfRecord = "ours"
