"""Files of a case, sent only to the offices that work on it, and never in a way that a browser would run them."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from amur.procedures import acts, reads
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.sending import sent
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def download(request: AmurRequest, number: str, upload_id: UUID) -> FileResponse:
    """Send a file of the case as an attachment, and record that the case was read."""
    case = reads.case_for_desk(request.scope, number)
    upload, file = reads.upload(request.scope, upload_id)
    if upload.case_id != case.id:
        file.close()
        raise Http404
    acts.log_desk_read(case.id, by=office_for(request, case), now=request.now)
    return sent(upload, file)
