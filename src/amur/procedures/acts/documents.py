"""Documents that a procedure issues: numbered, in the words of the pack, kept as issued, committed to in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db.models import CharField

from amur.base.acting import Actor
from amur.base.canonical import Json, canonical
from amur.base.declared import LANGUAGES, Text
from amur.base.expressions import Kind
from amur.base.fields import Lookups
from amur.base.legal_time import span
from amur.ledger import acts as ledger
from amur.ledger import signing
from amur.ledger.engine import SALT_BYTES, commitment
from amur.ledger.kept import sealed_for
from amur.ledger.prepared import prepared
from amur.people.models import Body
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import conditions, moments
from amur.procedures.acts.numbering import next_number
from amur.procedures.conditions import Moment
from amur.procedures.correcting.striking import superseded_by
from amur.procedures.declarations import DocumentTemplate, ProcedureDeclaration, Transition
from amur.procedures.models import Case, Document
from amur.procedures.papers import standard
from amur.procedures.papers.knowing import known_of
from amur.procedures.paths import CASE_VALUES
from amur.procedures.wording import filled
from amur.registers.lookups import lookups

OF_DOCUMENT = "document"
"""What is committed to apart from an entry, and so named beside its salt: what a document says."""
_STANDARD_LANGUAGES = ("zh", "en")
_BODY = prepared(lambda key: Body.objects.filter(pk=key), CharField())
_DAYS = frozenset(f"case.{name}" for name, kind in CASE_VALUES.items() if kind == "date")


def issue(
    case: Case,
    definition: ProcedureDeclaration,
    template: DocumentTemplate,
    moment: Moment,
    *,
    transition: Transition | None = None,
    reason: str = "",
    found: Lookups,
    by: Actor,
    now: datetime,
) -> Document:
    """Issue a document of a case; its number is used up only if the event happens.

    Raises:
        Refused: if a value that it tells has none.
    """
    number, issuer, on = next_number(template.series, now), _issuer(case), day_of(now)

    def words(language: str) -> dict[str, str]:
        return moments.words(case, definition, reason, language) | {
            "document": number,
            "issued_on": span(on, on, language),
            "body": issuer.say(language),
            "superseded": _superseded(case, template),
            **_told(definition, template.values, moment, language, found),
        }

    content = _written(template, words)
    if template.paper:
        _complete(content, template, known_of(case, definition, transition, reason, now))
    salt = secrets.token_bytes(SALT_BYTES)
    says = commitment(OF_DOCUMENT, salt, canonical(content), signing.suite().digest)
    return Document.objects.create(
        case=case,
        version=case.version,
        document=template.id,
        number=number,
        content=content,
        salt=salt.hex(),
        says=says,
        must_be_served=template.serve_within is not None,
        issued_at=now,
        entry_hash=_record(case, template.id, number, content, says, by=by, now=now),
    )


def _superseded(case: Case, template: DocumentTemplate) -> str:
    """Return the numbers of the documents whose place this one takes, where it names them."""
    named = any("{superseded}" in text.say(language) for text in template.texts for language in LANGUAGES)
    return "、".join(superseded_by(case)) if named else ""


def issue_received(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> tuple[Document, ...]:
    """Issue the receipts for what was handed in with a new case, but for those that an event issues."""
    by_event = {getattr(effect, "document", "") for arrow in definition.transitions for effect in arrow.effects}
    wanted = [one for one in definition.documents if one.paper == "received" and one.id not in by_event]
    if not wanted:
        return ()
    moment, found = moments.of_case(case, definition, day_of(now)), lookups(day_of(now))
    return tuple(issue(case, definition, one, moment, found=found, by=by, now=now) for one in wanted)


def _complete(content: dict[str, dict[str, Json]], template: DocumentTemplate, known: standard.Known) -> None:
    """Add what a standard paper says by itself, in the languages that it is known in."""
    if template.paper is None:
        return
    for language in [*content]:
        if language not in _STANDARD_LANGUAGES:
            del content[language]
            continue
        said = content[language]
        said["paragraphs"] = said["paragraphs"] or [standard.opening(template.paper, known, language)]
        said["sections"] = standard.sections(template.paper, known, language)


def _record(case: Case, document: str, number: str, content: Json, says: str, *, by: Actor, now: datetime) -> str:
    """Write the entry: what the document says is committed to, sealed as the table holds it, and once by its salt."""
    entry = ledger.record(
        subject=case.key_subject,
        kind="case.document_issued",
        by=by,
        now=now,
        body={
            "number": case.number,
            "document": document,
            "document_number": number,
            "declaration": case.declaration_hash,
            "content": sealed_for(case, content),
            "says": says,
        },
        release=policy.active_hash(),
    )
    return entry.leaf


def _issuer(case: Case) -> Text:
    body = _BODY.first(case.body_id)
    return Text.model_validate(body.titles) if body else Text(zh=case.body_id, en=case.body_id)


def _written(template: DocumentTemplate, words: Callable[[str], dict[str, str]]) -> dict[str, dict[str, Json]]:
    """Return title, paragraphs, issuer and day in each language that all the texts of a template are written in."""
    content: dict[str, dict[str, Json]] = {}
    for language in LANGUAGES:
        if all(getattr(text, language) for text in template.texts):
            told = words(language)
            addressee = {"addressee": filled(template.addressee.say(language), told)} if template.addressee else {}
            content[language] = {
                "title": filled(template.title.say(language), told),
                **addressee,
                "paragraphs": [filled(text.say(language), told) for text in template.paragraphs],
                "issuer": told["body"],
                "issued_on": told["issued_on"],
            }
    return content


def _told(
    definition: ProcedureDeclaration, values: Mapping[str, str], moment: Moment, language: str, found: Lookups
) -> dict[str, str]:
    """Return what fills the places of a template: a field's value as the field shows it, a day in words, a text."""
    fields = {f"form.{field.id}": field for field in definition.data_fields}
    told: dict[str, str] = {}
    for name, source in values.items():
        value = conditions.taken(source, Kind.TEXT, moment)
        field = fields.get(source)
        if value and (source in _DAYS or (field and field.type == "date")):
            day = date.fromisoformat(str(value))
            told[name] = span(day, day, language)
        elif field:
            told[name] = field.display(value, language, found)
        else:
            told[name] = "" if value is None else str(value)
    return told
