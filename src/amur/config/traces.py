"""The traces of the packs that lie in the repository: kept beside each pack, and looked at by the gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from amur.config.terminal import complain
from amur.packs import closing, reads, tracepage
from amur.packs.engine import Pack
from amur.policy.declarations import PolicyDeclaration


def write(folder: Path, results: Mapping[str, bool] | None = None) -> list[str]:
    """Write ``TRACE.md`` and ``closed.yaml`` of a pack; return the files that were not as they are now.

    What was closed stays closed: the file only grows. Given ``results``, only what passed is added.
    """
    changed = []
    # The page tells what closed.yaml says, so that comes first and the pack is read again.
    for name in (closing.FILE, tracepage.FILE):
        file, text = folder / name, _texts(reads.load(folder), folder, results).get(name)
        if text is not None and _there(file) != text:
            file.write_text(text, encoding="utf-8")
            changed.append(f"{folder.name}/{name}")
    return changed


def write_all(packs: Path) -> list[str]:
    """Write those of all packs of a folder."""
    return [name for folder in _packs(packs) for name in write(folder)]


def hold(packs: Path) -> bool:
    """Say whether each pack's trace is written as it is, and nothing that was closed is open; print what is not so."""
    found = [said for folder in _packs(packs) for said in _wrong(folder)]
    for said in found:
        complain(said)
    return not found


def _wrong(folder: Path) -> Iterator[str]:
    pack = reads.load(folder)
    opened = list(closing.check(pack))
    yield from (f"{folder.name}/{fault}" for fault in opened)
    for name, text in _texts(pack, folder, None).items() if not opened else ():
        if _there(folder / name) != text:
            yield f"{folder.name}/{name} is not what the pack says now; run ./amur docs and commit it"


def _texts(pack: Pack, folder: Path, results: Mapping[str, bool] | None) -> dict[str, str]:
    if pack.one(PolicyDeclaration) is None:
        return {}
    before = _there(folder / closing.FILE)
    return {closing.FILE: closing.text(pack, results, before=before), tracepage.FILE: tracepage.page(pack)}


def _there(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _packs(packs: Path) -> list[Path]:
    return [file.parent for file in sorted(packs.glob("*/pack.yaml"))]
