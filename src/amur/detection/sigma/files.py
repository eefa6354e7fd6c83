"""Files of rules: found, and their text without what it says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from amur.base.faults import AmurError
from amur.detection.sigma.rules import Unusable

_ENDINGS = {".yml", ".yaml"}
_SAMPLES = ".samples"
OWN_RULES = Path(__file__).parents[1] / "own_rules"
"""The rules that ship with this room."""

LARGEST = 4 * 2**20
"""How many bytes a file of rules has at most."""


def rule_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files of rules among some files and below some folders, in the order of their paths.

    Raises:
        AmurError: if a path is not there.
    """
    found = set()
    for path in paths:
        if not path.exists():
            raise AmurError("no_rules", f"{path} is not there; name a file or a folder of Sigma rules")
        inside = path.rglob("*") if path.is_dir() else [path]
        found |= {
            file for file in inside if file.suffix in _ENDINGS and not file.stem.endswith(_SAMPLES) and file.is_file()
        }
    return sorted(found)


def content_of(file: Path) -> bytes | Unusable:
    """Return what is in a file of rules, or why it cannot be read."""
    try:
        size = file.stat().st_size
        return file.read_bytes() if size <= LARGEST else too_large(str(file), size)
    except OSError as error:
        return Unusable(str(file), "", f"cannot be read: {error.strerror}")


def text_of(name: str, content: bytes | Unusable) -> str | Unusable:
    """Return the text of a file of rules, or why it is none.

    >>> text_of("a.yml", bytes([0x61, 0xFF])).why
    'is not UTF-8: byte 1 is 0xff; save it as UTF-8'
    """
    if isinstance(content, Unusable):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Unusable(name, "", f"is not UTF-8: byte {error.start} is {content[error.start]:#04x}; save it as UTF-8")


def too_large(file: str, size: int) -> Unusable:
    """Return what is said of a file that has too many bytes or signs."""
    return Unusable(file, "", f"the file has {size} bytes; at most {LARGEST} are read: split it")
