"""What was closed may not silently open again: the check, the file that remembers it, and the page beside the pack."""

from __future__ import annotations

import re

import pytest

from amur.packs import closing, reads, tracepage, tracing


def faults(island):
    return [fault for fault in reads.check(island) if fault.check.startswith("trace.")]


def give_up(island, commitment="1.3"):
    """Let nothing carry a commitment out any more, and say that it is planned."""
    for file in [*island.glob("**/night_look.*.yaml")]:
        file.unlink()
    policy = island / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    reason = 'verdict: planned\n    reason: { zh: 还没有, en: "Not yet." }'
    policy.write_text(re.sub(rf'(- id: "{commitment}"\n)', rf"\1    {reason}\n", text), encoding="utf-8")


def test_a_commitment_that_ran_and_is_planned_again_is_a_fault_that_names_it_and_says_what_to_do(island):
    assert faults(island) == []
    give_up(island)
    (fault,) = faults(island)
    line = (island / "policy.yaml").read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert (fault.file, '"1.3"' in line) == ("policy.yaml", True)
    assert "1.3 is planned again, although it ran and night_look proved it (closed.yaml, line" in fault.found
    assert "closed.yaml to `reopened`" in fault.fix


def test_it_may_be_given_up_knowingly_and_then_the_page_says_why(island):
    give_up(island)
    file = island / "closed.yaml"
    kept = re.sub(r'  - \{ commitment: "1.3".*\n', "", file.read_text(encoding="utf-8"))
    reason = 'reopened:\n  - commitment: "1.3"\n    on: 2026-11-28\n    reason: { zh: 没人会抽签了, en: "No dice." }\n'
    file.write_text(kept + reason, encoding="utf-8")
    assert faults(island) == []
    pack = reads.load(island)
    assert closing.text(pack, before=kept + reason) == kept + reason
    assert "| 1.3 | 2026-11-28 | 没人会抽签了 No dice. |" in tracepage.page(pack)
    assert "night_look" not in tracepage.page(pack)


def test_an_example_that_proved_it_may_neither_go_nor_change_sides(island):
    for file in island.glob("**/long_look.example.yaml"):
        file.unlink()
    (fault,) = faults(island)
    assert (fault.file, fault.check) == ("closed.yaml", "trace.unproved")
    assert "1.1 was proved by the example 'long_look', which is gone or no longer proves it" in fault.found


def test_a_commitment_that_left_the_policy_and_one_that_runs_after_it_was_given_up_are_told(island):
    file = island / "closed.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + '  - { commitment: "9.9", examples: [houses] }\n', encoding="utf-8")
    assert ["9.9 is no commitment any more" in fault.found for fault in faults(island)] == [True]
    reopened = text.replace('  - { commitment: "1.3", examples: [night_look] }\n', "")
    said = 'reopened: [{ commitment: "1.3", on: 2026-11-28, reason: { zh: 停, en: Off } }]\n'
    file.write_text(reopened + said, encoding="utf-8")
    (fault,) = faults(island)
    assert fault.check == "trace.runs_again"
    assert '"1.3"' not in closing.text(reads.load(island), before=reopened).partition("reopened")[0]


def test_a_commitment_stands_once_in_the_file(island):
    file = island / "closed.yaml"
    twice = file.read_text(encoding="utf-8") + '  - { commitment: "1.3", examples: [night_look] }\n'
    file.write_text(twice, encoding="utf-8")
    assert any("'1.3' twice" in fault.found for fault in reads.load(island).faults)


def test_the_file_takes_up_what_passed_and_never_drops_what_stood_there(island):
    pack = reads.load(island)
    results = dict.fromkeys(pack.ids("example"), True) | {"night_look": False}
    (island / "closed.yaml").write_text('closed:\n  - { commitment: "1.2", examples: [old_one] }\n', encoding="utf-8")
    text = closing.text(reads.load(island), results)
    assert '{ commitment: "1.2", examples: [lamps_counted, old_one] }' in text
    assert '"1.1"' in text
    assert '"1.3"' not in text
    (island / "closed.yaml").unlink()
    assert closing.text(reads.load(island), {}).endswith("closed: []\n")


def test_an_example_that_fails_opens_what_it_closed_and_says_so(island):
    pack = reads.load(island)
    results = dict.fromkeys(pack.ids("example"), True)
    assert list(closing.failed(pack, results)) == []
    (fault,) = closing.failed(pack, results | {"night_look": False})
    assert "1.3 is open again: its example 'night_look' in 01-lamps/night_look.example.yaml does not pass" in str(fault)


@pytest.mark.parametrize(("verdict", "opened"), [("planned", True), ("gap", True), ("unproved", False)])
def test_what_ran_by_an_earlier_trace_may_not_be_open_now(island, verdict, opened):
    before = tracing.as_if_proved(reads.load(island))
    after = {"commitments": [dict(line) for line in before["commitments"]]}
    after["commitments"][0]["verdict"] = verdict
    found = closing.against(before, after, "trace.json")
    assert [fault.found.startswith("1.1 was assisted (proved by houses, ") for fault in found] == [True] * opened
    assert closing.against(before, before, "trace.json") == []
    gone = closing.against(before, {"commitments": []}, "trace.json")
    assert [fault.found[-8:] for fault in gone] == ["gone now"] * 4
