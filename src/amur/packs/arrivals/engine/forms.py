"""How a form is filled in by a made-up party: as the pack says, and else with what is known of the party; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from amur.base.fields import FieldDeclaration
from amur.packs.arrivals.engine.choices import entered
from amur.packs.arrivals.engine.parties import Party
from amur.packs.declarations import File

_PAPER = "演示材料"
_KINDS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "image/png": ".png",
}


@dataclass(frozen=True, slots=True)
class Filler:
    """Whoever fills a form in: who they are, as which case of the file, by which chance, and what else is known."""

    party: Party
    serial: int
    chance: Random
    more: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        """Return what fills the words of a text."""
        return {**self.party.words(self.serial), **self.more}

    def enters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is entered into fields, with the words of the party.

        >>> Filler(Party("p_001", "例甲（演示）", "230100"), 1, Random(1)).enters({"a": "{person}"})
        {'a': '例甲（演示）'}
        """
        words = self.words
        return {name: entered(value, words, self.chance) for name, value in given.items()}


def filled(
    fields: Iterable[FieldDeclaration], given: Mapping[str, Any], sample: Mapping[str, str], filler: Filler
) -> dict[str, Any]:
    """Return what is entered: what is given, then what the party is asked about itself, then the sample.

    >>> from tests.procedures.samples import LICENCE
    >>> filler = Filler(Party("p_001", "例甲（演示）", "230100"), 1, Random(1))
    >>> filled(LICENCE.fields, {"a": "{person}", "b": {"any_of": [1], "percent": 0}}, {"b": "x"}, filler)["a"]
    '例甲（演示）'
    """
    words, found = filler.words, filler.enters(given)
    for field in fields:
        if field.id not in found:
            own = _own(field, words, filler.party) or sample.get(field.id)
            if own:
                found[field.id] = own
    return {name: value for name, value in found.items() if value is not None}


def _own(field: FieldDeclaration, words: Mapping[str, str], party: Party) -> str:
    """Return what a party is asked about itself, or nothing."""
    if field.type == "person":
        asked = str(getattr(field, "of", ""))
    elif field.type == "contact":
        asked = str(getattr(field, "medium", ""))
    elif field.type == "identifier":
        return words["code"] if getattr(field, "scheme", None) == party.scheme else ""
    else:
        return words["region"] if field.type == "region" else ""
    # A notice by mail goes to nobody here: an address is given where the form cannot do without.
    return {"name": words["person"], "telephone": words["telephone"]}.get(
        asked, words["email"] if asked == "email" and field.required else ""
    )


def papers(fields: Iterable[FieldDeclaration], given: Mapping[str, File]) -> dict[str, File]:
    """Return the files that are handed in: what is given, and a small made-up one where the form asks for one.

    >>> from tests.procedures.samples import LICENCE
    >>> papers(LICENCE.fields, {}).keys() <= {field.id for field in LICENCE.fields}
    True
    """
    asked = [field for field in fields if field.type == "file" and field.required and field.id not in given]
    made = {field.id: File(name=f"{_PAPER}{_ending(field)}") for field in asked if not getattr(field, "when", "")}
    return {**made, **given}


def _ending(field: FieldDeclaration) -> str:
    """Return an ending that a field takes and of which a file can be made up."""
    taken = getattr(field, "media_types", ())
    return next((_KINDS[kind] for kind in taken if kind in _KINDS), ".pdf")
