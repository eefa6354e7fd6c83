"""What a person can do something about ends with a sentence; a defect keeps its trace."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from django.db import OperationalError

from amur.base.faults import Refused
from amur.config.endings import explain
from amur.config.environment import SetUpError
from amur.config.terminal import CommandError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("database is locked"), "in use by another program"),
        (OperationalError("database or disk is full"), "disk is full"),
        (OperationalError("disk I/O error"), "disk is full or does not answer"),
        (OperationalError("attempt to write a readonly database"), "may only be read"),
        (sqlite3.DatabaseError("file is not a database"), "is damaged"),
        (sqlite3.DatabaseError("database disk image is malformed"), "is damaged"),
        (OperationalError("connection to server failed: Connection refused"), "PostgreSQL does not answer"),
        (OSError(errno.ENOSPC, "No space left on device", "a"), "disk is full (a)"),
        (OSError(errno.EFBIG, "File too large"), "disk is full"),
        (PermissionError(errno.EACCES, "denied", "b"), "b: this user may not write here"),
        (CommandError("stop"), "stop"),
        (SetUpError("no uv"), "no uv"),
        (Refused("other_pack", "another pack runs here"), "another pack runs here"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_says_what_to_do(error, told):
    assert told in explain(error)


@pytest.mark.parametrize("error", [ValueError("?"), OperationalError("no such table: x"), KeyError("a")], ids=repr)
def test_a_defect_is_not_explained_away(error):
    assert explain(error) is None
