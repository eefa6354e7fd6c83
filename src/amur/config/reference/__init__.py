"""The reference, made from the code: a page for each contract, as ``amur docs`` writes them into ``docs/reference``.

Here: which pages there are and what stands on them. What they say is said in the code: in docstrings, in the types of
declarations, in the verbs of the command. Django must be loaded, for the interface.
"""

from __future__ import annotations

from collections.abc import Iterator

from amur.base import canonical, expressions, identifiers, legal_time
from amur.base.expressions.functions import STANDARD
from amur.config.reference import interface, models, modules, types
from amur.config.reference.text import table
from amur.indicators import reference as indicators
from amur.packs.engine.kinds import kinds
from amur.packs.engine.schemas import file_name
from amur.packs.telling import listing
from amur.studies import reference as studies

FOLDER = "docs/reference"
MADE = "Made from the code by `amur docs`; a test says when it is out of date."


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    found = {
        "fields.md": _page("Fields", types.fields()),
        "identifiers.md": _page("Identifier schemes", [modules.about(identifiers), *_kind("scheme")]),
        "expressions.md": _page("Expressions", _expressions()),
        "legal-time.md": _page(
            "Legal time", [modules.about(legal_time), *_kind("calendar"), *_api("amur.base.legal_time")]
        ),
        "declarations.md": _page("Declarations", models.declarations()),
        "effects.md": _page("Effects", models.effects()),
        "registers.md": _page("Registers", [*_kind("register"), *_api("amur.registers.reads", "amur.registers.acts")]),
        "values.md": _page("Dated values", [*_kind("value"), *_api("amur.policy.engine.values", "amur.policy.reads")]),
        "search.md": _page("Search", _api("amur.search.engine", "amur.search.acts", "amur.search.reads")),
        "datasets.md": indicators.page(),
        "methods.md": studies.page(),
        "studies.md": _page("Studies", [*_kind("method"), *_api("amur.studies.reads", "amur.studies.acts")]),
        "ledger.md": _page(
            "Ledger", [_LEDGER, modules.about(canonical), *_api("amur.ledger.acts", "amur.ledger.reads")]
        ),
        "faults.md": _page("Faults of a pack", _faults()),
        "command.md": _page("The command", interface.verbs()),
        "api.md": _page("The interface for programs", interface.addresses()),
    }
    return found | {"README.md": _index(found)}


_LEDGER = "What an entry, a chain and a signed head are, byte by byte: [the format](../explanation/ledger-format.md)."


def _page(title: str, parts: Iterator[str] | list[str]) -> str:
    return "\n\n".join([f"# {title}", MADE, *parts]).rstrip() + "\n"


def _kind(name: str) -> list[str]:
    return [f"## In a pack\n\nSchema: [{file_name(name)}](schemas/{file_name(name)})", *models.kind(kinds()[name])]


def _api(*names: str) -> list[str]:
    return [part for name in names for part in modules.functions(name)]


def _expressions() -> Iterator[str]:
    yield modules.about(expressions)
    rows = [
        (f"`{one.name}`", ", ".join(map(types.kind, one.takes)), types.kind(one.yields), one.says, f"`{one.example}`")
        for one in expressions.FUNCTIONS
    ]
    yield "## Functions\n\n" + table(("function", "takes", "yields", "is", "example"), rows)
    yield "Of the standard: " + ", ".join(f"`{name}`" for name in STANDARD) + "."
    yield f"An expression has at most {expressions.LONGEST} characters and {expressions.DEEPEST} levels."
    yield from modules.functions("amur.base.expressions")


def _faults() -> Iterator[str]:
    yield (
        "What `amur check` can find, all at once: each fault names its id, the file and the line, what was found and "
        "what to do. Chinese or English is spoken by `--language`, else by `LANG`, else as the pack's first language. "
        "`…` stands for a name of the pack. An id never changes its meaning."
    )
    rules = [(name, says, ", ".join(f"`{one}`" for one in ids) or "–") for name, says, ids in listing.RULES]
    yield "## Ten rules\n\n" + table(("rule", "says", "faults"), rules)
    heads = ("id", "发现", "怎么办", "found", "do")
    yield "## All faults\n\n" + table(heads, list(listing.page_rows()))


def _index(found: dict[str, str]) -> str:
    lines = [f"- [{text.partition(chr(10))[0].removeprefix('# ')}]({name})" for name, text in sorted(found.items())]
    schemas = "- Schemas of a pack's files, for editors: [schemas](schemas)"
    return _page("Reference", ["\n".join([*lines, schemas])])
