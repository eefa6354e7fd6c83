"""What a pack says about a procedure in words: its documents, questions and answers."""

from __future__ import annotations

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text
from amur.procedures.papers.declarations import PaperKind, ServeWithin


class DocumentTemplate(Declared):
    """A document that the procedure issues, in the words of the pack, in each language that its texts are written in.

    Texts may name in braces what a notice may, and ``issued_on``, ``document`` (its own number) and ``body`` (who
    issues it); ``values`` adds places, each an expression whose value is shown as its field shows it.

    A standard ``paper`` says by itself what such a paper must say, after the paragraphs; it may have none of its own.
    A ``received`` one is issued with the case, unless an event issues it. With ``serve_within`` it must be served in
    time; with ``opening_serves`` a party that agreed to it is served when it opens the document in the portal.
    """

    id: Identifier
    title: Text
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    paper: PaperKind | None = None
    addressee: Text | None = None
    paragraphs: tuple[Text, ...] = ()
    values: dict[Identifier, str] = Field(default_factory=dict)
    serve_within: ServeWithin | None = None
    opening_serves: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> DocumentTemplate:
        if not self.paragraphs and self.paper is None:
            raise ValueError(f"document {self.id!r} says nothing; write paragraphs, or which standard paper it is")
        if self.opening_serves and self.serve_within is None:
            raise ValueError(f"document {self.id!r}: opening_serves stands with serve_within; write both or neither")
        return self

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return all texts that the pack wrote."""
        return (self.title, *((self.addressee,) if self.addressee else ()), *self.paragraphs)


class Question(Declared):
    """A question that people ask, with its answer."""

    asked: Text
    answer: Text
