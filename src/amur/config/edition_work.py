"""What the verbs of editions do, and how they print it."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.base.acting import SYSTEM, Actor, Scope
from amur.config.terminal import CommandError, print_json, print_table, say
from amur.packs import touching
from amur.people import reads as people
from amur.people.models import Account
from amur.policy import acts
from amur.policy.editions import reads, showing
from amur.policy.editions.models import Recheck
from amur.policy.editions.showing import Compared, Shown, Words
from amur.policy.engine.crosswalk import KINDS
from amur.web import clock

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows of a draft are confirmed."""

    unchanged: bool = False
    everything: bool = False
    rows: Path | None = None


def editions(*, as_json: bool) -> None:
    """Print the editions and the crosswalks between them."""
    paragraphs, undecided = reads.paragraphs(), reads.undecided()
    told = [
        {
            "sha256": one.sha256,
            "title": one.document.title,
            "issued_on": one.issued_on.isoformat() if one.issued_on else None,
            "imported_at": one.imported_at.isoformat(),
            "source_name": one.source_name,
            "paragraphs": paragraphs.get(one.pk, 0),
        }
        for one in reads.editions(SYSTEM)
    ]
    between = [
        {
            "old": one.old.sha256,
            "new": one.new.sha256,
            "version": one.version,
            "undecided": undecided.get(one.pk, 0),
            "effective_at": one.effective_at.isoformat() if one.effective_at else None,
        }
        for one in reads.crosswalks(SYSTEM)
    ]
    if as_json:
        print_json({"editions": told, "crosswalks": between})
        return
    rows = [
        [str(one["sha256"])[:12], str(one["title"]), str(one["issued_on"] or ""), str(one["paragraphs"])]
        for one in told
    ]
    print_table("Editions", ["sha256", "title", "issued", "paragraphs"], rows)
    for each in between:
        state = "in effect" if each["effective_at"] else f"draft {each['version']}, {each['undecided']} rows undecided"
        say(f"{str(each['old'])[:12]} → {str(each['new'])[:12]}: {state}")


def compare(old: str, new: str, *, as_json: bool) -> None:
    """Print two editions beside each other."""
    _print(_compared(old, new), as_json=as_json)


def propose(old: str, new: str, who: str, *, as_json: bool) -> None:
    """Keep a draft, and print it."""
    by, scope = _person(who)
    here, there = reads.edition(SYSTEM, old), reads.edition(SYSTEM, new)
    acts.propose_crosswalk(here, there, by=by, scope=scope, now=clock.now(), key=_key())
    _print(_compared(old, new), as_json=as_json)


def confirm(old: str, new: str, who: str, chosen: Chosen, *, as_json: bool) -> None:
    """Confirm rows, or correct them, and print the draft."""
    by, scope = _person(who)
    found = _draft(old, new)
    rows = found.rows if chosen.everything else [one for one in found.rows if chosen.unchanged and not one.changed]
    said: dict[str, Any] = {"by": by, "scope": scope, "now": clock.now()}
    acts.confirm_rows(found.crosswalk.pk, [one.sides for one in rows], key=_key(), **said)
    for olds, news in _listed(found, chosen.rows) if chosen.rows else ():
        acts.correct_row(found.crosswalk.pk, olds, news, key=_key(), **said)
    _print(_compared(old, new), as_json=as_json)


def adopt(old: str, new: str, who: str, version: int, *, as_json: bool) -> None:
    """Put a crosswalk into effect, and print what it touches."""
    by, scope = _person(who)
    found = _draft(old, new)
    acts.put_into_effect(found.crosswalk.pk, version=version, by=by, scope=scope, now=clock.now(), key=_key())
    _print(_compared(old, new), as_json=as_json)


def rechecks(*, closed: bool, as_json: bool) -> None:
    """Print what has to be looked at again."""
    found = list(reads.rechecks(SYSTEM, only_open=not closed))
    if as_json:
        print_json({"rechecks": [_recheck(one) for one in found]})
        return
    rows = [[one.commitment, one.how, ", ".join(one.bodies), str(one.due_on or ""), one.verdict] for one in found]
    print_table("To look at again", ["commitment", "how", "bodies", "due", "verdict"], rows)


def recheck(commitment: str, verdict: str, remark: str, who: str, *, as_json: bool) -> None:
    """Close the open re-check of a commitment."""
    by, scope = _person(who)
    found = reads.rechecks(SYSTEM, only_open=True).filter(commitment=commitment).first()
    if found is None:
        raise CommandError(f"No re-check of {commitment} is open; see amur policy rechecks.")
    by = _in_body(by, scope, found)
    closed = acts.close_recheck(found.pk, verdict, remark, by=by, scope=scope, now=clock.now(), key=_key())
    if as_json:
        print_json(_recheck(closed))
        return
    say(f"{closed.commitment}: {closed.verdict}")


def _person(name: str) -> tuple[Actor, Scope]:
    """Return somebody by their account, in the office that confirms crosswalks where they hold it."""
    account = Account.objects.filter(username__iexact=name).first()
    if account is None:
        raise CommandError(f"No account is called {name!r}; name the one of the person who decides.")
    scope, office = people.scope_of(account, clock.now()), reads.office()
    if office is None or not reads.may_confirm(scope):
        return people.actor_for(account, scope, client="cli"), scope
    return people.actor_for(account, scope, role=office.role, body_id=office.body, client="cli"), scope


def _in_body(by: Actor, scope: Scope, found: Recheck) -> Actor:
    """Return somebody as of a body that answers for a commitment, where they act in one."""
    for role, body in reads.offices_of(scope, found.bodies):
        return Actor(by.actor_id, by.on_behalf_of, role, body, by.client)
    return by


def _compared(old: str, new: str) -> Compared:
    return showing.compare(SYSTEM, reads.edition(SYSTEM, old), reads.edition(SYSTEM, new))


def _draft(old: str, new: str) -> Any:
    found = _compared(old, new)
    if found.crosswalk is None:
        raise CommandError(f"There is no draft between them yet; first: amur policy propose {old} {new} --as NAME")
    return found


def _listed(found: Compared, file: Path) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the rows that a file names, by the orders of their passages."""
    try:
        listed = [(one["old"], one["new"]) for one in json.loads(file.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f'{file} is no list such as [{{"old": ["3.2"], "new": ["4.2"]}}]: {error}') from error
    here, there, rows = Words(found.old), Words(found.new), []
    for old, new in listed:
        olds, news = here.orders(old), there.orders(new)
        if olds is None or news is None:
            raise CommandError(f"{file}: there is no passage among {old} or {new}; see amur policy compare --json.")
        rows.append((olds, news))
    return rows


def _print(found: Compared, *, as_json: bool) -> None:
    shown = found.shown()
    counts = Counter(one.row.kind for one in shown)
    touched = touching.touched(found.old, found.new, found.rows)
    if as_json:
        crosswalk = found.crosswalk
        print_json(
            {
                "old": {"sha256": found.old.sha256, "title": found.old.document.title},
                "new": {"sha256": found.new.sha256, "title": found.new.document.title},
                "state": "proposed" if crosswalk is None else "in_effect" if crosswalk.effective_at else "draft",
                "version": crosswalk.version if crosswalk else None,
                "undecided": found.undecided if crosswalk else len(shown),
                "counts": {kind: counts[kind] for kind in KINDS},
                "rows": [_row(one) for one in shown],
                "touched": [_touched(one) for one in touched],
            }
        )
        return
    _print_table(found, shown, touched)


def _print_table(found: Compared, shown: list[Shown], touched: tuple[touching.TouchedHere, ...]) -> None:
    rows = []
    for one in shown:
        if one.row.kind != "same":
            words = "".join(_signed(piece.how, piece.text) for piece in one.pieces)
            rows.append(
                [one.row.kind, _refs(one.old), _refs(one.new), _short(words if one.old and one.new else words[2:-2])]
            )
    print_table(f"{found.old} → {found.new}", ["what", "old", "new", "words"], rows)
    counts = Counter(one.row.kind for one in shown)
    say("  ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind]))
    for each in touched:
        touch = each.touched.touch
        if touch.is_lost:
            continue
        carried = ", ".join(
            f"{one.carrier.kind} {one.carrier.id} ({one.carrier.file})"
            + (f": {one.running} running cases stay with what they began with" if one.running else "")
            for one in each.carried
        )
        what = "moved" if touch.is_moved_only else touch.how
        say(f"{touch.commitment} {what}: {carried or 'nothing carries it out'}")
    if lost := [one.touched.touch.commitment for one in touched if one.touched.touch.is_lost]:
        say(f"Not in this text, as the pack says where they stand: {', '.join(lost)}")
    if found.crosswalk is None:
        say("Nothing of this is kept; amur policy propose keeps it as a draft.")
    elif found.crosswalk.effective_at is None:
        say(f"Draft, version {found.crosswalk.version}; {found.undecided} rows are not decided.")


def _row(one: Shown) -> dict[str, Any]:
    return {
        "kind": one.row.kind,
        "old": [{"ref": this.ref, "text": this.text} for this in one.old],
        "new": [{"ref": this.ref, "text": this.text} for this in one.new],
        "likeness": one.row.likeness,
        "changed": one.row.changed,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "corrected": one.corrected,
        "pieces": [{"how": piece.how, "text": piece.text} for piece in one.pieces] if one.row.changed else [],
    }


def _touched(one: touching.TouchedHere) -> dict[str, Any]:
    touch, commitment = one.touched.touch, one.touched.commitment
    return {
        "commitment": touch.commitment,
        "title": {"zh": commitment.title.zh, "en": commitment.title.en},
        "how": touch.how,
        "own_words": touch.own_words,
        "moved_only": touch.is_moved_only,
        "lost": touch.is_lost,
        "bodies": list(commitment.bodies),
        "carriers": [
            {"kind": this.carrier.kind, "id": this.carrier.id, "file": this.carrier.file, "running": this.running}
            for this in one.carried
        ],
    }


def _recheck(one: Recheck) -> dict[str, Any]:
    return {
        "commitment": one.commitment,
        "how": one.how,
        "own_words": one.own_words,
        "bodies": one.bodies,
        "carriers": one.carriers,
        "opened_at": one.opened_at.isoformat(),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "verdict": one.verdict or None,
        "remark": one.remark,
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
    }


def _refs(passages: tuple[showing.Said, ...]) -> str:
    return " + ".join(one.ref for one in passages)


def _signed(how: str, text: str) -> str:
    return {"kept": text, "cut": f"[-{text}-]", "added": f"[+{text}+]"}[how]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _key() -> str:
    return secrets.token_urlsafe(12)
