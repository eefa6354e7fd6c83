from __future__ import annotations

from pathlib import Path

from amur.indicators import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_as_the_code_is_now():
    assert (ROOT / reference.FILE).read_text(encoding="utf-8") == reference.page(), "run: amur docs"


def test_the_page_names_every_dataset_and_function():
    page = reference.page()
    for word in ("`cases`", "`clocks`", "`register_<id>`", "`_state`", "`Median`", "no_denominator"):
        assert word in page
