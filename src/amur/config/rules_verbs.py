"""``amur rules``: whether rules can be used, whether their samples hold, what logs they can see, and why one fired."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from amur.config.detect_verb import KEPT_IN, Units, derivations_of, log_files, rule_files_of
from amur.config.terminal import CommandError, complain, print_json, print_table, say

rules_app = typer.Typer(no_args_is_help=True, help="Sigma rules: checked, tried, and explained.")
_SHOWN = 40
Rules = Annotated[list[Path] | None, typer.Option("--rules", help="Sigma rules: files, folders [default: our own].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@rules_app.command("check")
def check(rules: Rules = None, as_json: AsJson = False) -> None:  # noqa: FBT002 -- an option of the command
    """Say which rules can be used, and of each other one why it cannot."""
    from amur.detection.matching.keeping import load

    loaded = load(rule_files_of(rules), KEPT_IN)
    read = loaded.read
    if as_json:
        told = [{"file": one.file, "rule": one.id, "why": one.why} for one in read.unusable]
        assumed = [{"file": one.file, "rule": one.id, "why": one.why} for one in read.assumed]
        counts = {"rules": len(read.rules), "correlations": len(read.correlations)}
        print_json(counts | {"unusable": told, "assumed": assumed})
    else:
        for one in read.unusable:
            complain(f"{one.file}: {one.id}: {one.why}")
        for one in read.assumed:
            say(f"{one.file}: {one.id}: {one.why}")
        said = f"{len(read.rules)} rules and {len(read.correlations)} correlations can be used"
        say(f"{said}; {len(read.unusable)} cannot" if read.unusable else f"{said}.")
    raise typer.Exit(1 if read.unusable else 0)


@rules_app.command("test")
def try_samples(rules: Rules = None) -> None:
    """Try the samples that stand beside rules: those that have to be found, and those that must not."""
    from amur.detection.samples import tried
    from amur.detection.sigma.reading import read_rules

    files = rule_files_of(rules)
    outcomes = list(tried(read_rules(files)))
    for one in outcomes:
        if one.wrong:
            complain(f"{one.file}: {one.wrong}")
    wrong = sum(bool(one.wrong) for one in outcomes)
    say(f"{len(outcomes)} samples of {len({one.file for one in outcomes})} rules; {wrong or 'none'} went wrong.")
    raise typer.Exit(1 if wrong else 0)


@rules_app.command("coverage")
def coverage(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of logs.", exists=True)],
    rules: Rules = None,
    unit: Units = None,
    as_json: AsJson = False,  # noqa: FBT002 -- an option of the command
) -> None:
    """Say which rules can never fire on such logs, since the events or the fields that they look at are not in them."""
    from amur.detection.coverage import Coverage
    from amur.detection.deriving import derived
    from amur.detection.detecting import fields_of, looked_at
    from amur.detection.events import Quarantined
    from amur.detection.matching.keeping import load
    from amur.detection.reading.opening import read

    loaded = load(rule_files_of(rules), KEPT_IN)
    derivations = derivations_of(unit)
    wanted, fields = looked_at(loaded), fields_of(loaded, derivations)
    seen = Coverage(loaded.compiled)
    for file in log_files(paths):
        for batch in read(file, fields=fields):
            if not isinstance(batch, Quarantined):
                seen.take(derived(batch, wanted, derivations))
    blind = seen.blind()
    if as_json:
        print_json([{"rule": said.id, "title": said.title, "why": why, "what": what} for said, why, what in blind])
        return
    can, whole = len(loaded.read.rules) - len(blind), len(loaded.read.rules)
    say(f"{seen.events:,} events; {can} of {whole} rules can fire on such logs.")
    counted = Counter((why, what) for _said, why, what in blind)
    rows = [(f"{count:,}", why, what) for (why, what), count in counted.most_common(_SHOWN)]
    print_table("What is missing", ("rules", "missing", "what"), rows)


@rules_app.command("why")
def why(
    event: Annotated[Path, typer.Argument(help="A file with one event, or with several.", exists=True)],
    rule: Annotated[str, typer.Argument(help="The id or the name of a rule, or its file.")],
    rules: Rules = None,
    position: Annotated[int, typer.Option("--position", help="Which event of the file, from 1.")] = 1,
    unit: Units = None,
) -> None:
    """Say why a rule fired on an event or did not, test by test."""
    from amur.detection.deriving import derived
    from amur.detection.events import KIND, Quarantined
    from amur.detection.explaining import explained, lines
    from amur.detection.matching.compiled import compile_rules
    from amur.detection.reading.opening import read
    from amur.detection.sigma.reading import read_rules

    found = read_rules(rule_files_of([Path(rule)] if Path(rule).is_file() else rules)).rules
    one = next(
        (each for each in found if rule in {each.said.id, each.said.name, each.said.title, each.said.file}), None
    )
    if one is None:
        raise CommandError(f"there is no rule {rule!r} among {len(found)}; name its id, its title or its file")
    derivations = derivations_of(unit)
    wanted = {KIND, *compile_rules([one]).fields}
    batches = [derived(batch, wanted, derivations) for batch in read(event) if not isinstance(batch, Quarantined)]
    before = 0
    for batch in batches:
        if before < position <= before + batch.num_rows:
            for line in lines(explained(one, batch, position - before - 1)):
                say(line)
            return
        before += batch.num_rows
    raise CommandError(f"{event} has {before} events; there is none with the number {position}")
