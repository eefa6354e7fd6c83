"""Queueing: who may, what is typed and handed over, what was asked before, and what stands in the ledger."""

from __future__ import annotations

import pytest

from amur.base.acting import SYSTEM, system
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger.models import Entry
from amur.registers import acts as registers
from amur.studies import acts, reads
from amur.studies.models import Study
from tests.procedures.pack import sync
from tests.procedures.samples import text
from tests.studies.conftest import ANALYST, BY, CLERK, DIRECTOR, FIRMS, method


def test_a_study_keeps_what_was_asked_and_says_so_in_the_ledger(bureau):
    study = bureau.queue(scenario=" 两家合并 ", values={"largest": "3"})
    assert (study.state, study.title, study.scenario, study.parameters) == (
        "queued",
        "测算",
        "两家合并",
        {"largest": 3},
    )
    (given,) = study.inputs
    assert (given["file"], given["origin"], given["bytes"]) == ("firms.csv", "given", len(FIRMS))
    assert reads.folder().input(given["sha256"]).read_text() == FIRMS
    assert Entry.objects.get(leaf=study.queued_entry).kind == "study.queued"


def test_what_a_declaration_says_of_a_study_is_kept_in_its_languages_and_what_is_typed_as_typed(bureau):
    title = Text(zh="全省测算", en="The province", ru="Вся провинция")
    said = reads.study(ANALYST, bureau.queue(title=title, scenario=Text(zh="粗算", en="Coarse")).pk)
    assert (said.title, said.scenario) == (title, Text(zh="粗算", en="Coarse"))
    assert Study.objects.get().title == "全省测算"
    typed = reads.study(ANALYST, bureau.queue(title="我的测算", values={"largest": "3"}).pk)
    assert (typed.title, typed.scenario) == ("我的测算", "")


def test_only_the_roles_of_the_method_run_it_and_only_its_publishers_publish(bureau):
    with pytest.raises(Refused, match="only analyst run"):
        bureau.queue(scope=CLERK)
    with pytest.raises(Refused, match="may not publish"):
        bureau.queue(publish=True)
    with pytest.raises(NotFound):
        bureau.queue("nothing")
    assert not Study.objects.exists()


def test_every_fault_of_what_was_typed_is_told_at_once(bureau):
    with pytest.raises(Invalid) as told:
        bureau.queue(values={"largest": "12", "smallest": "1"})
    assert set(told.value.fields) == {"largest", "smallest"}
    with pytest.raises(Invalid) as told:
        bureau.queue(files={"shops": acts.Given("x.csv", [b""])})
    assert {name: code for name, (code, _) in told.value.fields.items()} == {
        "shops": "unknown_field",
        "firms": "required",
    }
    with pytest.raises(Invalid) as told:
        bureau.queue(title=" ", scenario="长" * 4_001)
    assert set(told.value.fields) == {"title", "scenario"}


def test_the_same_question_is_found_and_not_asked_twice(bureau):
    first = bureau.queue()
    assert bureau.queue(title="另一个题目").pk == first.pk
    assert bureau.queue(values={"largest": "3"}).pk != first.pk
    assert bureau.queue(firms=FIRMS.replace("30", "31")).pk != first.pk
    assert Study.objects.count() == 3


def test_the_same_key_is_the_same_study_whatever_it_says(bureau):
    first = bureau.queue(key="k")
    assert bureau.queue(values={"largest": "3"}, key="k").pk == first.pk


def test_what_is_fixed_stays_and_a_dated_value_of_the_pack_is_that_of_the_day(bureau):
    basis = {"title": text("Order")}
    entries = [
        {"valid_from": "2025-01-01", "valid_to": "2025-12-31", "value": 2, "basis": basis},
        {"valid_from": "2026-01-01", "value": 4, "basis": basis},
    ]
    value = {"id": "how_many", "kind": "value", "title": text("How many"), "type": "integer", "entries": entries}
    field = method()["parameters"][0]["field"]
    by_rule = method(parameters=[{"field": field, "value": "how_many", "fixed": True}])
    sync(bureau.now, {("method", "market"): by_rule, ("value", "how_many"): value}, "1.2.0")
    study = bureau.queue(values={"largest": "4"})
    assert study.parameters == {"largest": 4}
    assert [(one["id"], one["valid_from"]) for one in study.values_used] == [("how_many", "2026-01-01")]
    with pytest.raises(Invalid) as told:
        bureau.queue(values={"largest": "5"})
    assert told.value.fields["largest"][0] == "fixed"


def test_a_file_that_is_too_large_leaves_nothing_behind(bureau, monkeypatch, own_folder):
    monkeypatch.setattr("amur.studies.acts.queueing.MOST_BYTES", 10)
    with pytest.raises(Invalid, match="faults"):
        bureau.queue()
    assert list((own_folder / "inputs").iterdir()) == []


def test_the_name_of_a_file_leads_nowhere(bureau):
    study = bureau.queue(files={"firms": acts.Given("../../etc/..\\.pass\nwd.csv", [FIRMS.encode()])})
    assert study.inputs[0]["file"] == "passwd.csv"


def test_content_of_the_pack_and_a_file_of_the_installation_are_inputs_too(bureau, tmp_path):
    written = [{"id": "firms", "title": text("Firms"), "content": FIRMS, "simulated": text("Made up", "虚构")}]
    laid = [{"id": "firms", "title": text("Firms"), "file": "markets/firms.csv"}]
    bureau.declare(method(inputs=written), method(id="other", inputs=laid), version="1.1.0")
    study = bureau.queue(files={})
    assert (study.inputs[0]["file"], study.inputs[0]["simulated"]["zh"]) == ("firms.csv", "虚构")
    with pytest.raises(NotFound, match="put it there"):
        bureau.queue("other", files={})
    (tmp_path / "inputs" / "markets").mkdir(parents=True)
    (tmp_path / "inputs" / "markets" / "firms.csv").write_text(FIRMS)
    assert bureau.queue("other", files={}).inputs[0]["file"] == "markets/firms.csv"
    bureau.declare(method(id="other", inputs=[laid[0] | {"sha256": "0" * 64}]), version="1.2.0")
    with pytest.raises(Refused, match="its hash differs"):
        bureau.queue("other", files={})


def test_a_dataset_is_read_as_it_was_sealed(bureau):
    rows = {"id": "_key", "size": "_number", "market": "colour"}
    bureau.declare(
        method(inputs=[{"id": "firms", "title": text("Firms"), "dataset": "register_licences", "columns": rows}]),
        version="1.1.0",
    )

    def write(key, **values):
        given = {"name": f"灯 {key}", "colour": "red", "keeper": "123", "granted_on": "2026-03-01", "state": "in_force"}
        registers.write_record(
            "licences", key, given | values, by=system("test"), now=bureau.now, valid_from=bureau.now.date(),
            reason="test", source="test", through="filing",
        )  # fmt: skip

    write("K1")
    with pytest.raises(Conflict, match="nothing is sealed"):
        bureau.queue(files={})
    bureau.seal()
    write("K2")
    study = bureau.queue(files={})
    (one,) = study.inputs
    assert (one["from"], one["rows"]) == ("register_licences", 1)
    assert reads.folder().input(one["sha256"]).read_text() == "id,market,size\nK1,red,1\n"
    bureau.seal()
    assert bureau.queue(files={}).inputs[0]["rows"] == 2


def test_who_runs_or_publishes_a_method_sees_its_studies_and_nobody_else_does(bureau):
    study = bureau.queue()
    assert str(study) == "测算 (queued)"
    assert reads.study(ANALYST, study.pk).state == "queued"
    with pytest.raises(NotFound):
        reads.study(CLERK, study.pk)
    assert reads.study(DIRECTOR, study.pk).created_by == BY.actor_id
    assert reads.study(SYSTEM, study.pk).id == study.pk
