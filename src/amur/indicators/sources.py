"""Where the data come from: the datasets of every room below, and their shapes as far as a pack's declarations say."""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.acting import SYSTEM
from amur.base.datasets import Dataset, Shape
from amur.ledger import datasets as ledger
from amur.people import datasets as people
from amur.policy import datasets as policy
from amur.procedures import datasets as procedures
from amur.registers import datasets as registers
from amur.registers.declarations import RegisterDeclaration

ROOMS = (ledger, policy, people, registers, procedures)
"""The rooms that have data, from below."""

_FIXED = (ledger.ENTRIES, policy.COMMITMENTS, people.REGIONS, people.BODIES, *procedures.SHAPES)


def datasets() -> tuple[Dataset, ...]:
    """Return all datasets of the active pack, restricted ones too: what is written from them stays in this house."""
    return tuple(dataset for room in ROOMS for dataset in room.datasets(SYSTEM))


def shapes(declared: Iterable[RegisterDeclaration]) -> tuple[Shape, ...]:
    """Return the shapes of all datasets of a pack that declares these registers."""
    return (*_FIXED, *(shape for register in declared for shape in registers.shapes(register)))
