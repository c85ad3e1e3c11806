"""The formulas of one element (pynn/kernels/scalar), called as they are, against the NumPy definitions."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

from pynn.kernels import scalar
from pynn.kernels.contract import OPS
from pynn.kernels.reference.draws import operands
from pynn.kernels.tables import table  # noqa: F401  (registers the ops)

FAMILIES = [
    importlib.import_module(f"{scalar.__name__}.{found.name}") for found in pkgutil.iter_modules(scalar.__path__)
]
FORMULAS = {name: (family, found) for family in FAMILIES for name, found in vars(family).items() if name in OPS}


def test_each_activation_and_update_has_one():
    assert len(FORMULAS) > 70
    assert {"sigmoid_forward", "gelu_backward", "adam_update", "lion_update"} < set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_agrees_with_the_definition(name):
    family, formula = FORMULAS[name]
    op, sizes = OPS[name], {"n": 7, "k": 9}
    arrays = operands(op, {letter: sizes[letter] for letter in op.dims}, np.float64, 0)
    prepare = getattr(family, f"{name}_scalars", lambda *scalars: scalars)
    values = [a for operand, a in zip(op.operands, arrays, strict=True) if operand.role != "out"]
    got = np.array(
        [np.ravel(formula(*x, *prepare(*op.sample_scalars))) for x in zip(*map(np.ravel, values), strict=True)]
    )
    op.reference(*arrays, *op.sample_scalars, lo=0, hi=op.extent(sizes))
    outputs = [a for operand, a in zip(op.operands, arrays, strict=True) if operand.role != "in"]
    for column, want in zip(got.T, outputs, strict=True):
        np.testing.assert_allclose(column, want.ravel(), rtol=1e-12, atol=1e-13)
