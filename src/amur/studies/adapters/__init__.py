"""What runs a model: each adapter takes files and parameters and writes files, with a summary of figures.

An adapter is loaded when its model runs, in a process of its own that has no database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from amur.base.canonical import Json
from amur.base.faults import AmurError
from amur.methods.filing.results import Results

Said: TypeAlias = "str | float | bool"


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done: its stable code, what it says in English, and what fills its sentence on a page."""

    code: str
    message: str
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked: its inputs as files, its parameters as plain values, where its files go, and when.

    ``told`` is called with the share that is done, 0 to 1, and what is being done; None where nothing is to say.
    """

    inputs: Mapping[str, Path]
    parameters: Mapping[str, Said]
    results: Results
    told: Callable[[float, Step | None], None]
    made_at: datetime

    def number(self, name: str, otherwise: float | None = None) -> float:
        """Return a parameter that is a number.

        Raises:
            AmurError: if it was not given and there is none otherwise.
        """
        found = self.parameters.get(name, otherwise)
        if isinstance(found, str) or found is None:
            raise AmurError(
                "no_parameter",
                f"{name}: found {found!r}, wanted a number",
                name=name,
                typed="" if found is None else found,
            )
        return float(found)

    def text(self, name: str) -> str:
        """Return a parameter that is a text; empty where it was not given."""
        return str(self.parameters.get(name, ""))


@dataclass(frozen=True, slots=True)
class Made:
    """What came out beside the files: figures by name, sentences on what is made up, and where inputs come from.

    ``simulated`` has each sentence by language, Chinese and English.
    ``read`` are files that were read beside the inputs, and ``parameters`` what else the manifest has to say.
    """

    figures: Mapping[str, float | int | None]
    simulated: tuple[Mapping[str, str], ...] = ()
    sources: tuple[Mapping[str, Json], ...] = field(default=())
    read: tuple[Path, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
