"""A map is checked against the edition of now, and against each by which a case runs, to the line of its file."""

from __future__ import annotations

import copy

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.migrating.checks import check_against, check_migration
from amur.procedures.migrating.declarations import MigrationDeclaration
from amur.registers.checks import Known
from tests.procedures.beacon import BEACON
from tests.procedures.renewed import BEACON_MAP, BEACON_NEXT, LICENCE_MAP, LICENCE_NEXT
from tests.procedures.samples import LICENCE, text

NEXT = ProcedureDeclaration.model_validate(LICENCE_NEXT)
KNOWN = Known(languages=("zh", "en"))


def _locate(path):
    return "a.migration.yaml", len(path)


def _faults(change=lambda said: None, old=LICENCE, new=NEXT, said=LICENCE_MAP):
    body = copy.deepcopy(said)
    change(body)
    declared = MigrationDeclaration.model_validate(body)
    seen = check_migration(declared, {"licence": new}, KNOWN, _locate)
    return {(one.check, one.found) for one in [*seen, *check_against(declared, old, new, _locate)]}


def test_a_whole_map_has_no_fault():
    assert _faults() == set()
    assert _faults(old=BEACON, new=ProcedureDeclaration.model_validate(BEACON_NEXT), said=BEACON_MAP) == set()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda said: said.update(procedure="gone"), "migration.procedure"),
        (lambda said: said["states"][0].update(to="gone"), "migration.state"),
        (lambda said: said["states"][0].update(to=["examined", "supplement"]), "migration.state"),
        (lambda said: said["states"][0].update(to="refused"), "migration.final"),
        (lambda said: said.update(states=[]), "migration.state"),
        (lambda said: said.update({"from": ["ab"]}) or said["states"][0].update({"from": "gone"}), "migration.state"),
        (lambda said: said["fields"][0].update(to="gone"), "migration.field"),
        (lambda said: said["fields"].pop(2), "migration.field"),
        (lambda said: said["fields"].pop(3), "migration.required"),
        (lambda said: said["fields"][1].update(to="note") or said["fields"][0].update(to="hue"), "migration.type"),
        (lambda said: said["fields"][3].update(value="form.gone + 'x'"), "migration.value"),
        (lambda said: said["fields"][3].update(value="form.gone"), "migration.value"),
        (lambda said: said["clocks"][0].update(to="gone"), "migration.clock"),
        (lambda said: said["clocks"][0].pop("basis"), "migration.clock"),
        (lambda said: said.update(clocks=[]), "migration.clock"),
        (
            lambda said: said.update(title={"zh": "迁", "en": "M", "ru": ""}) or said["states"][0].update(to="gone"),
            "migration.state",
        ),
    ],
)
def test_what_is_wrong_with_a_map_is_found(change, check):
    assert check in {name for name, _ in _faults(change)}


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["states"][0].pop("to"),
        lambda said: said["fields"][0].update(value="1"),
        lambda said: said["clocks"][0].update(end=text("It ends.")),
        lambda said: said["states"].append({"from": "accepted", "to": "supplement"}),
    ],
)
def test_a_map_that_says_two_things_is_none(change):
    body = copy.deepcopy(LICENCE_MAP)
    change(body)
    with pytest.raises(ValueError, match=r"give|twice|has from"):
        MigrationDeclaration.model_validate(body)
