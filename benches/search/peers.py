"""The peers: each keeps the same records and gives the newest hits of a query, as many as asked.

A peer that is not installed is named absent. None of them counts its hits while it is timed; Amur does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from data import Record

try:
    import rjieba
except ImportError:
    rjieba = None
try:
    import tantivy
except ImportError:
    tantivy = None

Find = Callable[[str, int], list[int]]
"""Returns the numbers of the newest hits, the newest first."""


def like(folder: Path, records: Iterable[Record]) -> Find:
    """A table that is scanned from its newest row on."""
    base = sqlite3.connect(folder / "like.sqlite3")
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, text TEXT)")
    base.executemany("INSERT INTO record VALUES (?, ?)", ((int(record.ref), record.text) for record in records))
    base.commit()

    def find(query: str, wanted: int) -> list[int]:
        rows = base.execute("SELECT id FROM record WHERE text LIKE ? ORDER BY id DESC LIMIT ?", (f"%{query}%", wanted))
        return [number for (number,) in rows]

    return find


def trigram(folder: Path, records: Iterable[Record]) -> Find:
    """FTS5 with its trigram tokenizer, contentless, newest row first."""
    base = sqlite3.connect(folder / "trigram.sqlite3")
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE VIRTUAL TABLE record USING fts5(text, content='', tokenize='trigram')")
    base.executemany(
        "INSERT INTO record (rowid, text) VALUES (?, ?)", ((int(record.ref), record.text) for record in records)
    )
    base.commit()

    def find(query: str, wanted: int) -> list[int]:
        rows = base.execute(
            "SELECT rowid FROM record WHERE record MATCH ? ORDER BY rowid DESC LIMIT ?", (f'"{query}"', wanted)
        )
        return [number for (number,) in rows]

    return find


def words(folder: Path, records: Iterable[Record]) -> Find:
    """Tantivy over jieba's words (its Rust edition, the same dictionary and algorithm), all words, newest first."""
    schema = (
        tantivy.SchemaBuilder()
        .add_integer_field("number", stored=True, fast=True, indexed=True)
        .add_text_field("text", tokenizer_name="whitespace", index_option="basic")
        .build()
    )
    place = folder / "tantivy"
    place.mkdir()
    index = tantivy.Index(schema, path=str(place))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for record in records:
        text = " ".join(rjieba.cut(record.text))
        writer.add_document(tantivy.Document(number=int(record.ref), text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(query: str, wanted: int) -> list[int]:
        terms = [tantivy.Query.term_query(schema, "text", word) for word in rjieba.cut(query)]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
        hits = searcher.search(asked, wanted, count=False, order_by_field="number").hits
        return [number for number, _ in hits]

    return find


def available() -> dict[str, Callable[[Path, Iterable[Record]], Find] | None]:
    """Return each peer by name; None where it is not installed."""
    both = rjieba is not None and tantivy is not None
    return {"LIKE": like, "FTS5 trigram": trigram, "jieba + tantivy": words if both else None}
