"""What Django is asked to check at start: that the database still refuses to rewrite the ledger.

Checks of a pack are not here: the ledger declares nothing that a pack could say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from amur.ledger import dialect, signing
from amur.ledger.models import Checkpoint


@register(Tags.database)
def triggers_are_installed(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Find append-only triggers that are gone (a table remake on SQLite drops them without a word)."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        gone = dialect.unprotected(connections[alias])
        if gone:
            found.append(
                Error(
                    f"the ledger in database {alias!r} can be rewritten: {len(gone)} triggers are gone",
                    hint=f"run migrate, which puts them back; gone: {', '.join(gone)}",
                    id="amur.ledger.E001",
                )
            )
    return found


@register(Tags.database)
def suite_fits_the_log(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Find a setting that names another hash than the one with which this log began."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if "ledger_checkpoint" not in connections[alias].introspection.table_names():
            continue
        last = Checkpoint.objects.using(alias).order_by("-size").first()
        if last is not None and last.suite != signing.suite().name:
            found.append(
                Error(
                    f"the log in database {alias!r} is of suite {last.suite}, the settings say {signing.suite().name}",
                    hint=f"set AMUR_LEDGER_SUITE={last.suite}; a log keeps its suite for life",
                    id="amur.ledger.E002",
                )
            )
    return found
