"""Sessions are found by a statement that is made once, and count no longer than Django says."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from amur.people.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept(**values: object) -> SessionStore:
    store = SessionStore()
    store.update(values)
    store.save()
    return store


@pytest.mark.both
def test_a_session_is_found_with_what_was_kept_in_it_and_another_is_not():
    first, second = kept(a=1), kept(a=2)
    assert SessionStore(first.session_key).load() == {"a": 1}
    assert SessionStore(second.session_key).load() == {"a": 2}
    assert SessionStore("no" + first.session_key).load() == {}


def test_a_session_that_is_over_is_empty_and_its_key_is_not_gone_on_with():
    over = kept(a=1)
    for row in Session.objects.filter(session_key=over.session_key):
        row.expire_date -= timedelta(days=400)
        row.save()
    found = SessionStore(over.session_key)
    assert found.load() == {}
    assert found.session_key is None
