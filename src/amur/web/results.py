"""What a search found, as it is shown: the thing behind each hit, read anew as a stranger may read it.

The index says what matches and in which order; every word that is shown comes from the room that keeps it. A hit whose
thing is gone meanwhile is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.fields import Lookups
from amur.base.search_tokens import fold, marked, matches
from amur.packs.finding import CLAUSE, FINDER, REGISTER, SERVICE
from amur.policy.declarations import ClauseDeclaration, PolicyDeclaration
from amur.procedures import reads as procedures
from amur.procedures.finders import reads as finders
from amur.registers import lookups
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.reads import RecordView
from amur.search.engine import Hit, family_of

RECORD = "record"
SECTIONS: dict[str, tuple[str, ...]] = {
    "services": (FINDER, SERVICE),
    "registers": (REGISTER, RECORD),
    "pages": (CLAUSE,),
}
"""Where one may look, and which kinds of things that is."""
_LEAD = 24
_LONGEST_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Result:
    """A thing that was found: its kind, what it is called, what it says, in several languages each; where it stands.

    ``register`` is the title of the register of a record, ``ref`` what addresses it there or in its kind.
    """

    kind: str
    ref: str
    title: Text
    said: tuple[Text, ...]
    address: str
    register: Text | None = None


def results(hits: Sequence[Hit], on: date) -> list[Result]:
    """Return what is behind the hits, in their order; records of one register are read together."""
    found = lookups.lookups(on)
    records = _records(hits, found)
    behind = [records.get(hit) if family_of(hit.kind) == RECORD else _declared(hit) for hit in hits]
    return [result for result in behind if result is not None]


def excerpt(said: Iterable[Text], language: str, terms: tuple[str, ...]) -> str:
    """Return the words that tell why a thing was found: the first that hold all terms, or any, in this language first.

    What is long is cut before the first match.
    """
    texts = list(said)
    if not texts:
        return ""
    ordered = [text.say(language) for text in texts]
    ordered += [words for text in texts for words in text.model_dump().values() if words and words not in ordered]
    holding = [words for words in ordered if any(matches(fold(words), (term,)) for term in terms)]
    best = next((words for words in holding if matches(fold(words), terms)), next(iter(holding), ordered[0]))
    return _cut(best, terms)


def _cut(words: str, terms: tuple[str, ...]) -> str:
    if len(words) <= _LONGEST_EXCERPT:
        return words
    before = 0
    for piece, is_hit in marked(words, terms):
        if is_hit:
            break
        before += len(piece)
    first = 0 if before <= _LEAD or before == len(words) else before - _LEAD
    last = first + _LONGEST_EXCERPT
    return ("…" if first else "") + words[first:last].strip() + ("…" if last < len(words) else "")


def _declared(hit: Hit) -> Result | None:
    """Return what the pack declares under a hit."""
    try:
        return {SERVICE: _service, REGISTER: _register, CLAUSE: _clause, FINDER: _finder}[hit.kind](hit.ref)
    except (NotFound, KeyError):
        return None


def _service(ref: str) -> Result:
    service = procedures.service(ref)
    answers = [text for question in service.questions for text in (question.asked, question.answer)]
    said = (service.summary, service.for_whom, service.result, *answers)
    return Result(SERVICE, ref, service.title, said, reverse("portal:service", args=[ref]))


def _finder(ref: str) -> Result:
    finder = finders.finder(PUBLIC, ref)
    said = (finder.summary, *(one.title for one in finder.questions), *(one.title for one in finder.outcomes))
    return Result(FINDER, ref, finder.title, said, reverse("portal:finder", args=[ref]))


def _register(ref: str) -> Result:
    register = registers.register(ref)
    return Result(REGISTER, ref, register.title, (register.summary,), reverse("portal:register", args=[ref]))


def _clause(ref: str) -> Result:
    for policy in lookups.active(PolicyDeclaration, "policy").values():
        for clause in policy.clauses:
            if str(clause.number) == ref:
                own = [one.title for one in policy.commitments if one.clause == clause.number]
                title = _numbered(clause)
                return Result(CLAUSE, ref, title, (clause.summary, *own), reverse("board:clause", args=[clause.number]))
    raise NotFound("no_clause", f"the policy has no clause {ref}")


def _numbered(clause: ClauseDeclaration) -> Text:
    return Text(zh=f"第{clause.number}条 {clause.title.zh}", en=f"Clause {clause.number}: {clause.title.en}")


def _records(hits: Iterable[Hit], found: Lookups) -> dict[Hit, Result]:
    """Return the records among the hits, with one query a register."""
    by_register: dict[str, list[Hit]] = {}
    for hit in hits:
        if family_of(hit.kind) == RECORD:
            by_register.setdefault(hit.kind.partition(":")[2], []).append(hit)
    shown: dict[Hit, Result] = {}
    for register_id, mine in by_register.items():
        try:
            register = registers.register(register_id)
            rows = registers.records_by_key(PUBLIC, register_id, [hit.ref for hit in mine])
        except NotFound:
            continue
        shown |= {hit: _record(rows[hit.ref], register, found) for hit in mine if hit.ref in rows}
    return shown


def _record(row: RecordView, register: RegisterDeclaration, found: Lookups) -> Result:
    zh, en = (_shown(row, found, language) for language in ("zh-hans", "en"))
    address = reverse("portal:record", args=[row.register, row.key])
    said = Text(zh="　".join([row.key, *zh[1:]]), en=" · ".join([row.key, *en[1:]]))
    return Result(RECORD, row.key, Text(zh=zh[0], en=en[0]), (said,), address, register.title)


def _shown(row: RecordView, found: Lookups, language: str) -> list[str]:
    """Return the values by which a register shows a record, what it is called first."""
    pinned = lookups.as_pinned(found, row.closure_hash)
    fields = [field for name in row.declaration.shows for field in row.fields if field.id == name]
    values = [(field.type, field.display(row.values.get(field.id), language, pinned)) for field in fields]
    values = [(kind, words) for kind, words in values if words and words != row.key]
    name = next((words for kind, words in values if kind == "text"), row.key)
    return [name, *(words for _, words in values if words != name)]
