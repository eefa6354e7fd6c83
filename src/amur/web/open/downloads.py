"""What a stranger takes away to check the ledger without us: the log itself and the program that verifies it."""

from __future__ import annotations

import tempfile
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_safe

from amur.ledger import reads as ledger
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_IN_MEMORY_BYTES = 4 * 2**20
VERIFIER = Path(settings.ROOT) / "tools" / "verify_ledger.py"
RECOMPUTER = VERIFIER.with_name("recompute_draw.py")


@require_safe
@limited("export", "6/m", method="GET")
def export(request: AmurRequest) -> FileResponse:
    """Send the log as JSON lines: headers, signed heads, and nothing that an entry says."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115  # the response closes it
    text = TextIOWrapper(cast("IO[bytes]", file), encoding="utf-8", newline="\n")
    ledger.export(request.scope, text)
    text.flush()
    text.detach()
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename="amur-ledger.jsonl", content_type="application/jsonl", headers=_HEADERS
    )


@require_safe
@limited("verifier", "30/m", method="GET")
def verifier(_: AmurRequest) -> HttpResponse:
    """Send the program that verifies receipts and exports with nothing but Python."""
    return _program(VERIFIER)


@require_safe
@limited("verifier", "30/m", method="GET")
def recomputer(_: AmurRequest) -> HttpResponse:
    """Send the program that draws a draw again with nothing but Python."""
    return _program(RECOMPUTER)


def _program(file: Path) -> HttpResponse:
    try:
        program = file.read_text(encoding="utf-8")
    except OSError:
        raise Http404 from None
    return HttpResponse(
        program,
        content_type="text/x-python; charset=utf-8",
        headers={**_HEADERS, "Content-Disposition": f'attachment; filename="{file.name}"'},
    )


_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=60"}
