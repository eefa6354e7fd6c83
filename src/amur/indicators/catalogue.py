"""The shapes of all datasets, as far as a pack's declarations say: what a query may read, known without a database."""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.datasets import Shape
from amur.ledger.shapes import ENTRIES
from amur.people.shapes import BODIES, REGIONS
from amur.policy.shapes import COMMITMENTS
from amur.procedures.shapes import SHAPES
from amur.registers.declarations import RegisterDeclaration
from amur.registers.shapes import shapes as shapes_of_register

_FIXED = (ENTRIES, COMMITMENTS, REGIONS, BODIES, *SHAPES)


def shapes(declared: Iterable[RegisterDeclaration]) -> tuple[Shape, ...]:
    """Return the shapes of all datasets of a pack that declares these registers."""
    return (*_FIXED, *(shape for register in declared for shape in shapes_of_register(register)))
