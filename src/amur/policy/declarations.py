"""What a pack can say about itself and about its policy, in its own plain words, and which values the law sets."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, StrictInt, model_validator

from amur.base.declared import Basis, CommitmentId, Declared, Identifier, Text
from amur.policy.editions.declarations import EditionsDeclaration

Target = Literal["hard", "countable", "direction"]
CarrierKind = Literal[
    "procedure",
    "register",
    "indicator",
    "signal",
    "method",
    "publication",
    "draw",
    "consultation",
    "finder",
    "exchange",
]
DeclaredVerdict = Literal["manual", "planned", "no_duty", "boundary", "not_met"]
ValueType = Literal["integer", "decimal", "money", "days"]
Language = Literal["zh", "en", "ru", "ja", "ko"]


class LanguageStatus(Declared):
    """A language of the pack; a draft may have gaps, a complete one may not."""

    language: Language
    status: Literal["complete", "reviewed", "draft"] = "complete"


class OfficialText(Declared):
    """The official text that the pack was written for. The pack does not contain it; it names it by its hash."""

    title: Text
    number: str = ""
    issued_on: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


class PackDeclaration(Declared):
    """``pack.yaml``: what the pack is, whose it is, and which kernel it needs.

    ``late_causes`` is the code list from which an office takes why a case of its is late.
    """

    id: Identifier
    title: Text
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    authority: Text
    authority_body: Identifier
    document: OfficialText
    languages: tuple[LanguageStatus, ...] = Field(min_length=1)
    kernel: str = Field(pattern=r"^>=[0-9]+\.[0-9]+(,<[0-9]+\.[0-9]+)?$")
    region: str = ""
    imaginary: bool = False
    late_causes: Identifier | None = None
    editions: EditionsDeclaration | None = None


class PartDeclaration(Declared):
    """A part of the policy."""

    number: int = Field(gt=0)
    title: Text


class ClauseDeclaration(Declared):
    """A clause: its number in the text, and what it says in the pack's own words."""

    number: int = Field(gt=0)
    part: int = Field(gt=0)
    title: Text
    summary: Text


class TextSpan(Declared):
    """Where the official text says something: a paragraph of the clause, counted from 1, and characters of it.

    ``starts`` counts from 0, ``ends`` is the place after the last character. No word of the text stands in a pack.
    """

    paragraph: int = Field(gt=0)
    starts: int = Field(ge=0)
    ends: int = Field(gt=0)

    @model_validator(mode="after")
    def _something_is_said(self) -> TextSpan:
        if self.ends <= self.starts:
            raise ValueError(f"the passage ends at {self.ends} and starts at {self.starts}; exchange them")
        return self


class CommitmentDeclaration(Declared):
    """One thing that a clause names or requires.

    ``verdict`` with its ``reason`` stands where nothing carries the commitment out. ``missing`` says what is not there
    yet where something carries it out in part. ``text`` is where the edition that the pack knows says it.
    """

    id: CommitmentId
    title: Text
    target: Target
    kinds: tuple[CarrierKind, ...] = Field(min_length=1)
    bodies: tuple[Identifier, ...] = ()
    bodies_inferred: bool = False
    verdict: DeclaredVerdict | None = None
    reason: Text | None = None
    missing: Text | None = None
    text: TextSpan | None = None

    @property
    def clause(self) -> int:
        """Return the number of the clause, which the id begins with."""
        return int(self.id.partition(".")[0])

    @model_validator(mode="after")
    def _a_verdict_has_its_reason(self) -> CommitmentDeclaration:
        if (self.verdict is None) != (self.reason is None):
            raise ValueError(f"commitment {self.id} has a verdict or a reason without the other; give both or none")
        return self


class PolicyDeclaration(Declared):
    """``policy.yaml``: the policy's parts, clauses and commitments."""

    title: Text
    parts: tuple[PartDeclaration, ...] = Field(min_length=1)
    clauses: tuple[ClauseDeclaration, ...] = Field(min_length=1)
    commitments: tuple[CommitmentDeclaration, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _numbers_are_given_once(self) -> PolicyDeclaration:
        for what, numbers in (
            ("part", [str(part.number) for part in self.parts]),
            ("clause", [str(clause.number) for clause in self.clauses]),
            ("commitment", [commitment.id for commitment in self.commitments]),
        ):
            for number in numbers:
                if numbers.count(number) > 1:
                    raise ValueError(f"found {what} {number} twice; give each its own number")
        return self

    @model_validator(mode="after")
    def _references_lead_somewhere(self) -> PolicyDeclaration:
        parts = {part.number for part in self.parts}
        clauses = {clause.number for clause in self.clauses}
        for clause in self.clauses:
            if clause.part not in parts:
                raise ValueError(f"clause {clause.number} stands in the unknown part {clause.part}; declare the part")
        for commitment in self.commitments:
            if commitment.clause not in clauses:
                raise ValueError(f"commitment {commitment.id} is of the unknown clause {commitment.clause}; declare it")
        return self

    def commitment(self, commitment_id: str) -> CommitmentDeclaration:
        """Return a commitment by its id.

        Raises:
            KeyError: if there is none.
        """
        for commitment in self.commitments:
            if commitment.id == commitment_id:
                return commitment
        raise KeyError(commitment_id)


class SourceDeclaration(Declared):
    """Where a fact from outside is from, under which licence, and whether somebody has read it there.

    A law, a notice or a standard says who issued it, under which ``number`` and when, from when to when it is in force,
    and where it can be read: ``link`` is an address that is open to everybody.
    """

    id: Identifier
    title: Text
    where: str = Field(min_length=1)
    issuer: Text | None = None
    number: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    link: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    licence: Text
    verified: bool = False
    note: Text | None = None


class SourcesDeclaration(Declared):
    """``sources.yaml``."""

    sources: tuple[SourceDeclaration, ...] = ()


class ValueEntry(Declared):
    """What a value is from a day on, up to and with another day or until further notice.

    ``source`` and ``verified`` say where this figure was read and whether somebody has read it there.
    """

    valid_from: date
    valid_to: date | None = None
    value: StrictInt | str
    basis: Basis
    source: str = ""
    verified: bool = False


class ValueDeclaration(Declared):
    """One value that a rule sets and changes: an amount, a rate, a number of days.

    ``integer`` and ``days`` are written as whole numbers; ``decimal`` and ``money`` as text in quotes, such as
    ``"0.03"``, and money with at most ``decimals`` places. ``counting`` says which days are counted. The periods of its
    entries may leave gaps and may not overlap.
    """

    id: Identifier
    kind: Literal["value"] = "value"
    title: Text
    type: ValueType
    unit: Text | None = None
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    decimals: int = Field(default=2, ge=0, le=4)
    counting: Literal["", "working", "calendar"] = ""
    entries: tuple[ValueEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> ValueDeclaration:
        if (self.type == "money") != bool(self.currency):
            raise ValueError(f"value {self.id!r} is {self.type}; money, and nothing else, names its currency")
        if (self.type == "days") != bool(self.counting):
            raise ValueError(
                f"value {self.id!r} is {self.type}; days, and nothing else, say counting: working or calendar"
            )
        return self
