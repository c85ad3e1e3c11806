"""Every kernel of every table against the NumPy definition of its op, computed in float64."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from pynn import _core
from pynn.kernels.contract import OPS
from pynn.kernels.reference.draws import operands
from pynn.kernels.tables import all_tables

TABLES = all_tables()
# One row; odd; around a tile (4, 6, 8 rows; 8 to 64 columns); around a panel (256 deep); wider than a vector.
SIZES = [
    (1, 1, 1),
    (3, 5, 7),
    (4, 16, 8),
    (6, 33, 16),
    (7, 31, 17),
    (8, 64, 32),
    (9, 65, 33),
    (32, 100, 10),
    (33, 257, 63),
    (50, 255, 129),
]
# In the simulator: one element; odd.
FEW = {np.float32: [(1, 1, 1), (7, 9, 5)], np.float64: [(5, 3, 4)]}
# One op after the other, so that operands and definitions of an op serve every table.
CASES = [(label, name, real) for label, t in TABLES.items() for name, real in t if t.origin((name, real)) == t.name]
CASES.sort(key=lambda case: case[1])
COMPILED = [case for case in CASES if case[0] != "reference" and TABLES[case[0]].parts]
WIDE = [case for case in CASES if getattr(TABLES[case[0]][case[1:]], "wide", False)]


# Most of a size in ops whose operands have so many dimensions: a case stays below a million elements.
MOST = {1: 257, 2: 257, 3: 65, 4: 17}


def sizes(op, size):
    """Give the op's dimensions the numbers of `size`, in order."""
    rank = max(len(operand.dims) for operand in op.operands)
    return {letter: min(number, MOST[rank]) for letter, number in zip(op.dims, (*size, size[0]), strict=False)}


def ident(case):
    return f"{case[0]}-{case[1]}-{np.dtype(case[2])}"


@functools.lru_cache(maxsize=2 * len(SIZES))
def drawn(name, size):
    """The op's operands, drawn in float32; nobody writes to them."""
    op = OPS[name]
    return operands(op, sizes(op, size), np.float32, 0)


@functools.lru_cache(maxsize=len(SIZES))
def definition(name, size):
    """The op's outputs by its definition, in float64."""
    op = OPS[name]
    arrays = [a.astype(np.float64 if a.dtype == np.float32 else a.dtype) for a in drawn(name, size)]
    op.reference(*arrays, *op.sample_scalars, lo=0, hi=op.extent(sizes(op, size)))
    return arrays


def run(label, name, real, size, *cuts):
    """The op's operands after the kernel has computed the ranges between `cuts`, in the order given."""
    op = OPS[name]
    dims = sizes(op, size)
    arrays = [a.astype(operand.dtype or real) for operand, a in zip(op.operands, drawn(name, size), strict=True)]
    for lo, hi in cuts or [(0, op.extent(dims))]:
        TABLES[label][name, real](*arrays, scalars=op.sample_scalars, lo=lo, hi=hi)
    return arrays


def check(case, sizes):
    label, name, real = case
    op = OPS[name]
    for size in sizes:
        want, got = definition(name, size), run(label, name, real, size)
        for operand, w, g in zip(op.operands, want, got, strict=True):
            rtol, atol = (op.rtol, op.atol) if real is np.float32 else (1e-12, 1e-12)
            np.testing.assert_allclose(g, w, rtol=rtol, atol=atol, err_msg=f"{operand.name} at {size}")
            assert np.isfinite(g).all(), f"{operand.name} at {size} has elements that were never written"


@pytest.mark.parametrize("case", CASES, ids=ident)
def test_agrees_with_its_definition(case):
    check(case, FEW[case[2]] if TABLES[case[0]].simulated else SIZES)


@pytest.mark.parametrize("case", WIDE, ids=ident)
def test_what_is_for_large_products_agrees_on_any(case, monkeypatch):
    """A kernel of a device that is launched where its tiles would keep all of it busy."""
    monkeypatch.setattr("pynn.kernels.cuda.kernel.WIDE_BLOCKS", 0)
    check(case, [(11, 9, 10)] if TABLES[case[0]].simulated else SIZES)


@pytest.mark.parametrize("case", COMPILED, ids=ident)
def test_a_cut_range_changes_no_bit(case):
    label, name, real = case
    op = OPS[name]
    for size in SIZES:
        extent = op.extent(sizes(op, size))
        whole = run(label, name, real, size)
        for cut in {extent // 2, extent // 3, extent - 1} - {0}:
            parts = run(label, name, real, size, (cut, extent), (0, cut))
            for operand, a, b in zip(op.operands, whole, parts, strict=True):
                np.testing.assert_array_equal(a, b, err_msg=f"{operand.name} at {size} cut at {cut}")


@pytest.mark.parametrize("case", COMPILED, ids=ident)
def test_a_range_writes_nothing_outside(case):
    label, name, real = case
    op = OPS[name]
    size = (9, 65, 33)
    extent = op.extent(sizes(op, size))
    if extent < 3:
        pytest.skip("one row: nothing stands outside")
    before, after = run(label, name, real, size, (0, 0)), run(label, name, real, size, (1, extent - 1))
    for operand, b, a in zip(op.operands, before, after, strict=True):
        if operand.role != "in":
            outside = [np.take(x, [0, -1], op.axis(operand)) for x in (a, b)]
            np.testing.assert_array_equal(*outside, err_msg=operand.name)


@pytest.mark.parametrize("name", [name for name in OPS if OPS[name].cut])
@pytest.mark.parametrize("outside", [np.nan, 0, 1, -1])
def test_a_range_needs_nothing_outside(name, outside):
    """What lets workers walk several steps without waiting: of an operand that is cut, a part needs its own range."""
    op, label = OPS[name], COMPILED[-1][0]
    for size in [(9, 65, 33), (12, 6, 5)]:
        extent = op.extent(sizes(op, size))
        arrays = [a.copy() for a in run(label, name, np.float32, size, (0, 0))]
        for operand, a in zip(op.operands, arrays, strict=True):
            axis = op.axis(operand)
            if operand.role != "out" and axis is not None:
                rest = np.delete(np.arange(extent), 1)
                np.moveaxis(a, axis, 0)[rest] = outside if a.dtype.kind == "f" else abs(np.nan_to_num(outside))
        TABLES[label][name, np.float32](*arrays, scalars=op.sample_scalars, lo=1, hi=2)
        for operand, a, b in zip(op.operands, arrays, run(label, name, np.float32, size, (1, 2)), strict=True):
            if operand.role != "in":
                ranges = [np.take(x, 1, op.axis(operand)) for x in (a, b)]
                np.testing.assert_array_equal(*ranges, err_msg=f"{operand.name} at {size}")


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_workers_change_no_bit(workers):
    before = _core.get_workers()
    try:
        for label, name, real in COMPILED:
            op, size = OPS[name], (33, 257, 63)
            arrays = run(label, name, real, size, (0, 0))
            _core.set_workers(workers)
            TABLES[label][name, real](*arrays, scalars=op.sample_scalars, parts=workers)
            for operand, a, b in zip(op.operands, run(label, name, real, size), arrays, strict=True):
                np.testing.assert_array_equal(a, b, err_msg=f"{label} {name} {operand.name}")
    finally:
        _core.set_workers(before)


@pytest.mark.parametrize("label", TABLES)
def test_every_op_is_in_every_table(label):
    assert {name for name, _ in TABLES[label]} == set(OPS)


@pytest.mark.parametrize("label", [label for label, t in TABLES.items() if not t.parts])
def test_whole_ops_are_not_cut(label):
    op = OPS["relu_forward"]
    arrays = operands(op, {"n": 4, "k": 3}, np.float32)
    with pytest.raises(
        ValueError, match=rf"relu_forward: a kernel of the table '{label}' computes all rows, not \[1, 4\)"
    ):
        TABLES[label][op.name, np.float32](*arrays, lo=1)


@pytest.mark.parametrize("label", sorted({label for label, _, _ in CASES}))
def test_the_sum_of_no_rows_is_zero(label):
    sums = np.full(5, np.nan, np.float32)
    TABLES[label]["bias_backward", np.float32](np.empty((0, 5), np.float32), sums)
    np.testing.assert_array_equal(sums, np.zeros(5))
