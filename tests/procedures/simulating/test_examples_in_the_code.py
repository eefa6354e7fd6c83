"""The examples in the documentation of the pure modules are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from amur.procedures import eventlog, simulating

MODULES = [
    f"{package.__name__}.{one.name}"
    for package in (simulating, eventlog)
    for one in pkgutil.iter_modules(package.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert not found.failed
