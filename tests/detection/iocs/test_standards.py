"""Nothing is said in a standard's name that nobody has read there."""

from __future__ import annotations

from amur.detection.iocs.standards import COMPONENTS, FIELD_NAMES


def test_the_eight_components_have_names_and_no_field_has_one_that_was_not_verified():
    assert len({one.name for one in COMPONENTS}) == 8
    assert all(not one.name for one in FIELD_NAMES if not one.verified)
    assert not any(one.verified for one in COMPONENTS)
