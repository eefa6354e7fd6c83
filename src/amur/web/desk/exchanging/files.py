"""Files that come: a message or a list is sent as a file, looked through with its rows, then taken in or compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import AmurError, NotFound
from amur.exchange import acts, declared, reads
from amur.exchange.acts.answers import COLUMNS
from amur.exchange.declarations import ExchangeDeclaration, Inbound, Reconciliation
from amur.exchange.engine import template
from amur.registers.lookups import lookups
from amur.registers.sheets import SheetFault
from amur.web.desk.entry import for_officials
from amur.web.desk.exchanging import wording
from amur.web.desk.exchanging.sent import as_csv
from amur.web.limits import limited
from amur.web.portal.forms import language
from amur.web.portal.wording import field_error
from amur.web.requests import AmurRequest

LARGEST = 10 * 2**20
"""Bytes; what is larger is sent in parts."""


@for_officials
@never_cache
@limited("exchange_file", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: AmurRequest, exchange_id: str, name: str) -> HttpResponse:
    """Ask for a file of a message or of a list; look a message's file through, compare a list at once."""
    view = reads.exchange_of(request.scope, exchange_id, at=request.now)
    wanted, fault = _wanted(view.declaration, name), ""
    brings = isinstance(wanted, Inbound) and bool(wanted.attachments)
    if request.method == "POST":
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile) or not file.size or file.size > LARGEST * (1 + brings):
            fault = _("Choose a file that is not empty and not larger than is said below.")
        else:
            try:
                return _taken(request, exchange_id, wanted, file)
            except (SheetFault, AmurError) as wrong:
                fault = _fault(wrong)
    values = {
        "declared": view.declaration,
        "wanted": wanted,
        "brings": brings,
        "is_list": isinstance(wanted, Reconciliation),
        "columns": list(zip(template(wanted), wanted.fields, strict=True)),
        "senders": _senders(request, wanted),
        "sender": request.POST.get("sender", ""),
        "fault": fault,
        "errors": [("file", fault)] if fault else [],
    }
    return render(request, "desk/exchange_send.html", values, status=422 if fault else 200)


@for_officials
@never_cache
@limited("exchange_file", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: AmurRequest, exchange_id: str) -> HttpResponse:
    """Ask for a file of receipts for our messages, note those that can be, and say what is wrong with the others."""
    view = reads.exchange_of(request.scope, exchange_id, at=request.now)
    noted, fault = None, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile) or not file.size or file.size > LARGEST:
            fault = _("Choose a file of at most 10 MB that is not empty.")
        else:
            try:
                with _copied(file) as path:
                    noted = acts.note_receipts(
                        exchange_id, path, by=request.actor(), scope=request.scope, now=request.now
                    )
            except (SheetFault, AmurError) as wrong:
                fault = _fault(wrong)
    if noted is not None and not noted.findings:
        messages.success(request, _("Noted: %(count)s receipts.") % {"count": noted.noted})
        return redirect("desk:exchange", exchange_id=exchange_id)
    values = {
        "declared": view.declaration,
        "wanted": {"id": acts.RECEIPTS, "title": _("Receipts for our messages")},
        "noted": noted,
        "findings": [(row, wording.fault_words(code, found)) for row, code, found in noted.findings] if noted else [],
        "columns": list(zip(template(COLUMNS), COLUMNS.fields, strict=True)),
        "fault": fault,
        "errors": [("file", fault)] if fault else [],
    }
    return render(request, "desk/exchange_send.html", values, status=422 if fault or noted else 200)


def _fault(wrong: Exception) -> str:
    if isinstance(wrong, SheetFault):
        return f"{wrong.finding.found}; {wrong.finding.fix}"
    return wording.said(wrong) if isinstance(wrong, AmurError) else ""


@for_officials
@never_cache
@require_safe
def empty(request: AmurRequest, exchange_id: str, name: str) -> HttpResponse:
    """Give an empty file with the columns of a message or of a list."""
    view = reads.exchange_of(request.scope, exchange_id, at=request.now)
    listed = COLUMNS if name == acts.RECEIPTS else _wanted(view.declaration, name)
    return as_csv([[*template(listed)]], f"{exchange_id}-{name}.csv")


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AmurRequest, exchange_id: str, intake_id: UUID) -> HttpResponse:
    """Show what was found in a file and how far it is; take its rows in, or give it up."""
    run, refused = _own(request, exchange_id, intake_id)
    refusal = ""
    if request.method == "POST":
        act = acts.take_in if request.POST.get("do") == "take" else acts.drop_file
        try:
            act(run.pk, by=request.actor(), scope=request.scope, now=request.now)
        except AmurError as fault:
            refusal = wording.said(fault)
        else:
            if act is acts.drop_file:
                messages.success(request, _("Dropped."))
            return redirect("desk:exchange_file", exchange_id=exchange_id, intake_id=intake_id)
    found = declared.pinned(run.declaration_hash)
    values = {
        "declared": found,
        "message": found.hears(run.message),
        "run": run,
        "findings": _findings(found.hears(run.message), run.results.get("findings", [])),
        "more": max(0, _count(run.results.get("count")) - len(_list(run.results.get("findings")))),
        "passed_over": _list(run.results.get("passed_over")),
        "refused": [(row.number, _lines(found.hears(run.message), one.faults)) for row, one in refused],
        "refusal": refusal,
    }
    return render(request, "desk/exchange_file.html", values, status=409 if refusal else 200)


@for_officials
@never_cache
@require_safe
def refused_rows(request: AmurRequest, exchange_id: str, intake_id: UUID) -> HttpResponse:
    """Give the rows that were refused as a file, with their numbers and what is wrong, for whoever sent them."""
    run, refused = _own(request, exchange_id, intake_id)
    message = declared.pinned(run.declaration_hash).hears(run.message)
    head = [_("Row"), _("What is wrong"), *template(message)]
    rows = [
        [str(row.number), _lines(message, one.faults), *(row.cells.get(field.id, "") for field in message.fields)]
        for row, one in refused
    ]
    return as_csv([head, *rows], f"{exchange_id}-{run.message}-refused.csv")


def _own(request: AmurRequest, exchange_id: str, intake_id: UUID) -> Any:
    run, refused = reads.intake_of(request.scope, intake_id)
    if run.exchange != exchange_id:
        raise NotFound("no_file", "there is no such file")
    return run, refused


def _wanted(found: ExchangeDeclaration, name: str) -> Inbound | Reconciliation:
    """Return the message or the list that comes by file under a name.

    Raises:
        NotFound: if there is none.
    """
    known: tuple[Inbound | Reconciliation, ...] = (*found.inbound, *found.reconciliation)
    for one in known:
        if one.id == name and "file" in one.by:
            return one
    raise NotFound("no_message", "nothing of this name comes by file")


def _senders(request: AmurRequest, wanted: Inbound | Reconciliation) -> list[tuple[str, Any]]:
    if not isinstance(wanted, Inbound) or wanted.senders is None:
        return []
    listed = lookups(localdate(request.now)).codelists.get(wanted.senders)
    return (
        [(one.code, one.title) for one in listed.codes if one.may_be_chosen(localdate(request.now))] if listed else []
    )


def _taken(
    request: AmurRequest, exchange_id: str, wanted: Inbound | Reconciliation, file: UploadedFile[Any]
) -> HttpResponse:
    by, scope, now = request.actor(), request.scope, request.now
    with _copied(file) as path:
        if isinstance(wanted, Reconciliation):
            made = acts.compare_file(exchange_id, wanted.id, path, by=by, scope=scope, now=now)
            messages.success(request, _("Compared: %(count)s differences.") % {"count": made.differing})
            return redirect("desk:exchange", exchange_id=exchange_id)
        sender, name = request.POST.get("sender", "")[:120], file.name or ""
        run = acts.check_file(exchange_id, wanted.id, path, file_name=name, sender=sender, by=by, scope=scope, now=now)
    return redirect("desk:exchange_file", exchange_id=exchange_id, intake_id=run.pk)


@contextmanager
def _copied(file: UploadedFile[Any]) -> Iterator[Path]:
    """Give a copy on disk, which is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="amur-exchange-") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _findings(message: Inbound, found: Any) -> list[tuple[int, Any, str]]:
    titles = {one.id: one.title for one in message.fields}
    lines = []
    for one in _list(found):
        title = titles.get(str(one.get("field", "")).partition(".")[0])
        lines.append(
            (one["row"], title or one.get("field", ""), wording.fault_words(one["code"], one.get("found", "")))
        )
    return lines


def _lines(message: Inbound, faults: Any) -> str:
    """Return what is wrong with a row; a value that its field refuses is told as forms tell it."""
    columns = {one.id: (one, said) for one, said in zip(message.fields, template(message), strict=True)}
    parts = []
    for one in _list(faults):
        code, name = str(one.get("code", "")), str(one.get("field", ""))
        words = wording.fault_words(code, str(one.get("found", "")))
        field, column = columns.get(name, (None, name))
        if field is not None and words == code:
            parts.append(field_error(field, code, language()))
        else:
            parts.append(f"{column}: {words}" if column else words)
    return "; ".join(part.rstrip(".。") for part in parts)


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _count(found: Any) -> int:
    return found if isinstance(found, int) else 0
