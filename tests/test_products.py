"""Products that take every way through gemm.c and blocks.c: many rows, several blocks in depth and width, odd ends."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pynn.kernels.contract import OPS
from pynn.kernels.tables import all_tables

TABLES = {label: t for label, t in all_tables().items() if label != "reference"}
# Rows of c, depth, columns of c.  Blocks: more than 64 rows, up to 512 deep (two from 513 on), up to 480 columns.
SIZES = [
    (65, 100, 130),
    (71, 513, 50),
    (150, 40, 997),
    (130, 1030, 485),
    (66, 64, 49),
    (16, 700, 300),
    (73, 600, 97),
    (35, 120, 150),
    # A few columns behind the last whole tile (ends.c): 48, 24, 16 or 8 columns are one.
    (32, 392, 100),
    (41, 33, 53),
    (18, 70, 7),
    (50, 100, 10),
    (7, 40, 3),
    # One strip of rows and a part of another; vectors of which the last begins earlier; one column.
    (13, 20, 70),
    (70, 32, 30),
    (21, 16, 45),
    (37, 30, 1),
    (20, 3, 1),
    # One to three rows, behind which nothing may be written (thin.c).
    (1, 700, 300),
    (2, 700, 61),
    (3, 513, 100),
]
# In the simulator, whose tiles have two rows and columns, or eight.
FEW = [(9, 7, 11), (3, 10, 2)]
FORMS = [
    "matmul_nn",
    "matmul_tn",
    "matmul_nt",
    "dense_backward_input",
    "dense_backward_input_relu",
    "dense_weights_sgd",
]


def operands(name, size, real):
    """The op's operands and the product that is to come out, exactly: numbers whose sums need no rounding."""
    rows, depth, columns = size
    rng = np.random.default_rng(rows)
    a = rng.integers(-4, 5, (rows, depth)).astype(real)
    b = rng.integers(-4, 5, (depth, columns)).astype(real)
    c = np.full((rows, columns), np.nan, real)
    product = a @ b
    if name == "matmul_nn":
        return [a, b, c], product
    if name == "matmul_tn":
        return [np.ascontiguousarray(a.T), b, c], product
    if name in ("matmul_nt", "dense_backward_input"):
        return [a, np.ascontiguousarray(b.T), c], product
    if name == "dense_backward_input_relu":
        y = rng.integers(-1, 2, (rows, columns)).astype(real)
        return [a, np.ascontiguousarray(b.T), y, c], product * (y > 0)
    w = rng.integers(-4, 5, (rows, columns)).astype(real)
    return [np.ascontiguousarray(a.T), b, w], w - product / 2


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("label", TABLES)
def test_every_way_gives_the_product(label, name):
    scalars = [0.5] if name == "dense_weights_sgd" else OPS[name].sample_scalars
    table = TABLES[label]
    for real in (np.float32, np.float64):
        for size in FEW if table.simulated else SIZES:
            extent = size[2] if name.startswith("dense_backward") else size[0]
            uneven = list(itertools.pairwise(sorted({0, *(at for at in (1, 9, 15) if at < extent), extent})))
            halves = [(0, extent // 2), (extent // 2, extent)]
            for cuts in [[(0, extent)], uneven, halves][: 3 if table.parts else 1]:
                arrays, want = operands(name, size, real)
                for lo, hi in cuts:
                    table[name, real](*arrays, scalars=scalars, lo=lo, hi=hi)
                np.testing.assert_array_equal(arrays[-1], want, err_msg=f"{name} {real.__name__} {size} {cuts}")


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("label", [label for label in TABLES if not TABLES[label].simulated])
def test_every_number_of_rows_and_columns(label, name):
    # Where tiles, strips of them and vectors end.
    scalars = [0.5] if name == "dense_weights_sgd" else OPS[name].sample_scalars
    for real, rows, columns in itertools.product((np.float32, np.float64), range(1, 36), range(1, 101)):
        arrays, want = operands(name, (rows, 9, columns), real)
        TABLES[label][name, real](*arrays, scalars=scalars)
        assert np.array_equal(arrays[-1], want), (real, rows, columns)


@pytest.mark.parametrize("label", [label for label in TABLES if TABLES[label].parts])
def test_a_row_has_the_same_bits_alone_and_among_others(label):
    rng = np.random.default_rng(3)
    for real, columns in itertools.product((np.float32, np.float64), (61, 100, 300)):
        x, w = rng.normal(size=(40, 784)).astype(real), rng.normal(size=(784, columns)).astype(real)
        b, all_rows = rng.normal(size=columns).astype(real), np.empty((40, columns), real)
        run = TABLES[label]["dense_relu_forward", real]
        run(x, w, b, all_rows)
        for rows in (1, 2, 3, 4, 8):
            y = np.empty((rows, columns), real)
            run(x[7 : 7 + rows].copy(), w, b, y)
            assert y.tobytes() == all_rows[7 : 7 + rows].tobytes(), (real, columns, rows)


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.also])
@pytest.mark.parametrize("label", [label for label in TABLES if TABLES[label].parts])
def test_a_call_on_some_rows_gives_the_bits_of_a_call_on_all(label, name):
    # Among them those for which the weights are read in place, and the smaller matrices transposed.
    for n, o, i in ((150, 100, 333), (64, 200, 130), (35, 30, 50), (33, 10, 7), (40, 1, 90)):
        op, rng = OPS[name], np.random.default_rng(1)
        arrays = [rng.random(shape).astype("float32") for _, shape in op.shapes({"n": n, "o": o, "i": i})]
        run = TABLES[label][name, np.float32]
        run(*arrays, scalars=op.sample_scalars)
        whole = arrays[-1].copy()
        for cut in (n // 2, 20, 1):
            arrays[-1][:] = np.nan
            for part in slice(cut), slice(cut, n):
                mine = [
                    a[part] if op.also in operand.dims else a for operand, a in zip(op.operands, arrays, strict=True)
                ]
                run(*mine, scalars=op.sample_scalars)
            np.testing.assert_array_equal(arrays[-1], whole)


@pytest.mark.parametrize("name", [*FORMS, "dense_weights_adam"])
@pytest.mark.parametrize("label", [label for label in TABLES if TABLES[label].parts])
def test_the_cut_changes_no_bit(label, name):
    for depth, o in ((100, 333), (530, 333), (100, 100), (30, 50), (32, 30), (30, 1)):
        n, i = (depth, 150) if "weights" in name or name == "matmul_tn" else (150, depth)
        op, real = OPS[name], np.float32
        dims = dict(zip(op.dims, (n, i, o), strict=False))
        rng = np.random.default_rng(1)
        arrays = [rng.random(shape).astype(real) for _, shape in op.shapes(dims)]
        extent, results = op.extent(dims), []
        for cut in (extent, extent // 2, min(20, extent), 1):
            mine = [a.copy() for a in arrays]
            for lo, hi in (cut, extent), (0, cut):
                TABLES[label][name, real](*mine, scalars=op.sample_scalars, lo=lo, hi=hi)
            results.append(mine)
        for other in results[1:]:
            for a, b in zip(results[0], other, strict=True):
                np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("label", TABLES)
def test_a_rate_of_zero_changes_nothing_and_one_that_is_no_number_everything(label):
    for i, o in ((9, 5), (130, 100), (70, 30)) if not TABLES[label].simulated else ((9, 5),):
        rng = np.random.default_rng(0)
        x, dy, w = (rng.normal(size=shape).astype("float32") for shape in ((32, i), (32, o), (i, o)))
        kept = w.copy()
        TABLES[label]["dense_weights_sgd", np.float32](x, dy, w, scalars=[0.0])
        np.testing.assert_array_equal(w, kept)
        TABLES[label]["dense_weights_sgd", np.float32](x, dy, w, scalars=[np.nan])
        assert np.isnan(w).all()
