"""One contract, several runners: what comes out is the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.compute import local
from tests.compute.samples import FOLDS, KERNELS, cut, rows_of

_TEXTS = st.lists(st.sampled_from(["a", "bb", "ccc", ""]), max_size=4).map(" ".join)
ROWS = st.lists(st.tuples(st.sampled_from(["root", "李", "", None, "x"]), _TEXTS | st.none()), max_size=40).map(
    lambda rows: [(place, *row) for place, row in enumerate(rows)]
)
_POOLS = [local.Pool(workers) for workers in (1, 2, 3)]


@pytest.fixture(scope="module", autouse=True)
def _ended():
    yield
    for pool in _POOLS:
        pool.close()


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
@settings(max_examples=25, deadline=None)
@given(rows=ROWS, size=st.integers(1, 9))
def test_a_kernel_gives_the_same_with_one_worker_two_and_three(kernel, rows, size):
    plain = [kernel.open()(batch) for batch in cut(rows, size)]
    for pool in _POOLS:
        assert [batch.to_pylist() for batch in pool.run(kernel, cut(rows, size))] == [
            batch.to_pylist() for batch in plain
        ]


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
@settings(max_examples=25, deadline=None)
@given(rows=ROWS, size=st.integers(1, 9), other=st.integers(1, 9))
def test_a_fold_gives_the_same_with_one_worker_two_and_three_however_the_input_is_cut(fold, rows, size, other):
    one, two, three = ([batch.to_pylist() for batch in pool.run(fold, cut(rows, size))] for pool in _POOLS)
    assert one == two == three
    assert rows_of(_POOLS[1].run(fold, cut(rows, other))) == rows_of(_POOLS[0].run(fold, cut(rows, size)))
