"""Zeros in a are left out of a product, side by side (csrc/needed.h) or anywhere (sparse.c): only a clock can tell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pynn.kernels.tables import all_tables

TABLES = {label: table for label, table in all_tables().items() if table.parts and label != "reference"}
ROWS_OF_A = ["matmul_nn", "matmul_nt", "dense_chunks"]  # forms whose a is (rows, depth), not (depth, rows)
FORMS = [*ROWS_OF_A, "matmul_tn", "dense_weights_sgd", "dense_weights_adam"]
SCALARS = {"dense_weights_sgd": [0.5], "dense_weights_adam": [0.001, 0.9, 0.999, 1e-7]}
# Rows of c, depth, columns: through small.c, shallow.c and blocks.c, the last with one block and with several.
SIZES = [(50, 32, 100), (8, 20, 96), (32, 392, 100), (64, 170, 110), (16, 161, 49), (130, 600, 300), (97, 128, 512)]
# Scattered zeros go through sparse.c: tiles of several widths, with whole last vectors or not, pieces, depths.
SIZES += [(35, 70, 64), (33, 65, 203), (301, 257, 130)]


def zeros(kind, rows, depth, rng):
    """Where a is 0: True in an array (rows, depth)."""
    if kind == "all":
        return np.ones((rows, depth), bool)
    if kind == "a border":  # for all rows
        return np.broadcast_to(rng.random(depth) < 0.6, (rows, depth))
    if kind == "patches":  # of eight rows, as strips have them, or others
        return np.repeat(rng.random((rows // 8 + 1, depth)) < 0.5, 8, axis=0)[:rows]
    if kind == "one row of a strip":
        found = np.ones((rows, depth), bool)
        found[3::8] = rng.random((len(found[3::8]), depth)) < 0.7
        return found
    return rng.random((rows, depth)) < 0.5  # "scattered": hardly any eight of them together


def operands(name, size, kind, real, rng):
    """The op's arrays, with whole numbers; the last two of its factors are a, in whichever form, and b."""
    rows, depth, columns = size
    a = rng.integers(1, 5, (rows, depth)).astype(real) * rng.choice([-1, 1], (rows, depth)).astype(real)
    a[zeros(kind, rows, depth, rng)] = 0
    a *= rng.choice([-1, 1], (rows, depth)).astype(real)  # -0 among them
    b = rng.integers(-4, 5, (depth, columns)).astype(real)
    if name in ROWS_OF_A:
        return [a, np.ascontiguousarray(b.T) if name == "matmul_nt" else b, np.full((rows, columns), np.nan, real)]
    a = np.ascontiguousarray(a.T)
    if name == "matmul_tn":
        return [a, b, np.full((rows, columns), np.nan, real)]
    state = [np.zeros((rows, columns), real) for _ in range(2 if name == "dense_weights_adam" else 0)]
    return [a, b, rng.integers(-4, 5, (rows, columns)).astype(real), *state]


def whole_product(name, arrays):
    a, b = arrays[:2]
    return (a if name in ROWS_OF_A else a.T) @ (b.T if name == "matmul_nt" else b)


def called(label, name, arrays, cuts=None):
    """What the op makes of copies of the arrays, in as many parts."""
    mine = [array.copy() for array in arrays]
    run = TABLES[label][name, mine[0].dtype.type]
    for lo, hi in cuts or [(0, len(mine[2]))]:
        run(*mine, scalars=SCALARS.get(name, []), lo=lo, hi=hi)
    return mine[2:]


@pytest.mark.parametrize("kind", ["all", "a border", "patches", "one row of a strip", "scattered"])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("label", TABLES)
def test_the_product_is_the_same(label, name, kind):
    for real, size in itertools.product((np.float32, np.float64), SIZES):
        arrays = operands(name, size, kind, real, np.random.default_rng(size[0]))
        found = called(label, name, arrays)
        product = whole_product(name, arrays)
        if name == "dense_weights_sgd":
            np.testing.assert_array_equal(found[0], arrays[2] - product / 2, err_msg=f"{real} {size}")
        elif name == "dense_weights_adam":
            np.testing.assert_allclose(found[1], product / 10, rtol=1e-5, err_msg=f"{real} {size}")
            np.testing.assert_array_equal(found[1] == 0, product == 0)
        else:
            np.testing.assert_array_equal(found[0], product, err_msg=f"{real} {size}")


@pytest.mark.parametrize("kind", ["patches", "scattered"])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("label", TABLES)
def test_bits_do_not_depend_on_who_looks_for_zeros(label, name, kind):
    # Single rows are too few for a look, and cuts move the strips.
    for real, size in itertools.product((np.float32, np.float64), SIZES):
        rng = np.random.default_rng(1)
        arrays = operands(name, size, kind, real, rng)
        arrays[0] *= rng.random(arrays[0].shape).astype(real)
        arrays[1] += rng.random(arrays[1].shape).astype(real)
        rows = size[0]
        whole = called(label, name, arrays)
        for cuts in [(0, 5), (5, rows)], [(0, rows // 2), (rows // 2, rows)], [(r, r + 1) for r in range(rows)]:
            for one, other in zip(whole, called(label, name, arrays, cuts), strict=True):
                np.testing.assert_array_equal(one, other, err_msg=f"{real} {size} {cuts[:2]}")


@pytest.mark.parametrize("label", TABLES)
def test_gradients_that_a_relu_has_cut(label):
    """Parts of dx are columns: few of them are dense products, and those of w are read the other way round."""
    for real, (rows, depth, columns) in itertools.product((np.float32, np.float64), [*SIZES, (128, 300, 257)]):
        dy, w, _ = operands("matmul_nt", (rows, depth, columns), "scattered", real, np.random.default_rng(4))
        y = np.random.default_rng(5).integers(-1, 2, (rows, columns)).astype(real)
        for cuts in [(0, columns)], [(0, 10), (10, columns)], [(0, columns // 2), (columns // 2, columns)]:
            dx = np.full((rows, columns), np.nan, real)
            for lo, hi in cuts:
                TABLES[label]["dense_backward_input_relu", real](dy, w, y, dx, lo=lo, hi=hi)
            np.testing.assert_array_equal(dx, dy @ w.T * (y > 0), err_msg=f"{real} {rows} {depth} {cuts}")


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("label", TABLES)
def test_zero_times_what_is_not_finite_is_no_number(label, name, odd):
    """A weight that training has lost must not hide behind a pixel that is 0 in every picture."""
    for real, size in itertools.product((np.float32, np.float64), SIZES):
        rng = np.random.default_rng(2)
        for k, j in ((0, 0), (size[1] - 1, size[2] - 1), (size[1] // 2, size[2] // 3)):
            arrays = operands(name, size, "all", real, rng)
            a = arrays[0] if name in ROWS_OF_A else arrays[0].T
            a[:, ::2] = 1  # half of the rows of b count; among the others is the odd one
            a[:, k] = 0
            (arrays[1].T if name == "matmul_nt" else arrays[1])[k, j] = odd
            for found in called(label, name, arrays):
                assert np.isnan(found[:, j]).all(), (real, size, k, j)
                assert np.isfinite(np.delete(found, j, axis=1)).all()


@pytest.mark.parametrize("label", TABLES)
def test_what_is_not_finite_in_a_counts(label):
    for name, size in itertools.product(("matmul_nn", "matmul_nt", "matmul_tn"), SIZES):
        arrays = operands(name, size, "all", np.float32, np.random.default_rng(3))
        a = arrays[0].T if name == "matmul_tn" else arrays[0]
        a[5, 3], a[6, 7] = np.nan, np.inf
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(called(label, name, arrays)[0], whole_product(name, arrays))
