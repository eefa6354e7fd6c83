"""The recorded other side sends messages and their files to the server as an installation starts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from amur.exchange.models import Attachment, Incoming, Received
from amur.procedures import files
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import ORDER
from tests.exchange.other_side import OtherSide
from tests.exchange.served import served
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of, named
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.either, pytest.mark.no_cover]
BOTH = [named(PHOTO), named(PLAN, "plan", "院图.pdf", media_type="application/pdf")]


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    with served(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def address(server) -> str:
    return f"http://localhost:{server.port}/open/exchange/hotline"


@pytest.fixture(autouse=True)
def _pack(now):
    sync(now, TRAVELLING)


@pytest.fixture
def give(address) -> Callable[..., tuple[int, Any]]:
    return lambda content, **how: OtherSide().give(address, content, how.pop("at", datetime.now(UTC)), **how)


@pytest.fixture
def send(address) -> Callable[..., tuple[int, Any]]:
    def one(told: dict[str, Any], message: str = "order") -> tuple[int, Any]:
        return OtherSide().send(address, message, told, datetime.now(UTC))

    return one


def codes(said: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in said["faults"]]


def on_disk() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_two_files_arrive_under_their_hashes_and_the_answer_to_their_message_confirms_them(give, send):
    for content in (PHOTO, PLAN):
        assert give(content) == (201, {"state": "kept", "sha256": hash_of(content)})
        assert give(content) == (200, {"state": "kept", "sha256": hash_of(content)})
    status, said = send(ORDER | {"attachments": BOTH})
    case = Case.objects.get()
    assert (status, said["state"], said["number"]) == (201, "taken", case.number)
    assert sorted(said["attachments"]) == sorted(map(hash_of, (PHOTO, PLAN)))
    for field, content, name in (("photo", PHOTO, "张三家.png"), ("plan", PLAN, "院图.pdf")):
        upload = Upload.objects.get(pk=case.data[field])
        assert (upload.name, upload.sha256, upload.case) == (name, hash_of(content), case)
        with files.opened(upload.pk) as stream:
            assert stream.read() == content
    assert not Incoming.objects.exists()
    assert send(ORDER | {"attachments": BOTH}) == (200, said), "the same once more is known, and confirmed as before"
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 2)


def test_what_is_not_what_its_hash_says_is_refused_and_leaves_nothing(give, send):
    before = on_disk()
    status, said = give(PHOTO, sha256=hash_of(PLAN))
    assert (status, said["code"]) == (400, "hash_mismatch")
    assert hash_of(PHOTO) in said["found"], "it says what came"
    assert (Upload.objects.count(), on_disk()) == (0, before)
    status, said = send(ORDER | {"attachments": BOTH[1:]})
    assert (status, codes(said)) == (422, [("plan", "attachment_missing")])
    assert give(PLAN)[0] == 201, "sent again as it is, it is kept"
    assert send(ORDER | {"attachments": BOTH[1:]})[0] == 201


def test_a_message_before_its_files_is_refused_whole_and_taken_once_they_are_here(give, send):
    told = ORDER | {"attachments": BOTH}
    status, said = send(told)
    assert (status, codes(said)) == (422, [("photo", "attachment_missing"), ("plan", "attachment_missing")])
    give(PHOTO)
    assert codes(send(told)[1]) == [("plan", "attachment_missing")]
    assert (Case.objects.count(), Incoming.objects.count()) == (0, 1), "what is here already waits for it"
    give(PLAN)
    assert send(told)[0] == 201
    assert [one.state for one in Received.objects.all()] == ["taken"]


def test_a_file_that_was_cut_off_on_the_way_is_not_here_and_goes_again_alone(give, send):
    before = on_disk()
    give(PHOTO)
    assert give(PLAN, cut=10)[0] == 400
    assert codes(send(ORDER | {"attachments": BOTH})[1]) == [("plan", "attachment_missing")]
    assert len(on_disk() - before) == 1, "nothing is left of the half"
    give(PLAN)
    assert send(ORDER | {"attachments": BOTH})[0] == 201


def test_killed_between_two_files_the_server_has_the_one_it_acknowledged_and_nothing_of_the_other(server, give, send):
    before = on_disk()
    assert give(PHOTO)[0] == 201
    with pytest.raises(ConnectionError):
        give(PLAN, cut=10, breaks=server.kill)
    server.start()
    assert codes(send(ORDER | {"attachments": BOTH})[1]) == [("plan", "attachment_missing")]
    assert not Case.objects.exists()
    assert [give(PHOTO)[0], give(PLAN)[0]] == [200, 201], "what was acknowledged is known"
    status, said = send(ORDER | {"attachments": BOTH})
    assert (status, sorted(said["attachments"])) == (201, sorted(map(hash_of, (PHOTO, PLAN))))
    assert len(on_disk() - before) == 2


def test_whoever_did_not_sign_the_hash_or_signed_it_long_ago_is_sent_away(give):
    status, said = give(PHOTO, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert (status, said["code"]) == (401, "unknown_sender")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("told", ["photo", {"name": "photo"}, [hash_of(PHOTO)], BOTH * 101])
def test_files_that_are_named_in_another_shape_are_not_passed_over(give, send, told):
    give(PHOTO)
    status, said = send(ORDER | {"attachments": told})
    assert (status, codes(said)) == (422, [("attachments", "attachment_shape")])
    assert not Case.objects.exists()


def test_no_files_may_be_said_in_several_ways(send):
    for number, none in enumerate(({}, {"attachments": []}, {"attachments": None})):
        assert send(ORDER | {"流水号": str(number), "工单编号": f"W-{number}"} | none)[0] == 201
