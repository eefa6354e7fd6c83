"""What a pack may say about its policy, and what the checks of this room find."""

import pytest
from pydantic import ValidationError

from amur.policy import checks
from amur.policy.declarations import PackDeclaration, PolicyDeclaration, TextSpan

TEXT = {"zh": "灯", "en": "Lamp"}
PLANNED = {"verdict": "planned", "reason": TEXT}


def commitment(number="1.1", **said):
    return {"id": number, "title": TEXT, "target": "hard", "kinds": ["register"], **said}


def policy(*commitments, parts=(1,), clauses=((1, 1),)):
    return PolicyDeclaration.model_validate(
        {
            "title": TEXT,
            "parts": [{"number": number, "title": TEXT} for number in parts],
            "clauses": [{"number": n, "part": part, "title": TEXT, "summary": TEXT} for n, part in clauses],
            "commitments": list(commitments) or [commitment(**PLANNED)],
        }
    )


def pack(**changes):
    said = {
        "id": "isle",
        "title": TEXT,
        "version": "1.0.0",
        "authority": TEXT,
        "authority_body": "office",
        "document": {"title": TEXT, "issued_on": "2025-06-01"},
        "languages": [{"language": "zh"}, {"language": "en"}],
        "kernel": ">=0.1",
    }
    return PackDeclaration.model_validate(said | changes)


def locate(path):
    return "policy.yaml", len(path)


def claim(number, key="carries_out"):
    return checks.Claim(number, key, 0, lambda _: ("a.yaml", 7))


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: policy(parts=(1, 1)), "part 1 twice"),
        (lambda: policy(clauses=((1, 1), (1, 1))), "clause 1 twice"),
        (lambda: policy(commitment(**PLANNED), commitment(**PLANNED)), "commitment 1.1 twice"),
        (lambda: policy(clauses=((1, 9),)), "unknown part 9"),
        (lambda: policy(commitment("7.1", **PLANNED)), "unknown clause 7"),
        (lambda: policy(commitment(verdict="planned")), "without the other"),
        (lambda: policy(commitment(reason=TEXT)), "without the other"),
        (lambda: policy(commitment("1.10.1")), "clause.serial"),
        (lambda: policy(commitment(verdict="automated", reason=TEXT)), "verdict"),
        (lambda: pack(version="1"), "version"),
        (lambda: pack(kernel="newest"), "kernel"),
    ],
)
def test_what_contradicts_itself_is_no_declaration(make, word):
    with pytest.raises(ValidationError, match=word):
        make()


def test_a_commitment_is_found_by_its_id():
    declared = policy(commitment("1.10", **PLANNED))
    assert declared.commitment("1.10").clause == 1
    with pytest.raises(KeyError):
        declared.commitment("1.1")


def test_a_pack_fits_a_kernel_and_names_a_body_and_both_languages():
    assert checks.check_pack(pack(), "0.1.0", {"office"}, locate) == []
    odd = pack(kernel=">=0.1,<0.2", languages=[{"language": "ru"}])
    assert [fault.check for fault in checks.check_pack(odd, "0.2.0", (), locate)] == [
        "pack.kernel",
        "pack.body",
        "pack.language",
        "pack.language",
    ]


def test_the_office_that_confirms_new_editions_is_declared():
    named = pack(editions={"role": "coordinator", "body": "office"})
    assert checks.check_editions(named, {"office"}, {"coordinator"}, locate) == []
    assert [fault.check for fault in checks.check_editions(named, (), (), locate)] == ["editions.role", "editions.body"]
    assert checks.check_editions(pack(), (), (), locate) == []


def test_bodies_of_commitments_are_declared():
    declared = policy(commitment(bodies=["office", "nobody"], **PLANNED))
    assert [fault.found for fault in checks.check_policy(declared, {"office"}, locate)] == ["unknown body 'nobody'"]


@pytest.mark.parametrize(
    ("said", "carried", "proved", "found"),
    [
        ({}, ["1.1"], ["1.1"], []),
        (PLANNED, [], [], []),
        ({}, [], [], ["policy.gap"]),
        ({}, ["1.1"], [], ["policy.unproved"]),
        (PLANNED, ["1.1"], ["1.1"], ["policy.verdict"]),
        (PLANNED, ["1.2"], ["1.3"], ["policy.commitment", "policy.commitment"]),
    ],
)
def test_commitments_carriers_and_examples_fit_together(said, carried, proved, found):
    declared = policy(commitment(**said))
    carriers, examples = map(claim, carried), [claim(number, "proves") for number in proved]
    assert [fault.check for fault in checks.check_claims(declared, carriers, examples, locate)] == found


def test_a_passage_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError, match="exchange them"):
        TextSpan(paragraph=1, starts=4, ends=4)
