"""What all records say to the search, for an index that is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.registers import finding, keeping, lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion
from amur.search.engine import Document

_AT_ONCE = 500


def documents(scope: Scope, *, on: date) -> Iterator[Document]:
    """Yield what may be found of every record of the declared registers, as it stands; ``on`` dates the names in it.

    Raises:
        Refused: unless it is the machine that asks.
    """
    if scope.kind != "system":
        raise Refused("not_allowed", "only the machine makes an index")
    present = RecordVersion.objects.filter(number=F("record__present")).select_related("record").order_by("pk")
    found = lookups.lookups(on)
    for register_id, declaration in sorted(lookups.active(RegisterDeclaration, "register").items()):
        for row in present.filter(record__register=register_id).iterator(chunk_size=_AT_ONCE):
            own = lookups.by_hash(RegisterDeclaration, row.declaration_hash)
            values = keeping.read(own, row.data, f"record:{register_id}:{row.record_id}")
            yield finding.document(declaration, row.record, values, found)
