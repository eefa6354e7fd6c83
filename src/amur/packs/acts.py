"""The only writes of this room: sync a pack into the database, play its demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from amur import __version__
from amur.base.acting import SYSTEM, Actor, IdempotencyKey
from amur.base.faults import AmurError, Fault, NotFound
from amur.base.identifiers import IdentifierScheme
from amur.base.journal import journal
from amur.jobs import acts as jobs
from amur.packs import finding, reads
from amur.packs.arrivals.declarations import ArrivalsDeclaration
from amur.packs.declarations import DemonstrationDeclaration
from amur.packs.engine import Pack
from amur.packs.play import demonstration
from amur.people import acts as people
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration, RolesDeclaration
from amur.people.reads import day_of
from amur.policy import acts as policy
from amur.policy import reads as released
from amur.policy.declarations import PackDeclaration
from amur.policy.models import PackRelease
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers import acts as registers
from amur.registers import reads as kept
from amur.search import acts as search
from amur.studies import acts as studies
from amur.studies.models import Study

PROVE, STUDIES = "packs.prove", "packs.studies"
"""The kinds of the jobs that play the examples of a release, and queue the studies of a demonstration."""
_MOST_SHOWN = 20
_log = journal("packs")


class FaultyPack(AmurError):
    """A pack with faults is not synced; ``faults`` holds all of them."""

    def __init__(self, folder: Path, faults: list[Fault]) -> None:
        lines = [str(fault) for fault in faults[:_MOST_SHOWN]]
        if len(faults) > _MOST_SHOWN:
            lines.append(f"… and {len(faults) - _MOST_SHOWN} more")
        super().__init__("faulty_pack", f"{folder} has faults; nothing was changed:\n" + "\n".join(lines))
        self.faults = faults


def sync(folder: Path, *, by: Actor, now: datetime) -> PackRelease:
    """Make a pack the one that this installation runs: its declarations, regions, roles and bodies.

    All of it or nothing: with a fault nothing is written. The same pack again changes nothing.

    Raises:
        FaultyPack: if the pack has faults.
        Refused: if another pack runs here.
    """
    pack = reads.load(folder)
    faults = reads.faults_of(pack)
    declared = pack.one(PackDeclaration)
    if faults or declared is None:
        raise FaultyPack(folder, faults)
    with transaction.atomic():
        release, changed = policy.sync_release(declared.id, declared.version, pack.items(), by=by, now=now)
        if changed:
            _sync_people(pack, by=by, now=now)
        finding.let_find(pack, since=release.synced_at, now=now)
    # Indexes are made after the release is committed, so that others can write meanwhile.
    registers.sync(now=now)
    return release


def reindex(folder: Path, *, now: datetime) -> int:
    """Make the index of the search anew from the pack and all records; return how many documents it holds.

    All of it or nothing; whoever searches meanwhile finds what was there before.

    Raises:
        NotFound: if no pack was synced yet.
    """
    release = released.active_release()
    if release is None:
        raise NotFound("no_release", "no pack runs here; run `amur sync` first")
    pack, since = reads.load(folder), release.synced_at
    return search.rebuild(
        [lambda: finding.documents_of(pack, since), lambda: kept.documents(SYSTEM, on=day_of(now))], now=now
    )


def ask_for_proof(*, now: datetime) -> None:
    """Have the examples of the active release played, unless this version of the kernel has played them."""
    release = released.active_release()
    if release is not None and released.proofs(release) is None:
        with transaction.atomic():
            jobs.enqueue(PROVE, {"release": release.hash}, now=now, key=f"{PROVE}:{release.hash}:{__version__}")


def prove(release_hash: str, *, by: Actor, now: datetime, folder: Path | None = None) -> bool:
    """Play the examples of the active release on a database that is thrown away, and keep how they went.

    Returns False, with nothing kept, where that release is no longer the active one or the folder has moved on: its
    next sync asks again.
    """
    folder = folder or Path(settings.PACK)
    release = _active_as_in(folder)
    if release is None or release.hash != release_hash:
        return False
    results = reads.run_examples(folder)
    policy.keep_proofs(release, {result.id: result.passed for result in results}, by=by, now=now)
    return True


def keep_run(folder: Path, passed: Mapping[str, bool], *, by: Actor, now: datetime) -> bool:
    """Keep how the examples of a folder went, in place of an earlier run, if that is the pack which runs here.

    Returns False, with nothing kept, where the active release says something else than the folder.
    """
    release = _active_as_in(folder)
    if release is None:
        return False
    policy.keep_proofs(release, passed, by=by, now=now)
    return True


def _active_as_in(folder: Path) -> PackRelease | None:
    """Return the active release if a folder still says just what it does."""
    release, pack = released.active_release(), reads.load(folder)
    declared = pack.one(PackDeclaration)
    if release is None or declared is None:
        return None
    return release if policy.hash_of_release(declared.id, declared.version, pack.items()) == release.hash else None


def _sync_people(pack: Pack, *, by: Actor, now: datetime) -> None:
    """Hand over what ``people`` keeps; bodies come last, since they lie in regions and have roles."""
    if regions := pack.one(RegionsDeclaration):
        people.sync_regions(regions.regions, by=by, now=now)
    if roles := pack.one(RolesDeclaration):
        people.sync_roles(roles.roles, by=by, now=now)
    if bodies := pack.one(BodiesDeclaration):
        people.sync_bodies(bodies.bodies, by=by, now=now)


def queue_studies(*, by: Actor, now: datetime, key: IdempotencyKey = "", folder: Path | None = None) -> list[Study]:
    """Queue the studies that belong to the demonstration of the pack that runs here; what is queued already stays.

    One that cannot be queued is told to the operator, and the others are not held up.
    """
    declared = reads.load(folder or Path(settings.PACK)).one(DemonstrationDeclaration)
    found = []
    for place, one in enumerate(declared.studies if declared else ()):
        try:
            study = studies.queue(
                one.method,
                by=by,
                scope=SYSTEM,
                now=now,
                title=one.title,
                scenario=one.scenario or "",
                values=one.parameters,
                publish=one.publish,
                key=f"{key}:{place}",
            )
            found.append(study)
        except AmurError as error:
            _log.error("the study %s of the demonstration was not queued: %s", one.method, error.message)
    return found


def play_demonstration(
    *,
    by: Actor,
    now: datetime,
    folder: Path | None = None,
    percent: int = 100,
    told: demonstration.Heard | None = None,
) -> list[tuple[str, str, str]]:
    """Play the demonstration of the pack that runs here; return its accounts as (name, password, title).

    It is played once: a second call returns the accounts of the first. Whatever stops it leaves nothing behind. Of a
    smaller ``percent`` fewer cases come; ``told`` hears how far it is.

    Raises:
        AmurError: if it was played and the file with its passwords is gone, or a step of it goes wrong.
    """
    pack = reads.load(folder or Path(settings.PACK))
    declared = pack.one(DemonstrationDeclaration)
    if declared is None:
        return []
    script = demonstration.Script(
        declared,
        arrivals=tuple(one for _, one in pack.of(ArrivalsDeclaration)),
        procedures=pack.named(ProcedureDeclaration),
        schemes=pack.named(IdentifierScheme),
        roles=pack.one(RolesDeclaration),
        bodies=pack.one(BodiesDeclaration),
    )
    file = Path(settings.DATA) / demonstration.ACCOUNTS
    return demonstration.play(script, file, by=by, now=now, percent=percent, heard=told)
