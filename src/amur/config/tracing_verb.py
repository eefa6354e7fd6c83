"""The verb ``amur trace`` as it is typed, and how it prints, writes and holds what it finds."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amur.config import installation
from amur.config.terminal import CommandError, complain, print_json, print_table, say
from amur.config.tongue import Tongue, spoken
from amur.web import clock

if TYPE_CHECKING:
    from amur.packs.engine import Pack


def trace(  # noqa: PLR0917 -- each is an option of the verb
    pack: Annotated[Path | None, typer.Argument(help="Folder of the pack [default: the installation's].")] = None,
    run: Annotated[bool, typer.Option("--run", help="Run the examples; only what passes counts.")] = False,  # noqa: FBT002 -- an option of the command
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,  # noqa: FBT002 -- as above
    html: Annotated[
        Path | None, typer.Option("--html", help="Write one page that stands alone, also on paper.")
    ] = None,
    language: Tongue = "",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", help="An earlier trace (--json): what ran then and does not now is a fault.", dir_okay=False
        ),
    ] = None,
    keep: Annotated[  # noqa: FBT002 -- as above
        bool, typer.Option("--keep", help="Run the examples and write TRACE.md and closed.yaml beside the pack.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Run the examples and keep how they went in this installation, for its board."),
    ] = None,
) -> None:
    """Show, commitment by commitment, what carries it out and the example that proves it.

    It ends with an error if a gap that was closed is open again: by closed.yaml of the pack, or by an earlier trace.
    """
    if pack is not None:
        os.environ["AMUR_PACK"] = str(pack.absolute())
    folder = installation.pack_folder()
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder; name the folder of a pack")
    look = _Look(folder, spoken(language, folder), run=run or keep or data is not None)
    if data is not None:
        look.keep_in(data.absolute())
    raise typer.Exit(look.told(as_json=as_json, html=html, against=against, keep=keep))


class _Look:
    """One look at a pack: what it declares, how its examples went if they were run, and the trace of both.

    Where a gap that was closed is open again, that is told and no example is run: such a pack is not played.
    """

    def __init__(self, folder: Path, tongue: str, *, run: bool) -> None:
        from amur.packs import closing, reads, tracing

        self.folder = folder
        self.tongue = tongue
        self.pack: Pack = reads.load(folder)
        self.opened = list(closing.check(self.pack))
        self.results: Mapping[str, bool] | None = None
        if run and not self.opened:
            self.results = {result.id: result.passed for result in reads.run_examples(folder)}
        self.found = tracing.trace(self.pack, self.results)

    def told(self, *, as_json: bool, html: Path | None, against: Path | None, keep: bool) -> int:
        """Print or write the trace, and return the exit code."""
        if as_json:
            print_json(self.found)
        elif html is None:
            self._print()
        if html is not None:
            self._write(html)
            if not as_json:
                say(f"{html}: the trace of {self.folder.name}, {self.found['counts']['total']} commitments.")
        if keep and not self.opened:
            from amur.config import traces

            for name in traces.write(self.folder, self.results):
                complain(f"{name} is written.")
        return self._complained(against)

    def keep_in(self, data: Path) -> None:
        """Keep how the examples went in an installation that runs this pack as it stands here."""
        from amur.config import preparation

        if self.results is None:
            return
        preparation.start_django(data)
        from amur.base.acting import system
        from amur.packs import acts

        kept = acts.keep_run(self.folder, self.results, by=system("trace", client="cli"), now=clock.now())
        complain(f"{data} keeps this run." if kept else f"{data} runs another state of this pack: nothing was kept.")

    def _print(self) -> None:
        from amur.policy.declarations import PolicyDeclaration

        policy = self.pack.one(PolicyDeclaration)
        reasons = {one.id: one.reason.say(self.tongue) for one in policy.commitments if one.reason} if policy else {}
        rows = [_row(line, reasons.get(line["id"], "")) for line in self.found["commitments"]]
        print_table(
            f"{self.folder.name}: what carries out each commitment", ["id", "verdict", "carriers", "examples"], rows
        )
        say("  ".join(f"{name} {count}" for name, count in self.found["counts"].items()))
        if self.results is None:
            say("The examples were not run; with --run only what passes counts.")

    def _write(self, file: Path) -> None:
        from amur.config import preparation
        from amur.policy.declarations import PolicyDeclaration

        policy = self.pack.one(PolicyDeclaration)
        if policy is None:
            raise CommandError(f"{self.folder.name} has no policy, or one that cannot be read; see amur check")
        with tempfile.TemporaryDirectory(prefix="amur-trace-") as scratch:
            preparation.start_django(Path(scratch))
            from amur.web.board import tracefile

            text = tracefile.page(self.pack, policy, self.found, language=self.tongue, at=clock.now())
        file.write_text(text, encoding="utf-8")

    def _complained(self, against: Path | None) -> int:
        """Print what is open again, and return the exit code."""
        from amur.packs import closing, telling

        faults = [*self.opened]
        if self.results is not None:
            faults += closing.failed(self.pack, self.results)
        lines = [telling.line_of(fault, self.tongue, above=f"{self.folder}/") for fault in faults]
        if against is not None:
            earlier = closing.against(_earlier(against), self.found, str(against))
            lines += [telling.line_of(fault, self.tongue) for fault in earlier]
        for line in lines:
            complain(line)
        return 1 if lines else 0


def _earlier(file: Path) -> Mapping[str, Any]:
    """Return an earlier trace.

    Raises:
        CommandError: if the file holds none.
    """
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))
        _ = [(line["id"], line["verdict"]) for line in told["commitments"]]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise CommandError(f"{file} is no trace; write one with: amur trace --json > {file.name}") from None
    else:
        return dict(told)


def _row(line: Mapping[str, Any], reason: str) -> list[str]:
    carriers = ", ".join(f"{carrier['kind']} {carrier['id']}" for carrier in line["carriers"])
    said = {None: "not run", True: "passed", False: "failed"}
    examples = ", ".join(f"{example['id']} {said[example['passed']]}" for example in line["examples"])
    return [line["id"], line["verdict"], carriers or reason, examples]
