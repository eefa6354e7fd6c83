"""What the command shows in the terminal: steps with their time, and one way to end with an error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.table import Table

# Without emoji: a place such as a.yaml:100: is no picture of a hundred.
console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)
_SOON_SECONDS = 3.0
_LINE_SECONDS = 10.0
"""How often a log hears how far a step is; a terminal sees it always."""


class CommandError(Exception):
    """A verb cannot go on; the message says what was found and what to do."""


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show a step while it runs, and how long it took when it is done."""
    started = time.monotonic()
    with console.status(escape(text)):
        yield
    console.print(f"[green]✓[/green] {escape(text)} [dim]{time.monotonic() - started:.1f} s[/dim]")


@contextmanager
def counted_step(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show a step whose progress is known, such as 40 of 365 days; what is yielded is told how far it is."""
    started = said = time.monotonic()
    with console.status(escape(text)) as status:

        def tell(done: int, whole: int) -> None:
            nonlocal said
            now = time.monotonic()
            passed = now - started
            left = f", {passed * (whole - done) / done:.0f} s left" if done and passed > _SOON_SECONDS else ""
            line = f"{text}: {100 * done // max(whole, 1)} %{left}"
            status.update(escape(line))
            if not console.is_terminal and now - said >= _LINE_SECONDS:
                said = now
                say(line)

        yield tell
    console.print(f"[green]✓[/green] {escape(text)} [dim]{time.monotonic() - started:.1f} s[/dim]")


def say(text: str) -> None:
    """Print a line as it is."""
    console.print(escape(text), soft_wrap=True)


def complain(text: str) -> None:
    """Print an error."""
    errors.print(f"[red]{escape(text)}[/red]", soft_wrap=True)


def say_aside(text: str) -> None:
    """Print a line that is no error where it does not mix with what other programs read."""
    errors.print(escape(text), soft_wrap=True)


def print_json(value: object) -> None:
    """Print a value for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows for people."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
