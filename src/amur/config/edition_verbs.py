"""The verbs ``amur policy editions``, ``compare``, ``propose``, ``confirm``, ``adopt``, ``rechecks`` and ``recheck``.

Who decides is named by their account: what the pages let them do, the command does, and nothing more.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from amur.config import installation

Old = Annotated[str, typer.Argument(help="The beginning of an edition's hash, or `current`.")]
New = Annotated[str, typer.Argument(help="Likewise.")]
As = Annotated[str, typer.Option("--as", help="The account of the person who decides.")]
Data = Annotated[Path | None, typer.Option("--data", help="Folder of the database, uploads and keys [default: var].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def editions(as_json: AsJson = False, data: Data = None) -> None:  # noqa: FBT002 -- an option of the command
    """List the editions of the policy's text that were imported, and the crosswalks between them."""
    _started(data).editions(as_json=as_json)


def compare(old: Old, new: New, as_json: AsJson = False, data: Data = None) -> None:  # noqa: FBT002 -- as above
    """Show what became of each passage in another edition, and what that touches; nothing is changed."""
    _started(data).compare(old, new, as_json=as_json)


def propose(old: Old, new: New, who: As, as_json: AsJson = False, data: Data = None) -> None:  # noqa: FBT002 -- as above
    """Keep what became of each passage as a draft, which people then confirm or correct row by row."""
    _started(data).propose(old, new, who, as_json=as_json)


def confirm(  # noqa: PLR0917 -- each is an option of the verb
    old: Old,
    new: New,
    who: As,
    unchanged: Annotated[bool, typer.Option("--unchanged", help="All rows whose words did not change.")] = False,  # noqa: FBT002 -- as above
    everything: Annotated[bool, typer.Option("--all", help="All rows, as they are proposed.")] = False,  # noqa: FBT002 -- as above
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            help='JSON: [{"old": ["3.2"], "new": ["4.2"]}, …]; a row that stands otherwise is corrected.',
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 -- as above
    data: Data = None,
) -> None:
    """Confirm rows of a draft, or correct them."""
    verbs = _started(data)
    verbs.confirm(old, new, who, verbs.Chosen(unchanged=unchanged, everything=everything, rows=rows), as_json=as_json)


def adopt(  # noqa: PLR0917 -- each is an option of the verb
    old: Old,
    new: New,
    who: As,
    version: Annotated[int, typer.Option("--version", help="The version of the draft that you have looked at.")],
    as_json: AsJson = False,  # noqa: FBT002 -- as above
    data: Data = None,
) -> None:
    """Put a crosswalk into effect: each commitment that it touches has to be looked at again."""
    _started(data).adopt(old, new, who, version, as_json=as_json)


def rechecks(
    closed: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,  # noqa: FBT002 -- as above
    as_json: AsJson = False,  # noqa: FBT002 -- as above
    data: Data = None,
) -> None:
    """List the commitments that have to be looked at again since a new edition touches them."""
    _started(data).rechecks(closed=closed, as_json=as_json)


def recheck(  # noqa: PLR0917 -- each is an option of the verb
    commitment: Annotated[str, typer.Argument(help="The id of the commitment, such as 3.4.")],
    verdict: Annotated[str, typer.Argument(help="holds, changed or no_duty.")],
    remark: Annotated[str, typer.Option("--remark", help="What was looked at; everybody reads it, so name nobody.")],
    who: As,
    as_json: AsJson = False,  # noqa: FBT002 -- as above
    data: Data = None,
) -> None:
    """Close the open re-check of a commitment with a verdict."""
    _started(data).recheck(commitment, verdict, remark, who, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the verbs to the group of the policy."""
    for verb in (editions, compare, propose, confirm, adopt, rechecks, recheck):
        app.command(verb.__name__)(verb)


def _started(data: Path | None) -> ModuleType:
    """Return what does the work; it needs Django, so it is imported when Django has started."""
    from amur.config import preparation

    preparation.start_django(data.absolute() if data else installation.data_folder())
    from amur.config import edition_work

    return edition_work
