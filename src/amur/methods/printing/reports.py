"""Reports as PDF: of a survey of coverage, of plans for sites, of what is explained of one village.

A report is made from the files of a result folder and nothing else. It names the results by their fingerprint: the
SHA-256 of the manifest without its instant and the report itself (see `manifests`). So a report can be in the manifest
too: finish the results, make the report of the folder, write it, and finish them again with the same instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from amur.methods.printing.blocks import Block, Report, bytes_of
from amur.methods.printing.covered import report_of_survey
from amur.methods.printing.planned import report_of_plans
from amur.methods.printing.words import language_of, say


def coverage_report(folder: Path, language: str = "zh", *, map_notice: str = "") -> bytes:
    """Return the report of a survey of coverage from its result folder, as PDF, in ``zh`` or ``en``.

    ``map_notice`` stands under each map: what the law of a place wants said of one; without it that it is a sketch.

    Raises:
        AmurError: if a file that is needed is missing or no such file, or there are no reports in the language.
    """
    return bytes_of(report_of_survey(folder, language_of(language), map_notice))


def siting_report(folder: Path, language: str = "zh", *, map_notice: str = "") -> bytes:
    """Return the report of one plan for sites, or of a frontier of them, from its result folder, as PDF.

    Raises:
        AmurError: as `coverage_report`.
    """
    return bytes_of(report_of_plans(folder, language_of(language), map_notice))


def explanation_report(
    village: str,
    blocks: Sequence[Block],
    language: str = "zh",
    *,
    simulated: Sequence[str] = (),
    made_at: datetime | None = None,
    fingerprint: str = "",
) -> bytes:
    """Return what is explained of a village, in blocks, as PDF; ``simulated`` is told on the first page.

    >>> explanation_report("向阳村", [])[:5]
    b'%PDF-'

    Raises:
        AmurError: if there are no reports in the language.
    """
    spoken = language_of(language)
    title = say("explanation_title", spoken, village=village)
    return bytes_of(Report(title, blocks, spoken, say("explanation_sub", spoken), simulated, made_at, fingerprint))
