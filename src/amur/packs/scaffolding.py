"""New files for authors: a carrier with an example that fails. What they hold stands in ``scaffolds``.

What is written passes the check, so that an author begins with something that is right and makes it true. Only the
example fails, and says so: a commitment counts as carried out when it passes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Template

from amur.base.canonical import Json
from amur.base.declared import MayCarry
from amur.base.faults import AmurError
from amur.packs import deciding, reads
from amur.packs.engine import Found, Pack, read_yaml
from amur.packs.engine.kinds import kind_of
from amur.packs.engine.schemas import HEADER, file_name
from amur.people.declarations import RolesDeclaration
from amur.policy.declarations import CommitmentDeclaration, PackDeclaration, PolicyDeclaration, SourcesDeclaration
from amur.registers.declarations import RegisterDeclaration

_SCAFFOLDS = Path(__file__).parent / "scaffolds"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FOLDER = re.compile(r"0*([0-9]+)(-|$)")
_WORD = re.compile(r"[a-z0-9]+")


def kinds() -> tuple[str, ...]:
    """Return the kinds of which a new file can be made."""
    names = (file.name.partition(".")[0] for file in _SCAFFOLDS.glob("*.yaml") if ".example." not in file.name)
    return tuple(sorted(names))


def new_file(folder: Path, kind: str, clause: str, name: str, *, schemas: Path, on: date) -> list[Path]:
    """Write a new declaration of a kind into the folder of its clause, with its example; return what was written.

    ``clause`` is the number of a clause or the id of one of its commitments. A declared verdict of the commitment is
    taken out of ``policy.yaml``, since something carries it out now; that file is then among those returned.

    Raises:
        AmurError: if there is no such kind, clause or commitment, the name is no id, or a file is there already.
    """
    if kind not in kinds():
        raise AmurError("no_kind", f"there is no kind {kind!r} to begin with; choose from {', '.join(kinds())}")
    check_name(name)
    pack = reads.load(folder)
    found = next(iter(pack.of(PolicyDeclaration)), None)
    declared = pack.one(PackDeclaration)
    if found is None or declared is None:
        first = min(pack.faults, default="pack.yaml or policy.yaml is missing")
        raise AmurError("faulty_pack", f"{folder} cannot be read yet; see amur check. The first fault: {first}")
    commitment = _commitment(found[1], clause, pack)
    into = _folder_of(folder, commitment.clause, found[1])
    words = _words(pack, declared, name, on) | {"commitment": commitment.id}
    texts = {into / f"{name}.{kind}.yaml": f"{kind}.yaml"}
    if (_SCAFFOLDS / f"{kind}.example.yaml").is_file():
        texts[into / f"{name}.example.yaml"] = f"{kind}.example.yaml"
    written = write(folder, texts, words, schemas)
    if len(texts) > 1 and commitment.verdict and _without_verdict(folder, *found, commitment):
        written.append(folder / "policy.yaml")
    return written


def check_name(name: str) -> None:
    """See that a name is an id.

    Raises:
        AmurError: if it is none.
    """
    if not _NAME.fullmatch(name):
        raise AmurError("bad_name", f"{name!r} is no id; an id is lower-case ASCII snake_case, such as tariff_filing")


def _commitment(declared: PolicyDeclaration, clause: str, pack: Pack) -> CommitmentDeclaration:
    """Return the commitment that is meant: the one named, else one of the clause that nothing carries out yet."""
    if "." in clause:
        known = {one.id: one for one in declared.commitments}
        if clause not in known:
            raise AmurError("no_commitment", f"there is no commitment {clause!r}; choose from {', '.join(known)}")
        return known[clause]
    of_clause = [one for one in declared.commitments if str(one.clause) == (clause.lstrip("0") or "0")]
    if not of_clause:
        having = {one.clause for one in declared.commitments}
        listed = ", ".join(f"{one.number} {one.title.en}" for one in declared.clauses if one.number in having)
        raise AmurError("no_clause", f"no clause {clause!r} has a commitment; choose from {listed}")
    carried = {name for _, carrier in pack.of(MayCarry) for name in carrier.carries_out}
    free = [one for one in of_clause if one.id not in carried and one.verdict in {None, "planned"}]
    return (free or of_clause)[0]


def _folder_of(folder: Path, clause: int, declared: PolicyDeclaration) -> Path:
    """Return the folder of a clause: the one whose name begins with its number, else a new one named by its title."""
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and (named := _FOLDER.match(inner.name)) and int(named[1]) == clause:
            return inner
    title = next(one.title for one in declared.clauses if one.number == clause)
    words = _WORD.findall(title.en.lower())[:4] if not deciding.is_open(title) else ()
    return folder / "-".join([f"{clause:02}", *words])


def _words(pack: Pack, declared: PackDeclaration, name: str, on: date) -> dict[str, str]:
    roles, sources = pack.one(RolesDeclaration), pack.one(SourcesDeclaration)
    more = [one.language for one in declared.languages if one.status != "draft" and one.language not in {"zh", "en"}]
    return {
        "id": name,
        "more": "".join(f", {language}: To be written" for language in more),
        "body": declared.authority_body,
        "role": roles.roles[0].id if roles else "handler",
        "source": sources.sources[0].id if sources and sources.sources else "unknown",
        "register": min(pack.named(RegisterDeclaration), default="a_register"),
        "series": _series(name),
        "starts_on": on.isoformat(),
    }


def _series(name: str) -> str:
    """Return the letters that case numbers of a procedure begin with, two to six.

    >>> _series("tariff_filing"), _series("licence"), _series("a1")
    ('TF', 'LICENC', 'AX')
    """
    initials = "".join(word[0] for word in name.split("_") if word[:1].isalpha())
    letters = initials if len(initials) > 1 else re.sub("[^a-z]", "", name)
    return f"{letters}X"[: max(2, min(6, len(letters)))].upper()


def write(folder: Path, texts: Mapping[Path, str], words: Mapping[str, str], schemas: Path) -> list[Path]:
    """Write files from their scaffolds; all of them or, where one is there already, none.

    Raises:
        AmurError: if a file is there already.
    """
    for path in texts:
        if path.exists():
            raise AmurError("file_exists", f"{path} is there already; nothing was written")
    for path, scaffold in texts.items():
        kind = kind_of(path.relative_to(folder).as_posix())
        schema = os.path.relpath(schemas / file_name(kind.name if kind else ""), path.parent)
        text = Template((_SCAFFOLDS / scaffold).read_text(encoding="utf-8"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.substitute(words, schema=f"{HEADER}{Path(schema).as_posix()}"), encoding="utf-8")
    return list(texts)


def _without_verdict(
    folder: Path, found: Found, declared: PolicyDeclaration, commitment: CommitmentDeclaration
) -> bool:
    """Take the verdict of a commitment and its reason out of the policy, where they stand on lines of their own."""
    place = declared.commitments.index(commitment)
    path = folder / found.file
    lines = path.read_text(encoding="utf-8").split("\n")
    gone = {number for key in ("verdict", "reason") for number in _lines_of(found, ("commitments", place, key))}
    text = "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)
    said = read_yaml(found.file, text.encode())
    expected = declared.model_dump(by_alias=True, exclude={"commitments": {place: {"verdict", "reason"}}})
    if said.faults or not _says(said.value, expected):
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _says(value: Json, expected: Mapping[str, object]) -> bool:
    try:
        return PolicyDeclaration.model_validate(value) == PolicyDeclaration.model_validate(expected)
    except ValueError:
        return False


def _lines_of(found: Found, path: tuple[str | int, ...]) -> Iterator[int]:
    """Yield the lines of a value with its key: to the last line on which something of it begins."""
    inside = [line for at, line in found.source.lines.items() if at[: len(path)] == path]
    yield from range(found.source.locate(path)[1], max(inside) + 1)
