"""What the search may find of a record: its key and what lists show of it; in each language, never what is personal.

What is not open to everybody stands under the label of the register, which its readers hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.canonical import Json
from amur.base.fields import FieldDeclaration, Lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record
from amur.search.engine import Document

_LANGUAGES = ("zh", "en")


def kind_of(register_id: str) -> str:
    """Return the kind under which the records of a register stand in the index."""
    return f"record:{register_id}"


def label_of(register_id: str) -> str:
    """Return the label that the readers of what is restricted in a register hold."""
    return f"register:{register_id}"


def document(declaration: RegisterDeclaration, record: Record, data: Mapping[str, Json], found: Lookups) -> Document:
    """Return a record as the search may find it, with its present values."""
    everything = [record.key, *_words(_shown(declaration), data, found)]
    opened = [field for field in _shown(declaration) if field.openness == "public"]
    texts = [field for field in opened if field.type == "text"]
    name = next(_words(texts, data, found), "")
    return Document(
        kind=kind_of(declaration.id),
        ref=record.key,
        key=record.key,
        title=name,
        open_text="\n".join([record.key, *_words(opened, data, found)]) if declaration.public else "",
        full_text="\n".join(everything),
        readers=label_of(declaration.id),
        happened_at=record.recorded_at,
    )


def _shown(declaration: RegisterDeclaration) -> list[FieldDeclaration]:
    fields = [declaration.field(name) for name in declaration.shows]
    return [field for field in fields if field.personal_class == "none"]


def _words(fields: list[FieldDeclaration], data: Mapping[str, Json], found: Lookups) -> Iterator[str]:
    for field in fields:
        yield from filter(None, (field.display(data.get(field.id), language, found) for language in _LANGUAGES))
