"""What the command does for ``amur pack migrate``: what would become of running cases, the run, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from amur.config.installation import pack_folder
from amur.config.terminal import CommandError, complain, print_json, print_table, say
from amur.web import clock

if TYPE_CHECKING:
    from amur.base.acting import Actor
    from amur.base.faults import Fault
    from amur.procedures.migrating.engine import Obstacle
    from amur.procedures.migrating.planning import Edition
    from amur.procedures.migrating.reports import Report

_OF_FIELDS = {"field.does_not_fit": "the answer does not fit", "field.no_value": "no value comes of it"}


def migrate(name: str, *, dry_run: bool, undo: bool, as_json: bool) -> int:
    """Try or carry out a map of the active pack, or bring its cases back; return the exit code.

    Raises:
        CommandError: if the active pack has no such map.
    """
    from amur.base.faults import NotFound
    from amur.procedures.migrating.planning import edition_of

    try:
        edition = edition_of(name)
    except NotFound as error:
        raise CommandError(f"{error}. Sync the pack that declares it first; running cases stay as they are.") from None
    if undo:
        return _undo(edition, dry_run=dry_run, as_json=as_json)
    faults = _faults(edition)
    if faults and not dry_run:
        for fault in faults:
            complain(f"{fault.file}:{fault.line}: [{fault.check}] {fault.found}; {fault.fix}")
        raise CommandError("The map has faults; nothing was moved. Mend it, sync, and try again with --dry-run.")
    reports = list(_tried(edition) if dry_run else _moved(edition))
    if as_json:
        told = {"migration": name, "map": edition.map_hash, "to": edition.declaration_hash, "dry_run": dry_run}
        told |= {"faults": [_fault(one) for one in faults], "cases": [one.as_dict() for one in reports]}
        print_json(told)
    else:
        _print(name, faults, reports, dry_run=dry_run)
    return 1 if faults or any(one.becomes == "refused" for one in reports) else 0


def _tried(edition: Edition) -> Iterator[Report]:
    from amur.base.acting import SYSTEM
    from amur.procedures.migrating import reads

    return reads.dry_run(SYSTEM, edition, clock.now())


def _moved(edition: Edition) -> Iterator[Report]:
    from amur.base.acting import SYSTEM
    from amur.procedures.migrating import acts, reads

    for case_id in reads.meant(SYSTEM, edition):
        report = acts.migrate_case(case_id, edition, by=_operator(), scope=SYSTEM, now=clock.now())
        if report is not None:
            yield report


def _undo(edition: Edition, *, dry_run: bool, as_json: bool) -> int:
    """Bring cases back that have not moved since, and say which have."""
    from amur.base.acting import SYSTEM
    from amur.base.faults import Conflict
    from amur.procedures.migrating import acts, reads

    back: list[str] = []
    moved: list[str] = []
    for case_id, number, has_moved in reads.ways_back(SYSTEM, edition.map_hash):
        try:
            if not (dry_run or has_moved):
                acts.bring_back(case_id, edition.map_hash, by=_operator(), scope=SYSTEM, now=clock.now())
            (moved if has_moved else back).append(number)
        except Conflict:
            moved.append(number)
    if as_json:
        print_json({"map": edition.map_hash, "dry_run": dry_run, "back": back, "moved_since": moved})
    else:
        say(f"{len(back)} cases {'would come' if dry_run else 'came'} back{': ' if back else ''}{', '.join(back)}")
        say(f"{len(moved)} have moved since and stay{': ' if moved else ''}{', '.join(moved)}")
    return 0


def _faults(edition: Edition) -> list[Fault]:
    """Return the faults of the map for each edition of which a case runs, with the lines of its file."""
    from amur.base.acting import SYSTEM
    from amur.packs import reads as packs
    from amur.procedures.migrating import reads

    pack = packs.load(pack_folder())
    found = next((one for one in pack.found if (one.kind.name, one.id) == ("migration", edition.declared.id)), None)
    locate = found.source.locate if found else lambda _: (f"{edition.declared.id}.migration.yaml", 1)
    return reads.faults(SYSTEM, edition, locate)


def _fault(one: Fault) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "check": one.check, "found": one.found, "fix": one.fix}


def _print(name: str, faults: Iterable[Fault], reports: list[Report], *, dry_run: bool) -> None:
    for fault in faults:
        complain(f"{fault.file}:{fault.line}: [{fault.check}] {fault.found}; {fault.fix}")
    if not reports:
        say(f"{name}: no running case comes from an edition that the map names.")
        return
    rows = [[one.number, one.becomes, one.state, one.to, _clocks(one), _why(one)] for one in reports]
    title = f"{name}: {'what would become of running cases' if dry_run else 'what became of running cases'}"
    print_table(title, ["case", "becomes", "from", "to", "due", "why"], rows)
    counts = Counter(one.becomes for one in reports)
    say("  ".join(f"{what} {counts[what]}" for what in ("moves", "stays", "refused")))
    if dry_run:
        say("Nothing was changed.")


def _clocks(report: Report) -> str:
    return "; ".join(
        f"{one.before or '+'} {one.due_before or '–'} → {one.after or 'ends'} {one.due_after or '–'}"
        for one in report.clocks
    )


def _why(report: Report) -> str:
    return "; ".join(_obstacle(one) for one in report.why)


def _obstacle(one: Obstacle) -> str:
    """Return why a case stays behind, with what it is about; codes of faults of a field are put into words."""
    if one.code in _OF_FIELDS:
        return f"{one.what}: {_OF_FIELDS[one.code]} ({one.said.replace('_', ' ')})"
    return one.said if not one.what or one.what in one.said else f"{one.what}: {one.said}"


def _operator() -> Actor:
    from amur.base.acting import system

    return system("migration", client="cli")
