"""What the server has done before its processes part."""

from __future__ import annotations

import json

from tests.config.installations import make, run

_ASK = """
import json, sys
from amur.config import serving
serving.load()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
def asked():
    with CaptureQueriesContext(connection) as queries:
        assert Client(HTTP_HOST="localhost").get("/", secure=True).status_code == 200
    return len(queries)
print(json.dumps([connection.connection is None, asked(), asked(), sys.getswitchinterval()]))
"""


def test_a_process_that_parts_has_read_what_the_first_page_needs_and_shares_no_connection(tmp_path):
    done = run(_ASK, make(tmp_path / "data"), measured=False, AMUR_SECURE="")
    assert done.returncode == 0, done.stderr
    is_closed, first, second, turn = json.loads(done.stdout)
    assert is_closed
    assert first == second
    assert turn < 0.005
