"""Messages by e-mail: handed over, or written as files where there is no mail server, to be erased with their case."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.filebased import EmailBackend


class OneFileEach(EmailBackend):
    """Write each message into a file of its own.

    Django's names a file by the second and an address in memory, which two messages can share: then the second would be
    erased with the case of the first.
    """

    def open(self) -> bool:
        """Begin a file, unless one is open, and say whether it was begun."""
        if self.stream is not None:
            return False
        self.stream = (Path(self.file_path) / f"{uuid4().hex}.log").open("xb")
        return True


def send(message: EmailMessage) -> None:
    """Hand a message to the mail server, and leave no line to it open, which Django does where a login is refused.

    Raises:
        OSError: if the server cannot be reached, or does not take it.
    """
    message.connection = line = get_connection()
    try:
        message.send()
    finally:
        with suppress(OSError):
            line.close()


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
