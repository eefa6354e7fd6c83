"""The examples in the documentation of the statecharts are true, and those of what stands on them."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from amur.procedures import statechart

MODULES = [f"{statechart.__name__}.{one.name}" for one in pkgutil.iter_modules(statechart.__path__)]


@pytest.mark.parametrize("name", [*MODULES, "amur.procedures.standing", "amur.procedures.engine"])
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert not found.failed
