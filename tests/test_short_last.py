"""Epochs whose last batch is short, walked as if it were one more."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.kernels.tables import table
from pynn.models.loops import walk
from pynn.models.works import Work
from pynn.plan import Batch, Column, Plan

BATCH = 4


def scaling(numbers, backend="cython"):
    """A work y = scale x for rows of 3; batch number b has the scale `numbers`[b]; and the counter of batches."""
    plan, at = Plan(np.float32, training=False), np.zeros(1, np.int64)
    column = Column("scale", lambda count: numbers[int(at[0]) : int(at[0]) + count])
    y = plan.emit("affine", plan.stream("x", (Batch(), 3)), scalars=(column, 0.0))
    plan.into_stream(y, "y")
    plan.counters.append(at)
    return Work(plan, table(backend), BATCH), at


def arrays(rows):
    x = np.arange(1, 3 * rows + 1, dtype=np.float32).reshape(rows, 3)
    return {"x": x, "y": np.full((rows, 3), -1, np.float32)}


def expected(x, numbers):
    return x * np.repeat(numbers, BATCH)[: len(x), None].astype(np.float32)


@pytest.mark.parametrize("rows", [1, 3, 4, 5, 8, 11, 12])
@pytest.mark.parametrize("at_a_time", [0, 1, 2, 5])
@pytest.mark.parametrize("backend", ["cython", "reference"])
def test_each_row_once_with_its_batch_s_scalar(backend, at_a_time, rows):
    numbers = np.arange(10.0, 20.0)
    work, at = scaling(numbers, backend)
    streams = arrays(rows)
    batches = -(-rows // BATCH)
    done = list(walk(work, streams, rows, at_a_time))
    np.testing.assert_array_equal(streams["y"], expected(streams["x"], numbers))
    assert done[-1] == at[0] == batches
    if backend == "cython":
        assert done == (list(range(at_a_time, batches, at_a_time)) if at_a_time else []) + [batches]


def test_the_core_walks_several_epochs_at_once():
    """An epoch has 11 rows, and 12 places in its arrays."""
    numbers = np.arange(10.0, 16.0)
    work, _ = scaling(numbers)
    runner, streams = work.over(11), arrays(24)
    for name in ("x", "y"):
        runner.bind(name, streams[name])
    assert runner.run(0, 6, 60.0) == runner.reached == 6
    want = expected(streams["x"], numbers)
    want[[11, 23]] = -1
    np.testing.assert_array_equal(streams["y"], want)


def test_passes_in_turn():
    """A pass waits while another one, with other rows, goes over the same plan."""
    numbers = np.ones(100)
    work, _ = scaling(numbers)
    first, second, third = arrays(11), arrays(16), arrays(6)
    slices = walk(work, first, 11, 1)
    next(slices)
    for _ in walk(work, second, 16, 0):
        np.testing.assert_array_equal(second["y"], second["x"])
    next(slices)
    others = walk(work, third, 6, 1)
    next(others)
    assert next(slices) == 3
    assert next(others) == 2
    for streams, walked in ((first, slices), (third, others)):
        walked.close()
        np.testing.assert_array_equal(streams["y"], streams["x"])


def test_nothing_is_kept_behind_a_pass():
    work, _ = scaling(np.ones(10))
    streams = arrays(11)
    for _ in walk(work, streams, 11, 0):
        pass
    for n in (4, 3):
        with pytest.raises(ValueError, match="no array"):
            work.runner(n).run(0, 1, 0.0)
