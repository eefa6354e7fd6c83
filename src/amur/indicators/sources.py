"""Where the data come from: the datasets of every room below."""

from __future__ import annotations

from amur.base.acting import SYSTEM
from amur.base.datasets import Dataset
from amur.ledger import datasets as ledger
from amur.people import datasets as people
from amur.policy import datasets as policy
from amur.procedures import datasets as procedures
from amur.registers import datasets as registers

ROOMS = (ledger, policy, people, registers, procedures)
"""The rooms that have data, from below."""


def datasets() -> tuple[Dataset, ...]:
    """Return all datasets of the active pack, restricted ones too: what is written from them stays in this house."""
    return tuple(dataset for room in ROOMS for dataset in room.datasets(SYSTEM))
