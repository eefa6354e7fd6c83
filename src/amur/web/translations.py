"""Every sentence of the web room, collected: what templates and code ask gettext for, against what the catalogue holds.

``python -m amur.web.translations`` brings the Chinese catalogue up to date: sentences that are new are added without
translation, those that nobody asks for any more are dropped, and what is missing is printed. A test holds the two
equal. What the sign-in pages take from allauth is translated by allauth's own catalogue.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

WEB = Path(__file__).parent
_LOCALE = WEB / "locale"
CATALOGUE = _LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that is asked for, and where."""

    msgid: str | tuple[str, ...]
    context: str | None
    place: str


def asked(folder: Path = WEB) -> Iterator[Asked]:
    """Yield every sentence that the code and the templates of a folder ask for."""
    for file in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # Django turns a template into something that reads like Python; the blanks before a line mean nothing.
            text = _INDENT.sub("", template.templatize(text))
        for line, msgid, _comments, context in extract("python", io.BytesIO(text.encode()), _KEYWORDS):
            yield Asked(msgid, context, f"{file.relative_to(folder)}:{line}")


def read(path: Path = CATALOGUE) -> Catalog:
    """Return the catalogue; an empty one where there is none yet."""
    if not path.exists():
        return _empty()
    with path.open("rb") as lines:
        return read_po(lines, locale="zh_Hans")


def said_in(language: str) -> dict[tuple[str, str | None], tuple[str, ...]]:
    """Return what a further language says, by sentence and context: the sentences of the main public pages."""
    with (_LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as lines:
        catalogue = read_po(lines, locale=language)
    return {
        (message.id if isinstance(message.id, str) else message.id[0], message.context): strings(message.string)
        for message in catalogue
        if message.id
    }


def renewed(old: Catalog) -> Catalog:
    """Return a catalogue of just what is asked for, with the translations that the old one has."""
    fresh = _empty()
    for one in asked():
        known = old.get(one.msgid[0] if isinstance(one.msgid, tuple) else one.msgid, one.context)
        fresh.add(one.msgid, _fitting(one, known), context=one.context)
    return fresh


def _fitting(one: Asked, known: Message | None) -> str | tuple[str, ...] | None:
    """Return a known translation in the form that is asked for now: a sentence may have become one with a number."""
    if known is None or not known.string:
        return None
    forms = strings(known.string)
    return forms if isinstance(one.msgid, tuple) else forms[0]


def _empty() -> Catalog:
    """Return a catalogue without sentences; its dates stand still, since the repository keeps the history."""
    return Catalog(
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


_STILL = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = "# Chinese sentences of Amur. The English ones are the keys; they stand in the code and the templates."


def write(catalogue: Catalog) -> None:
    """Write the catalogue, whole or not at all."""
    whole = io.BytesIO()
    write_po(whole, catalogue, width=120, sort_output=True, no_location=True, ignore_obsolete=True)
    fresh = CATALOGUE.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_bytes(whole.getvalue())
    fresh.replace(CATALOGUE)


def main() -> None:
    """Bring the catalogue up to date and say what is missing."""
    catalogue = renewed(read())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    write(catalogue)
    missing = [message.id for message in catalogue if message.id and not all(strings(message.string))]
    sys.stdout.writelines(f"{msgid!r}\n" for msgid in missing)
    sys.stdout.write(f"{len(catalogue)} sentences, {len(missing)} without translation\n")


def strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the forms of a translation, of which a sentence without a number has one."""
    if string is None:
        return ("",)
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    main()
