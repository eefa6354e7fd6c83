"""Acts on a request before its answer is sent: the party answers item by item, each kept as a draft."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.base.fields import FieldError, FileField, Raw
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.procedures import declared, engine, files
from amur.procedures.acts.drafts import storable
from amur.procedures.acts.uploads import accept, discard_uploads, limit_of, safe_name
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Upload
from amur.procedures.supplements.engine import LONGEST_WHY
from amur.procedures.supplements.items import field_of, name_of, open_request
from amur.procedures.supplements.models import SupplementItem
from amur.procedures.transactions import act
from amur.procedures.typed import typed
from amur.registers.lookups import as_pinned, lookups


def answer_item(
    case_id: UUID, place: int, raw: Raw, *, by: Actor, scope: Scope, now: datetime, why: str = ""
) -> SupplementItem:
    """Keep the answer to an item, or with ``why`` that it is not given and the reason; nothing is sent yet.

    The same words twice are one save.

    Raises:
        NotFound: if the case waits for no such item, or the actor is not its party.
        Refused: if the item wants a file, which comes another way, and no reason is given.
        Invalid: if the answer or the reason cannot be accepted.
    """
    del by  # what is kept is nobody's act until it is sent
    with act():
        case, item = _asked(case_id, place, scope)
        found = as_pinned(lookups(day_of(now)), case.closure_hash)
        if why:
            item.why, item.answer = typed("why", why, LONGEST_WHY, day_of(now)), {}
            _let_go(item, now)
        else:
            field = field_of(item, declared.pinned(case.declaration_hash))
            if isinstance(field, FileField):
                raise Refused("wants_file", "this item wants a file; send one, or say why not")
            kept = storable(raw)
            try:
                field.parse(raw, found)
            except FieldError as error:
                raise Invalid(error.told(field.id)) from None
            item.why, item.answer = "", {"raw": kept}
        item.saved_at = now
        item.save()
    return item


def attach_to_item(
    case_id: UUID, place: int, stream: Iterable[bytes], name: str, *, by: Actor, scope: Scope, now: datetime
) -> Upload:
    """Receive the file that an item wants; it takes the place of the one before, and is the office's when it is sent.

    Raises:
        NotFound: as ``answer_item``, or if the item wants no file.
        Invalid: if the file is too large, empty or of a kind that is not accepted.
        AmurError: if it did not arrive whole or cannot be stored.
    """
    del by
    with act():
        case, item = _asked(case_id, place, scope)
    wanted = field_of(item, declared.pinned(case.declaration_hash))
    if not isinstance(wanted, FileField):
        raise NotFound("no_field", "this item wants no file")
    upload = Upload(id=uuid.uuid4(), field=name_of(item), name=safe_name(name), received_at=now)
    with files.received(wanted.id, upload.id, stream, limit_of(wanted)) as found, act():
        accept(wanted, upload, found)
        case, item = _asked(case_id, place, scope)
        _let_go(item, now)
        upload.draft = case.draft
        ledger.keep_file_key(upload.key_subject, found.key)
        upload.save(force_insert=True)
        item.upload, item.why, item.answer, item.saved_at = upload, "", {}, now
        item.save()
    return upload


def _asked(case_id: UUID, place: int, scope: Scope) -> tuple[Case, SupplementItem]:
    """Return a case, locked, and an item that it waits for."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or not engine.is_party(scope, facts_of(case)):
        raise NotFound("no_case", "there is no such case")
    request = open_request(case)
    item = SupplementItem.objects.filter(request=request, place=place).first() if request else None
    if item is None:
        raise NotFound("no_item", "the case does not wait for this")
    return case, item


def _let_go(item: SupplementItem, now: datetime) -> None:
    """Delete the file that was received for an item before."""
    if item.upload is not None:
        before, item.upload = item.upload.pk, None
        item.save(update_fields=["upload"])
        discard_uploads(Upload.objects.filter(pk=before, case=None), now)
