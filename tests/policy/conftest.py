"""What the tests of this room share: the official text where it lies beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def official_text() -> bytes:
    """Return the real text, or skip: it is input and never part of the repository."""
    shared = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared")
    file = shared / "policy" / "heilongjiang-2017.txt"
    if not file.is_file():
        pytest.skip(f"the official text is not at {file}; set AMUR_SHARED to the folder that holds policy/")
    return file.read_bytes()
