"""What the tests of this room share: a copy of the imaginary pack that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from amur.base.faults import Fault
from amur.packs import reads

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_accounts_of_another_play() -> Iterator[None]:
    """Take away what a play writes beside the database, which is not rolled back with it."""
    yield
    (settings.DATA / "demo-accounts.json").unlink(missing_ok=True)


@pytest.fixture
def island(tmp_path: Path) -> Path:
    """Return a folder with a copy of the imaginary pack."""
    folder = tmp_path / "island"
    shutil.copytree(ROOT / "packs" / "lantern", folder)
    return folder


@pytest.fixture
def spoil(island: Path) -> Callable[..., list[Fault]]:
    """Return a function that changes a file of the copy and returns the faults of the whole."""

    def change(file: str, *changes: tuple[str, str], content: bytes | None = None) -> list[Fault]:
        path = island / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)
        if changes:
            text = path.read_text(encoding="utf-8")
            for before, after in changes:
                assert before in text
                text = text.replace(before, after)
            path.write_text(text, encoding="utf-8")
        return reads.check(island)

    return change
