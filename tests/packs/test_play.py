"""The driver: an example that does not hold says file, line, what was expected and what was found."""

from pathlib import Path

import pytest

from amur.base.acting import system
from amur.base.faults import Invalid
from amur.packs import acts, reads
from amur.packs.declarations import ExampleDeclaration, File
from amur.packs.play import play_example
from amur.packs.play.papers import content_of
from amur.packs.play.stage import at_opening

pytestmark = pytest.mark.django_db

EXAMPLE = "01-lamps/lamp_registration.example.yaml"


@pytest.fixture
def play(island):
    def played(*changes):
        path: Path = island / EXAMPLE
        text = path.read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
        found, example = next(one for one in reads.load(island).of(ExampleDeclaration) if one[0].file == EXAMPLE)
        acts.sync(island, by=system("tests"), now=at_opening(example.starts_on))
        return play_example(example, found.source).failures

    return played


@pytest.mark.parametrize(
    ("before", "after", "line", "expected", "found"),
    [
        ("{ state: received, due_on: 2026-03-16", "{ state: asked, due_on: 2026-03-16", 17, "asked", "received"),
        ("due_on: 2026-03-16", "due_on: 2026-03-17", 17, "2026-03-17", "2026-03-16"),
        ("due_on: 2026-03-16", "working_days_left: 9", 17, "9", "4"),
        ("asked, due_on: 2026-03-17", "asked, due_on: none", 24, "none", "2026-03-17"),
        ("refused: no_case", "refused: wrong_role", 20, "wrong_role", "no_case: there is no such case"),
        ("state: absent", "state: current", 17, "a record '1250D' in lamps", "there is no record '1250D'"),
        ("      outcome: granted", "      outcome: refused", 34, "refused", "granted"),
        ("      outcome: granted", "      decision_reason: 亮", 34, "亮", ""),
        ("      outcome: granted", "      timeline: [submitted]", 34, "submitted", "submitted, ask, answer, enter"),
        ("      outcome: granted", "      refused: wrong_role", 34, "wrong_role", "it was not refused"),
        ("lamp_kind: electric }, hidden", "lamp_kind: firefly }, hidden", 36, "'firefly'", "'electric'"),
        ("key: form.lamp_number,", "key: form.lamp_number, state: closed,", 36, "closed", "current"),
        ("key: form.lamp_number,", "key: form.lamp_number, versions: 2,", 36, "2", "1"),
        ("hidden: [brightness]", "hidden: [keeper]", 36, "keeper kept from strangers", "a stranger sees it"),
        ("hidden: [brightness]", "hidden: [colour]", 36, "colour kept from strangers", "the record has no such value"),
        ("brightness: too_large }", "brightness: too_small }", 43, "too_small", "too_large"),
        ("values: { dark_nights: 20 }", "values: { dark_nights: 12 }", 38, "12", "20"),
        ("    items: [{ part: +words, wrong: 灯朝哪边照？ }]\n", "", 23, "no refusal", "items required"),
    ],
)
def test_a_difference_is_said_with_its_line(play, before, after, line, expected, found):  # noqa: PLR0917 -- one row of the table
    failure = play((before, after))[0]
    assert failure.startswith(f"{EXAMPLE}:{line}: step ")
    told_expected, _, told_found = failure.partition(", found ")
    assert expected in told_expected
    assert found in told_found


def test_all_differences_of_a_step_are_said_and_then_it_stops(play):
    failures = play(("{ state: received, due_on: 2026-03-16", "{ state: asked, due_on: 2026-03-17"))
    assert [failure.partition(", ")[0].rpartition(" ")[2] for failure in failures] == ["asked", "2026-03-17"]


def test_expecting_something_of_no_case_is_said(play):
    failures = play(
        ("    case: old\n", "    case: old\n"),
        ("faults: { lamp_kind: no_longer_in_list, brightness: too_large }", "state: received"),
    )
    assert "no such case was opened" in failures[0]


def test_the_ledger_must_verify(play, monkeypatch):
    class Broken:
        holds = False
        findings = ("altered: entry 3",)

    monkeypatch.setattr("amur.packs.play.expectations.ledger_reads.verify_stored", Broken)
    assert "altered: entry 3" in play()[0]


def test_an_event_without_a_case_is_refused(play):
    failures = play(
        ("  - as: keeper\n    fire: ask", "  - as: keeper\n    fire: ask"),
        ("    fire: ask\n", "    fire: ask\n    form: { x: day+1, y: true, z: }\n"),
    )
    assert "unknown_field" in failures[0]


def test_an_unknown_field_of_a_form_is_said(play):
    assert (
        "colour unknown_field" in play(("form: { lamp_number: 1250d,", "form: { colour: red, lamp_number: 1250d,"))[0]
    )


def test_papers_are_made_up_by_the_ending_of_their_name():
    assert content_of(File(name="a.docx")).startswith(b"PK")
    assert content_of(File(name="a.png")).startswith(b"\x89PNG")
    assert content_of(File(name="a.xyz", content="甲")) == "甲".encode()
    with pytest.raises(Invalid):
        content_of(File(name="a.xyz"))
