"""What the command does with packs and with the text of the policy, and how it prints that."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

from amur.config.environment import ROOT
from amur.config.installation import pack_folder
from amur.config.terminal import CommandError, complain, print_json, say, step
from amur.web import clock


def check(folder: Path, *, examples: bool) -> int:
    """Print all faults of a pack, as editors understand them, and how its examples went; return the exit code."""
    _look_at(folder)
    from amur.packs import reads

    # A short run makes millions of small objects that all live to its end: looking for garbage is half of its time,
    # now and once more at the end.
    gc.disable()
    faults = reads.check(folder)
    gc.freeze()
    gc.enable()
    for fault in faults:
        say(f"{folder / fault.file}:{fault.line}: [{fault.check}] {fault.found}; {fault.fix}")
    if faults:
        complain(f"{folder}: {len(faults)} faults.")
        return 1
    say(f"{folder}: no fault.")
    return _run_examples(folder) if examples else 0


def _run_examples(folder: Path) -> int:
    from amur.packs import reads

    with step(f"Running the examples of {folder.name}"):
        results = reads.run_examples(folder)
    for result in results:
        say(f"{'passed' if result.passed else 'FAILED'}  {', '.join(result.proves)}  {result.id}  {result.file}")
        for failure in result.failures:
            complain(f"    {failure}")
    failed = sum(not result.passed for result in results)
    say(f"{len(results) - failed} of {len(results)} examples passed.")
    for name, walk, left in reads.walks(folder, results):
        say(f"{name}: {walk}{'; not ' + ', '.join(left) if left else ''}")
    return 1 if failed or not results else 0


def docs() -> None:
    """Write the reference: the pages that are made from the code, and the schemas. No installation is touched."""
    from amur.config import generated, preparation, traces

    with tempfile.TemporaryDirectory(prefix="amur-docs-") as scratch:
        preparation.start_django(Path(scratch))
        from amur.config import reference

        pages = reference.pages()
    changed = generated.write(ROOT / reference.FOLDER, pages, "*.md") + traces.write_all(ROOT / "packs")
    say("\n".join(changed) if changed else "No page has changed.")
    schemas()


def schemas() -> None:
    """Write the schemas of all kinds of files for editors."""
    from amur.config import generated
    from amur.packs.engine import schemas as made

    changed = generated.write(ROOT / made.FOLDER, made.schemas(), "*.schema.json")
    for pack in sorted((ROOT / "packs").glob("*/pack.yaml")):
        changed += _name_schemas(pack.parent)
    say("\n".join(changed) if changed else "Nothing has changed.")


def _name_schemas(folder: Path) -> list[str]:
    """Let each file of a pack begin with the name of its schema; return the files that did not."""
    from amur.packs.engine.kinds import kind_of
    from amur.packs.engine.schemas import HEADER, header

    changed = []
    for file in sorted(folder.glob("**/*.yaml")):
        kind = kind_of(file.relative_to(folder).as_posix())
        text = file.read_text(encoding="utf-8")
        if kind is not None and not text.startswith(HEADER):
            place = file.relative_to(ROOT)
            file.write_text(f"{header(kind.name, len(place.parts) - 1)}\n{text}", encoding="utf-8")
            changed.append(place.as_posix())
    return changed


def import_policy(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Read the official text; without ``dry_run`` keep it. A dry run as JSON prints the whole tree."""
    content = file.read_bytes()
    from amur.policy import engine

    read = engine.read_text(content)
    told: dict[str, Any] = {"title": read.title, **read.counts(), "warnings": list(read.warnings)}
    if not dry_run:
        from amur.base.acting import system
        from amur.policy import acts

        by = system("import", client="cli")
        edition, is_new = acts.import_edition(content, source_name=file.name, by=by, now=clock.now())
        told |= {"sha256": edition.sha256, "new": is_new}
    if as_json:
        print_json(read.as_dict() if dry_run else told)
        return
    counts = ", ".join(f"{count} {name}" for name, count in read.counts().items())
    say(f"{read.title or file.name}: {counts}")
    for warning in read.warnings:
        complain(warning)
    if not dry_run:
        say("It is kept." if told["new"] else "It was imported before; nothing changed.")


def _look_at(folder: Path) -> None:
    """See that there is a pack to look at. Neither settings nor a database are loaded: it is read from its files."""
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder; name the folder of a pack, such as {pack_folder()}")
