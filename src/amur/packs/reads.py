"""What a pack's folder says: its faults, and the trace from commitments to what carries them out and proves it.

These read the folder, not the database, so that an author needs neither a server nor a sync.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from amur.base.canonical import Json
from amur.base.faults import AmurError, Fault
from amur.packs import checks, throwaway, tracing
from amur.packs.engine import Pack, assemble, read_yaml
from amur.packs.folder import read_folder
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.walks import Walked, whole

_KEPT = 4
"""So many packs are kept as they were read, while their files stay the same: to read a large one takes a second."""


def load(folder: Path) -> Pack:
    """Read a pack as far as it can be read, with the faults of reading it. Nobody changes what is returned."""
    files, faults = read_folder(folder)
    return _assembled(tuple(files), tuple(faults))


@lru_cache(maxsize=_KEPT)
def _assembled(files: tuple[tuple[str, bytes], ...], faults: tuple[Fault, ...]) -> Pack:
    pack = assemble(files) if files or not faults else Pack()
    pack.faults = [*faults, *pack.faults]
    return pack


def languages(folder: Path) -> list[str]:
    """Return the languages that a pack names, in its order, without reading the rest; none where it says none."""
    path = folder / "pack.yaml"
    said = read_yaml(path.name, path.read_bytes()).value if path.is_file() else None
    entries = said.get("languages") if isinstance(said, Mapping) else None
    named = [one.get("language") for one in entries if isinstance(one, Mapping)] if isinstance(entries, list) else []
    return [name for name in named if isinstance(name, str)]


def check(folder: Path) -> list[Fault]:
    """Return all faults of a pack at once, in the order of files and lines."""
    return faults_of(load(folder))


def faults_of(pack: Pack) -> list[Fault]:
    """Return the faults of a pack that was read: those of reading it and those of its meaning.

    What depends on a file that could not be read is not asked for, so that one mistake is one fault.
    """
    if pack.checked is None:
        pack.checked = tuple(sorted({*pack.faults, *checks.check(pack)}))
    return list(pack.checked)


def edition(folder: Path) -> dict[tuple[str, str], Json]:
    """Return the bodies of a pack by kind and id, as a release would hold them.

    Raises:
        AmurError: if a file could not be read; a difference to what is half read would say nothing.
    """
    pack = load(folder)
    if pack.faults:
        raise AmurError("faulty_pack", f"{folder} has faults; see amur check. The first: {min(pack.faults)}")
    return {(found.kind.name, found.id): dict(found.body) for found in pack.found if found.kind.released}


def run_examples(folder: Path) -> list[throwaway.Result]:
    """Run the examples of a pack, each on a fresh database that is thrown away."""
    return throwaway.run(folder)


def walks(folder: Path, results: Iterable[throwaway.Result]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for each procedure how many of its states and arrows the examples walked, and which they did not."""
    results = list(results)
    for name, definition in sorted(load(folder).named(ProcedureDeclaration).items()):
        all_of_it, found = whole(definition), Walked()
        for result in results:
            found = found.with_(*result.walked.get(name, ((), ())))
        states, arrows = all_of_it.states & found.states, all_of_it.arrows & found.arrows
        of_states = f"{len(states)} of {len(all_of_it.states)} states"
        said = f"{of_states} and {len(arrows)} of {len(all_of_it.arrows)} arrows walked"
        yield name, said, [*sorted(all_of_it.states - states), *sorted(all_of_it.arrows - arrows)]


def trace(folder: Path, *, run: bool = False) -> dict[str, Any]:
    """Return, commitment by commitment, what carries it out and the examples that prove it.

    Only an example that was run and passed proves anything; without ``run`` nothing is counted as carried out.
    """
    pack = load(folder)
    results = {result.id: result.passed for result in throwaway.run(folder)} if run else None
    return tracing.trace(pack, results)
