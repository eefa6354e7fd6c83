"""What a pack says about a procedure in words: its documents, where to contest it, questions and answers."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier, Text


class DocumentTemplate(Declared):
    """A document that the procedure issues, in the words of the pack, in each language that its texts are written in.

    Texts may name in braces what a notice may, and ``issued_on``, ``document`` (its own number) and ``body`` (who
    issues it); ``values`` adds places, each an expression whose value is shown as its field shows it.
    """

    id: Identifier
    title: Text
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    paragraphs: tuple[Text, ...] = Field(min_length=1)
    values: dict[Identifier, str] = Field(default_factory=dict)


class Appeal(Declared):
    """Where and until when a refusal can be contested."""

    title: Text
    body: Text
    within: Text
    basis: tuple[Basis, ...] = Field(min_length=1)


class Question(Declared):
    """A question that people ask, with its answer."""

    asked: Text
    answer: Text
