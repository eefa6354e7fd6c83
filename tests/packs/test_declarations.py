"""What an example and a demonstration may say."""

import pytest
from pydantic import ValidationError

from amur.packs.declarations import DemonstrationDeclaration, ExampleDeclaration, Keeping, Player, Step

TEXT = {"zh": "甲", "en": "A"}
CAST = [{"id": "a", "name": "演示甲"}]


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ({"submit": "x", "fire": "y", "as": "a"}, "one thing a step"),
        ({"after_days": 1, "after_working_days": 1}, "one thing a step"),
        ({"as": "a"}, "does nothing"),
        ({"submit": "x", "as": "a", "answers": [{"item": 1}]}, "fires nothing"),
        ({"submit": "x"}, "without saying who"),
        ({"after_days": 1, "form": {"a": "b"}}, "nothing takes them"),
        ({"after_days": 0}, "greater than 0"),
    ],
)
def test_a_step_does_one_thing(step, word):
    with pytest.raises(ValidationError, match=word):
        Step.model_validate(step)


def test_nobody_is_of_the_office_and_an_applicant_at_once():
    firm = {"scheme": "s", "identifier": "1", "name": "甲"}
    with pytest.raises(ValidationError, match="give one of the two"):
        Player.model_validate({"id": "a", "name": "甲", "roles": ["r"], "body": "b", "enterprise": firm})


@pytest.mark.parametrize(
    ("cast", "who", "word"), [(CAST, "b", "not in the cast"), (CAST * 2, "a", "in the cast twice")]
)
def test_the_cast_is_complete(cast, who, word):
    steps = [{"as": who, "fire": "x"}]
    with pytest.raises(ValidationError, match=word):
        ExampleDeclaration.model_validate(
            {"id": "e", "title": TEXT, "proves": ["1.1"], "starts_on": "2026-03-10", "cast": cast, "steps": steps}
        )


@pytest.mark.parametrize(
    "player",
    [
        {"id": "a", "name": "甲"},
        {"id": "a", "name": "演示甲", "enterprise": {"scheme": "s", "identifier": "1", "name": "甲公司"}},
    ],
)
def test_everything_in_a_demonstration_is_marked(player):
    with pytest.raises(ValidationError, match="not marked as made up"):
        DemonstrationDeclaration.model_validate({"marker": "演示", "cast": [player]})


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "either the key of one record or a file"),
        ({"key": "A-1", "file": {"name": "rows.csv"}}, "give one of the two"),
        ({"file": {"name": "rows.csv"}, "event": "rest"}, "let the file say what it says"),
    ],
)
def test_what_is_kept_is_one_record_or_one_file(wanted, said):
    with pytest.raises(ValidationError, match=said):
        Keeping(register="houses", source="the old book", **wanted)
