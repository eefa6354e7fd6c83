"""Sessions in the database, as Django keeps them, found by a statement that is made once in a process."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from amur.ledger.prepared import prepared

_FOUND = prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), CharField(), DateTimeField()
)


class SessionStore(db.SessionStore):
    """Django's own store, whose sessions are asked for at each request of somebody who has signed in."""

    def _get_session_from_db(self) -> Session | None:
        found = _FOUND.first(self.session_key, timezone.now())  # noqa: TID251 -- Django says by this clock when a session ends
        if found is None:
            self._session_key = None  # as Django's does: what has expired is not gone on with under its key
        return found
