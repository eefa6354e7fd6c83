from __future__ import annotations

from amur.base.journal import journal


def test_a_room_writes_under_its_own_name():
    assert journal("registers").name == "amur.registers"
