"""What a pack says that people look for: its services, its public registers, the clauses of its policy.

Records are not here: ``registers`` lets them be found as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from amur.base.declared import Text
from amur.packs.engine import Pack
from amur.policy.declarations import PolicyDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.finders.declarations import FinderDeclaration
from amur.registers.declarations import RegisterDeclaration
from amur.search import acts as search
from amur.search.engine import Document

SERVICE, REGISTER, CLAUSE, FINDER = "service", "register", "clause", "finder"


def let_find(pack: Pack, *, since: datetime, now: datetime) -> None:
    """Bring the index to what the pack says; ``since`` is when it was first synced. The same again changes nothing."""
    documents = list(documents_of(pack, since))
    search.put(documents, now=now)
    for kind in (SERVICE, REGISTER, CLAUSE, FINDER):
        search.remove_kind(kind, but=[document.ref for document in documents if document.kind == kind])


def documents_of(pack: Pack, since: datetime) -> Iterator[Document]:
    """Give what is to be found of a pack."""
    for _, service in pack.of(ProcedureDeclaration):
        asked = [text for question in service.questions for text in (question.asked, question.answer)]
        said = [service.title, service.summary, service.for_whom, service.result, *asked]
        yield _document(SERVICE, service.id, service.title, said, since)
    for _, finder in pack.of(FinderDeclaration):
        texts = [one.title for one in finder.questions] + [one.title for one in finder.outcomes]
        texts += [option.title for question in finder.questions for option in question.options]
        yield _document(FINDER, finder.id, finder.title, [finder.title, finder.summary, *texts], since)
    for _, register in pack.of(RegisterDeclaration):
        if register.public:
            yield _document(REGISTER, register.id, register.title, [register.title, register.summary], since)
    for _, policy in pack.of(PolicyDeclaration):
        for clause in policy.clauses:
            mine = [one for one in policy.commitments if one.clause == clause.number]
            said = [clause.title, clause.summary, *(one.title for one in mine)]
            yield _document(CLAUSE, str(clause.number), clause.title, said, since, more=[one.id for one in mine])


def _document(
    kind: str, ref: str, title: Text, said: Iterable[Text], since: datetime, *, more: Iterable[str] = ()
) -> Document:
    # The English title stands where others have a key, so that both titles lead straight to the thing.
    lines = [words for text in said for words in text.model_dump().values() if words]
    return Document(
        kind=kind,
        ref=ref,
        key=title.en,
        title=title.zh,
        open_text="\n".join([*lines, *more]),
        full_text="",
        readers="",
        happened_at=since,
    )
