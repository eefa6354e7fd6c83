"""What the command does with exchanges, in process, and what the file of other sides may say."""

from __future__ import annotations

import csv
import json

import pytest

from amur.config import exchanges, exchanging
from amur.config.terminal import CommandError
from amur.exchange.models import Difference, Message
from tests.exchange.conftest import fire as fire  # noqa: PLC0414 -- a fixture
from tests.exchange.conftest import orders as orders  # noqa: PLC0414 -- a fixture
from tests.exchange.conftest import send_order, work
from tests.exchange.travelling import TRAVELLING
from tests.procedures.pack import sync

pytestmark = pytest.mark.django_db
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
SIDE = {"url": "", "secret": "", "clients": {}, "simulated": False}


@pytest.fixture
def file(clock, tmp_path):
    def put(text: str):
        path = tmp_path / "x.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def sent(orders, now, fire) -> None:
    """Let two orders be signed, so that two messages wait."""
    for number in ("1", "2"):
        fire(send_order(now, 流水号=number, 工单编号=f"W-{number}"), "sign")
    work(now)


def test_a_file_is_looked_through_then_taken_in_and_what_is_wrong_is_printed_by_row(orders, file, capsys):
    path = file("流水号,工单编号,类别,matter\n1,W-1,01,灯\n2,W-2,77,灯\n")
    options = {"sender": "", "as_json": False}
    assert exchanging.take_file("hotline", "order", path, dry_run=True, **options) == 1
    assert "row 3, kind: the code '77'" in capsys.readouterr().err
    assert exchanging.take_file("hotline", "order", path, dry_run=False, **options) == 1
    assert "taken 1, known 0, refused 1" in capsys.readouterr().out
    assert exchanging.take_file("hotline", "order", path, dry_run=False, sender="", as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["known"] == 1
    for name in ("nothing", "closed"):
        with pytest.raises(CommandError):
            exchanging.take_file("hotline", name, path, dry_run=False, **options)
    with pytest.raises(CommandError, match="no column"):
        exchanging.take_file("hotline", "redo", path, dry_run=False, **options)


def test_what_waits_is_given_as_a_file_and_receipts_come_as_one(sent, file, tmp_path, capsys):
    exchanging.give_file("hotline", "signed", to=tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert [row["order_no"] for row in rows] == ["W-1", "W-2"]
    with pytest.raises(CommandError, match="Nothing of"):
        exchanging.give_file("hotline", "signed", to=None)
    first, second = (row["message"] for row in rows)
    lines = (
        f"报文编号,状态,number,理由\n{first},已收,R-1,\n{second},不收,,号错\nx,,,\n{second},sung,,\n{first},refused,,\n"
    )
    take = exchanging.take_file
    assert take("hotline", "receipts", file(lines), sender="", dry_run=False, as_json=True) == 1
    said = json.loads(capsys.readouterr().out.partition("messages.\n")[2])
    assert (said["taken"], [one["row"] for one in said["findings"]]) == (2, [4, 5, 6])
    states = dict(Message.objects.values_list("id", "state"))
    assert [states[row.pk] for row in Message.objects.order_by("case__number")] == ["received", "refused"]


def test_a_list_is_compared_and_the_exit_code_says_whether_both_agree(orders, file, capsys, now):
    send_order(now)
    assert exchanging.compare_file("hotline", "orders", file("工单编号,state\nW-1,1\n"), as_json=False) == 0
    assert exchanging.compare_file("hotline", "orders", file("工单编号,state\nW-1,2\n"), as_json=True) == 1
    assert '"differing": 1' in capsys.readouterr().out
    assert Difference.objects.get().state == "open"
    with pytest.raises(CommandError, match="row 2"):
        exchanging.compare_file("hotline", "orders", file("工单编号,state\nW-1,77\n"), as_json=True)


def test_what_a_list_does_not_give_is_said_to_be_not_compared(now, file, capsys):
    sync(now, TRAVELLING)
    send_order(now)
    for text, said in (("工单编号,state\nW-1,1\n", ["files"]), ("工单编号,state,files\nW-1,1,\n", [])):
        for as_json in (True, False):
            assert exchanging.compare_file("hotline", "orders", file(text), as_json=as_json) == 0
        found, _, words = capsys.readouterr().out.partition("}\n")
        assert json.loads(found + "}")["not_compared"] == said
        assert ("not compared, as their list does not give it: files" in words) == bool(said)


def test_the_other_sides_are_read_from_a_file_and_faults_name_their_place(tmp_path):
    assert exchanges.from_environment({}, tmp_path) == {}
    path = tmp_path / exchanges.FILE
    path.write_text(
        f'[hotline]\nurl = "https://hotline.example"\nsecret = "{SECRET}"\n[hotline.clients]\na = "{"t" * 24}"\n'
        "[lamps]\nsimulated = true\n",
        encoding="utf-8",
    )
    found = exchanges.from_environment({}, tmp_path)
    assert found["hotline"] == SIDE | {"url": "https://hotline.example", "secret": SECRET, "clients": {"a": "t" * 24}}
    assert found["lamps"] == SIDE | {"simulated": True}
    for text, said in (
        ("[hotline]\nlink = 1\n", r"\[hotline\]: found link"),
        ("hotline = 1\n", "found no table"),
        (f'[a]\nurl = "http://x.example"\nsecret = "{SECRET}"\n', "https"),
        ('[a]\nurl = "https://x.example"\nsecret = "short"\n', "secret is no base64"),
        ('[a]\n[a.clients]\nb = "short"\n', "tokens of 24"),
        ("[a\n", "exchanges.toml"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            exchanges.from_environment({}, tmp_path)
    with pytest.raises(FileNotFoundError):
        exchanges.from_environment({"AMUR_EXCHANGES": str(tmp_path / "none.toml")}, tmp_path)
