"""Rows of the data set in shuffled order: each length of a row takes its own way, and none writes beyond its rows."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.kernels.contract import OPS
from pynn.kernels.tables import all_tables

TABLES = all_tables()
TYPES = {"u8": np.uint8, "f32": np.float32, "f64": np.float64}


@pytest.mark.parametrize("source", TYPES)
@pytest.mark.parametrize("label", TABLES)
def test_rows_of_any_length_come_whole(label, source):
    table, rng = TABLES[label], np.random.default_rng(0)
    lengths = (1, 3, 8, 17) if table.simulated else (*range(1, 40), 63, 64, 65, 100, 127, 128, 129, 300)
    for real in (np.float32, np.float64):
        for k in lengths:
            x = rng.integers(0, 200, (9, k)).astype(TYPES[source])
            order = np.array([8, 0, 3, 3, 7, 1], np.int64)
            y = np.full((8, k), -1, real)
            table[f"gather_{source}", real](x, order, y[1:7])
            np.testing.assert_array_equal(y[1:7], x[order], err_msg=f"{real.__name__} {k}")
            assert (y[[0, 7]] == -1).all(), k


@pytest.mark.parametrize("label", [label for label in TABLES if TABLES[label].parts])
def test_a_part_writes_its_rows_alone(label):
    assert OPS["gather_f32"].cut == "n"
    for k in (2, 8, 13, 30, 64, 200):
        x, order, y = (
            np.arange(9.0 * k, dtype="float32").reshape(9, k),
            np.arange(9)[::-1].copy(),
            np.zeros((9, k), "float32"),
        )
        TABLES[label]["gather_f32", np.float32](x, order, y, lo=2, hi=6)
        np.testing.assert_array_equal(y[2:6], x[order[2:6]])
        assert not y[[0, 1, 6, 7, 8]].any()
