"""What is kept of a document, under which tokens it stands in the index, and what a question asks the index for.

A token stands in a *space*: that of everybody, or that of one label. What everybody may find stands in the first; where
a label's readers may find more, all that they may find stands in theirs too. A question goes into the spaces of its
reader and into no other, so hidden text can be found, counted or guessed at through neither hits nor totals nor order.

Not here: SQL (``dialect``), what matches (``amur.base.search_tokens``).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amur.base.search_tokens import Query, fold, parsed, tokens

LONGEST_NAME = 255
"""Characters of a kind, a reference or a label."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIE_BITS = 20
_FARTHEST_SECOND = 2**36

# Private characters that begin what is no token of a text: a text's tokens never hold both a sign and a letter.
_LABEL, _KIND, _NAME = "\ue000", "\ue001", "\ue002"


@dataclass(frozen=True, slots=True)
class Document:
    """What a room wants to be found: ``kind`` and ``ref`` lead back to it.

    ``open_text`` everybody may find; ``full_text`` only readers with the label ``readers``, who find the open text as
    well. A line is a unit: no term of a question reaches over its end. ``key`` and ``title`` that a question names
    exactly come first where they stand in what the reader may find. A kind may have a family: ``record:stations``.
    """

    kind: str
    ref: str
    key: str
    title: str
    open_text: str
    full_text: str
    readers: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found."""

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a document. ``place`` ascends from the newest; ``full_form`` is empty where it adds nothing."""

    kind: str
    ref: str
    place: int
    readers: str
    key_form: str
    title_form: str
    open_form: str
    full_form: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the index is asked: tokens of each space of the reader, whose labels, which kinds, which folded terms.

    ``decided`` says that the tokens alone decide, so that no text needs to be read; ``named`` that only what is called
    exactly as the query says is meant.
    """

    spaces: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    terms: tuple[str, ...]
    decided: bool
    named: bool = False


def row_of(document: Document) -> Row:
    r"""Return what is kept of a document.

    >>> at = datetime(2026, 3, 10, 2, tzinfo=UTC)
    >>> row = row_of(Document("record:a", "1", "HB-1", "宽带", "HB-1\n宽带", "宽带\n备注：五號", "record:a", at))
    >>> row.open_form, row.full_form
    ('|hb |1\n宽带', '|hb |1\n宽带\n备注 五号')
    >>> row_of(Document("page", "1", "", "宽带", "宽带", "宽带", "nobody", at)).full_form
    ''
    """
    opened = _lines(document.open_text)
    full = list(dict.fromkeys([*opened, *_lines(document.full_text)])) if document.readers else opened
    return Row(
        document.kind,
        document.ref,
        place_of(document.happened_at, document.kind, document.ref),
        document.readers,
        _name(document.key),
        _name(document.title),
        "\n".join(opened),
        "" if len(full) == len(opened) else "\n".join(full),
    )


def _name(text: str) -> str:
    return fold(text).replace("\n", " ")


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (line.strip(" ") for line in fold(text).split("\n")))))


def place_of(happened_at: datetime, kind: str, ref: str) -> int:
    """Return a number that ascends from the newest to the oldest second, and within one by a digest of kind and ref.

    The digest makes an order that is arbitrary but the same on every database and after every rebuild.

    >>> at = datetime(2026, 3, 10, 2, tzinfo=UTC)
    >>> place_of(at, "page", "a") < place_of(at - timedelta(seconds=1), "page", "a")
    True
    >>> place_of(datetime(9999, 1, 1, tzinfo=UTC), "page", "a") < place_of(at, "page", "a")
    True
    """
    second = (happened_at - _EPOCH) // timedelta(seconds=1)
    second = min(max(second, -_FARTHEST_SECOND), _FARTHEST_SECOND)
    tie = int.from_bytes(hashlib.blake2b(f"{kind}\0{ref}".encode(), digest_size=4).digest()) >> (32 - _TIE_BITS)
    return (-second << _TIE_BITS) + tie


def tokens_of(row: Row) -> set[str]:
    r"""Return the tokens under which a row stands in the index.

    >>> row = Row("page", "1", 0, "", "", "网", "网", "")
    >>> sorted(token.encode("unicode_escape").decode() for token in tokens_of(row))
    ['\\u7f51', '\\ue001140ab620', '\\ue002cae4b387afc4370c']
    """
    found = {kind_token(kind) for kind in (row.kind, family_of(row.kind))}
    found |= _in_space("", row, row.open_form)
    if row.full_form:
        found |= _in_space(row.readers, row, row.full_form)
    return found


def _in_space(label: str, row: Row, form: str) -> set[str]:
    """Return the tokens of one space; a name that does not stand in the text stays unknown there."""
    names = {name_token(name) for name in (row.key_form, row.title_form) if name and name in form}
    return {space_token(label, token) for token in tokens(form) | names}


def space_token(label: str, token: str) -> str:
    r"""Return a token as it stands in the space of a label, or of everybody.

    >>> space_token("", "宽带"), space_token("record:a", "宽带").encode("unicode_escape").decode()
    ('宽带', '\\ue000562f33f2\\u5bbd\\u5e26')
    """
    return f"{_LABEL}{zlib.crc32(label.encode()):08x}{token}" if label else token


def kind_token(kind: str) -> str:
    """Return the token of a kind or a family of kinds."""
    return f"{_KIND}{zlib.crc32(kind.encode()):08x}"


def name_token(form: str) -> str:
    """Return the token of a folded key or title as a whole."""
    return f"{_NAME}{hashlib.blake2b(form.encode(), digest_size=8).hexdigest()}"


def family_of(kind: str) -> str:
    """Return the family of a kind; a kind without one is its own.

    >>> family_of("record:stations"), family_of("page")
    ('record', 'page')
    """
    return kind.partition(":")[0]


def number_of(token: str) -> int:
    """Return a token as a signed number of 32 bits; that two tokens share one costs a reading of texts, never a hit.

    >>> number_of("宽带"), number_of("网")
    (1808051204, -2054198256)
    """
    return (zlib.crc32(token.encode()) ^ 0x80000000) - 0x80000000


def question(query: str, labels: Iterable[str], kinds: Iterable[str], *, by_name: bool = False) -> Question | None:
    """Return what to ask the index, or None where the query looks for nothing.

    ``by_name`` asks only for what is called exactly so.

    >>> question("？", (), ()) is None
    True
    >>> question("宽带", (), ())
    Question(spaces=(('宽带',),), labels=(), kinds=(), terms=('宽带',), decided=True, named=False)
    >>> len(question("移动宽带", ("record:a", ""), ("page",)).spaces)
    2
    """
    looked: Query = parsed(query)
    if not looked:
        return None
    asked = (*looked.tokens, name_token(_name(query))) if by_name else looked.tokens
    theirs = tuple(sorted(set(labels) - {""}))
    of_kinds = tuple(sorted(set(kinds)))
    return Question(
        spaces=tuple(tuple(space_token(label, token) for token in asked) for label in ("", *theirs)),
        labels=theirs,
        kinds=of_kinds,
        terms=looked.terms,
        decided=looked.exact and not theirs and not of_kinds and not by_name,
        named=by_name,
    )
