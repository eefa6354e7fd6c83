"""The tree: each line of a text where it belongs."""

from __future__ import annotations

from amur.policy.engine.document import Clause, Item, Part, ReadDocument
from amur.policy.engine.markers import Line, Rank, line_of
from amur.policy.engine.shaping import Shape
from amur.policy.engine.titles import ENDS, is_latin, may_be_title, split_article_title, split_title

_IN_CLAUSES = {Rank.CHINESE_BRACKETS, Rank.ARABIC_BRACKETS, Rank.SMALL_LETTER}
_LAST_PARTS = {"附则", "附則"}


def build(lines: list[Line], shape: Shape, document: ReadDocument) -> None:
    """Put each line where it belongs."""
    level = min((line.level for line in lines if line.rank == shape.clause and line.level), default=0)
    untitled: Part | Clause | None = None
    silent = False
    for place, line in enumerate(lines):
        after = lines[place + 1] if place + 1 < len(lines) else None
        plain_follows = after is not None and after.rank is None
        text_follows = plain_follows or (after is not None and after.rank in _IN_CLAUSES)
        begun: Part | Clause | None = None
        if line.rank is not None and line.rank in shape.part:
            begun = _part(line)
            document.parts.append(begun)
        elif line.rank is not None and line.rank == shape.clause:
            begun = _clause(line, plain_follows=text_follows if is_latin(line.rest) else plain_follows)
            last_part(document).clauses.append(begun)
        elif shape.part and line.rank is None and "".join(line.text.split()) in _LAST_PARTS:
            document.parts.append(Part(None, title="".join(line.text.split())))
        elif line.rank is None and 0 < line.level < level and not shape.part:
            document.parts.append(Part(None, title=line.text))
        elif (line.rank is not None and line.rank in shape.silent) or (
            silent and line.rank is None and may_be_title(line.text)
        ):
            silent = line.rank is not None and not line.rest
            continue
        elif untitled is not None and line.rank is None and _is_title(line, untitled, plain_follows=text_follows):
            untitled.title = line.text
        elif line.rank is not None:
            last_clause(document).items.append(Item(line.label, line.rest))
        else:
            _add_paragraph(last_clause(document), line.text)
        untitled, silent = begun if begun is not None and not line.rest else None, False


def _is_title(line: Line, of: Part | Clause, *, plain_follows: bool) -> bool:
    """Say whether a line right after a bare marker is its title: in a clause, text follows it."""
    return may_be_title(line.text) and (isinstance(of, Part) or plain_follows or is_latin(line.text))


def _part(line: Line) -> Part:
    title, paragraph = split_title(line.rest, plain_follows=True)
    part = Part(line.number, line.label, title)
    if paragraph:
        part.clauses.append(Clause(None, paragraphs=[paragraph]))
    return part


def _clause(line: Line, *, plain_follows: bool) -> Clause:
    split = split_article_title if line.rank is Rank.ARTICLE else split_title
    title, paragraph = split(line.rest, plain_follows=plain_follows)
    first = line_of(paragraph)
    if first.rank is not None and first.rank in _IN_CLAUSES:
        return Clause(line.number, line.label, title, items=[Item(first.label, first.rest)])
    return Clause(line.number, line.label, title, [paragraph] if paragraph else [])


def _add_paragraph(clause: Clause, text: str) -> None:
    if clause.items and not clause.items[-1].text.endswith(ENDS) and " | " not in text:
        last = clause.items.pop()
        clause.items.append(Item(last.label, f"{last.text}\n{text}".strip()))
        return
    clause.paragraphs.append(text)


def last_part(document: ReadDocument) -> Part:
    """Return the part that is being filled; a text without parts has one without a number."""
    if not document.parts:
        document.parts.append(Part(None))
    return document.parts[-1]


def last_clause(document: ReadDocument) -> Clause:
    """Return the clause that is being filled; what stands before the first has one without a number."""
    part = last_part(document)
    if not part.clauses:
        part.clauses.append(Clause(None))
    return part.clauses[-1]
