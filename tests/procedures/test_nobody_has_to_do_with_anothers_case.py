"""P13: no role reads or moves another party's case. Every public act and read is tried by everybody.

What is tried and by whom, and what is left out and why, stands as data in ``enumerated``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import transaction

from amur.base.acting import Actor, Scope
from amur.base.faults import AmurError, NotFound, Refused
from amur.procedures import acts
from amur.procedures.models import Case
from tests.procedures.enumerated import (
    AGAIN,
    AGENT,
    ASKED,
    BARRED,
    EVERY,
    NO_CASE,
    NO_OFFICE_NEEDED,
    NO_PAPERS,
    NOT_HERE,
    OFFICE,
    OUTSIDERS,
    PARTY,
    PROXY,
    STAND_IN,
    UNSCOPED,
    WITHOUT_SCOPE,
    World,
    told,
)
from tests.procedures.recusal.case import with_a_superior

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("pack"),
    pytest.mark.either,
    pytest.mark.no_cover,  # tests of each subject run the same lines
]

TRIED = {kind: sorted(name for what, name in ASKED if what == kind) for kind in ("acts", "reads")}


@pytest.fixture
def world(submitted, now) -> World:
    """Return an accepted case of an enterprise, with a file, a notice, an objection, and who stepped back from it."""
    with_a_superior(now)
    case = submitted()
    Case.objects.filter(pk=case.pk).update(account_id="77", enterprise_id="firm:1")
    case = acts.fire(case.id, "accept", by=Actor("11"), scope=OFFICE, now=now, expected_version=1)
    gone = OUTSIDERS["whoever stepped back"]
    acts.step_back(case.id, by=Actor(gone.account_id), scope=gone, now=now, reason="my cousin's")
    objection = acts.object_to_official(case.id, 2, by=Actor("77"), scope=PARTY, now=now, reason="unfair")
    case.refresh_from_db()
    return World(case, objection, now)


def _try(world: World, kind: str, name: str, scope: Scope, *, keep: bool = False) -> tuple[AmurError | None, str]:
    """Call a function as somebody, and take back what it did unless it is kept; return its error, or what it told."""
    function = ASKED[kind, name]
    try:
        with transaction.atomic():
            found = told(function(**world.arguments(function, scope)))
            transaction.set_rollback(not keep)
    except AmurError as error:
        return error, ""
    return None, found


def _rows() -> Iterator[tuple[str, int]]:
    for model in apps.get_app_config("procedures").get_models():
        yield model.__name__, model._default_manager.count()


@pytest.mark.parametrize("each", [4, pytest.param(1, marks=pytest.mark.deep)], ids=["some", "all"])
@pytest.mark.parametrize("kind", ["acts", "reads"])
def test_whoever_may_not_know_of_a_case_reads_nothing_of_it_and_moves_nothing(kind, each, world):
    """In the gate every function is asked by some and everybody asks some; the deep run shows all of them."""
    before, case = dict(_rows()), Case.objects.values().get(pk=world.case.pk)
    for place, name in enumerate(TRIED[kind]):
        for who, scope in list(OUTSIDERS.items())[place % each :: each]:
            error, found = _try(world, kind, name, scope, keep=True)
            if (name, who) in AGAIN:
                continue
            for mark in (world.case.number, str(world.case.id), "移动灯一号"):
                assert mark not in found, f"{name} tells {who} of the case"
            assert error is None or isinstance(error, NotFound | Refused), f"{name} says to {who}: {error!r}"
        if kind == "acts":
            assert dict(_rows()) == before, f"{name} wrote something"
    assert dict(_rows()) == before
    assert Case.objects.values().get(pk=world.case.pk) == case


def test_each_of_them_does_find_the_case_for_whoever_may(world):
    """Else the test above would prove nothing."""
    wrong = []
    for kind, name in ASKED:
        errors = [_try(world, kind, name, scope)[0] for scope in (OFFICE, PARTY, STAND_IN)]
        finds = any(not isinstance(error, NotFound) for error in errors)
        wrong += [name] if finds == (name in NOT_HERE) else []
    assert not wrong, f"{wrong}: say in enumerated.World how to call these, or in NOT_HERE why they find nothing"


def test_without_a_valid_card_the_office_does_nothing(world):
    for name in TRIED["acts"]:
        error, own = (_try(world, "acts", name, scope)[0] for scope in (BARRED, OFFICE))
        if name not in NO_OFFICE_NEEDED and not isinstance(own, NotFound | Refused):
            assert isinstance(error, Refused), f"{name} is done without a valid card, or says {error!r}"
            assert error.code == "card_expired"


def test_without_a_valid_card_the_office_still_reads(world):
    for name in ("case_for_desk", "timeline", "upload", "why_due"):
        error, found = _try(world, "reads", name, BARRED)
        assert error is None
        assert found


def test_whoever_stands_in_does_what_the_office_does(world):
    for kind, name in ASKED:
        own, lent = (_try(world, kind, name, scope)[0] for scope in (OFFICE, STAND_IN))
        assert type(own) is type(lent), f"{name} says to a stand-in {lent!r}"


def test_whoever_is_authorised_does_what_the_party_does_and_a_proxy_keeps_no_papers(world):
    for kind, name in ASKED:
        own, agent, proxy = (_try(world, kind, name, scope)[0] for scope in (PARTY, AGENT, PROXY))
        assert type(agent) is type(own), f"{name} says to an agent {agent!r} and to the party {own!r}"
        if name in NO_PAPERS and own is None:
            assert isinstance(proxy, Refused), f"{name} gives a proxy papers"
            assert proxy.code == "proxy_keeps_nothing"
        else:
            assert type(proxy) is type(own) or name in NO_PAPERS, f"{name} says to a proxy {proxy!r}"


def test_what_takes_a_case_and_no_scope_is_listed_with_a_reason():
    assert {name for name in WITHOUT_SCOPE if ("acts", name) in EVERY or ("reads", name) in EVERY} - {
        "case_by_code"
    } == UNSCOPED


def test_no_exception_is_kept_for_what_is_not_there():
    known = {name for _, name in EVERY}
    assert not (set(NO_CASE) | set(NOT_HERE) | set(WITHOUT_SCOPE) | set(NO_OFFICE_NEEDED)) - known
