"""What a step says where nobody sees a moving line."""

from __future__ import annotations

import pytest

from amur.config import terminal


def test_a_log_hears_now_and_then_how_far_a_step_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter([100.0, 104.0, 112.0, 115.0, 140.0])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(times))
    with terminal.counted_step("Playing") as told:
        told(1, 10)
        told(3, 10)
        told(5, 10)
    said = capsys.readouterr().out.splitlines()
    assert said == ["Playing: 30 %, 28 s left", "✓ Playing 40.0 s"]
