"""The page on which anyone checks a receipt: it finds the receipt, and the reader's own browser verifies it.

The server's word counts for nothing here. What it says is only where receipts are; without a script the page tells how
to check them with a downloaded program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.acting import PUBLIC
from amur.base.faults import NotFound
from amur.ledger import reads as ledger
from amur.procedures import reads as procedures
from amur.procedures.correcting.striking import Superseded, superseding
from amur.registers import reads as registers
from amur.web.limits import limited
from amur.web.open.kinds import kind_words
from amur.web.requests import AmurRequest

_RECORD = re.compile(r"/registers/([a-z][a-z0-9_]*)/(.+?)/?$")
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Found:
    """An entry whose receipt can be checked; without an address it waits for the next seal."""

    words: str
    at: datetime | None
    entry_hash: str
    address: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What the code on a document says, and whether such a document was issued."""

    number: str
    says: str
    fits: bool
    superseded: Superseded | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@limited("verify", "30/m")
def verify(request: AmurRequest) -> HttpResponse:
    """Show how to check, and the entries of the case or record that was asked for."""
    about, code, fault, found = "", "", "", list[Found]()
    if request.method == "POST":
        about = request.POST.get("about", "").strip()[:_LONGEST]
        code = request.POST.get("code", "").strip()[:_LONGEST]
        try:
            found = _entries(about, code)
        except NotFound:
            fault = _("Nothing was found. Check the address, or the case number together with its query code.")
    elif entry := request.GET.get("entry", ""):
        about = entry[:_LONGEST]
        found = [_found("", None, entry)] if _HASH.fullmatch(entry) else []
    values = {"about": about, "fault": fault, "found": found, "paper": _paper(request), "head": ledger.head()}
    return render(request, "open/verify.html", values, status=404 if fault else 200)


def _paper(request: AmurRequest) -> Printed | None:
    """Return what the code on a printed document says, if one was scanned."""
    entry, number, says = (request.GET.get(name, "")[:_LONGEST] for name in ("entry", "document", "says"))
    if not (number and _HASH.fullmatch(entry) and _HASH.fullmatch(says)):
        return None
    fits = procedures.is_printed(entry, number, says)
    return Printed(number, says, fits, superseding(number) if fits else None)


def _entries(about: str, code: str) -> list[Found]:
    """Return the entries of a record's address, a case's number with its code, or an entry's own hash.

    Raises:
        NotFound: if there is nothing that this reader may know of.
    """
    if _HASH.fullmatch(about):
        return [_found("", None, about)]
    if place := _RECORD.search(unquote(urlsplit(about).path)):
        versions = registers.history(PUBLIC, place[1], place[2])
        words = _("Version %(number)s of the record")
        return [_found(words % {"number": one.number}, one.recorded_at, one.entry_hash) for one in versions]
    case = procedures.case_by_code(about, code)
    entries = ledger.entries_of(PUBLIC, f"case:{case.id}")
    return [
        _found(kind_words(entry.kind), entry.recorded_at, entry.leaf, is_sealed=entry.index is not None)
        for entry in entries
    ]


def _found(words: str, at: datetime | None, entry_hash: str, *, is_sealed: bool = True) -> Found:
    address = reverse("open:api:ledger_receipt", args=[entry_hash]) if is_sealed else ""
    return Found(words or _("Entry"), at, entry_hash, address)
