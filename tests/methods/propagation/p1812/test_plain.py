"""The kernels as plain Python, with compiling switched off, find what the compiled ones do."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import amur
from amur.methods import propagation
from amur.methods.propagation import p1812
from amur.methods.propagation.compiling import fingerprint, kept
from amur.methods.propagation.p1812 import kernel, traced
from amur.methods.propagation.p1812.inputs import ASKED, steady
from amur.methods.propagation.p1812.values import TRACE
from tests.methods.propagation.p1812.drawn import Drawn
from tests.methods.propagation.p1812.validation import ABSENT, LOGS, logs

NAME = p1812.__name__
compiles = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="compiling is switched off: NUMBA_DISABLE_JIT")


@pytest.fixture(scope="module")
def plain():
    """Import the package a second time, uncompiled, and leave the first and Numba as they were."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propagation, "p1812", p1812)
        for name in mine():
            patch.delitem(sys.modules, name)
        patch.setattr(numba.config, "DISABLE_JIT", True)
        second = importlib.import_module(NAME)
        for name in mine():
            del sys.modules[name]
    return second


def mine():
    return [name for name in sys.modules if name == NAME or name.startswith(f"{NAME}.")]


def as_plain(plain, inputs):
    return plain.Inputs(**{name: getattr(inputs, name) for name in type(inputs).__slots__})


def is_near(found, said):
    for name in said.dtype.names:
        np.testing.assert_allclose(found[name], said[name], rtol=1e-9, atol=1e-7, err_msg=name)


@compiles
def test_it_is_python_that_is_tried(plain):
    assert type(plain.model.over_paths).__name__ == "function"
    assert type(kernel.over_paths).__name__ != "function"


@pytest.mark.parametrize("by_profile", [True, False])
def test_drawn_paths_are_found_alike(plain, by_profile):
    drawn = Drawn(1812, 150)
    said = traced(drawn.paths, drawn.inputs(), by_profile=by_profile)
    is_near(plain.traced(drawn.paths, as_plain(plain, drawn.inputs()), by_profile=by_profile), said)


@pytest.mark.skipif(not LOGS, reason=ABSENT)
def test_logs_are_found_alike(plain):
    for log in logs()[::7]:
        found = plain.losses(log.paths, as_plain(plain, log.inputs())).loss_db
        np.testing.assert_allclose(found, log["Lb (dB)"], rtol=1e-8)


def test_what_runs_was_compiled_from_the_sources_that_are_there():
    batch = kernel.Batch(*(steady(np.zeros(size, kind)) for size, kind in zip((1, 0, 0, 0, 0), "qdddb", strict=True)))
    made = kernel.over_paths(np.zeros(0, ASKED), np.zeros(1, TRACE), np.zeros((0, 2)), batch)
    assert made == fingerprint(Path(p1812.__file__).parent)


@compiles
def test_what_cannot_be_kept_is_compiled_all_the_same():
    nowhere = {}
    exec("def double(number): return 2 * number", nowhere)  # a function of no file has no folder beside it
    assert kept(nowhere["double"])(21) == 42
    assert type(kept(nowhere["double"])).__name__ != "function"


@compiles
@pytest.mark.deep
def test_a_change_of_any_source_is_compiled_anew(tmp_path):
    """What was compiled is kept between processes, also where only a file has changed that the outermost one calls."""
    package, mine = Path(amur.__file__).parent, tmp_path / "amur"
    for part in ("__init__.py", "base", "methods"):
        copy = shutil.copytree if (package / part).is_dir() else shutil.copy2
        mine.mkdir(exist_ok=True)
        copy(package / part, mine / part)
    said = (
        "from amur.methods.propagation.p1812 import *; from amur.methods.propagation.paths import *;"
        "found = losses(paths_of([evenly(2.0, [10.0] * 9)]), Inputs(frequency_ghz=1, antenna_t_m=99, antenna_r_m=99,"
        "latitude_deg=46, refractivity_n0=320, delta_n=45)); print(found.loss_db[0])"
    )

    def lost():
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
        done = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, text=True, check=True)
        return float(done.stdout)

    first = lost()
    made = sorted((tmp_path / "kept").rglob("*.nbc"))
    assert made
    assert lost() == first
    assert sorted((tmp_path / "kept").rglob("*.nbc")) == made
    source = mine / "methods" / "propagation" / "p1812" / "sight.py"
    source.write_text(source.read_text("utf-8").replace("92.4 ", "93.4 "), "utf-8")
    assert lost() == pytest.approx(first + 1.0)
