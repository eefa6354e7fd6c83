"""Whether this server can serve: asked by a proxy or a supervisor every few seconds."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from amur.base.journal import journal


def database_answers() -> bool:
    """Say whether the database answers a question that costs nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError as error:
        journal("web").error("the database does not answer: %s", error)
        return False


def healthz(_: HttpRequest) -> JsonResponse:
    """Say ``ready``, or 503 with what is missing."""
    answers = database_answers()
    body = {"status": "ready" if answers else "not_ready", "database": "ok" if answers else "unreachable"}
    return JsonResponse(body, status=200 if answers else 503, headers={"Cache-Control": "no-store"})
