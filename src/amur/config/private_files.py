"""Files that only their owner may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def open_private(path: Path) -> IO[bytes]:
    """Make a file that only its owner may read, for writing.

    Raises:
        FileExistsError: if it is there already.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
