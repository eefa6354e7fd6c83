"""Keys of programs at the desk: the system administrator issues one, sees it once, and revokes it."""

from __future__ import annotations

import re

import pytest

from amur.procedures.open311.models import ApiKey
from tests.procedures.lights import furnish
from tests.web.contested import official

pytestmark = [pytest.mark.django_db, pytest.mark.either]
AT = "/en/desk/programs/"


@pytest.fixture
def administrator(clock, now):
    furnish(now)
    return official("system_administrator")


def test_a_key_is_shown_once_and_revoked(administrator):
    page = administrator.get(AT).content.decode()
    assert "Fault of a public light" in page
    form = {"holder": "The lamp app", "key": re.search(r'name="key" value="([^"]+)"', page)[1]}
    [secret] = re.findall(r"\b[0-9a-f]{40}\b", administrator.post(AT, form).content.decode())
    assert administrator.post(AT, form)["Location"] == AT
    row = ApiKey.objects.get()
    page = administrator.get(AT).content.decode()
    assert "The lamp app" in page
    assert secret not in page
    assert administrator.post(AT, {"which": str(row.pk)})["Location"] == AT
    page = administrator.get(AT).content.decode()
    assert "Revoked. Whoever sends this key is refused from now on." in page
    assert 'name="which"' not in page


def test_a_key_without_a_holder_is_not_issued(administrator):
    answer = administrator.post(AT, {"holder": " "})
    assert answer.status_code == 422
    assert "Say in at most 100 characters whose program it is." in answer.content.decode()
    assert administrator.post(AT, {"which": "x"}).status_code == 404
    assert not ApiKey.objects.exists()


def test_nobody_else_sees_the_page_and_the_desk_leads_to_it(administrator):
    assert official("handler").get(AT).status_code == 403
    assert AT in administrator.get("/en/desk/").content.decode()
    assert AT not in official("handler").get("/en/desk/").content.decode()
    assert "报送问题的程序" in administrator.get("/desk/programs/").content.decode()
