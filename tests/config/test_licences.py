"""Every locked package has a licence that may be used; GPL stays in the tests."""

from __future__ import annotations

import json

import pytest

from amur.config import licences


def test_every_locked_package_is_on_the_list():
    found = list(licences.all_licences())
    assert len(found) > 100
    assert [licence for licence in found if not licence.is_allowed] == []


def test_the_gpl_is_for_tests_only():
    assert licences.licence_of("pymerkle") == "GPL-3.0-or-later"
    assert not licences.is_allowed("GPL-3.0-or-later", licences.ALLOWED["core"])
    assert licences.is_allowed("GPL-3.0-or-later", licences.ALLOWED["test"])


@pytest.mark.parametrize("said", ["", "AGPL-3.0-only", "Commercial", "MIT AND SSPL-1.0"])
def test_what_is_not_listed_is_refused(said):
    assert not licences.is_allowed(said, licences.ALLOWED["test"])


def test_one_of_several_licences_is_enough():
    assert licences.is_allowed("(Apache-2.0 OR BSD-3-Clause)", {"BSD-3-Clause"})


def test_a_lock_is_read_with_its_versions(tmp_path):
    (tmp_path / "lock").write_text(
        "django==5.2 \\\n    --hash=sha256:00\nnot-installed-here==1 ; sys_platform == 'win32' \\\n"
    )
    assert [(found.package, found.version) for found in licences.of_lock("core", tmp_path / "lock")] == [
        ("django", "5.2")
    ]


def test_a_front_end_package_without_a_licence_is_refused(tmp_path):
    packages = {
        "": {},
        "node_modules/a": {"version": "1", "license": "MIT"},
        "node_modules/a/node_modules/b": {"version": "2"},
    }
    (tmp_path / "lock").write_text(json.dumps({"packages": packages}))
    assert [(found.package, found.is_allowed) for found in licences.of_front_end(tmp_path / "lock")] == [
        ("a", True),
        ("b", False),
    ]
