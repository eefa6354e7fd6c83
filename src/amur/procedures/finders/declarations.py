"""What a pack can say about a finder: its questions, what comes out, and the table that leads from one to the other."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text

YES, NO = "yes", "no"
RESERVED = frozenset({"on", "change", "asked"})
"""Names that addresses of finders use for something else than an answer."""


def _as_answer(value: Any) -> Any:
    """Return an answer as it is typed: YAML reads a bare yes or no as a truth."""
    return (YES if value else NO) if isinstance(value, bool) else value


Answer = Annotated[
    str, BeforeValidator(_as_answer, json_schema_input_type=str | bool), Field(min_length=1, max_length=80)
]
Conditions = dict[Identifier, Annotated[tuple[Answer, ...], Field(min_length=1)]]
"""Answers by question; several of one question mean any of them."""


class Option(Declared):
    """An answer that a question offers, between these days if it gives any."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=80)
    title: Text
    hint: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether it is offered on a day.

        >>> Option(id="a", title=Text(zh="甲", en="A"), valid_to=date(2020, 1, 1)).in_force(date(2021, 1, 1))
        False
        """
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Question(Declared):
    """A question: one of its options, a code of a list, or yes or no.

    A question of codes offers what may be chosen of the list on the day, ``within`` these codes if it names any, and
    its options after them, such as *none of these*.
    """

    id: Identifier
    type: Literal["choice", "code", "yes_no"]
    title: Text
    hint: Text | None = None
    why: Text | None = None
    codelist: Identifier | None = None
    within: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def _offers_what_its_type_says(self) -> Question:
        if self.id in RESERVED:
            raise ValueError(f"a question cannot be called {self.id!r}, which addresses use; give it another id")
        if (self.type == "code") != (self.codelist is not None) or (self.within and self.codelist is None):
            raise ValueError("a code list stands with a question of type code, and with no other; name it there")
        if (self.type == "choice" and not self.options) or (self.type == "yes_no" and self.options):
            raise ValueError("a question of type choice has options, and one of yes and no has none; correct it")
        _each_once("option", [one.id for one in self.options])
        return self


class Link(Declared):
    """An address outside, and the source that says that it is the right one."""

    title: Text
    address: str = Field(pattern=r"^(https://|tel:)\S+$")
    source: Identifier


class Outcome(Declared):
    """What comes out: what is needed in a word and in sentences, who decides, and where to go.

    ``body`` is one of the pack; ``who`` names somebody else. It may lead to a procedure, a register and an address.
    """

    id: Identifier
    tag: Text
    title: Text
    paragraphs: tuple[Text, ...] = ()
    body_id: Identifier | None = Field(default=None, alias="body")
    who: Text | None = None
    procedure_id: Identifier | None = Field(default=None, alias="procedure")
    register_id: Identifier | None = Field(default=None, alias="register")
    link: Link | None = None
    basis: tuple[Basis, ...] = ()

    @model_validator(mode="after")
    def _says_one_who_decides(self) -> Outcome:
        if self.body_id is not None and self.who is not None:
            raise ValueError("an outcome names either a body of the pack or somebody else; give one of the two")
        return self


class Row(Declared):
    """A row of the table: where all of ``when`` and none of ``unless`` is answered, between its days, this comes out.

    A code means also what lies under it.
    """

    when: Conditions = Field(default_factory=dict)
    unless: Conditions = Field(default_factory=dict)
    outcome: Identifier
    note: Text | None = None
    basis: tuple[Basis, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether the row holds on a day.

        >>> Row(outcome="none", valid_from=date(2020, 1, 1)).in_force(date(2019, 12, 31))
        False
        """
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Otherwise(Declared):
    """What comes out where no row says anything, and why that is right."""

    outcome: Identifier
    why: Text


class FinderDeclaration(Carrier):
    """A finder. Its pages, its table as data and its answers to programs are derived from this.

    From ``valid_from`` on, each combination of answers has exactly one row; only a declared ``otherwise`` stands in for
    rows that are not there. A question is asked only where the answers before it leave more than one result.
    """

    kind: Literal["finder"] = "finder"
    summary: Text
    questions: tuple[Question, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    rows: tuple[Row, ...] = Field(min_length=1)
    otherwise: Otherwise | None = None
    valid_from: date
    basis: tuple[Basis, ...] = Field(min_length=1)

    @field_validator("questions", "outcomes")
    @classmethod
    def _each_id_once(cls, found: tuple[Question | Outcome, ...]) -> tuple[Question | Outcome, ...]:
        _each_once("id", [one.id for one in found])
        return found

    def question(self, question_id: str) -> Question | None:
        """Return a question by its id."""
        return next((one for one in self.questions if one.id == question_id), None)

    def outcome(self, outcome_id: str) -> Outcome | None:
        """Return an outcome by its id."""
        return next((one for one in self.outcomes if one.id == outcome_id), None)


def _each_once(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"found the {what} {name!r} twice; keep one")
