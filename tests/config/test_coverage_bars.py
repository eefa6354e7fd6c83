"""The bars of coverage: all of what is pure, most of the whole."""

from __future__ import annotations

from amur.config.coverage_bars import below


def _report(whole: float, **files: float):
    return {
        "totals": {"percent_covered": whole},
        "files": {
            name.replace("__", "/") + ".py": {
                "summary": {"percent_covered": percent},
                "missing_lines": [7],
                "missing_branches": [],
            }
            for name, percent in files.items()
        },
    }


def test_all_above_their_bars_is_well():
    assert below(_report(90.0, src__amur__base__fields=100, src__amur__web__views=20)) == []


def test_one_line_of_an_engine_is_named():
    faults = below(_report(95, src__amur__ledger__engine__tree=99.9, src__amur__jobs__declarations=98))
    assert len(faults) == 2
    assert "src/amur/ledger/engine/tree.py" in faults[1]
    assert "missing: 7" in faults[1]


def test_a_low_whole_is_named():
    assert below(_report(89.9)) == ["89.9 % of all is run, 90 % is asked"]
