"""What somebody shows at a window, for tests: a check of identity with one kind of document."""

from __future__ import annotations

from datetime import date

from amur.base.fields import Lookups
from amur.base.identifiers import IdentifierScheme
from amur.procedures.window.declarations import IdentityCheck
from tests.procedures.samples import KEEPER_BODY, text

CHECK = IdentityCheck.model_validate(
    {
        "purpose": text("So that nobody hands in for somebody else."),
        "kinds": [{"id": "card", "title": text("Card", "身份证"), "scheme": "keeper"}],
    }
)
LOOKUPS = Lookups(date(2026, 3, 10), schemes={"keeper": IdentifierScheme.model_validate(KEEPER_BODY)})
