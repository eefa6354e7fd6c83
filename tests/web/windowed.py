"""A window for tests of pages: the first pack, at whose window somebody has to show who they are too."""

from __future__ import annotations

import copy
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from amur.base.acting import system
from amur.packs import reads as packs
from amur.policy import acts as policy
from tests.web.house import FORM, PACK, PLAN, PROCEDURE, House

NUMBER, NAME = "230100198807047139", FORM["contact_name"]
"""An identity document that is shown, and never kept: an invented number whose check character is right."""
WINDOW: dict[str, Any] = {
    "by": "handler",
    "materials": [
        {"id": "licence", "title": {"zh": "营业执照", "en": "Business licence"}, "copies": 1},
        {"id": "letter", "title": {"zh": "委托书", "en": "Letter of authority"}, "required": False},
    ],
    "identity": {
        "purpose": {"zh": "核对递交人", "en": "To know who hands this in"},
        "kinds": [
            {"id": "resident_card", "title": {"zh": "居民身份证", "en": "Resident card"}, "scheme": "resident_id"}
        ],
        "name_field": "contact_name",
    },
}


def declare(house: House, *, beside: dict[str, Any] | None = None, **changes: Any) -> None:
    """Sync the first pack with another window for its filing; ``changes`` are to the window, ``beside`` to the rest."""
    pack = packs.load(PACK)
    items = []
    for one in pack.found:
        if one.kind.released:
            body = one.body
            if (one.kind.name, one.id) == ("procedure", PROCEDURE):
                body = copy.deepcopy(body) | {"window": {**copy.deepcopy(WINDOW), **changes}, **(beside or {})}
            items.append(policy.Item(one.kind.name, one.id, body, one.file))
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.8", items, by=system("sync"), now=house.now)


def sent(form: str, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a whole form with its papers and the identity."""
    year, month, day = FORM["starts_on"].split("-")
    values = {name: value for name, value in FORM.items() if name != "starts_on"}
    values |= {"starts_on-year": year, "starts_on-month": month, "starts_on-day": day, "form": form}
    values |= {"material-licence": ["seen", "copy", "returned"], "identity-kind": "resident_card"}
    values |= {"identity-number": NUMBER, "identity-name": NAME}
    values["plan"] = SimpleUploadedFile("plan.pdf", PLAN, "application/pdf")
    return {**values, **changes}
