"""What an archive holds before it is damaged is read, and the damage is told."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

from amur.detection.events import Quarantined
from amur.detection.reading.opening import read

DRAWN = random.Random(7)
LINES = b"".join(b'{"EventID":%d,"Data":"%x"}\n' % (one, DRAWN.getrandbits(256)) for one in range(9_000))


def _told(path):
    found = list(read(path))
    codes = [one.code for one in found if isinstance(one, Quarantined)]
    return sum(one.num_rows for one in found if not isinstance(one, Quarantined)), codes


def test_events_before_the_end_of_a_truncated_gzip_are_read(tmp_path):
    path = tmp_path / "a.gz"
    packed = gzip.compress(LINES)
    path.write_bytes(packed[: len(packed) // 2])
    rows, codes = _told(path)
    assert rows > 1_000
    assert "unreadable" in codes


def test_a_member_of_a_zip_that_is_damaged_does_not_stop_the_next(tmp_path):
    path = tmp_path / "a.zip"
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", LINES)
        archive.writestr("b.json", LINES)
    packed = bytearray(whole.getvalue())
    packed[3_000:3_050] = b"\xff" * 50
    path.write_bytes(bytes(packed))
    rows, codes = _told(path)
    assert rows >= 9_000
    assert "unreadable" in codes
