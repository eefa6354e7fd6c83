"""Reading a pack's folder: which files there are, and what may not be there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from amur.base.faults import Fault
from amur.packs import deciding
from amur.packs.engine import LONGEST_BYTES

_DOCUMENTS = {"README.md", "README.zh-CN.md", "CHANGELOG.md", "TRACE.md", "LICENSE", "NOTICE", *deciding.FILES.values()}
_PROGRAMS = {".py", ".pyc", ".so", ".sh", ".js", ".exe", ".bat", ".ps1"}
_MOST_FILES = 5_000


def read_folder(folder: Path) -> tuple[list[tuple[str, bytes]], list[Fault]]:
    """Return the declarations of a pack as (path in the pack, bytes), and the faults of the folder itself."""
    faults: list[Fault] = []
    if not folder.is_dir():
        return [], [Fault(str(folder), 1, "pack.missing", "there is no such folder", "name the folder of a pack")]
    files: list[tuple[str, bytes]] = []
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if len(files) >= _MOST_FILES:
            faults.append(Fault(name, 1, "pack.huge", f"found more than {_MOST_FILES} files", "split the pack"))
            break
        if (fault := _refused(folder, path, name)) is not None:
            faults.append(fault)
        elif path.name not in _DOCUMENTS:
            content, unreadable = _content(path, name)
            files.append((name, content)) if unreadable is None else faults.append(unreadable)
    return files, faults


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what lies in the folder, in the order of names, without following links or entering hidden folders."""
    for here, folders, names in os.walk(folder, followlinks=False):
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")) and name not in linked)
        for name in sorted([*names, *linked]):
            if not name.startswith("."):
                yield Path(here) / name


def _refused(folder: Path, path: Path, name: str) -> Fault | None:
    if path.suffix.lower() in _PROGRAMS:
        return Fault(name, 1, "file.program", "found a program", "a pack holds declarations only; delete it")
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return Fault(name, 1, "file.outside", "found a link that leads out of the pack", "copy the file into the pack")
    if path.is_symlink():
        return Fault(name, 1, "file.link", "found a link", "say it once, in one file")
    if not path.is_file():
        return Fault(name, 1, "file.special", "found what is no plain file", "delete it")
    return None


def _content(path: Path, name: str) -> tuple[bytes, Fault | None]:
    """Return the bytes of a file, no more than tell that it is too long."""
    try:
        with path.open("rb") as stream:
            return stream.read(LONGEST_BYTES + 1), None
    except OSError as error:
        return b"", Fault(name, 1, "file.unreadable", f"it cannot be read: {error.strerror}", "look at its permissions")
