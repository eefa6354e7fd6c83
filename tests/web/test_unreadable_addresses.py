"""A NUL in what is asked for, which PostgreSQL takes in no text: it is looked for in vain, and nothing breaks."""

from __future__ import annotations

import pytest

from tests.web.house import REGISTER, House

pytestmark = pytest.mark.django_db

_LIST = f"/registers/{REGISTER}/"
_API = f"/open/api/v1/registers/{REGISTER}/records"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search/?q=a%00b", 200),
        (f"{_LIST}?q=a%00b", 200),
        (f"{_LIST}?q=%00&valid_on=2026-01-01", 200),
        (f"{_LIST}?state=%00", 200),
        (f"{_LIST}a%00b/", 404),
        ("/cases/%00/", 302),
        ("/track/?number=%00", 200),
        ("/verify/?entry=%00", 200),
        (f"{_API}?q=%00", 200),
        (f"{_API}.csv?q=%00&known_at=2026-01-01T00:00:00Z", 200),
        (f"{_API}/a%00b", 404),
        ("/%00/", 404),
    ],
)
def test_what_holds_a_nul_is_not_there(house: House, address, status):
    answer = house.client().get(address)
    assert answer.status_code == status, answer.content[:300]


@pytest.mark.parametrize(("address", "status"), [("/desk/?q=%00", 200), ("/desk/cases/%00/", 404)])
def test_nor_is_it_at_the_desk(house: House, address, status):
    assert house.client("handler").get(address).status_code == status


def test_a_case_is_not_followed_by_a_number_or_a_code_that_holds_a_nul(house: House):
    for asked in ({"number": "a\0", "code": "a"}, {"number": house.filed.number, "code": "\0"}):
        assert house.client().post("/track/", asked).status_code == 404


def test_nobody_signs_in_with_a_nul(house: House):
    answer = house.client().post("/accounts/login/", {"login": "a\0", "password": "\0"})
    assert answer.status_code == 200
