"""What the command does with packs and with the text of the policy, and how it prints that."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from amur.config.environment import ROOT
from amur.config.terminal import complain, print_json, say
from amur.web import clock


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
        told |= {"sha256": edition.sha256, "new": is_new, "beside": _beside(edition)}
    if as_json:
        print_json(read.as_dict() if dry_run else told)
        return
    counts = ", ".join(f"{count} {name}" for name, count in read.counts().items())
    say(f"{read.title or file.name}: {counts}")
    for warning in read.warnings:
        complain(warning)
    if not dry_run:
        say("It is kept." if told["new"] else "It was imported before; nothing changed.")
        for other in told["beside"][:1]:
            say(f"What became of each passage: amur policy compare {other[:12]} {told['sha256'][:12]}")


def _beside(edition: Any) -> list[str]:
    """Return the hashes of the other editions of the same document, the newest first."""
    from amur.base.acting import SYSTEM
    from amur.policy.editions import reads

    others = reads.editions(SYSTEM).filter(document=edition.document).exclude(pk=edition.pk)
    return list(others.values_list("sha256", flat=True))
