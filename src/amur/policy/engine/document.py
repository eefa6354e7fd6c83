"""What the reader hands back: a tree of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from amur.base.canonical import Json


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered line below a clause, such as 项 in a law."""

    label: str
    text: str


@dataclass(slots=True)
class Clause:
    """The unit that people cite. ``number`` is None for text that stands before the first numbered clause."""

    number: int | None
    label: str = ""
    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Json]:
        """Return the clause as JSON.

        >>> Clause(3, "3.", "甲", ["乙。"]).as_dict()["title"]
        '甲'
        """
        return {
            "number": self.number,
            "label": self.label,
            "title": self.title,
            "paragraphs": list(self.paragraphs),
            "items": [{"label": item.label, "text": item.text} for item in self.items],
            "bodies": list(self.bodies),
            "dates": list(self.dates),
        }


@dataclass(slots=True)
class Part:
    """A part; a text without parts has one without a number."""

    number: int | None
    label: str = ""
    title: str = ""
    clauses: list[Clause] = field(default_factory=list)


@dataclass(slots=True)
class ReadDocument:
    """The whole text: what its covering notice says, its title, its parts, and what stands before and after them."""

    text: str
    title: str = ""
    number: str = ""
    issued_by: list[str] = field(default_factory=list)
    issued_on: str = ""
    addressees: list[str] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def clauses(self) -> list[Clause]:
        """Return the clauses of all parts in their order."""
        return [clause for part in self.parts for clause in part.clauses]

    def counts(self) -> dict[str, int]:
        """Return how many numbered parts, numbered clauses and paragraphs there are.

        >>> ReadDocument("", parts=[Part(1, clauses=[Clause(1, paragraphs=["甲。", "乙。"])])]).counts()
        {'parts': 1, 'clauses': 1, 'paragraphs': 2}
        """
        return {
            "parts": sum(part.number is not None for part in self.parts),
            "clauses": sum(clause.number is not None for clause in self.clauses),
            "paragraphs": sum(len(clause.paragraphs) for clause in self.clauses),
        }

    def as_dict(self) -> dict[str, Json]:
        """Return the tree as JSON.

        >>> sorted(ReadDocument("").as_dict())
        ['closing', 'notice', 'parts', 'preamble', 'title', 'warnings']
        """
        return {
            "title": self.title,
            "notice": {
                "number": self.number,
                "bodies": list(self.issued_by),
                "date": self.issued_on,
                "addressees": list(self.addressees),
            },
            "preamble": list(self.preamble),
            "parts": [
                {
                    "number": part.number,
                    "label": part.label,
                    "title": part.title,
                    "clauses": [clause.as_dict() for clause in part.clauses],
                }
                for part in self.parts
            ],
            "closing": list(self.closing),
            "warnings": list(self.warnings),
        }
