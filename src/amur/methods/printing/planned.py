"""The report of plans for sites, from their result folder."""

from __future__ import annotations

from pathlib import Path

from amur.methods.printing.blocks import Report
from amur.methods.printing.manifests import manifest_of
from amur.methods.printing.words import Language, say


def report_of_plans(folder: Path, language: Language, map_notice: str) -> Report:
    """Return the report of one plan, or of several."""
    made = manifest_of(folder)
    return Report(say("siting_title", language), [], language, "", [], made.made_at, made.fingerprint)
