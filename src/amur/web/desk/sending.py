"""How files of a case leave: to be kept, never run by a browser, and never held in between."""

from __future__ import annotations

from typing import BinaryIO

from django.http import FileResponse

from amur.procedures.models import Upload

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


def sent(upload: Upload, file: BinaryIO) -> FileResponse:
    """Return a file as an attachment."""
    return FileResponse(
        file, as_attachment=True, filename=upload.name, content_type=upload.media_type, headers=HARMLESS
    )
