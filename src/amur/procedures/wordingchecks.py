"""Checks of the words of notices and documents: whatever they name in braces is filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.declared import LANGUAGES, Text
from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.procedures.clocks import Message
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effects import Notify
from amur.procedures.sourcechecks import Sources
from amur.procedures.wording import OF_DOCUMENTS, PLACES, places_of
from amur.registers.checks import Known, Locate, Path, fault


def check_places(message: Notify | Message, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield the places in a notice that nothing fills."""
    for option in ("subject", "body"):
        yield from unfilled(getattr(message, option), PLACES, "effect.notice", (*at, option), locate)


def check_documents(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield places that nothing fills, values that are none, numbers that are those of cases, and unused documents."""
    sources = Sources(definition, known, locate)
    voided = definition.correction.events if definition.correction else ()
    effects = [effect for one in definition.transitions for effect in one.effects]
    effects += [effect for one in voided for effect in one.effects]
    issued = {getattr(effect, "document", "") for effect in effects}
    for place, document in enumerate(definition.documents):
        at: Path = ("documents", place)
        filled = OF_DOCUMENTS | set(document.values)
        yield from unfilled(document.title, filled, "document.place", (*at, "title"), locate)
        if document.addressee:
            yield from unfilled(document.addressee, filled, "document.place", (*at, "addressee"), locate)
        for number, paragraph in enumerate(document.paragraphs):
            yield from unfilled(paragraph, filled, "document.place", (*at, "paragraphs", number), locate)
        for name, source in document.values.items():
            yield from sources.of_kind(source, Kind.TEXT, (*at, "values", name))
        if document.series == definition.series:
            found = f"documents are numbered as cases are, by {document.series!r}"
            yield Fault(*locate((*at, "series")), "document.series", found, "give documents a series of their own")
        if document.id not in issued and document.paper != "received":
            found = f"nothing issues {document.id!r}"
            yield Fault(*locate(at), "document.unused", found, "add an issue_document effect or take it out")


def unfilled(text: Text, known: Collection[str], check: str, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield what a text names in braces and nothing fills."""
    for language in LANGUAGES:
        try:
            named = places_of(getattr(text, language))
        except ValueError as error:
            found = f"braces do not match in {language!r}: {error}"
            yield Fault(*locate(at), check, found, "close each brace")
            continue
        for name in sorted(named - set(known)):
            yield fault(locate, at, check, f"nothing fills {{{name}}} in {language!r}", known)
