"""A file of records at the desk: sent, checked, looked at, confirmed; the worker then enters it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError
from amur.registers import acts, reads
from amur.registers.acts import Defaults
from amur.registers.models import Import
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.keeping.findings import lines
from amur.web.desk.keeping.office import Kept, day, day_from, kept, plain, words_from
from amur.web.limits import limited
from amur.web.requests import AmurRequest

LARGEST = 50 * 2**20
"""Bytes. What is larger is imported by the operator at the command line."""
_SHOWN = 20


@for_officials
@limited("import", "30/m")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: AmurRequest, register_id: str) -> HttpResponse:
    """Ask for a file, or check the one that was sent; nothing of it is entered yet."""
    own = kept(request, register_id)
    if request.method != "POST":
        return _form(request, own, {}, {"_valid_from": own.today.isoformat()})
    said: dict[str, str] = {}
    words, since = words_from(request.POST), day_from(request.POST, "_valid_from", said)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        said["file"] = _("Choose a file.")
    elif not file.size or file.size > LARGEST:
        said["file"] = _("Choose a file of at most 50 MB that is not empty.")
    if since is None:
        said.setdefault("_valid_from", _("Fill this in."))
    typed = {"_valid_from": request.POST.get("_valid_from", ""), "_reason": words["reason"], "_source": words["source"]}
    if said or since is None or not isinstance(file, UploadedFile):
        return _form(request, own, said, typed, status=422)
    defaults = Defaults(since, words["reason"], words["source"], updates=request.POST.get("updates") == "yes")
    try:
        run = _check(request, own, file, defaults)
    except AmurError as fault:
        said["file"] = errors.wording(fault) or fault.message
        return _form(request, own, said, typed, status=422)
    return HttpResponseRedirect(reverse("desk:import", args=[register_id, run.pk]))


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AmurRequest, register_id: str, import_id: UUID) -> HttpResponse:
    """Show what was found in a file and how far it is; enter or drop it when that is asked for."""
    own = kept(request, register_id)
    run = reads.import_of(request.scope, register_id, import_id)
    refusal = ""
    if request.method == "POST":
        act = acts.start_import if request.POST.get("do") == "enter" else acts.drop_import
        try:
            act(run.pk, by=own.by, now=request.now)
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, _("The rows are being entered.") if act is acts.start_import else _("Dropped."))
            return HttpResponseRedirect(reverse("desk:import", args=[register_id, run.pk]))
    values = {
        "register": own.declaration,
        "run": run,
        "faults": list(lines(own.declaration, run.faults, get_language() or "zh-hans")),
        "more": run.fault_count - len(run.faults),
        "in_batches": run.total > acts.BATCH,
        "refusal": refusal,
    }
    return render(request, "desk/import.html", values, status=409 if refusal else 200)


def _check(request: AmurRequest, own: Kept, file: UploadedFile[Any], defaults: Defaults) -> Import:
    """Check a file from a copy on disk, so that it is never in memory as a whole."""
    with tempfile.NamedTemporaryFile(prefix="amur-import-") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return acts.check_rows(
            own.declaration.id,
            Path(copy.name),
            file_name=file.name or "",
            by=own.by,
            now=request.now,
            through="office",
            defaults=defaults,
        )


def _form(
    request: AmurRequest, own: Kept, said: dict[str, str], typed: dict[str, str], status: int = 200
) -> HttpResponse:
    hint = _("It holds for every row that does not say otherwise.")
    fields = [
        day("_valid_from", _("Valid from"), typed.get("_valid_from", ""), hint=hint, error=said.get("_valid_from", "")),
        plain("_reason", _("Reason"), typed.get("_reason", ""), hint=hint, required=False),
        plain("_source", _("Source"), typed.get("_source", ""), hint=hint, required=False),
    ]
    values = {
        "register": own.declaration,
        "fields": fields,
        "file_fault": said.get("file", ""),
        "errors": list(said.items()),
        "imports": reads.imports(request.scope, own.declaration.id)[:_SHOWN],
    }
    return render(request, "desk/imports.html", values, status=status)
