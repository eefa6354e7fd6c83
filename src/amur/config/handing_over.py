"""The verbs that hand their arguments over to something else: a bench, Django's own commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from amur.config.environment import ROOT
from amur.config.terminal import CommandError


def bench(context: typer.Context, name: Annotated[str, typer.Argument(help="A folder of benches/.")]) -> None:
    """Measure one claim against its peer; options are those of the bench, and --json prints all repeats."""
    import runpy

    script = ROOT / "benches" / name / "bench.py"
    if not script.is_file():
        known = ", ".join(sorted(file.parent.name for file in ROOT.glob("benches/*/bench.py"))) or "none yet"
        raise CommandError(f"There is no bench {name!r}. Known: {known}.")
    sys.argv = [str(script), *context.args]
    runpy.run_path(str(script), run_name="__main__")


def manage(context: typer.Context) -> None:
    """Hand over to Django's own commands, such as makemigrations."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
    execute_from_command_line(["amur manage", *context.args])
