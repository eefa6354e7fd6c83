"""Identifier schemes with a check character, as data: the schemes themselves are declared by packs.

A scheme is an alphabet, one weight a position, and a modulus. The check character makes the weighted sum of all
positions (its own weight is one, in the way the scheme states) come out right.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text


class IdentifierScheme(Declared):
    """A scheme such as a business registration number.

    ``check``: ``complement`` takes modulus minus the remainder (modulus itself becomes zero); ``table`` looks the
    remainder up in ``check_alphabet``.
    """

    id: Identifier
    title: Text
    alphabet: str = Field(min_length=2)
    weights: tuple[int, ...] = Field(min_length=1)
    modulus: int = Field(gt=1)
    check: Literal["complement", "table"] = "complement"
    check_alphabet: str = ""
    personal: bool = False
    source: str = ""

    @model_validator(mode="after")
    def _alphabets_are_long_enough(self) -> IdentifierScheme:
        if len(self.check_alphabet or self.alphabet) < self.modulus:
            raise ValueError(f"the check alphabet is shorter than the modulus {self.modulus}; give one character each")
        if len(set(self.alphabet)) != len(self.alphabet):
            raise ValueError("the alphabet holds a character twice; give each once")
        return self

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
        total = 0
        for place, (character, weight) in enumerate(zip(payload, self.weights, strict=True), start=1):
            value = self.alphabet.find(character)
            if value < 0:
                raise ValueError(f"found {character!r} at place {place}; allowed are {self.alphabet}")
            total += value * weight
        remainder = total % self.modulus
        if self.check == "table":
            return (self.check_alphabet or self.alphabet)[remainder]
        return (self.check_alphabet or self.alphabet)[(self.modulus - remainder) % self.modulus]

    def parse(self, raw: str) -> str:
        """Return the identifier without spaces and in capitals, or say what is wrong with it.

        Raises:
            ValueError: if it is not one of this scheme.

        >>> demo = IdentifierScheme(id="demo", title=Text(zh="示", en="Demo"), alphabet="0123456789",
        ...     weights=(1, 3), modulus=10)
        >>> demo.parse(" 1 23 ")
        '123'
        """
        value = "".join(raw.split()).upper()
        if not value:
            raise ValueError("nothing was entered; enter the identifier")
        expected = self.check_character(value[:-1])
        if value[-1] != expected:
            raise ValueError(f"found check character {value[-1]!r}, which does not fit; look for a mistyped character")
        return value
