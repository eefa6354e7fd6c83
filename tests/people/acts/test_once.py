"""A call that comes again with its key."""

from __future__ import annotations

import pytest

from amur.base.acting import Actor
from amur.people.acts.once import once
from amur.people.models import Performed

pytestmark = pytest.mark.django_db

BY = Actor("a")


def test_an_answer_is_kept_for_its_key(now):
    with once(BY, "act", "k", now) as performed:
        performed.result = "7"
    with once(BY, "act", "k", now) as performed:
        assert performed.result == "7"


def test_an_act_that_fails_leaves_its_key_free(now):
    with pytest.raises(ValueError, match="no"), once(BY, "act", "k", now):
        raise ValueError("no")
    assert not Performed.objects.exists()


def test_without_a_key_nothing_is_kept(now):
    with once(BY, "act", "", now) as performed:
        performed.result = "7"
    assert not Performed.objects.exists()
