from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amur.procedures import acts
from amur.procedures.models import Case, Document
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.papers.lettered import items


@pytest.fixture
def handed_in(now) -> Callable[..., Case]:
    """Return a function that hands in the licence with its papers."""

    def make(correction: dict[str, Any] | None = None, **answers: str) -> Case:
        sync(now, items(correction=correction) if correction else items())
        return acts.submit(fill(now, **answers).id, by=STRANGER, now=now)

    return make


@pytest.fixture
def refused(handed_in, decider, now) -> Callable[..., tuple[Case, Document]]:
    """Return a function that refuses it: the case, and the document that must be served."""

    def make(reason: str = "太亮", **answers: str) -> tuple[Case, Document]:
        case = decider.fire(handed_in(**answers), "refuse", now, reason=reason)
        return case, Document.objects.get(document="refusal")

    return make
