"""What results came of: sources and their resolution, the model, the files that went in, the versions of programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from amur.methods.printing.blocks import Block, Heading, Note, Paragraph, Table
from amur.methods.printing.manifests import Manifest
from amur.methods.printing.vocabulary import WORDS
from amur.methods.printing.words import NONE, Language, say, told

_COLUMNS = ("what", "from", "date", "licence", "resolution")
_MOST_FILES = 60


def sources(said: Any, coarse: Sequence[str], language: Language) -> Iterator[Block]:
    """Yield what was used, from where, of which day, under which licence and how fine; and what is coarse."""
    yield Heading(say("sources_title", language))
    rows = [[worded(one.get(name), language) for name in _COLUMNS] for one in said or () if isinstance(one, Mapping)]
    if rows:
        head = [say(f"source_{name}", language) for name in _COLUMNS]
        yield Table(head, rows, widths=(2, 4, 1.6, 2, 2))
    else:
        yield Paragraph(say("sources_none", language))
    if coarse:
        yield Note(say("coarse_title", language), coarse)


def worded(said: Any, language: Language) -> str:
    """Return what a source says; the words that the kernel itself uses in the language of the report.

    >>> worded("heights", "zh"), worded("SRTM", "zh"), worded(None, "en")
    ('高程', 'SRTM', '—')
    """
    found = told(said, language)
    return say(f"input_{found}", language) if f"input_{found}" in WORDS else found or NONE


def made_with(made: Manifest, model: str, language: Language) -> Iterator[Block]:
    """Yield with which model, versions and files results were made, and how to make them again."""
    yield Heading(say("made_title", language))
    yield Paragraph(say("made_text", language))
    if model:
        yield Paragraph(say("model", language, model=model))
    if made.versions:
        head = [say("program", language), say("version", language)]
        rows = [[name, version] for name, version in sorted(made.versions.items())]
        yield Table(head, rows, widths=(1, 2), caption=say("versions", language))
    if made.inputs:
        files = sorted(made.inputs.items())
        shown = [[name, hash_] for name, hash_ in files[:_MOST_FILES]]
        caption = say("inputs", language, shown=len(shown), all=len(files))
        yield Table([say("file", language), "SHA-256"], shown, widths=(1, 2), caption=caption)
