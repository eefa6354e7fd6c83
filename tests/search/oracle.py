"""What searching means, written naively and apart from the product: character by character, document by document."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from opencc import OpenCC

from amur.search.engine import Document, place_of

_TO_SIMPLE = OpenCC("t2s")
_SCRIPTS = ("CJK ", "HIRAGANA ", "KATAKANA", "COMBINING KATAKANA", "HANGUL ", "THAI ", "IDEOGRAPHIC ", "KANGXI ")
_SYMBOLS = {"So", "Co", "Cn"}


def cells(text: str) -> list[str]:
    """Return a text as the characters that count: folded, with one blank or line break for what lies between."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept: list[str] = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, ""):
            continue
        if category[0] in "LNM" or category in _SYMBOLS:
            kept.append(_TO_SIMPLE.convert(character))
            continue
        gap = "\n" if character.splitlines() == [""] else " "
        if kept and kept[-1] in " \n":
            kept[-1] = "\n" if "\n" in (kept[-1], gap) else " "
        else:
            kept.append(gap)
    return kept[(kept[:1] in ([" "], ["\n"])) : len(kept) - (kept[-1:] in ([" "], ["\n"]))]


def is_of_a_word(character: str) -> bool:
    """Say whether words, which are found from their beginning on, are made of such characters."""
    if unicodedata.category(character)[0] not in "LNM":
        return False
    return not unicodedata.name(character, "").startswith(_SCRIPTS)


def holds(line: list[str], term: list[str]) -> bool:
    """Say whether a line holds a term."""
    for at in range(len(line) - len(term) + 1):
        inside_a_word = at > 0 and is_of_a_word(line[at - 1]) and is_of_a_word(line[at]) and is_of_a_word(term[0])
        if line[at : at + len(term)] == term and not inside_a_word:
            return True
    return False


def lines(text: str) -> list[list[str]]:
    """Return the lines of a text."""
    joined = "".join(cells(text))
    return [[*line] for line in joined.split("\n") if line]


def seen(document: Document, labels: Collection[str]) -> list[list[str]]:
    """Return the lines of a document that a reader may find."""
    hidden = lines(document.full_text) if document.readers and document.readers in labels else []
    return [*lines(document.open_text), *hidden]


def is_called(document: Document, query: str, labels: Collection[str]) -> bool:
    """Say whether a query names a document exactly, by what its reader may read."""
    name, key, title = ("".join(cells(text)).replace("\n", " ") for text in (query, document.key, document.title))
    return name in (key, title) and any(holds(line, [*name]) for line in seen(document, labels))


def found(documents: Iterable[Document], query: str, labels: Collection[str], kinds: Collection[str]) -> list[Document]:
    """Return all that a reader finds, in the order in which it is shown."""
    terms = [term for term in map(cells, query[:200].split()) if term]
    hits = []
    for document in documents:
        family = document.kind.split(":")[0]
        if not terms or (kinds and not {document.kind, family} & set(kinds)):
            continue
        if not all(any(holds(line, term) for line in seen(document, labels)) for term in terms):
            continue
        place = place_of(document.happened_at, document.kind, document.ref)
        hits.append((not is_called(document, query, labels), place, document.kind, document.ref, document))
    return [document for *_, document in sorted(hits, key=lambda hit: hit[:4])]
