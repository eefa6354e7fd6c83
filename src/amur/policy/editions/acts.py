"""The acts on editions: propose a crosswalk, confirm or correct its rows, put it into effect, close a re-check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json, digest
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.legal_time import WorkCalendar, add_working_days
from amur.ledger import acts as ledger
from amur.policy import reads as policy
from amur.policy.editions import reads
from amur.policy.editions.models import Crosswalk, CrosswalkRow, Recheck
from amur.policy.engine import crosswalk as engine
from amur.policy.engine.crosswalk import Row, Unit
from amur.policy.models import Edition

Sides = tuple[tuple[int, ...], tuple[int, ...]]
"""The passages of a row on both sides, by which it is known: who confirms it confirms what they have seen."""
_LONGEST_REMARK = 1000
_LONGEST_KEY = 200


def propose_crosswalk(
    old: Edition, new: Edition, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> tuple[Crosswalk, bool]:
    """Write down what became of each passage as the words suggest it; return it and whether it is new.

    It has no effect until a person has decided each row. The same two editions again are the same crosswalk.

    Raises:
        Refused: if the actor does not confirm crosswalks.
        Invalid: if both are the same edition.
    """
    _check(scope, key)
    if old.pk == new.pk:
        raise Invalid({"new": ("same_edition", "found the same edition twice; name two")})
    rows = engine.propose(reads.units(old), reads.units(new))
    with transaction.atomic():
        crosswalk, created = Crosswalk.objects.get_or_create(
            old=old, new=new, defaults={"proposed_at": now, "proposed_by": by.actor_id, "key": key}
        )
        if created:
            _store(crosswalk, rows)
            body: dict[str, Json] = {"old": old.sha256, "new": new.sha256, "key": key, **_told(rows)}
            _record(crosswalk.subject, "crosswalk.proposed", body, by=by, now=now)
    return crosswalk, created


def confirm_rows(
    crosswalk_id: UUID | str,
    sides: Collection[Sides],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> int:
    """Confirm rows as they were seen; return how many were not decided before. The same again changes nothing.

    Raises:
        Refused: if the actor does not confirm crosswalks.
        NotFound: if there is no such crosswalk.
        Conflict: if it is in effect, or a row was corrected meanwhile.
    """
    _check(scope, key)
    with transaction.atomic():
        crosswalk = _draft(crosswalk_id)
        known = {(tuple(row.old), tuple(row.new)): row for row in reads.rows(crosswalk)}
        if any(one not in known for one in sides):
            raise Conflict("rows_moved", "some of these rows were corrected meanwhile; load them again and look")
        fresh = [known[one] for one in dict.fromkeys(sides) if known[one].decided_at is None]
        if fresh:
            for row in fresh:
                row.decided_at, row.decided_by = now, by.actor_id
            CrosswalkRow.objects.bulk_update(fresh, ["decided_at", "decided_by"], batch_size=200)
            _grow(crosswalk)
            body: dict[str, Json] = {"rows": _listed(reads.as_rows(fresh)), "key": key}
            _record(crosswalk.subject, "crosswalk.confirmed", body, by=by, now=now)
    return len(fresh)


def correct_row(
    crosswalk_id: UUID | str,
    olds: Collection[int],
    news: Collection[int],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Crosswalk:
    """Say that these old passages became these new ones, wholly; no new one means repealed, no old one new.

    That row is decided by it. What loses its counterpart becomes a row of its own, which waits to be decided. The same
    again changes nothing.

    Raises:
        Refused: if the actor does not confirm crosswalks.
        NotFound: if there is no such crosswalk.
        Conflict: if it is in effect.
        Invalid: if a passage does not exist, a title becomes a paragraph, or several become several.
    """
    _check(scope, key)
    wanted = (tuple(sorted(set(olds))), tuple(sorted(set(news))))
    with transaction.atomic():
        crosswalk = _draft(crosswalk_id)
        before = reads.rows(crosswalk)
        standing = next((row for row in before if (tuple(row.old), tuple(row.new)) == wanted), None)
        if standing is not None and standing.decided_at is not None:
            return crosswalk
        here, there = reads.units(crosswalk.old), reads.units(crosswalk.new)
        _check_sides(wanted, here, there)
        rows = engine.rows_of(here, there, engine.regroup(reads.as_rows(before), *wanted))
        known = {row.sides for row in rows}
        gone = [row for row in reads.as_rows(before) if row.sides not in known]
        if standing is None:
            standing = CrosswalkRow(old=list(wanted[0]), new=list(wanted[1]), corrected=True)
            before.append(standing)
        standing.decided_at, standing.decided_by = now, by.actor_id
        _store(crosswalk, rows, {(tuple(row.old), tuple(row.new)): row for row in before})
        _grow(crosswalk)
        body: dict[str, Json] = {"row": [list(side) for side in wanted], "before": _listed(gone), "key": key}
        _record(crosswalk.subject, "crosswalk.corrected", body, by=by, now=now)
        return crosswalk


def put_into_effect(
    crosswalk_id: UUID | str, *, version: int, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Crosswalk:
    """Let a crosswalk take effect, with every row decided; open a re-check for each commitment that it touches.

    Running cases stay with what they began with. One that is in effect stays as it is.

    Raises:
        Refused: if the actor does not confirm crosswalks, or rows are not decided.
        NotFound: if there is no such crosswalk.
        Conflict: if it was changed since that version.
    """
    _check(scope, key)
    with transaction.atomic():
        crosswalk = _locked(crosswalk_id)
        if crosswalk.effective_at is not None:
            return crosswalk
        if crosswalk.version != version:
            raise Conflict("crosswalk_changed", "the crosswalk was changed meanwhile; load it again and look")
        stored = reads.rows(crosswalk)
        if undecided := sum(row.decided_at is None for row in stored):
            raise Refused("rows_undecided", f"{undecided} rows are not decided; confirm or correct them first")
        rows = reads.as_rows(stored)
        crosswalk.effective_at, crosswalk.effective_by = now, by.actor_id
        crosswalk.save(update_fields=["effective_at", "effective_by"])
        opened = _open_rechecks(crosswalk, rows, by=by, now=now)
        body: dict[str, Json] = {
            "old": crosswalk.old.sha256,
            "new": crosswalk.new.sha256,
            "rechecks": [one.commitment for one in opened],
            "key": key,
            **_told(rows),
        }
        _record(crosswalk.subject, "crosswalk.in_effect", body, by=by, now=now)
        return crosswalk


def close_recheck(
    recheck_id: UUID | str,
    verdict: str,
    remark: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Recheck:
    """Say what became of a commitment: it still holds, what carries it out was changed, or it is a duty no longer.

    The same verdict and remark again change nothing.

    Raises:
        NotFound: if there is no such re-check.
        Refused: if the actor is of no body that answers for it.
        Invalid: if the verdict is unknown, or the remark is missing or too long.
        Conflict: if it was closed before with another verdict or remark.
    """
    _check_key(key)
    said = " ".join(remark.split())
    faults = {}
    if verdict not in Recheck.Verdict.values:
        faults["verdict"] = ("unknown", f"found {verdict!r}; say one of {', '.join(Recheck.Verdict.values)}")
    if not said:
        faults["remark"] = ("required", "say what was looked at; everybody reads it, so name nobody")
    elif len(said) > _LONGEST_REMARK:
        faults["remark"] = ("too_long", f"found {len(said)} characters; at most {_LONGEST_REMARK} fit")
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        found = Recheck.objects.select_for_update().filter(pk=recheck_id).first()
        if found is None:
            raise NotFound("no_recheck", "there is no such re-check")
        if not reads.may_close(scope, found):
            raise Refused("not_your_recheck", "this account is of no body that answers for this commitment")
        if found.closed_at is not None:
            if (found.verdict, found.remark) == (verdict, said):
                return found
            raise Conflict("recheck_closed", "this re-check was closed before")
        found.verdict, found.remark, found.key = verdict, said, key
        found.closed_at, found.closed_by, found.closed_body = now, by.actor_id, by.body_id
        found.save(update_fields=["verdict", "remark", "key", "closed_at", "closed_by", "closed_body"])
        body: dict[str, Json] = {"commitment": found.commitment, "verdict": verdict, "remark": said, "key": key}
        _record(found.subject, "recheck.closed", body, by=by, now=now)
        return found


def _open_rechecks(crosswalk: Crosswalk, rows: list[Row], *, by: Actor, now: datetime) -> list[Recheck]:
    """Open a re-check for each commitment whose passage has other words now.

    What only moved needs none, nor what was not in the old edition: no change of this one touches it.
    """
    due_on, release = _due_on(now), policy.active_hash()
    opened = []
    for one in reads.touched(crosswalk.old, crosswalk.new, rows):
        if one.touch.is_moved_only or one.touch.is_lost:
            continue
        recheck = Recheck(
            crosswalk=crosswalk,
            commitment=one.commitment.id,
            how=one.touch.how,
            own_words=one.touch.own_words,
            places=list(one.touch.rows),
            bodies=list(one.commitment.bodies),
            carriers=[{"kind": this.kind, "id": this.id, "file": this.file} for this in one.carriers],
            release=release,
            opened_at=now,
            due_on=due_on,
        )
        opened.append(recheck)
    Recheck.objects.bulk_create(opened)
    for recheck in opened:
        body: dict[str, Json] = {
            "commitment": recheck.commitment,
            "crosswalk": str(crosswalk.pk),
            "how": recheck.how,
            "bodies": recheck.bodies,
            "carriers": recheck.carriers,
            "due_on": due_on.isoformat() if due_on else "",
        }
        _record(recheck.subject, "recheck.opened", body, by=by, now=now)
    return opened


def _due_on(now: datetime) -> date | None:
    office = reads.office()
    calendar = next(iter(policy.declarations("calendar").values()), None)
    if office is None or office.recheck_working_days is None or calendar is None:
        return None
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    return add_working_days(today, office.recheck_working_days, WorkCalendar.model_validate(calendar.body)).on


def _store(crosswalk: Crosswalk, rows: Iterable[Row], before: Mapping[Sides, CrosswalkRow] | None = None) -> None:
    """Write the rows anew; one that stood before with the same sides keeps who has decided it."""
    crosswalk.rows.all().delete()
    fresh = []
    for place, row in enumerate(rows):
        was = (before or {}).get(row.sides)
        fresh.append(
            CrosswalkRow(
                crosswalk=crosswalk,
                place=place,
                kind=row.kind,
                old=list(row.old),
                new=list(row.new),
                likeness=row.likeness,
                changed=row.changed,
                corrected=was.corrected if was else False,
                decided_at=was.decided_at if was else None,
                decided_by=was.decided_by if was else "",
            )
        )
    CrosswalkRow.objects.bulk_create(fresh, batch_size=500)


def _check(scope: Scope, key: IdempotencyKey) -> None:
    _check_key(key)
    if not reads.may_confirm(scope):
        found = reads.office()
        said = f"the role {found.role!r} in {found.body!r} does" if found else "the pack names no office that does"
        raise Refused("not_your_crosswalk", f"this account does not confirm crosswalks; {said}")


def _check_key(key: IdempotencyKey) -> None:
    if len(key) > _LONGEST_KEY or not key.isprintable():
        raise Invalid({"key": ("bad_key", f"a key is at most {_LONGEST_KEY} characters that can be printed")})


def _check_sides(wanted: Sides, old: Iterable[Unit], new: Iterable[Unit]) -> None:
    titles = []
    for name, orders, units in (("old", wanted[0], old), ("new", wanted[1], new)):
        known = {unit.order: unit for unit in units}
        for order in orders:
            if order not in known:
                raise Invalid({name: ("unknown_passage", f"the {name} edition has no passage {order}")})
            titles.append(known[order].is_title)
    if not titles or (len(wanted[0]) > 1 and len(wanted[1]) > 1):
        raise Invalid({"old": ("uneven", "name one passage on one side, or none on one side")})
    if len(set(titles)) > 1:
        raise Invalid({"new": ("title_and_text", "a title becomes a title, and a paragraph a paragraph")})


def _locked(crosswalk_id: UUID | str) -> Crosswalk:
    found = Crosswalk.objects.select_for_update().filter(pk=crosswalk_id).first()
    if found is None:
        raise NotFound("no_crosswalk", "there is no such crosswalk; see amur policy editions")
    return found


def _draft(crosswalk_id: UUID | str) -> Crosswalk:
    found = _locked(crosswalk_id)
    if found.effective_at is not None:
        raise Conflict("crosswalk_in_effect", "this crosswalk is in effect and stands")
    return found


def _grow(crosswalk: Crosswalk) -> None:
    crosswalk.version += 1
    crosswalk.save(update_fields=["version"])


def _listed(rows: Iterable[Row]) -> list[Json]:
    return [[list(row.old), list(row.new), row.kind] for row in rows]


def _told(rows: Iterable[Row]) -> dict[str, Json]:
    """Return what an entry says of all rows: how many there are of each kind, and a hash over them."""
    listed = _listed(rows)
    counts: dict[str, Json] = {kind: sum(row.kind == kind for row in rows) for kind in engine.KINDS}
    return {"counts": counts, "rows_sha256": digest(listed)}


def _record(subject: str, kind: str, body: Mapping[str, Json], *, by: Actor, now: datetime) -> None:
    ledger.record(subject=subject, kind=kind, by=by, now=now, body=body, release=policy.active_hash())
