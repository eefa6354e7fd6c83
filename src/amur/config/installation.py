"""Where an installation is: its data folder and the pack that it runs. Read before Django, by every verb."""

from __future__ import annotations

import os
from pathlib import Path

from amur.config.environment import ROOT


def data_folder() -> Path:
    """Return the folder of the database, uploads and keys."""
    return Path(os.environ.get("AMUR_DATA") or ROOT / "var").absolute()


def pack_folder() -> Path:
    """Return the folder of the pack; ``packs/default`` names the one that runs where nothing else is said."""
    if given := os.environ.get("AMUR_PACK"):
        return Path(given).absolute()
    return ROOT / "packs" / (ROOT / "packs" / "default").read_text(encoding="utf-8").strip()
