"""What a pack can say about a draw: out of what, for whom, who may not meet whom, and how evenly."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text
from amur.base.expressions import Kind, Struct, variable_of
from amur.base.fields import FieldDeclaration, TextField
from amur.registers.declarations import RegisterDeclaration

KEY = "key"
"""In place of a field: the key of the record."""

OF_HOLDERS = ("body", "region")
"""What is known of somebody who is drawn because they hold a role."""


def fields_of(register: RegisterDeclaration | None) -> tuple[FieldDeclaration, ...]:
    """Return the fields that are known of somebody on a list: of the register, or else of whoever holds a role.

    >>> [field.id for field in fields_of(None)]
    ['body', 'region']
    """
    if register is not None:
        return register.fields
    title = Text(zh="任职", en="Office")
    return tuple(TextField(id=name, type="text", title=title) for name in OF_HOLDERS)


def known_of(fields: tuple[FieldDeclaration, ...]) -> Struct:
    """Return what an answer of an opened case may read, where the drawn objects have these fields.

    >>> [name for name, _ in known_of(()).fields]
    ['object', 'draw']
    """
    text = dict.fromkeys(("number", "object", "people"), Kind.TEXT)
    return Struct.of({"object": variable_of(fields), "draw": Struct.of({**text, "held_on": Kind.DATE})})


class Quota(Declared):
    """How many are drawn: a number, or so many of a hundred, where any part of one counts as one."""

    count: int | None = Field(default=None, gt=0)
    share: int | None = Field(default=None, gt=0, le=100)

    @model_validator(mode="after")
    def _says_one_of_both(self) -> Quota:
        if (self.count is None) == (self.share is None):
            raise ValueError("a quota says either count or share; give one of the two")
        return self

    def of(self, size: int) -> int:
        """Return how many are drawn out of so many.

        >>> Quota(share=10).of(11), Quota(count=3).of(2), Quota(share=50).of(0)
        (2, 2, 0)
        """
        wanted = self.count if self.count is not None else -(-size * (self.share or 0) // 100)
        return min(wanted, size)


class Stratum(Quota):
    """A part of the objects that gives a number of its own: those with one of these values, or all the others."""

    title: Text
    values: tuple[str, ...] = ()


class Objects(Declared):
    """What is drawn: records in force of a register where ``when`` holds, all alike or in strata by a field.

    A stratum of regions holds those inside them too. What is in no stratum is not drawn.
    """

    register_id: Identifier = Field(alias="register")
    when: str = ""
    quota: Quota | None = None
    by: Identifier | None = None
    strata: tuple[Stratum, ...] = ()

    @model_validator(mode="after")
    def _says_how_many(self) -> Objects:
        if (self.quota is None) == (not self.strata):
            raise ValueError("objects have either one quota or strata; give one of the two")
        if bool(self.strata) != (self.by is not None):
            raise ValueError("strata and the field by which they are made stand together; name it as by:")
        rest = [number for number, stratum in enumerate(self.strata) if not stratum.values]
        if rest and rest != [len(self.strata) - 1]:
            raise ValueError("a stratum without values takes all the others; put one of them, last")
        return self


class People(Declared):
    """Who is drawn for each object: people in a register, or those who hold a role in the body, where ``when`` holds.

    With ``balance`` nobody gets more than one object above the least, as far as conflicts let that be.
    """

    register_id: Identifier | None = Field(default=None, alias="register")
    role: Identifier | None = None
    when: str = ""
    each: int = Field(default=1, gt=0)
    balance: bool = True

    @model_validator(mode="after")
    def _says_out_of_what(self) -> People:
        if (self.register_id is None) == (self.role is None):
            raise ValueError("people come either out of a register or hold a role; name one of the two")
        return self


class ConflictRule(Declared):
    """Who may not meet what: equal values of two fields, a value ``among`` those a person declared, or an expression.

    ``key`` in place of a field is the key of the record. What somebody declared is a text; its parts are separated by
    spaces, commas or semicolons.
    """

    title: Text
    object: Identifier | None = None
    person: Identifier | None = None
    among: bool = False
    when: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> ConflictRule:
        named = (self.object is not None, self.person is not None)
        if bool(self.when) == any(named) or (any(named) and not all(named)) or (self.among and self.when):
            raise ValueError(
                "a conflict names a field of the object and one of the person, or says when; do one of both"
            )
        return self


class Firm(Declared):
    """Whose case a drawn object is: the field of the object with the identifier of the enterprise, and its scheme."""

    scheme: Identifier
    field: Identifier


class Opens(Declared):
    """The case that is opened for each drawn object, once the draw was held: of which procedure, with which answers.

    Each answer is an expression over ``object`` and over ``draw``: its ``number``, when it was ``held_on``, the key of
    the ``object`` and who the ``people`` are, as one text. With ``firm`` it is the case of that enterprise, if
    somebody acts for it here; else of whoever holds the query code that its first paper brings.
    """

    procedure_id: Identifier = Field(alias="procedure")
    values: dict[Identifier, str] = Field(min_length=1)
    firm: Firm | None = None


class DrawDeclaration(Carrier):
    """A draw. Its page, its desk, its file and its proof are derived from this.

    ``by`` are the roles of the body that commit to it and hold it. Names of people are kept for ``names_days``, so that
    the office can call them; the draw itself stays for ever. ``opens`` is the case that each drawn object brings.
    """

    kind: Literal["draw"] = "draw"
    summary: Text
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    body_id: Identifier = Field(alias="body")
    by: tuple[Identifier, ...] = Field(min_length=1)
    objects: Objects
    people: People
    conflicts: tuple[ConflictRule, ...] = ()
    names_days: int = Field(default=365, gt=0, le=3650)
    opens: Opens | None = None
    basis: tuple[Basis, ...] = Field(min_length=1)
