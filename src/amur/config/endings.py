"""How a verb ends when something outside goes wrong: one clear sentence instead of a trace.

Only causes that a person can do something about are translated; anything else is a defect and keeps its trace.
"""

from __future__ import annotations

import errno

from amur.base.faults import AmurError
from amur.config.environment import SetUpError
from amur.config.terminal import CommandError

_FULL = "The disk is full ({what}). Free some space, then start the command again: nothing was written half."
_DAMAGED = "The database file is damaged. Restore a backup into an empty folder: ./amur restore FILE --data FOLDER"
_DATABASE = {
    "database is locked": "The database is in use by another program. Stop that program (or wait), then try again.",
    "disk is full": _FULL.format(what="database"),
    "disk I/O error": "The disk is full or does not answer. Free some space, then start the command again.",
    "No space left": _FULL.format(what="database"),
    "readonly database": "The database may only be read. Give this user the right to write to the data folder.",
    "not a database": _DAMAGED,
    "malformed": _DAMAGED,
    "onnection refused": "PostgreSQL does not answer. Start it, or correct AMUR_DATABASE_URL.",
    "No such file or directory": "PostgreSQL does not answer. Start it, or correct AMUR_DATABASE_URL.",
}


def explain(error: BaseException) -> str | None:
    """Return what to tell the person, or None where only a trace will do.

    >>> explain(OSError(28, "No space left on device", "a.bin"))
    'The disk is full (a.bin). Free some space, then start the command again: nothing was written half.'
    """
    if isinstance(error, CommandError | SetUpError | AmurError):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}:
        return _FULL.format(what=error.filename or "no file named")
    if isinstance(error, PermissionError):
        return (
            f"{error.filename}: this user may not write here. Choose another folder with --data, or change its owner."
        )
    if type(error).__name__ in {"OperationalError", "DatabaseError"}:
        return next((advice for sign, advice in _DATABASE.items() if sign in str(error)), None)
    return None
