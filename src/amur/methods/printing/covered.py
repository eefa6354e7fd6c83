"""The report of a survey of coverage, from its result folder."""

from __future__ import annotations

from pathlib import Path

from amur.methods.printing.blocks import Report
from amur.methods.printing.manifests import document_of, manifest_of
from amur.methods.printing.words import Language, say, told


def report_of_survey(folder: Path, language: Language) -> Report:
    """Return the report of a survey."""
    made, summary = manifest_of(folder), document_of(folder, "summary.json")
    simulated = [told(one, language) for one in summary.get("simulated", [])]
    title = say("coverage_title", language)
    return Report(title, [], language, "", simulated, made.made_at, made.fingerprint)
