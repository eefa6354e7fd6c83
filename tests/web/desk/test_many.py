"""Acts on many chosen cases from the queue, and the views that an official keeps, without a script."""

from __future__ import annotations

import re
import uuid

import pytest

from amur.jobs.models import Job
from amur.procedures.models import Case, CaseEvent
from amur.procedures.queues.models import Batch, SavedView
from amur.web.desk import many
from tests.web.house import PROCEDURE, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(house: House):
    return [house.case, house.submit(service_name="演示 第二个")]


def chosen_on(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([^"]+)"', page)


def choose(client, *cases, **more):
    pairs = [f"{case.pk}:{case.version}" for case in cases]
    return client.post("/en/desk/many/", {"chosen": pairs, **more})


def test_cases_are_chosen_with_boxes_and_all_on_the_page_at_once_without_a_script(house: House, two):
    client = house.client("handler")
    page = client.get("/en/desk/").content.decode()
    assert set(chosen_on(page)) == {f"{case.pk}:{case.version}" for case in two}
    assert " checked" not in page.split('id="rows"')[1].split("</ul>")[0]
    everything = client.get("/en/desk/?view=open&chosen=all").content.decode()
    assert everything.split('id="rows"')[1].split("</ul>")[0].count(" checked") == 2


def test_what_can_be_done_together_is_asked_once_and_every_case_tells_what_became_of_it(house: House, two):
    client = house.client("handler")
    page = choose(client, *two).content.decode()
    assert "2 cases are chosen" in page
    assert 'value="accept"' in page
    house.fire(two[1], "handler", "accept", "handler")
    answer = choose(client, *two, key="k1", what="accept")
    batch = Batch.objects.get()
    assert answer.headers["Location"] == f"/en/desk/many/{batch.pk}/"
    outcome = client.get(answer.headers["Location"]).content.decode()
    assert "1 done" in outcome
    assert "1 moved meanwhile" in outcome
    assert "This was changed meanwhile" in outcome
    assert "refresh" not in outcome


def test_a_second_click_and_a_reload_act_no_more_and_show_the_same(house: House, two):
    client = house.client("handler")
    first = choose(client, *two, key="k1", what="accept")
    second = choose(client, *two, key="k1", what="accept")
    assert first.headers["Location"] == second.headers["Location"]
    pages = [client.get(first.headers["Location"]).content.decode() for _ in range(2)]
    assert pages[0].count("Done") == pages[1].count("Done") == 2
    assert CaseEvent.objects.filter(event="accept", case__in=two).count() == 2


def test_a_reason_that_is_missing_is_asked_for_again_and_nothing_is_done(house: House, two):
    client = house.client("handler")
    answer = choose(client, *two, key="k1", what="request_supplement", reason=" ")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why. The applicant reads it." in page
    assert len(chosen_on(page)) == 2
    assert choose(client, *two, key="k1").status_code == 422
    assert Batch.objects.count() == 0


def test_a_period_is_extended_in_many_and_an_amount_that_is_none_is_refused(house: House, two):
    for case in two:
        house.fire(case, "handler", "accept", "handler")
    client = house.client("both")
    found = client.post("/en/desk/many/", {"chosen": [f"{case.pk}:{case.version}" for case in two]})
    if 'value="extend:' in found.content.decode():  # who may, the pack says
        answer = choose(client, *two, key="k1", what="extend:decision", amount="x", reason="why")
        assert answer.status_code == 422


def test_what_is_too_much_or_not_ones_own_is_refused_in_words(house: House, two):
    client = house.client("handler")
    crowd = [f"{uuid.uuid4()}:1" for _ in range(201)]
    answer = client.post("/en/desk/many/", {"chosen": crowd, "key": "k", "what": "accept"})
    assert answer.status_code == 403
    assert "At most 200 cases" in answer.content.decode()
    foreign = house.client("elsewhere").post(
        "/en/desk/many/", {"chosen": [f"{two[0].pk}:1"], "key": "k", "what": "accept"}
    )
    assert foreign.status_code == 403
    assert two[0].number not in foreign.content.decode()
    assert "No case was chosen" in client.post("/en/desk/many/", {"chosen": ["x", "1:y"]}).content.decode()
    assert choose(client, *two, key="k", what="withdraw").status_code == 403


def test_what_takes_longer_the_worker_goes_on_with_and_the_page_loads_itself_again(house: House, two, monkeypatch):
    monkeypatch.setattr(many, "_go_on", lambda *_: None)
    client = house.client("handler")
    where = choose(client, *two, key="k1", what="accept").headers["Location"]
    page = client.get(where).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert "2 wait for their turn" in page
    assert Job.objects.filter(kind="cases.go_on_with_many").exists()
    assert house.client("decider").get(where).status_code == 404


def test_filters_stand_in_the_address_and_are_kept_when_leafing_and_opening_a_case(house: House, two):
    client = house.client("handler")
    address = f"/en/desk/?view=all&procedure={PROCEDURE}&state=received&light=undated&received_from=2026-03-01"
    page = client.get(address).content.decode()
    assert '<option value="received" selected>' in page
    assert 'value="2026-03-01"' in page
    link = re.search(rf'href="(/en/desk/cases/{two[0].number}/\?[^"]+)"', page)
    if link:
        opened = client.get(link[1].replace("&amp;", "&")).content.decode()
        assert "state=received" in opened
    nothing = client.get("/en/desk/?view=all&channel=window").content.decode()
    assert "No case fits the search" in nothing


def test_a_view_is_kept_opens_the_desk_is_named_anew_and_deleted(house: House):
    client = house.client("handler")
    save = {"do": "save", "address": "view=late&mine=yes&q=x", "name": "Mine and late", "is_default": "yes"}
    answer = client.post("/en/desk/views/", save, follow=True)
    assert "Mine and late" in answer.content.decode()
    view = SavedView.objects.get()
    assert view.asked == {"view": "late", "mine": "yes"}
    opened = client.get("/en/desk/").content.decode()
    assert "Nothing is late" in opened or "No case fits" in opened
    client.post("/en/desk/views/", {"do": "rename", "view": str(view.pk), "name": "Late"})
    assert "Late" in client.get("/en/desk/views/").content.decode()
    client.post("/en/desk/views/", {"do": "open", "view": ""})
    assert not SavedView.objects.get().is_default
    client.post("/en/desk/views/", {"do": "open", "view": str(view.pk)})
    assert SavedView.objects.get().is_default
    client.post("/en/desk/views/", {"do": "delete", "view": str(view.pk)})
    assert "No view is kept yet" in client.get("/en/desk/views/").content.decode()


def test_a_name_that_cannot_be_is_said_and_what_was_typed_stays(house: House):
    client = house.client("handler")
    answer = client.post("/en/desk/views/", {"do": "save", "address": "view=late", "name": "x" * 61})
    assert answer.status_code == 422
    assert "Shorten the name" in answer.content.decode()
    gone = client.post("/en/desk/views/", {"do": "rename", "view": str(uuid.uuid4()), "name": "x"})
    assert gone.status_code == 404
    assert client.post("/en/desk/views/", {"do": "rename", "view": "x", "name": "x"}).status_code == 302


def test_the_cases_of_others_are_in_nobodys_queue(house: House, two):
    assert Case.objects.count() >= 2
    for who in ("elsewhere", "coordinator", "system"):
        page = house.client(who).get("/en/desk/?view=all&size=200").content.decode()
        assert two[0].number not in page
