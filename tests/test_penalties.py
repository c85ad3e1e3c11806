"""What regularizers and constraints lower to, run on the compiled core: penalties, slopes, projections."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import constraints, regularizers, runners
from pynn.arena import Arena
from pynn.kernels.tables import table
from pynn.plan import Batch, Plan

H = 1e-6
REGULARIZERS = {
    "l1": regularizers.L1(0.3),
    "l2": regularizers.L2(0.2),
    "both": regularizers.L1L2(0.3, 0.2),
    "rows": regularizers.OrthogonalRegularizer(0.4),
    "columns": regularizers.OrthogonalRegularizer(0.4, mode="columns"),
}
CONSTRAINTS = {
    "max": constraints.MaxNorm(1.5),
    "max of rows": constraints.MaxNorm(1.5, axis=1),
    "max of all": constraints.MaxNorm(1.5, axis=[0, 1]),
    "max of all, said otherwise": constraints.MaxNorm(1.5, axis=None),
    "not negative": constraints.NonNeg(),
    "unit": constraints.UnitNorm(),
    "range": constraints.MinMaxNorm(1.8, 2.2, rate=0.7, axis=-1),
}


def array(*shape):
    return np.random.default_rng(1).normal(size=shape)


def run(plan, n):
    plan.layout()
    runners.runner(plan, table(), Arena(plan, n), n, n).run(0, 1, 1.0)


def lower_weights(regularizer, w, rows, gradient):
    """Penalty times rows, and the gradient after adding to `gradient`."""
    plan, total = Plan(np.float64, True), np.zeros(1)
    slot, out = plan.fixed("w", w), plan.fixed("g", gradient)
    regularizer.lower(plan, slot, plan.ones(Batch()), plan.fixed("total", total), out)
    run(plan, rows)
    return total[0]


@pytest.mark.parametrize("name", REGULARIZERS)
def test_weights(name):
    regularizer, w = REGULARIZERS[name], array(4, 6)
    w[0, 0] = 0
    gradient = np.full(w.shape, 0.5)
    assert lower_weights(regularizer, w, 3, gradient) == pytest.approx(3 * float(regularizer(w)), rel=1e-12)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = H
        before = w if w[index] == 0 else w - step  # at the corner of |w| the slope is the right one, as in JAX
        slope = (float(regularizer(w + step)) - float(regularizer(before))) / (w + step - before)[index]
        assert gradient[index] - 0.5 == pytest.approx(slope, rel=1e-5, abs=1e-7 + H), index


@pytest.mark.parametrize("name", ["l1", "l2", "both"])
def test_vectors_and_scalars(name):
    for w in (array(5), array(2, 3, 4), np.array(0.7)):
        gradient = np.zeros_like(w)
        total = lower_weights(REGULARIZERS[name], w, 1, gradient)
        assert total == pytest.approx(float(REGULARIZERS[name](w)), rel=1e-12)


@pytest.mark.parametrize("name", REGULARIZERS)
@pytest.mark.parametrize("known", [True, False])
def test_activities(name, known):
    """The penalty of an output is divided by its rows, and counts once for each loss; the gradient is a new slot."""
    regularizer, y, dy, total = REGULARIZERS[name], array(4, 6), array(4, 6) * known, np.zeros(1)
    plan = Plan(np.float64, True)
    slots = [plan.stream(label, (Batch(), 6)) for label in ("y", "dy")]
    regularizer.lower_activity(plan, slots[0], plan.ones(Batch(2)), plan.fixed("total", total))
    dx = regularizer.lower_activity_gradient(plan, slots[0], slots[1] if known else None)
    out = np.empty_like(y)
    plan.keep(dx)
    plan.into_stream(dx, "dx")
    plan.layout()
    runner = runners.runner(plan, table(), Arena(plan, 4), 4, 4)
    for label, value in zip(("y", "dy", "dx"), (y, dy, out), strict=True):
        if label in plan.streams:
            runner.bind(label, value)
    if not known:
        runner.bind("dy", dy)
    runner.run(0, 1, 1.0)
    assert total[0] == pytest.approx(8 * float(regularizer(y)) / 4, rel=1e-12)
    for index in np.ndindex(y.shape):
        step = np.zeros_like(y)
        step[index] = H
        slope = (float(regularizer(y + step)) - float(regularizer(y - step))) / (2 * H) / 4
        assert out[index] - dy[index] == pytest.approx(slope, rel=1e-6, abs=1e-8), index


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraints(name):
    w = array(5, 130)  # more columns than are summed at once
    want = CONSTRAINTS[name](w)
    plan = Plan(np.float64, True)
    CONSTRAINTS[name].lower(plan, plan.fixed("w", w))
    run(plan, 1)
    np.testing.assert_allclose(w, want, rtol=1e-12)


def test_an_axis_that_does_not_fit():
    plan = Plan(np.float64, True)
    vector, cube = plan.fixed("b", array(3)), plan.fixed("w", array(2, 3, 4))
    with pytest.raises(ValueError, match="axis=1 does not fit weights of 1 dim"):
        constraints.MaxNorm(axis=1).lower(plan, vector)
    with pytest.raises(ValueError, match="neighbours"):
        constraints.MaxNorm(axis=[0, 2]).lower(plan, cube)
    with pytest.raises(ValueError, match="rank 2"):
        regularizers.OrthogonalRegularizer().lower(plan, vector, vector, vector, None)


def test_whose_python_it_is():
    class Mine(regularizers.L2):
        def __call__(self, x):
            return 0.0

    class Renamed(regularizers.L2):
        pass

    assert not regularizers.is_lowered(Mine())
    assert regularizers.is_lowered(Renamed())
    assert not regularizers.is_lowered(regularizers.Regularizer())
    assert not constraints.is_lowered(constraints.Constraint())
    assert constraints.is_lowered(constraints.MaxNorm())
