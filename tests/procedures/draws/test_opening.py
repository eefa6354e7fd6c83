"""A held draw brings a case for each drawn object: all of them or none, once, with what the object and the draw say."""

from __future__ import annotations

import copy

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.people.models import Account, Enterprise, Membership
from amur.procedures import acts, reads
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws.checks import check_opens
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.models import Case, CaseEvent
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.draws.samples import (
    BASE,
    ELSEWHERE,
    KEEPER,
    LANTERNS_BODY,
    LOOK_BODY,
    OFFICE,
    commit,
    enter,
    pass_on,
)
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY

OPENS = {
    "procedure": "licence",
    "firm": {"scheme": "keeper", "field": "keeper"},
    "values": {
        "name": "object.number + ' / ' + draw.number + ' / ' + draw.people",
        "colour": "'red'",
        "region": "object.quarter",
        "lit_on": "draw.held_on",
        "watts": "object.watts",
        "number": "'123'",
        "email": "'keeper@example.org'",
        "indoors": "false",
    },
}
LOOSE = {**LICENCE_BODY, "pages": LICENCE_BODY["pages"][:2]}
ALL = {"register": "lanterns", "quota": {"share": 100}}
FREELY = {"objects": ALL, "conflicts": [], "people": {"register": "inspectors", "each": 2}}


def declare(now, version="1.1.0", **changes):
    body = {**LOOK_BODY, **FREELY, **changes}
    sync(now, {**BASE, ("draw", "look"): body, ("procedure", "licence"): LOOSE}, version)


@pytest.fixture
def held(now):
    """Hold a draw of two lanterns, each with two inspectors."""
    declare(now, opens=OPENS)
    for name in ("L-1", "L-2"):
        enter(now, "lanterns", name, keeper="123", watts=12, quarter="230102")
    for name in ("B-1", "B-2"):
        enter(now, "inspectors", name, trained=True)
    draw = commit(now)
    pass_on(now)
    return draw


def opened(now, draw, **options):
    return acts.open_drawn(draw.number, **{"by": KEEPER, "scope": OFFICE, "now": now, **options})


@pytest.mark.django_db(transaction=True)
@pytest.mark.both
def test_each_drawn_object_gets_a_case_of_its_own_once(held, now):
    cases = opened(now, held)
    told = sorted(one.data["name"] for one in cases)
    assert told == [f"{name} / {held.number} / B-1, B-2" for name in ("L-1", "L-2")]
    assert {(one.channel, one.account_id, one.enterprise_id) for one in cases} == {("office", "", "")}
    assert {one.event for one in CaseEvent.objects.all()} == {"opened"}
    assert opened(now, held) == cases
    assert Case.objects.count() == 2
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, f"draw:{held.pk}")]
    assert kinds.count("draw.cases_opened") == 1
    assert reads.drawn_cases(OFFICE, held.number) == tuple(one.number for one in cases)
    with pytest.raises(NotFound):
        reads.drawn_cases(PUBLIC, held.number)


@pytest.mark.django_db(transaction=True)
def test_it_is_the_enterprises_case_where_somebody_acts_for_it_and_nobody_elses(held, now):
    firm = Enterprise.objects.create(scheme="keeper", identifier="123", name="House")
    assert {one.enterprise_id for one in opened(now, held)} == {""}
    other = commit(now)
    pass_on(now)
    account = Account.objects.create(username="keeper", email="k@example.org")
    Membership.objects.create(account=account, enterprise=firm, role="owner", since=now)
    assert {one.enterprise_id for one in opened(now, other)} == {str(firm.pk)}


@pytest.mark.django_db(transaction=True)
def test_what_does_not_fit_opens_nothing_and_names_the_object(now, held):
    declare(now, "1.2.0", opens={**OPENS, "values": {**OPENS["values"], "watts": "object.watts - 100"}})
    draw = commit(now)
    pass_on(now)
    with pytest.raises(Invalid) as fault:
        opened(now, draw)
    assert "L-" in fault.value.fields["watts"][1]
    assert not Case.objects.exists()
    declare(now, "1.3.0", opens={**OPENS, "values": {**OPENS["values"], "watts": "object.watts / 0"}})
    draw = commit(now)
    pass_on(now)
    with pytest.raises(Refused, match="no value"):
        opened(now, draw)


@pytest.mark.django_db(transaction=True)
def test_only_what_was_drawn_and_stands_is_followed_up_by_its_own_office(held, now):
    with pytest.raises(NotFound):
        opened(now, held, scope=ELSEWHERE)
    acts.withdraw_draw(held.number, by=KEEPER, scope=OFFICE, now=now, reason="a wrong list")
    with pytest.raises(Refused, match="withdrawn"):
        opened(now, held)
    declare(now, "1.2.0")
    draw = commit(now)
    pass_on(now)
    with pytest.raises(Refused, match="no case"):
        opened(now, draw)


def faults(opens):
    declared = DrawDeclaration.model_validate({**copy.deepcopy(LOOK_BODY), "opens": opens})
    beside = Beside(
        {"lanterns": RegisterDeclaration.model_validate(LANTERNS_BODY)},
        {"licence": ProcedureDeclaration.model_validate(LOOSE)},
    )
    found = check_opens(declared, Known(schemes={"keeper"}), beside, lambda at: (".".join(map(str, at)), 1))
    return [(one.file, one.check) for one in found]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, None),
        ({"procedure": "nothing"}, "opens.procedure"),
        ({"firm": {"scheme": "nothing", "field": "keeper"}}, "opens.firm.scheme"),
        ({"firm": {"scheme": "keeper", "field": "street"}}, "opens.firm.field"),
        ({"values": {**OPENS["values"], "street": "'x'"}}, "opens.values.street"),
        ({"values": {**OPENS["values"], "watts": "object.keeper"}}, "opens.values.watts"),
    ],
)
def test_each_fault_of_what_a_draw_opens_is_found_where_it_stands(changes, place):
    assert [where for where, _ in faults({**OPENS, **changes})] == ([place] if place else [])


def test_a_form_that_would_not_be_whole_is_found():
    values = {name: source for name, source in OPENS["values"].items() if name != "colour"}
    assert ("opens.values", "effect.value") in faults({**OPENS, "values": values})
    assert faults({**OPENS, "firm": None}) == []
