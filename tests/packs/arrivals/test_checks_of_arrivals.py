"""What is wrong with a year is said with file and line: names, words, forms that stay empty, courses nobody can walk."""

from __future__ import annotations

import pytest

from amur.packs import reads

FILE, YEAR = "01-lamps/lamps_of_a_year.arrivals.yaml", "demonstration.yaml"


def faults(folder, file, *change):
    """Return the faults of a changed file, as check and place."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    return [one for one in reads.check(folder) if one.file in {file, "pack.yaml"}]


def test_the_year_itself_has_no_faults(year):
    assert reads.check(year) == []


@pytest.mark.parametrize(
    "case",
    [
        (FILE, "procedure: lamp_registration", "procedure: lamp", "arrivals.procedure", "unknown procedure 'lamp'"),
        (FILE, "procedure: lamp_registration", "procedure: lamp_look", "arrivals.procedure", "nobody applies"),
        (FILE, "houses: 4", "castles: 4", "arrivals.who", "unknown pool 'castles'"),
        (FILE, "keeper: 演示风暴", "kepper: 演示风暴", "arrivals.field", "the form has no field 'kepper'"),
        (FILE, 'keeper: "{name}", ', "", "arrivals.field", "nothing says what is entered into 'keeper'"),
        (FILE, "fire: refuse, reasons: [太暗。, 位置不对。]", "fire: refuse", "arrivals.reason", "'refuse' wants a reason"),
        (FILE, "steps: [enter] }\n  - id: asked", "steps: [leave] }\n  - id: asked", "arrivals.event", "unknown event 'leave'"),
        (FILE, "steps: [enter] }\n  - id: asked", "steps: [enter, enter] }\n  - id: asked", "arrivals.course", "'enter' is not possible in 'registered'"),
        (FILE, "{ until_lapse: true, then: { state: dropped } }", "{ fire: answer, answers: [{ item: 1, value: '5' }] }, { until_lapse: true }", "arrivals.course", "no clock moves a case out of 'received'"),
        (FILE, "as: keeper_of_the_book", "as: nobody", "arrivals.role", "unknown role 'nobody'"),
        (FILE, "as: keeper_of_the_book", "body: nowhere", "arrivals.body", "unknown body 'nowhere'"),
        (FILE, "course: storm", "course: calm", "declaration.value", "there is no course 'calm'"),
        (FILE, "id: storm, late: true,", "id: storm, late: true, cases: 1, who: nobody,", "arrivals.who", "unknown pool 'nobody'"),
        (FILE, "fire: enter }]", "fire: enter, form: { tide: high } }]", "arrivals.field", "'enter' asks for no 'tide'"),
        (YEAR, "storm: 2", "rain: 2", "arrivals.causes", "unknown cause 'rain'"),
        (YEAR, '"500100": 3', '"599999": 3', "arrivals.region", "unknown region '599999'"),
        (YEAR, "{family}{given}（演示）", "{family}{nick}（演示）", "arrivals.pool", "the name has the word 'nick'"),
        (YEAR, "scheme: lamp_number\n      code", "scheme: nothing\n      code", "arrivals.pool", "unknown scheme 'nothing'"),
        (YEAR, 'code: "####"', 'code: "###"', "arrivals.pool", "found 4 characters"),
        (YEAR, "of: told", "of: untold", "arrivals.tour", "there is no case 'untold'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_year_is_said_with_its_line(year, case):
    file, before, after, check, said = case
    found = faults(year, file, before, after)
    assert [one.check for one in found] == [check], found
    assert said in found[0].found
    assert found[0].file == file
    assert found[0].line >= 1


def test_a_list_of_causes_that_nobody_declares_is_said(year):
    (year / "codelists" / "late_causes.yaml").unlink()
    found = reads.check(year)
    assert ("pack.yaml", "arrivals.causes") in {(one.file, one.check) for one in found}


def test_what_a_step_asks_for_is_given(year):
    # Nothing on the island asks anything by itself; the arrow is given a field.
    procedure = year / "01-lamps" / "lamp_registration.procedure.yaml"
    text = procedure.read_text(encoding="utf-8")
    arrow = "  - event: enter\n"
    asks = "    asks: [{ id: oath, type: text, max_length: 9, title: { zh: 誓, en: Oath } }]\n"
    procedure.write_text(text.replace(arrow, arrow + asks, 1), encoding="utf-8")
    assert {one.found for one in reads.check(year) if one.check == "arrivals.field"} == {
        "'enter' asks for 'oath' and nothing is given"
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('months: { "2": 50 }', 'months: { "13": 50 }', "found the month '13'"),
        ('months: { "2": 50 }', "weekdays: [1, 2]", "found 2 weights of weekdays"),
        ('months: { "2": 50 }', "hours: [9, 9]", "found the hours"),
        ("cases: 14", "cases: 3", "let them add up"),
        ("id: asked\n    weight: 1", "id: usual\n    weight: 1", "twice"),
        ("weight: 1\n    late: false", "late: false", "no case takes the course"),
        ("weight: 3,", "weight: 3, cases: 2,", "has a weight and cases"),
        ("weight: 3,", "weight: 3, days_before: [1, 2],", "not of how many"),
        ("days_before: [60, 70]", "days_before: [70, 60]", "the smaller stands first"),
        ("houses: 4, public: 1", "houses: 0", "all weights are zero"),
        ("{ between: [1, 700] }", "{ between: [700, 1] }", "no span"),
        ("working_days: [0, 1] }", "working_days: [1, 0] }", "least and most"),
        ("working_days: [0, 1] }", "working_days: [0, 1], days: [0, 1] }", "none or several"),
        ("reasons: [太暗。, 位置不对。]", "reason: 暗, reasons: [太暗。]", "a reason and reasons"),
        ("{ until_lapse: true, then: { state: dropped } }", "{ case: other }", "a step does nothing"),
        ("{ until_lapse: true, then: { state: dropped } }", "{ after_days: 3, fire: enter }", "lets time pass by itself"),
        ("{ until_lapse: true, then: { state: dropped } }", "{ fire: enter, submit: lamp_registration }", "do one thing a step"),
        ("{ until_lapse: true, then: { state: dropped } }", "{ submit: lamp_registration }", "without saying who"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_not_read(year, before, after, said):
    assert said in " ".join(str(one) for one in faults(year, FILE, before, after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('      code: "####"\n', "", "only in part"),
        ("- id: houses", "- { id: houses, count: 1, person: 演示, regions: { '500100': 1 } }\n    - id: houses", "twice"),
        ("page: service, of: lamp_registration", "page: service", "say of what it is"),
        ("page: service, of: lamp_registration", "page: home, of: x", "only where it must be said"),
        ("{family}家（演示）", "{family}家", "not marked as made up"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_meant_is_not_read(year, before, after, said):
    assert said in " ".join(str(one) for one in faults(year, YEAR, before, after))
