"""Where data lie: a file, or a file of an installed package of data; whose they are, and on which terms.

A reference is a path, or an object: ``file``, or ``package`` and the ``file`` within it, and what to do with it. A
package is not imported, so that nothing of it runs; what is installed of it is looked up and read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import Any

from amur.base.faults import AmurError
from amur.methods.filing.columns import Column, named
from amur.methods.filing.results import hash_of
from amur.methods.filing.tables import Table, read_table
from amur.methods.surveys.asked import Source
from amur.methods.surveys.reading.said import Said

_NO_LICENCE = {"UNKNOWN", "OSI Approved", "DFSG approved"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A file or folder that is there, and what was said of it.

    ``columns`` are headers by the field that they fill, ``where`` values by the header of rows that are taken.
    """

    what: str
    path: Path
    source: Source
    options: Said
    columns: Mapping[str, str]
    where: Mapping[str, str]
    simulated: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that were read, for a manifest; of a folder those in it."""
        return (
            tuple(sorted(one for one in self.path.rglob("*") if one.is_file())) if self.path.is_dir() else (self.path,)
        )

    def table(self, columns: Sequence[Column]) -> Table:
        """Return its rows under columns whose headers it may have named itself.

        Raises:
            AmurError: if it names a field that there is not, or a header that is not there, or is no table.
        """
        found = read_table(self.path, named(columns, self.columns), where=self.where)
        lacking = [one for one in self.columns if one not in found.columns]
        if lacking:
            said = f"{self.path.name}: there is no header {self.columns[lacking[0]]!r}"
            raise AmurError(
                "no_header",
                f"{said}, which is to be {lacking[0]}",
                file=self.path.name,
                header=self.columns[lacking[0]],
                name=lacking[0],
            )
        return found


def reference_of(said: Any, folder: Path, where: str) -> Reference:
    """Return what a reference leads to; ``folder`` is where paths begin, ``where`` says in errors who refers.

    Raises:
        AmurError: if it says neither a file nor a package, what it leads to is not there, or is other than by its hash.
    """
    options = Said({"file": str(said)} if isinstance(said, str | Path) else said, where)
    columns, chosen = options.mapping("columns"), options.mapping("where")
    package = options.text("package", "")
    path, origin, licence = (
        _of_package(package, options.text("file"), where) if package else _of_file(options.text("file"), folder, where)
    )
    expected = options.text("sha256", "")
    if expected and (path.is_dir() or hash_of(path) != expected):
        raise AmurError(
            "other_content",
            f"{where}: {path.name} is not what was declared: its SHA-256 is not {expected}; look which",
            name=where,
            file=path.name,
        )
    source = Source(
        where,
        options.text("source", "") or origin,
        options.text("date", ""),
        options.text("licence", "") or licence,
        options.text("resolution", ""),
    )
    return Reference(where, path, source, options, columns, chosen, options.text("simulated", ""))


def _of_file(said: str, folder: Path, where: str) -> tuple[Path, str, str]:
    path = folder / said
    if not path.exists():
        raise AmurError("no_file", f"{where}: there is no {said}; say where it lies", name=where, file=said)
    return path, path.name, ""


def _of_package(name: str, said: str, where: str) -> tuple[Path, str, str]:
    try:
        found = distribution(name)
    except (PackageNotFoundError, ValueError):
        raise AmurError(
            "no_package",
            f"{where}: the package of data {name!r} is not installed; install it into Amur's environment",
            name=where,
            package=name,
        ) from None
    wanted = PurePosixPath(said).parts
    names = [one for one in found.files or () if one.parts[-len(wanted) :] == wanted]
    if len(names) != 1 or ".." in wanted:
        raise AmurError(
            "no_file",
            f"{where}: the package {name} has {len(names)} files {said!r}; name one of its files",
            name=where,
            file=f"{name} {said}",
        )
    path = Path(str(found.locate_file(names[0])))
    if not path.is_file():
        raise AmurError(
            "no_file",
            f"{where}: {said} of the package {name} is gone; install the package again",
            name=where,
            file=f"{name} {said}",
        )
    return path, f"{found.metadata['Name']} {found.version}, {said}", _licence(found)


def _licence(found: Distribution) -> str:
    """Return the licence that a package states: an expression, a line, or what classifiers say."""
    stated = found.metadata
    lines = [one.rpartition(" :: ")[2] for one in stated.get_all("Classifier") or [] if one.startswith("License ::")]
    said = [*stated.get_all("License-Expression", []), *stated.get_all("License", []), *lines]
    said = [one.partition("\n")[0].strip() for one in said]
    return next((one for one in said if one and one not in _NO_LICENCE), "")
