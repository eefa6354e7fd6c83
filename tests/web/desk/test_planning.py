"""The planning workbench: whoever runs a method asks, watches, reads and compares studies; nobody else comes near."""

from __future__ import annotations

import csv
import io
import math
import re
from html import unescape

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile

from amur.base.declared import Text
from amur.ledger import acts as ledger
from amur.ledger.models import Entry
from amur.studies import acts
from amur.studies.models import Study
from tests.procedures.pack import sync
from tests.web.planned import CENTRES, CENTRES_BODY, METHOD, Office, candidates, places

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DESK = "/en/desk/planning/"
ASK = f"{DESK}new/{METHOD}/"


@pytest.fixture
def office(clock, now) -> Office:
    caches["counts"].clear()
    caches["default"].clear()
    return Office(now)


def _done(office: Office, title: str = "Base", **values: str) -> Study:
    office.ask(title, values or None)
    done = office.work()
    assert done is not None
    assert done.state == "done", done.reason
    return done


def _words(answer) -> str:
    """Return what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def _form(**changes: object) -> dict[str, object]:
    csv_files = {
        "input-places": SimpleUploadedFile("villages.csv", places().encode()),
        "input-candidates": SimpleUploadedFile("masts.csv", candidates().encode()),
    }
    return {"_title": "Base", "_key": "k-1", "radius_km": "6", "budgets": "400000, 800000", **csv_files, **changes}


def _hidden(answer) -> dict[str, list[str]]:
    """Return what the page sends again."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode()):
        found.setdefault(name, []).append(unescape(value))
    return found


def test_nobody_but_the_roles_of_the_method_sees_its_studies(office):
    done = _done(office)
    cook = office.client("cook")
    assert "Your offices run no method" in _words(cook.get(DESK))
    for path in (
        f"{done.pk}/",
        f"{done.pk}/files/frontier.csv",
        f"new/{METHOD}/",
        f"compare/?of={done.pk}&of={done.pk + 1}",
    ):
        assert cook.get(DESK + path).status_code in {404, 422}
    assert office.client("decider").get(f"{DESK}{done.pk}/").status_code == 200
    assert office.client("decider").get(ASK).status_code == 404, "who publishes does not run"


def test_the_form_is_that_of_the_method_with_units_bounds_and_sources(office):
    words = _words(office.client().get(ASK))
    for said in ("How far a mast reaches", "From 1 to 50.", "Source: GB/T 0000", "Set by the method", "0.30"):
        assert said in words
    assert "CSV with the columns id, longitude, latitude, households." in words


def test_a_study_is_asked_checked_and_queued_once(office):
    client = office.client()
    check = client.post(ASK, _form(_do="check"))
    assert "Check the answers" in _words(check)
    assert "villages.csv" in _words(check)
    assert Study.objects.count() == 0, "nothing is queued before it is confirmed"
    again = _hidden(check) | {"_do": ["queue"]}
    first, second = client.post(ASK, again), client.post(ASK, again)
    study = Study.objects.get()
    assert first["Location"] == second["Location"] == f"{DESK}{study.pk}/"
    assert study.parameters["budgets"] == "400000, 800000"
    assert [one["file"] for one in study.inputs] == ["villages.csv", "masts.csv"]
    assert Entry.objects.filter(kind="study.queued").count() == 1


def test_the_answers_can_be_changed_without_choosing_the_files_again(office):
    client = office.client()
    sent = _hidden(client.post(ASK, _form(_do="check")))
    form = client.post(ASK, sent | {"_do": ["change"]})
    assert "Here already: villages.csv" in _words(form)
    carried = {name: value for name, value in _hidden(form).items() if name.startswith("_kept-")}
    changed = client.post(ASK, {"_title": "Wider", "_key": "k-2", "radius_km": "9", **carried})
    assert "9.0 km" in _words(changed)


def test_a_file_that_somebody_else_brought_cannot_be_named(office):
    form = {name: one for name, one in _form().items() if not name.startswith("input-")}
    answer = office.client().post(ASK, form | {"_kept-places": "forged:1:x", "_kept-candidates": ""})
    assert answer.status_code == 422
    assert "Choose a file: Villages." in _words(answer)


def test_every_fault_of_every_row_stands_in_the_summary(office):
    bad = "id,longitude,latitude,households,served\na,126,45,-3,no\nb,far,45,4,perhaps\na,126,99,5,no\n"
    answer = office.client().post(ASK, _form(**{"input-places": SimpleUploadedFile("villages.csv", bad.encode())}))
    assert answer.status_code == 422
    summary = answer.content.decode().partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    told = re.findall(r'<a href="#input-places">([^<]+)</a>', summary)
    assert [unescape(one) for one in told] == [
        "villages.csv: Row 2, households: found -3; write a number of 0 or more",
        "villages.csv: Row 3, longitude: found 'far'; write a number from -180 to 180 in °",
        "villages.csv: Row 3, served: found 'perhaps'; write yes or no",
        "villages.csv: Row 4: this id stands in row 2 already; leave one of them out",
        "villages.csv: Row 4, latitude: found 99; write a number from -90 to 90 in °",
    ]
    assert Study.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,longitude,latitude\na,1,2\n", "The column households is missing"),
        (b"", "not empty"),
        (b"id,longitude,latitude,households\na,126\n", "found 2 cells, wanted 4"),
    ],
)
def test_a_file_that_is_no_such_table_is_told_so(content, said, office):
    answer = office.client().post(ASK, _form(**{"input-places": SimpleUploadedFile("villages.csv", content)}))
    assert answer.status_code == 422
    assert said in _words(answer)


def test_parameters_out_of_bounds_are_told_at_their_field(office):
    answer = office.client().post(ASK, _form(radius_km="900", _title=""))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert 'href="#radius_km"' in body
    assert 'href="#_title"' in body


def test_the_plan_of_each_budget_is_a_link_and_its_numbers_agree_with_its_files(office):
    done = _done(office)
    client = office.client()
    page = client.get(f"{DESK}{done.pk}/?plan=2")
    rows = re.findall(r'<tr data-plan="(\d)" data-budget="(\d+)" data-newly="([\d.]+)"', page.content.decode())
    assert [row[0] for row in rows] == list("123456")
    assert [int(row[1]) for row in rows] == [400_000, 800_000, 1_200_000, 1_600_000, 2_400_000, 3_200_000]
    frontier = b"".join(client.get(f"{DESK}{done.pk}/files/frontier.csv").streaming_content).decode()
    second = list(csv.DictReader(io.StringIO(frontier)))[1]
    before = sum(float(one["households"]) for one in csv.DictReader(io.StringIO(places())) if one["served"] == "yes")
    newly = float(second["households"]) - before
    assert float(rows[1][2]) == newly
    words = _words(page)
    assert f"{newly:,.0f} households newly reached" in words
    assert f"CN¥{round(float(second['charge']) / newly)}" in words
    near = math.floor((1 - float(second["gap"])) * 1000) / 10
    assert f"at least {near:g} % of what the best plan for this money could reach" in words
    assert page.content.decode().count('<tr data-kind="site"') == int(second["sites"])


def test_a_plan_that_is_proved_to_be_the_best_is_said_to_be(office):
    page = office.client().get(f"{DESK}{_done(office).pk}/?plan=6")
    assert "It is proved that no plan for this money reaches more." in _words(page)


@pytest.mark.parametrize("language", ["", pytest.param("/en", marks=pytest.mark.deep)])
def test_the_report_is_a_paper_of_all_plans(language, office):
    done = _done(office)
    answer = office.client().get(f"{language}/desk/planning/{done.pk}/report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"


def test_the_result_of_another_model_is_its_figures_its_table_and_a_map(office):
    office.ask("Two cities", method="centres", **CENTRES)
    done = office.work()
    answer = office.client().get(f"{DESK}{done.pk}/")
    words = _words(answer)
    assert "Centres 1" in words
    assert "centres.csv" in words
    assert "Part of this is simulated: Where centres stand is made up." in words
    assert answer.content.decode().count('<span class="amur-simulated">simulated</span>') > 1, "the map says so too"
    table = answer.content.decode().partition('<caption class="govuk-visually-hidden">Centres')[2].partition("</table>")
    assert len(re.findall('<tr [^>]*><th scope="row"', table[0])) == 1
    for head in ("Centre", "Longitude (°)", "Cost", "Traffic served"):
        assert f">{head}</th>" in table[0]
    assert re.search(r'<path id="map-site" d="M\d+ \d+h0"', answer.content.decode())
    assert re.search(r'<path id="map-place" d="M\d+ \d+h0M\d+ \d+h0"', answer.content.decode())


def test_what_a_table_of_a_result_says_is_said_in_the_language_of_the_page(office):
    office.ask("Two cities", method="centres", **CENTRES)
    page = office.client().get(f"/desk/planning/{office.work().pk}/").content.decode()
    table = page.partition('<caption class="govuk-visually-hidden">节点')[2].partition("</table>")[0]
    assert re.findall(r"<th scope=\"col\"[^>]*>([^<]+)", table) == [
        "节点",
        "经度（度）",
        "纬度（度）",
        "费用",
        "承载流量",
    ]
    legend = page.partition('<ul class="amur-legend">')[2].partition("</ul>")[0]
    assert "节点 <b>1</b>" in legend
    assert "centres.csv</a> · 节点" in page or "centres.csv</a>　节点" in page, "the list of files says what each is"


def test_a_title_that_a_declaration_gave_is_said_in_the_language_of_the_page(office):
    office.ask(Text(zh="演示的站", en="Masts of the demonstration"))
    done = office.work()
    client = office.client()
    for page in (client.get(f"{DESK}{done.pk}/"), client.get(DESK)):
        assert "Masts of the demonstration" in _words(page)
        assert "演示的站" not in _words(page)
    assert '<h1 class="govuk-heading-l">演示的站</h1>' in client.get(f"/desk/planning/{done.pk}/").content.decode()


def test_the_dearest_plan_that_changes_something_is_shown_first(office):
    done = _done(office)
    page = office.client().get(f"{DESK}{done.pk}/").content.decode()
    assert re.search(r'data-plan="6"[^>]* class="is-chosen"', page)
    assert page.count('aria-current="true"><') == 0
    assert page.count("is-chosen") == 1


def test_where_there_is_no_plan_the_constraint_is_told_in_plain_words(office):
    office.ask("Too much", {"share": "0.95", "budgets": "400000"})
    failed = office.work()
    words = _words(office.client().get(f"{DESK}{failed.pk}/"))
    assert "No plan meets what is asked for" in words
    assert re.search(r"95\.0 % of 7999 households are asked for, and all candidates together reach \d\d\.\d %\.", words)
    assert "Add candidates" in words


def test_a_budget_that_is_too_small_is_told_with_what_is_enough(office):
    office.ask("Too little", {"share": "0.5", "budgets": "100000"})
    failed = office.work()
    words = _words(office.client().get(f"{DESK}{failed.pk}/"))
    assert re.search(r"The budget of 100,000 is too small: what is asked for takes at least [\d,.]+\.", words)
    chinese = _words(office.client().get(f"{DESK.removeprefix('/en')}{failed.pk}/"))
    assert re.search(r"预算 100,000 [^。]*至少[^。]*[\d,.]+。", chinese), chinese


def test_a_study_from_before_reasons_had_codes_says_why_in_english(office):
    office.ask("Long ago", {"share": "0.5", "budgets": "100000"})
    failed = office.work()
    type(failed).objects.filter(pk=failed.pk).update(faults=[])
    words = _words(office.client().get(f"{DESK.removeprefix('/en')}{failed.pk}/"))
    assert "there is no such plan: the budget is 100,000, and what is asked for takes at least" in words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"budgets": ""}, "Nothing is asked for. Give a share"),
        ({"budgets": "much"}, "budgets holds “much”, which is no number."),
    ],
)
def test_what_a_model_refuses_is_told_in_plain_words(values, said, office):
    office.ask("Refused", values)
    failed = office.work()
    words = _words(office.client().get(f"{DESK}{failed.pk}/"))
    assert "It could not be computed" in words
    assert said in words


def test_faults_that_the_run_finds_are_told_row_by_row(office):
    office.ask("Bad", places="id,longitude,latitude,households\na,126,45,-3\nb,far,45,4\n")
    failed = office.work()
    words = _words(office.client().get(f"{DESK}{failed.pk}/"))
    assert "places.csv: 2 faults Row 2, households: found -3; write a number of 0 or more" in words
    assert "Row 3, longitude: found 'far'" in words


def test_two_studies_stand_side_by_side_with_what_differs(office):
    first, second = _done(office, "Six"), _done(office, "Eight", radius_km="8")
    answer = office.client().get(f"{DESK}compare/?of={first.pk}&of={second.pk}&plan_a=2&plan_b=2")
    words = _words(answer)
    assert "How far a mast reaches different 6.0 km 8.0 km" in words
    sites = [
        {
            one["id"]
            for one in csv.DictReader((acts.running.reads.folder().path / each.result_hash / "2-sites.csv").open())
        }
        for each in (first, second)
    ]
    for title, count in (
        ("Only in the first", len(sites[0] - sites[1])),
        ("Only in the second", len(sites[1] - sites[0])),
        ("In both", len(sites[0] & sites[1])),
    ):
        assert f"{title} {count}" in words
    assert "Budget CN¥800,000 CN¥800,000 the same" in words


def test_an_input_from_a_dataset_is_said_by_its_title_in_the_language_of_the_page(office):
    title = {"zh": "候选", "en": "Candidates"}
    columns = {"id": "_key", "longitude": "_number"}
    taken = {"id": "places", "title": title, "dataset": "register_licences", "columns": columns}
    written = {"id": "candidates", "title": title, "content": CENTRES["candidates"]}
    sync(office.now, {("method", "centres"): CENTRES_BODY | {"inputs": [taken, written]}}, "1.3.0")
    ledger.seal(office.now)
    who = {"by": office.actor("planner"), "scope": office.scope("planner"), "now": office.now}
    for within in ("10", "11"):
        acts.queue("centres", title=within, values={"within_ms": within}, **who)
    client, (first, second) = office.client(), Study.objects.order_by("id")
    compared = f"compare/?of={first.pk}&of={second.pk}"
    for path in (f"{first.pk}/", compared):
        page = _words(client.get(DESK + path))
        assert "dataset · Licences of lanterns" in page
        assert "written in the method" in page
        for raw in ("register_licences", "places.csv", "candidates.csv"):
            assert raw not in page
        assert "数据集\u3000灯笼许可登记" in client.get(f"/desk/planning/{path}").content.decode()


@pytest.mark.parametrize("asked", ["", "?of=1", "?of=1&of=1", "?of=1&of=x"])
def test_what_cannot_be_compared_is_said(asked, office):
    answer = office.client().get(f"{DESK}compare/{asked}")
    assert answer.status_code == 422
    assert "Choose two studies of one method" in _words(answer)


def test_publishing_is_for_those_who_may_and_taking_back_needs_a_reason(office):
    done = _done(office)
    page, planner, decider = f"{DESK}{done.pk}/", office.client(), office.client("decider")
    assert "Make it public" not in _words(planner.get(page))
    assert planner.post(page, {"verb": "publish"}).status_code in {403, 409}
    assert decider.post(page, {"verb": "publish"}).status_code == 302
    done.refresh_from_db()
    assert done.is_public
    refused = decider.post(page, {"verb": "withdraw", "reason": " "})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.content.decode()
    assert decider.post(page, {"verb": "withdraw", "reason": "A wrong table"}).status_code == 302
    done.refresh_from_db()
    assert not done.is_public
    assert Entry.objects.filter(kind="study.withdrawn").count() == 1


def test_the_page_says_how_the_study_came_about(office):
    done = _done(office)
    words = _words(office.client().get(f"{DESK}{done.pk}/"))
    assert "苏规划" in words
    assert done.declaration_hash[:4] in words
    assert done.result_hash[:4] in words
    assert done.inputs[0]["sha256"][:4] in words
    for said in ("default of the method", "set by the method", "Church and ReVelle", "Why is it computed this way?"):
        assert said in words
    assert (
        f"/open/api/v1/ledger/entries/{done.queued_entry}/receipt"
        in office.client().get(f"{DESK}{done.pk}/").content.decode()
    )


def test_a_study_is_asked_again_with_its_files_and_other_parameters(office):
    done = _done(office)
    client = office.client()
    form = client.get(f"{ASK}?again={done.pk}")
    assert "Here already: places.csv" in _words(form)
    carried = {name: value for name, value in _hidden(form).items() if name.startswith("_")}
    check = client.post(ASK, carried | {"_title": "Eight", "radius_km": "8", "budgets": "400000, 800000"})
    queued = client.post(ASK, _hidden(check) | {"_do": ["queue"]})
    other = Study.objects.latest("id")
    assert queued["Location"].endswith(f"/{other.pk}/")
    assert other.inputs[0]["sha256"] == done.inputs[0]["sha256"]
    assert other.parameters["radius_km"] == "8.0"


def test_what_was_asked_before_is_found_and_said(office):
    done = _done(office)
    client = office.client()
    form = client.get(f"{ASK}?again={done.pk}")
    carried = {name: value for name, value in _hidden(form).items() if name.startswith("_")}
    budgets = done.parameters["budgets"]
    check = client.post(ASK, carried | {"_title": "Once more", "radius_km": "6", "budgets": budgets})
    queued = client.post(ASK, _hidden(check) | {"_do": ["queue"]}, follow=True)
    assert Study.objects.count() == 1
    assert "This was asked before. Here is that study." in _words(queued)


def test_a_file_that_was_changed_afterwards_is_told_and_not_shown(office):
    done = _done(office)
    file = acts.running.reads.folder().path / done.result_hash / "frontier.csv"
    kept = file.read_bytes()
    try:
        file.write_bytes(kept.replace(b"0", b"1"))
        answer = office.client().get(f"{DESK}{done.pk}/")
        assert "A file of this result is missing or was changed." in _words(answer)
        assert "How this came about" in _words(answer)
    finally:
        file.write_bytes(kept)


def test_a_study_that_waits_says_so_and_is_asked_for_again(office):
    queued = office.ask("Waits")
    page = office.client().get(f"{DESK}{queued.pk}/")
    assert 'id="study-running"' in page.content.decode()
    assert "It waits for the worker." in _words(page)


def test_how_long_a_running_study_still_takes_is_told_from_how_far_it_is(office, now):
    from datetime import timedelta

    queued = office.ask("Runs")
    Study.objects.filter(pk=queued.pk).update(
        state="running", progress=250, started_at=now - timedelta(minutes=10), doing="Solving"
    )
    words = _words(office.client().get(f"{DESK}{queued.pk}/"))
    assert "Solving" in words
    assert "about 30 minutes left" in words
    assert "about 30 minutes left" in _words(office.client().get(DESK))


def test_the_list_says_who_asked_what_and_can_be_narrowed_to_a_method(office):
    _done(office, "Base")
    office.ask("Two cities", method="centres", **CENTRES)
    client = office.client()
    words = _words(client.get(DESK))
    assert re.search(r"Two cities waiting Where centres belong · 苏规划 · 10 March 2026", words)
    assert re.search(r"Base done Where to build masts · 苏规划 · 10 March 2026", words)
    narrowed = _words(client.get(f"{DESK}?method=centres"))
    assert "Two cities" in narrowed
    assert "Base" not in narrowed
    assert "No study of this method yet" in _words(client.get(f"{DESK}?method=survey"))


def test_studies_of_two_methods_are_not_compared(office):
    base = _done(office)
    office.ask("Two cities", method="centres", **CENTRES)
    other = office.work()
    answer = office.client().get(f"{DESK}compare/?of={base.pk}&of={other.pk}")
    assert answer.status_code == 422


def test_the_desk_leads_whoever_runs_a_method_to_its_studies(office):
    assert 'href="/en/desk/planning/"' in office.client().get("/en/desk/").content.decode()
    assert "desk/planning" not in office.client("cook").get("/en/desk/").content.decode()
