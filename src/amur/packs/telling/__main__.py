"""Bring the catalogue of faults up to date: ``python -m amur.packs.telling``.

Sentences that are new are added without translation, those that no fault is made of any more are dropped, and what is
missing is printed. A test holds the two equal.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from amur.packs.telling import catalogue, collecting

_STILL = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = "# What is said to authors of packs, in Chinese. The English sentences are the keys; they stand in the code."


def renewed(language: str = "zh") -> Catalog:
    """Return the catalogue of just what a fault can say, with the translations that the old one has."""
    path = catalogue.path_of(language)
    known: dict[str, str] = {}
    if path.exists():
        with path.open("rb") as lines:
            known = {str(one.id): str(one.string) for one in read_po(lines) if one.id}
    fresh = Catalog(
        locale="zh_Hans",
        header_comment=_HEADER,
        project="Amur",
        version="",
        charset="utf-8",
        creation_date=_STILL,
        revision_date=_STILL,
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    for sentence in collecting.sentences():
        fresh.add(sentence.text, known.get(sentence.text, ""))
    return fresh


def main() -> None:
    """Write the catalogue and say what is missing."""
    path, fresh = catalogue.path_of("zh"), renewed()
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = io.BytesIO()
    write_po(whole, fresh, width=120, sort_output=True, no_location=True, ignore_obsolete=True)
    path.write_bytes(whole.getvalue())
    missing = [str(message.id) for message in fresh if message.id and not message.string]
    sys.stdout.writelines(f"{text}\n" for text in missing)
    sys.stdout.write(f"{len(fresh)} sentences, {len(missing)} without translation\n")


if __name__ == "__main__":
    main()
