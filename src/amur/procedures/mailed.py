"""Messages that were written as files, because no mail server is configured: they are erased with their case."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def erase(message_ids: Iterable[str]) -> int:
    """Delete the files that hold any of these messages; return how many. A real mail server has long sent them on.

    Raises:
        OSError: if one cannot be read or deleted.
    """
    wanted = [one.encode() for one in message_ids]
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not wanted or folder is None or not Path(folder).is_dir():
        return 0
    found = [path for path in Path(folder).iterdir() if path.is_file() and _holds(path, wanted)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _holds(path: Path, wanted: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(one in content for one in wanted)
