"""What rows are called."""

from __future__ import annotations

from amur.jobs.models import Cursor, Job


def test_a_job_is_called_by_kind_and_state():
    assert str(Job(kind="mail.send")) == "mail.send (queued)"


def test_a_cursor_is_called_by_subscriber_and_place():
    assert str(Cursor(subscriber="search", index=4)) == "search at 4"
