"""What is known of editions: their passages, the crosswalks between them, what these touch, and who may decide it.

Editions and what took effect are open to everybody; a draft is seen by officials only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, QuerySet

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.policy import reads as policy
from amur.policy.declarations import CommitmentDeclaration, PackDeclaration, PolicyDeclaration
from amur.policy.editions.models import Crosswalk, CrosswalkRow, Recheck
from amur.policy.engine import crosswalk as engine
from amur.policy.engine.crosswalk import Placed, Row, Side, Touch, Unit
from amur.policy.models import Edition, Passage

_SORTS: Mapping[str, engine.Sort] = {"part": "part", "clause": "clause", "paragraph": "paragraph", "item": "item"}


class CarrierAt(NamedTuple):
    """What carries a commitment out in the active release, and in which file of the pack it stands."""

    kind: str
    id: str
    file: str
    title: Text


class Office(NamedTuple):
    """The office that confirms crosswalks, and in how many working days a re-check is due, if the pack says so."""

    role: str
    body: str
    recheck_working_days: int | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A commitment that a crosswalk touches, with what carries it out now."""

    commitment: CommitmentDeclaration
    touch: Touch
    carriers: tuple[CarrierAt, ...]


def editions(scope: Scope) -> QuerySet[Edition]:
    """Return all editions, those of one document together, the newest first; the texts themselves are left out."""
    del scope
    found = Edition.objects.select_related("document").defer("text")
    return found.order_by("document__title", F("issued_on").desc(nulls_last=True), "-imported_at", "-pk")


def paragraphs() -> dict[int, int]:
    """Return how many paragraphs each edition has, by its key."""
    found = Passage.objects.filter(kind=Passage.Kind.PARAGRAPH).values_list("edition").order_by("edition")
    return dict(found.annotate(Count("pk")))


def edition(scope: Scope, reference: str) -> Edition:
    """Return an edition by the beginning of its hash; ``current`` is the one that the board shows.

    Raises:
        NotFound: if there is none, or several begin so.
    """
    del scope
    if reference == "current":
        found = [one for one in [policy.current_edition()] if one]
    else:
        begin = Edition.objects.select_related("document").filter(sha256__startswith=reference.lower())
        found = list(begin[:2]) if reference else []
    if len(found) != 1:
        said = "several editions begin" if found else "no edition begins"
        raise NotFound("no_edition", f"{said} with {reference!r}; see amur policy editions")
    return found[0]


def units(edition: Edition) -> tuple[Unit, ...]:
    """Return the passages of an edition as they are compared; what has no words is left out."""
    return _units(edition.sha256)


def refs(edition: Edition) -> dict[int, str]:
    """Return by order how people write each passage of an edition."""
    return engine.refs(units(edition))


@lru_cache(maxsize=16)
def _units(sha256: str) -> tuple[Unit, ...]:
    passages = list(Passage.objects.filter(edition__sha256=sha256).order_by("order"))
    known = {passage.pk: passage for passage in passages}
    found = []
    for passage in passages:
        up = [passage]
        while (above := up[-1].parent_id) is not None:
            up.append(known[above])
        by_kind = {one.kind: one for one in up}
        part, clause = by_kind.get(Passage.Kind.PART), by_kind.get(Passage.Kind.CLAUSE)
        is_title = passage.kind in {Passage.Kind.PART, Passage.Kind.CLAUSE}
        text = passage.title if is_title else passage.text
        if text.strip():
            found.append(
                Unit(
                    passage.order,
                    _SORTS[passage.kind],
                    part.number if part else "",
                    clause.number if clause else "",
                    "" if is_title else passage.number,
                    text,
                    (clause.order if clause else 0, part.order if part else 0),
                )
            )
    return tuple(found)


def crosswalks(scope: Scope) -> QuerySet[Crosswalk]:
    """Return the crosswalks that a reader may see, the newest first."""
    found = Crosswalk.objects.select_related("old__document", "new__document").defer("old__text", "new__text")
    if scope.kind not in {"office", "system"}:
        found = found.exclude(effective_at=None)
    return found.order_by("-proposed_at", "-pk")


def undecided() -> dict[UUID, int]:
    """Return how many rows of each draft are not decided, by its key; a draft that is not in it has none."""
    found = CrosswalkRow.objects.filter(decided_at=None).values_list("crosswalk").order_by("crosswalk")
    return dict(found.annotate(Count("pk")))


def crosswalk(scope: Scope, crosswalk_id: UUID | str) -> Crosswalk:
    """Return a crosswalk.

    Raises:
        NotFound: if there is none that the reader may see.
    """
    found = crosswalks(scope).filter(pk=crosswalk_id).first()
    if found is None:
        raise NotFound("no_crosswalk", "there is no such crosswalk; see amur policy editions")
    return found


def between(scope: Scope, old: Edition, new: Edition) -> Crosswalk | None:
    """Return the crosswalk from one edition to another that a reader may see, if one was proposed."""
    return crosswalks(scope).filter(old=old, new=new).first()


def superseding(shown: Edition) -> Crosswalk | None:
    """Return the newest crosswalk in effect that leads on from an edition, if there is one."""
    found = Crosswalk.objects.filter(old=shown).exclude(effective_at=None)
    return found.order_by("-effective_at", "-pk").first()


def rows(crosswalk: Crosswalk) -> list[CrosswalkRow]:
    """Return the rows of a crosswalk in their order."""
    return list(crosswalk.rows.order_by("place"))


def as_rows(stored: Iterable[CrosswalkRow]) -> list[Row]:
    """Return stored rows as the rules take them."""
    return [Row(_kind(one.kind), tuple(one.old), tuple(one.new), one.likeness, one.changed) for one in stored]


def _kind(name: str) -> engine.Kind:
    return next(kind for kind in engine.KINDS if kind == name)


def touched(old: Edition, new: Edition, among: Sequence[Row]) -> tuple[Touched, ...]:
    """Return the commitments of the active pack that rows between two editions touch, with what carries them out.

    Nothing is touched where the pack is about another text.
    """
    declared = next(iter(policy.declarations("policy").values()), None)
    where = _placed(old, new)
    if declared is None or where is None:
        return ()
    side, places = where
    commitments = {one.id: one for one in PolicyDeclaration.model_validate(declared.body).commitments}
    carried = carriers()
    return tuple(
        Touched(commitments[touch.commitment], touch, carried.get(touch.commitment, ()))
        for touch in engine.touched(places, among, units(old), units(new), side=side)
    )


def carriers() -> dict[str, tuple[CarrierAt, ...]]:
    """Return what carries out each commitment in the active release, by commitment."""
    found: dict[str, list[CarrierAt]] = {}
    for kind, named in policy.all_declarations().items():
        for declared_id, declared in named.items():
            names = declared.body.get("carries_out")
            for commitment in names if isinstance(names, list) else ():
                title = Text.model_validate(declared.body["title"])
                found.setdefault(str(commitment), []).append(CarrierAt(kind, declared_id, declared.file, title))
    return {commitment: tuple(those) for commitment, those in found.items()}


def _placed(old: Edition, new: Edition) -> tuple[Side, list[Placed]] | None:
    """Return in which of two editions the commitments of the active pack are placed, and where."""
    pack = policy.declarations("pack")
    declared = policy.declarations("policy")
    if not pack or not declared:
        return None
    about = PackDeclaration.model_validate(next(iter(pack.values())).body).document
    spoken = PolicyDeclaration.model_validate(next(iter(declared.values())).body)
    if about.sha256 == new.sha256:
        return "new", _in_known(spoken.commitments, units(new))
    if about.sha256 == old.sha256:
        return "old", _in_known(spoken.commitments, units(old))
    known = Edition.objects.filter(sha256=about.sha256).first() if about.sha256 else None
    if known is not None and (steps := _steps(known, old)) is not None:
        places = _in_known(spoken.commitments, units(known))
        for step in steps:
            across = as_rows(rows(step))
            places = [engine.followed(one, across) for one in places]
        return "old", places
    titles = {"".join(title.split()) for title in (about.title.zh, about.title.en)}
    if (known is not None and known.document_id == old.document_id) or "".join(old.document.title.split()) in titles:
        return "old", [engine.placed(one.id, one.clause, 0, (0, 0), units(old)) for one in spoken.commitments]
    return None


def _in_known(commitments: Iterable[CommitmentDeclaration], here: Sequence[Unit]) -> list[Placed]:
    return [
        engine.placed(one.id, one.clause, one.text.paragraph, (one.text.starts, one.text.ends), here)
        if one.text
        else engine.placed(one.id, one.clause, 0, (0, 0), here)
        for one in commitments
    ]


def _steps(known: Edition, wanted: Edition) -> list[Crosswalk] | None:
    """Return the crosswalks in effect that lead from one edition to another, the fewest; None where none do."""
    in_effect = list(Crosswalk.objects.exclude(effective_at=None).order_by("effective_at", "pk"))
    paths: dict[int, list[Crosswalk]] = {known.pk: []}
    waiting = [known.pk]
    while waiting:
        here = waiting.pop(0)
        if here == wanted.pk:
            return paths[here]
        for one in in_effect:
            if one.old_id == here and one.new_id not in paths:
                paths[one.new_id] = [*paths[here], one]
                waiting.append(one.new_id)
    return None


def office() -> Office | None:
    """Return the office that confirms crosswalks, or None where the active pack names none."""
    pack = next(iter(policy.declarations("pack").values()), None)
    declared = PackDeclaration.model_validate(pack.body) if pack else None
    if declared is None or declared.editions is None:
        return None
    said = declared.editions
    return Office(said.role, said.body or declared.authority_body, said.recheck_working_days)


def may_confirm(scope: Scope) -> bool:
    """Say whether a reader confirms crosswalks: in the role and the body that the pack names."""
    found = office()
    return found is not None and scope.holds(found.role, body_id=found.body)


def may_close(scope: Scope, recheck: Recheck) -> bool:
    """Say whether a reader closes a re-check: in a body that answers for it, or in the office that confirms."""
    return may_confirm(scope) or bool(offices_of(scope, recheck.bodies))


def offices_of(scope: Scope, bodies: Collection[str]) -> list[tuple[str, str]]:
    """Return role and body of each office in some bodies by which a reader may act."""
    return [(one.role, one.body_id) for one in scope.grants if one.body_id in bodies and not one.barred]


def rechecks(scope: Scope, *, only_open: bool = False) -> QuerySet[Recheck]:
    """Return re-checks, the open ones first and of these the one that is due first; they are open to everybody."""
    del scope
    found = Recheck.objects.select_related("crosswalk__new__document", "crosswalk__old")
    if only_open:
        found = found.filter(closed_at=None)
    order = (F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "opened_at", "commitment", "pk")
    return found.order_by(*order)


def recheck(scope: Scope, recheck_id: UUID | str) -> Recheck:
    """Return a re-check.

    Raises:
        NotFound: if there is none.
    """
    found = rechecks(scope).filter(pk=recheck_id).first()
    if found is None:
        raise NotFound("no_recheck", "there is no such re-check")
    return found


def open_by_commitment(scope: Scope) -> dict[str, list[Recheck]]:
    """Return the open re-checks by commitment."""
    found: dict[str, list[Recheck]] = {}
    for one in rechecks(scope, only_open=True):
        found.setdefault(one.commitment, []).append(one)
    return found
