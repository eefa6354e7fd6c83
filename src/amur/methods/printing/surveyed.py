"""What a report needs of the result folder of a survey, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError
from amur.methods.coverage.reasons import said
from amur.methods.printing.manifests import Manifest, manifest_of
from amur.methods.printing.outlines import Area, areas_of
from amur.methods.printing.reading import Row, document_of, rows_of, value_of
from amur.methods.printing.rules import Rule, rules_of
from amur.methods.printing.words import Language, told

ALL = ""
"""The county of shares that are of all together."""
_SHARES = ("county", "definition", "measure", "total", "covered", "not_known", "share", "share_at_most")
_FLIPS = ("id", "county", "first", "second", "by_first", "by_second", "why_first", "why_second")


@dataclass(frozen=True, slots=True)
class Share:
    """What is covered of a whole; ``share`` for sure and ``at_most``, none where there is nothing."""

    total: float
    covered: float
    not_known: float
    share: float | None
    at_most: float | None


@dataclass(frozen=True)
class Survey:
    """The results of a survey: summary, manifest and the folder of its tables; read in a language."""

    folder: Path
    language: Language
    summary: Mapping[str, Any]
    manifest: Manifest

    @cached_property
    def rules(self) -> list[Rule]:
        """The definitions, in their order."""
        return rules_of(self.summary, self.language)

    @cached_property
    def shares(self) -> dict[tuple[str, str, str], Share]:
        """Shares by county, definition and measure."""
        found = {}
        for number, row in enumerate(rows_of(self.folder, "shares.csv", _SHARES), start=2):
            where = f"{self.folder / 'shares.csv'}, row {number}"
            found[row["county"], row["definition"], row["measure"]] = Share(
                value_of(row, "total", where) or 0.0,
                value_of(row, "covered", where) or 0.0,
                value_of(row, "not_known", where) or 0.0,
                value_of(row, "share", where),
                value_of(row, "share_at_most", where),
            )
        return found

    @cached_property
    def measures(self) -> list[str]:
        """What shares are of, in their order; without what there is nothing of anywhere."""
        return list(dict.fromkeys(measure for (_, _, measure), share in self.shares.items() if share.total > 0))

    @cached_property
    def counties(self) -> list[Area]:
        """The counties with their shapes, by their codes."""
        found = areas_of(document_of(self.folder, "counties.geojson"), where="counties.geojson")
        return sorted(found, key=lambda one: one.code)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each county that shares are of; the code of one without a shape."""
        lost = [one for one in self.summary.get("unplaced") or () if isinstance(one, Mapping)]
        said = {str(one.get("code")): str(one["name"]) for one in lost if one.get("name")}
        said |= {one.code: one.name for one in self.counties}
        codes = sorted({county for county, _, _ in self.shares if county != ALL})
        return {code: said.get(code, code) for code in codes}

    @cached_property
    def flips(self) -> list[Row]:
        """Who is judged differently by two definitions."""
        return rows_of(self.folder, "flips.csv", _FLIPS)

    def why(self, row: Row, side: str) -> str:
        """Return why a side of a flip answers what it does; in English where the results have no code of it.

        ``side`` is ``first`` or ``second``.
        """
        return said(row.get(f"why_{side}_code", ""), self.language) or row[f"why_{side}"]

    @cached_property
    def villages(self) -> dict[str, str]:
        """The names of villages by their ids."""
        return {row["id"]: row["name"] for row in rows_of(self.folder, "villages.csv", ("id", "name"))}

    def said(self, name: str) -> list[str]:
        """Return sentences of the summary, in the language of the report where they are said in it."""
        return [told(one, self.language) for one in self.summary.get(name) or ()]

    def total(self, name: str) -> float | None:
        """Return how many there are of all together: people, households, sites, villages, counties.

        Raises:
            AmurError: if what the summary says is no number.
        """
        said = self.summary.get(name)
        found = said.get("total") if isinstance(said, Mapping) else said
        if found is None or (isinstance(found, int | float) and not isinstance(found, bool)):
            return found
        raise AmurError("bad_result", f"summary.json, {name}: found {found!r}, wanted a number; make it again")


def survey_of(folder: Path, language: Language) -> Survey:
    """Return the results of a survey.

    Raises:
        AmurError: if the folder has no summary or a manifest that is none; of its other files when they are read.
    """
    return Survey(folder, language, document_of(folder, "summary.json"), manifest_of(folder))
