"""Files that another system sends to us by call, and what the desk shows of those that go."""

from __future__ import annotations

import pytest
from django.test import Client

from amur.exchange import acts
from amur.exchange.models import Attachment, Message
from amur.people.models import Body
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case
from tests.exchange.conftest import HANDLER, ORDER, work
from tests.exchange.conftest import fire as fire  # noqa: PLC0414 -- a fixture
from tests.exchange.conftest import other_side as other_side  # noqa: PLC0414 -- a fixture
from tests.exchange.other_side import TOKEN
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of, named
from tests.procedures.pack import sync
from tests.web.contested import official
from tests.web.test_exchanging import AT, call, page

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def give(content: bytes, sha256: str = "", token: str = TOKEN) -> int:
    at = f"{AT}attachments/{sha256 or hash_of(content)}/"
    sent = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_HOST": "localhost"}
    return Client().post(at, content, content_type="application/octet-stream", **sent).status_code


def test_files_come_by_call_before_their_message_and_the_desk_shows_those_that_go(clock, other_side, now, fire):
    Body.objects.create(id="bureau", titles={"zh": "局", "en": "Bureau"}, region_id=None)
    sync(now, TRAVELLING)
    told = ORDER | {"attachments": [named(PHOTO)]}
    assert call("order/", told)[0] == 422, "its file is late"
    found = [give(PHOTO), give(PHOTO), give(PHOTO, "0" * 64), give(b"MZ\x90\x00\x00"), give(PHOTO, token="x" * 24)]
    assert found == [201, 200, 400, 415, 401]
    assert [call("order/", told)[0] for _ in range(2)] == [201, 200]
    case = Case.objects.get()
    fire(case, "sign")
    by = {"by": HANDLER.by, "scope": HANDLER.scope, "now": now}
    upload = attach_to_case(case.pk, "reply", "report", [PLAN], "report.pdf", **by)
    fire(case, "reply", reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})
    work(now)
    row = Message.objects.get(message="reply")
    shown = page(official("handler"), f"desk/exchanges/hotline/messages/{row.pk}/")
    assert "report.pdf" in shown
    assert shown.count("Confirmed by its hash") == Attachment.objects.filter(message=row).count() == 3
    assert acts.Told(row.pk, "received").attachments == ()
