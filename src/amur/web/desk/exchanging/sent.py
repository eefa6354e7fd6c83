"""One message that went out: what it says, how far it is; try again, set it aside, enter what they said of it."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from tempfile import TemporaryFile
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.canonical import Json
from amur.base.faults import AmurError, NotFound
from amur.exchange import acts, reads
from amur.exchange.acts import Told
from amur.exchange.models import Attachment, Message
from amur.registers.sheets import guarded
from amur.web.desk.entry import for_officials
from amur.web.desk.exchanging import wording
from amur.web.requests import AmurRequest

_LONGEST_REASON, _LONGEST_NUMBER, _LONGEST_KEY = 2_001, 121, 64
_BOM = "\ufeff"


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: AmurRequest, exchange_id: str, message_id: UUID) -> HttpResponse:
    """Show a message; do with it what is asked for."""
    row, declared = reads.message_of(request.scope, exchange_id, message_id)
    refusal = ""
    if request.method == "POST":
        try:
            _do(request, row)
        except AmurError as fault:
            if isinstance(fault, NotFound):
                raise
            refusal = wording.said(fault)
        else:
            messages.success(request, _("Done. It is recorded below."))
            return redirect("desk:exchange_message", exchange_id=exchange_id, message_id=message_id)
    states = wording.message_states()
    state = "overdue" if row.state == "sent" and row.receipt_due_at and row.receipt_due_at < request.now else row.state
    values = {
        "declared": declared,
        "row": row,
        "sent": declared.sends(row.message),
        "fields": [(one.name, _shown(row.body.get(one.name))) for one in declared.sends(row.message).fields],
        "attachments": _attachments(request, row),
        "error": wording.error_words(row.error),
        "state": states[state],
        "meaning": wording.meaning(state),
        "way": wording.ways().get(row.way, ""),
        "may_retry": row.state in {Message.State.FAILED, Message.State.REFUSED},
        "may_answer": row.state in {Message.State.SENT, Message.State.WAITING, Message.State.FAILED},
        "refusal": refusal,
        "typed": {name: request.POST.get(name, "")[:_LONGEST_REASON] for name in ("number", "reason", "why")},
        "key": uuid4().hex,
    }
    return render(request, "desk/exchange_message.html", values, status=422 if refusal else 200)


def _do(request: AmurRequest, row: Message) -> None:
    by, scope, now = request.actor(), request.scope, request.now
    key, verb = request.POST.get("key", "")[:_LONGEST_KEY], request.POST.get("verb", "")
    if verb == "again":
        acts.send_again(row.exchange, row.pk, by=by, scope=scope, now=now, key=key)
    elif verb == "aside":
        reason = request.POST.get("why", "")[:_LONGEST_REASON]
        acts.set_aside(row.exchange, row.pk, by=by, scope=scope, now=now, reason=reason, key=key)
    elif verb in {"received", "refused"}:
        number = request.POST.get("number", "").strip()[:_LONGEST_NUMBER]
        reason = request.POST.get("reason", "").strip()[:_LONGEST_REASON]
        told = Told(row.pk, "received" if verb == "received" else "refused", number, reason, None)
        acts.enter_receipt(row.exchange, told, by=by, scope=scope, now=now, key=key)
    else:
        raise NotFound("no_verb", "there is nothing of the kind to do")


@for_officials
@never_cache
@require_safe
def handed_file(request: AmurRequest, exchange_id: str, name: str, made_at: str) -> HttpResponseBase:
    """Give a file by which messages were handed over, once more; with the files that went with them, an archive."""
    try:
        at = datetime.fromisoformat(made_at)
    except ValueError:
        raise NotFound("no_file", "there is no such file") from None
    if reads.brings_files(exchange_id, name):
        out = TemporaryFile()  # noqa: SIM115 -- the answer closes it when it was sent
        reads.write_bundle(request.scope, exchange_id, name, at, out)
        out.seek(0)
        file_name = f"{exchange_id}-{name}-{at:%Y%m%d%H%M}.zip"
        return FileResponse(out, as_attachment=True, filename=file_name, content_type="application/zip")
    rows = reads.file_of(request.scope, exchange_id, name, at)
    return as_csv(rows, f"{exchange_id}-{name}-{at:%Y%m%d%H%M}.csv")


def _attachments(request: AmurRequest, row: Message) -> list[tuple[Attachment, str]]:
    states = wording.attachment_states()
    return [(one, states[one.state]) for one in reads.attachments_of(request.scope, row.exchange, row.pk)]


def _shown(value: Json) -> str:
    """Return a value of a message as it is told."""
    return "" if value is None else value if isinstance(value, str) else str(value).lower()


def as_csv(rows: list[list[str]], file_name: str) -> HttpResponse:
    """Return rows as a file that a spreadsheet opens, in which no cell is taken for a formula."""
    text = StringIO()
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    answer = HttpResponse(_BOM + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
