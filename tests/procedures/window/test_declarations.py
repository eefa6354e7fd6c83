"""What a pack says of a window is refused where a name stands twice."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.procedures.window.declarations import Window

MATERIAL = {"id": "plan", "title": {"zh": "方案", "en": "Plan"}}


def test_two_materials_of_one_id_are_refused_by_name():
    with pytest.raises(ValidationError, match="found material 'plan' twice"):
        Window.model_validate({"by": "handler", "materials": [MATERIAL, MATERIAL]})
