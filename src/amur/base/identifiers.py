"""Identifier schemes as data: the schemes themselves are declared by packs.

A scheme with a check character is an alphabet, one weight a position, and a modulus. Each character counts with its
place in the alphabet times the weight of its position; the check character makes the sum come out right. A scheme
without one is a pattern. Both may say what parts of an identifier mean: a date that must be one, a prefix that must
be on a list. Which identifier belongs to whom is in no scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text

LONGEST = 100
"""Characters; no identifier is longer, so that no pattern meets a text that it could be slow with."""

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


class IdentifierPart(Declared):
    """Characters ``first`` to ``last`` of an identifier, counted from one, and what they must be.

    ``date`` is eight digits, year, month, day, from ``earliest`` on and not after the day of reference; ``listed``
    is one of ``one_of``.
    """

    id: Identifier
    title: Text | None = None
    first: int = Field(gt=0, le=LONGEST)
    last: int = Field(gt=0, le=LONGEST)
    type: Literal["date", "listed"]
    earliest: date = date(1800, 1, 1)
    one_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> IdentifierPart:
        length = self.last - self.first + 1
        if self.type == "date" and (length != 8 or self.one_of):  # noqa: PLR2004 - year, month and day
            raise ValueError(f"the part {self.id!r} is a date of {length} characters; a date has eight and no list")
        if self.type == "listed" and not self.one_of:
            raise ValueError(f"the part {self.id!r} is on no list; name what it may be in one_of")
        for value in self.one_of:
            if len(value) != length:
                raise ValueError(
                    f"the part {self.id!r} has {length} characters and {value!r} another number; correct it"
                )
        return self

    def check(self, whole: str, on: date | None) -> None:
        """Look at the part of an identifier.

        Raises:
            ValueError: if it is not what it must be.

        >>> part = IdentifierPart(id="born", first=2, last=9, type="date")
        >>> part.check("A20260229", None)
        Traceback (most recent call last):
        ...
        ValueError: found '20260229' at places 2 to 9, which is no date; look for a mistyped character
        """
        said = whole[self.first - 1 : self.last]
        where = f"found {said!r} at places {self.first} to {self.last}"
        if self.type == "listed":
            if said not in self.one_of:
                raise ValueError(f"{where}, which is not on the list; look for a mistyped character")
            return
        digits = _DATE.fullmatch(said)
        try:
            day = date(*map(int, digits.groups())) if digits else None
        except ValueError:
            day = None
        if day is None:
            raise ValueError(f"{where}, which is no date; look for a mistyped character")
        if day < self.earliest or (on is not None and day > on):
            raise ValueError(f"{where}, a date that cannot be; look for a mistyped character")


class IdentifierScheme(Declared):
    """A scheme such as a business registration number.

    ``check``: ``complement`` takes modulus minus the remainder (modulus itself becomes zero); ``table`` looks the
    remainder up in ``check_alphabet``; ``none`` has no check character and a ``pattern`` instead. With ``sum_digits`` a
    product of two digits counts as their sum, as in the rule of Luhn. ``valid`` and ``invalid`` are published examples;
    the check of a pack tries them. What is ``personal`` is looked at in flight and never kept. ``source`` is an id of
    ``sources.yaml``; ``verified`` says whether somebody has read the rule there.
    """

    id: Identifier
    title: Text
    alphabet: str = ""
    weights: tuple[int, ...] = ()
    modulus: int = Field(default=0, ge=0)
    check: Literal["complement", "table", "none"] = "complement"
    check_alphabet: str = ""
    sum_digits: bool = False
    pattern: str = ""
    parts: tuple[IdentifierPart, ...] = ()
    personal: bool = False
    source: str = ""
    verified: bool = False
    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_what_its_rule_needs(self) -> IdentifierScheme:
        if self.check == "none":
            self._has_a_pattern()
        else:
            self._has_a_sum()
        return self

    def _has_a_pattern(self) -> None:
        if not self.pattern or self.alphabet or self.weights or self.modulus:
            raise ValueError("a scheme without a check character has a pattern and nothing to add up; give just that")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the pattern cannot be read: {error}; correct it") from None

    def _has_a_sum(self) -> None:
        if len(self.alphabet) < 2 or not self.weights or self.modulus < 2:  # noqa: PLR2004 - less tells nothing apart
            raise ValueError("a check character needs alphabet, weights and modulus; give them, or say check: none")
        if len(self.check_alphabet or self.alphabet) < self.modulus:
            raise ValueError(f"the check alphabet is shorter than the modulus {self.modulus}; give one character each")
        if len(set(self.alphabet)) != len(self.alphabet) or len(set(self.check_alphabet)) != len(self.check_alphabet):
            raise ValueError("the alphabet holds a character twice; give each once")

    def counts(self, place: int, character: str) -> int:
        """Return what a character adds to the sum at a place, counted from zero.

        Raises:
            ValueError: if the character is not of the alphabet.

        >>> luhn = IdentifierScheme(id="luhn", title=Text(zh="示", en="Luhn"), alphabet="0123456789", weights=(2, 1),
        ...     modulus=10, sum_digits=True)
        >>> luhn.counts(0, "7"), luhn.counts(1, "7")
        (5, 7)
        """
        value = self.alphabet.find(character)
        if value < 0:
            raise ValueError(f"found {character!r} at place {place + 1}; allowed are {self.alphabet}")
        product = value * self.weights[place]
        return sum(divmod(product, len(self.alphabet))) if self.sum_digits else product

    def check_character(self, payload: str) -> str:
        """Return the check character of a payload without one.

        Raises:
            ValueError: if the length is wrong or a character is not of the alphabet.

        >>> demo = IdentifierScheme(id="demo", title=Text(zh="示", en="Demo"), alphabet="0123456789",
        ...     weights=(1, 3), modulus=10)
        >>> demo.check_character("12")
        '3'
        """
        if len(payload) != len(self.weights):
            raise ValueError(f"found {len(payload) + 1} characters; {len(self.weights) + 1} are needed")
        remainder = sum(self.counts(place, character) for place, character in enumerate(payload)) % self.modulus
        values = self.check_alphabet or self.alphabet
        return values[remainder if self.check == "table" else (self.modulus - remainder) % self.modulus]

    def parse(self, raw: str, on: date | None = None) -> str:
        """Return the identifier without spaces and in capitals, or say what is wrong with it.

        With a day of reference, a date in it may not lie after that day.

        Raises:
            ValueError: if it is not one of this scheme.

        >>> demo = IdentifierScheme(id="demo", title=Text(zh="示", en="Demo"), alphabet="0123456789",
        ...     weights=(1, 3), modulus=10)
        >>> demo.parse(" 1 23 ")
        '123'
        >>> plate = IdentifierScheme(id="plate", title=Text(zh="示", en="P"), check="none", pattern="[A-Z]{2}[0-9]+")
        >>> plate.parse("ab 123")
        'AB123'
        """
        value = "".join(raw.split()).upper()
        if not value:
            raise ValueError("nothing was entered; enter the identifier")
        if len(value) > LONGEST:
            raise ValueError(f"found {len(value)} characters; at most {LONGEST} are read")
        if self.check == "none":
            if not re.fullmatch(self.pattern, value):
                raise ValueError(f"found {value!r}, which has another form; look for a mistyped character")
        elif value[-1] != self.check_character(value[:-1]):
            raise ValueError(f"found check character {value[-1]!r}, which does not fit; look for a mistyped character")
        for part in self.parts:
            part.check(value, on)
        return value

    def wrong_examples(self) -> Iterator[tuple[Literal["valid", "invalid"], int, str]]:
        """Yield each declared example that the rule contradicts: under which key, at which place, and what was found.

        >>> demo = IdentifierScheme(id="demo", title=Text(zh="示", en="Demo"), alphabet="0123456789",
        ...     weights=(1, 3), modulus=10, valid=("123", "124"), invalid=("123", "125"))
        >>> [(key, place) for key, place, _ in demo.wrong_examples()]
        [('valid', 1), ('invalid', 0)]
        """
        for place, example in enumerate(self.valid):
            try:
                self.parse(example)
            except ValueError as error:
                yield "valid", place, f"{example!r} should be valid, and the rule refuses it: {error}"
        for place, example in enumerate(self.invalid):
            try:
                self.parse(example)
            except ValueError:
                continue
            yield "invalid", place, f"{example!r} should be invalid, and the rule accepts it"
