"""How exact exp, tanh, sigmoid, log and log1p of the compiled core (csrc/vmath.h) are, seen through its kernels.

Errors are in ulp of the correctly rounded value.  Bounds hold for both element types and every instruction set:

- tanh, sigmoid and log: 3 ulp.
- e^x: 1 ulp where softmax shows it alone (one term so large that the sum is 1), 3 ulp in a softmax of two, which adds
  a sum and a division.
- ln(1 + e^x): 4 ulp, e^x's error and log1p's together.
"""

from __future__ import annotations

import numpy as np
import pytest

from pynn.kernels.tables import isas, table

REALS = (np.float32, np.float64)
# e^x counts as 0 below: twice the smallest normal number, which leaves room for what is multiplied with it.
LOWEST = {np.float32: -86.6, np.float64: -707.7}
ONE_FROM = {np.float32: 9.1, np.float64: 19.1}  # tanh
# e^x no longer changes 1 + e^x.
ALONE = {np.float32: -17.5, np.float64: -38.0}
CASES = [pytest.param(isa, real, id=f"{isa}-{real.__name__}") for isa in isas() for real in REALS]
every_table = pytest.mark.parametrize(("isa", "real"), CASES)


def grid(real):
    """Sorted numbers of both signs: even and in every power of two, from the smallest normal number to e^x's limits."""
    info, top = np.finfo(real), -LOWEST[real]
    up = np.concatenate([np.geomspace(info.smallest_normal, top, 40001), np.linspace(0, 1, 60001)])
    up = np.concatenate([up, np.linspace(1, 20, 100001), np.linspace(20, top, 20001)])
    return np.unique(np.concatenate([-up, up]).astype(real))


def ulps(got, want):
    """Greatest distance of `got` from `want`, which is of a longer type, in units of the last place of `got`'s type."""
    rounded = np.abs(want.astype(got.dtype))
    return float((np.abs(got - want) / np.spacing(rounded)).max())


def bound(real, ulp):
    """One more where the reference is no better than the kernel: long double is double on some machines."""
    return ulp + (real is np.float64 and np.finfo(np.longdouble).eps == np.finfo(np.float64).eps)


def call(isa, name, x):
    """An activation of a vector, an element a row."""
    y = np.empty_like(x)
    table("cython", isa)[name, x.dtype](x.reshape(-1, 1), y.reshape(-1, 1))
    return y


def softmax(isa, rows):
    y = np.empty_like(rows)
    table("cython", isa)["softmax_forward", rows.dtype](rows, y)
    return y


def log(isa, x):
    """ln x, for x < 2^24: the cross-entropy of label 0 for "probabilities" x and 1 - x, unclipped, times -1."""
    rows = np.stack([x, 1 - x], axis=1)
    assert (rows.sum(axis=1) == 1).all()  # so the kernel's division by the sum changes nothing
    labels, ones, loss = np.zeros(len(x), np.int32), np.ones_like(x), np.empty_like(x)
    kernel = table("cython", isa)["sparse_categorical_crossentropy", x.dtype]
    kernel(rows, labels, ones, loss, np.empty_like(rows), scalars=(-np.inf,))
    return -loss


def softplus(isa, x):
    """ln(1 + e^x): the binary cross-entropy of logits -x for the answer yes."""
    column, loss = -x.reshape(-1, 1), np.empty_like(x)
    kernel = table("cython", isa)["sigmoid_binary_crossentropy", x.dtype]
    kernel(column, np.ones_like(column), np.ones_like(x), column.copy(), loss, column.copy(), scalars=(0.0,))
    return loss


@every_table
def test_tanh(isa, real):
    x = grid(real)
    y = call(isa, "tanh_forward", x)
    assert ulps(y, np.tanh(x.astype(np.longdouble))) <= bound(real, 3)
    assert (y[x >= ONE_FROM[real]] == 1).all()
    assert (y[x <= -ONE_FROM[real]] == -1).all()
    assert np.abs(y).max() == 1
    np.testing.assert_array_equal(y, -call(isa, "tanh_forward", -x))


@every_table
def test_sigmoid(isa, real):
    x = grid(real)
    y = call(isa, "sigmoid_forward", x)
    assert ulps(y, 1 / (1 + np.exp(-x.astype(np.longdouble)))) <= bound(real, 3)
    assert y.min() > 0
    assert y.max() == 1


@every_table
@pytest.mark.parametrize("name", ["tanh_forward", "sigmoid_forward"])
def test_never_falls_by_more_than_its_error(name, isa, real):
    y = call(isa, name, grid(real))
    falls = y[:-1] - y[1:]
    assert (falls <= 3 * np.spacing(np.abs(y[1:]))).all()


@every_table
def test_beyond_the_limits(isa, real):
    """Far out everything is exact: 0, 1, -1, the number itself."""
    far = np.array([-LOWEST[real] * 1.001, 1e4, np.finfo(real).max, np.inf], real)
    ones, zeros = np.ones(4), np.zeros(4)
    np.testing.assert_array_equal(call(isa, "tanh_forward", far), ones)
    np.testing.assert_array_equal(call(isa, "tanh_forward", -far), -ones)
    np.testing.assert_array_equal(call(isa, "sigmoid_forward", far), ones)
    np.testing.assert_array_equal(call(isa, "sigmoid_forward", -far[1:]), zeros[1:])
    np.testing.assert_array_equal(softmax(isa, np.stack([np.zeros_like(far), -far], axis=1)), [[1, 0]] * 4)
    np.testing.assert_array_equal(softplus(isa, far[:3]), far[:3])
    np.testing.assert_array_equal(softplus(isa, -far[:3]), zeros[:3])


@every_table
def test_at_zero(isa, real):
    zero = np.array([0.0, -0.0], real)
    np.testing.assert_array_equal(call(isa, "tanh_forward", zero), [0, 0])
    np.testing.assert_array_equal(call(isa, "sigmoid_forward", zero), [0.5, 0.5])
    np.testing.assert_array_equal(log(isa, np.array([0, 1], real)), [-np.inf, 0])
    assert ulps(softplus(isa, zero), np.full(2, np.log(np.longdouble(2)))) <= bound(real, 3)


@every_table
def test_nan_passes_and_stays_in_its_row(isa, real):
    x = np.zeros(37, real)  # several vectors and a rest
    for at in (0, 5, 36):
        spoiled = x.copy()
        spoiled[at] = np.nan
        found = [call(isa, f"{name}_forward", spoiled) for name in ("tanh", "sigmoid", "relu")]
        for y in (*found, softplus(isa, spoiled)):
            np.testing.assert_array_equal(np.flatnonzero(np.isnan(y)), [at])
        wide = np.zeros((3, 37), real)
        wide[1, at] = np.nan
        np.testing.assert_array_equal(np.isnan(softmax(isa, wide)).all(axis=1), [False, True, False])
        np.testing.assert_array_equal(np.isnan(softmax(isa, wide)).any(axis=1), [False, True, False])


@every_table
def test_exp_alone(isa, real):
    x = grid(real)
    x = x[x < ALONE[real]]
    y = softmax(isa, np.stack([np.zeros_like(x), x], axis=1))
    assert (y[:, 0] == 1).all()
    assert ulps(y[:, 1], np.exp(x.astype(np.longdouble))) <= bound(real, 1)


@every_table
def test_softmax_of_two(isa, real):
    x = grid(real)
    x = x[x <= 0]
    for shift in (0, 3, -700, 1e4):  # the greatest score does not matter, but rounds the difference
        rows = np.stack([np.zeros_like(x), x], axis=1) + real(shift)
        e = np.exp((rows[:, 1] - rows[:, 0]).astype(np.longdouble))
        seen = e >= np.exp(np.longdouble(LOWEST[real]))
        y = softmax(isa, rows)
        assert ulps(y[seen, 1], (e / (1 + e))[seen]) <= bound(real, 3)
        assert ulps(y[:, 0], 1 / (1 + e)) <= bound(real, 3)


@every_table
@pytest.mark.parametrize("classes", [1, 3, 7, 8, 16, 33, 100])
def test_softmax_of_many(classes, isa, real):
    """A sum of k terms adds at most (k - 1)/2 ulp to the 3 of two."""
    rows = np.random.default_rng(0).normal(0, 4, (200, classes)).astype(real)
    exact = rows.astype(np.longdouble)
    e = np.exp(exact - exact.max(axis=1, keepdims=True))
    y = softmax(isa, rows)
    # The difference from the greatest is rounded before e^x is taken: |x| / 2 ulp more.
    allowed = 3 + classes / 2 + np.ptp(rows) / 2
    assert ulps(y, e / e.sum(axis=1, keepdims=True)) <= allowed
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=classes * np.finfo(real).eps)


@every_table
def test_log(isa, real):
    info = np.finfo(real)
    near_one = 1 + np.linspace(-1e-3, 1e-3, 20001)
    x = np.concatenate([np.geomspace(info.smallest_normal, 1, 50001), np.linspace(0.3, 3, 100001), near_one])
    x = np.concatenate([x, np.geomspace(1, 2.0**23, 20001)]).astype(real)
    y = log(isa, np.unique(x))
    assert ulps(y, np.log(np.unique(x).astype(np.longdouble))) <= bound(real, 3)
    assert np.isnan(log(isa, np.array([-0.5, -3.0, -1e-30], real))).all()


@every_table
def test_log_of_one_plus_exp(isa, real):
    """With full relative precision far below 0, where a confident right answer costs e^x."""
    x = grid(real)
    assert ulps(softplus(isa, x), np.logaddexp(0, x.astype(np.longdouble))) <= bound(real, 4)


@pytest.mark.parametrize("isa", isas())
def test_quotients_by_roots(isa):
    """What RMSprop with rho 1, and Adam with betas 1, take off a weight of 0 where epsilon is 0: g / √v and m / √v.

    Within 2 ulp, but 4 with AVX2: processors promise estimates of an inverse within 1.5 / 2^12, whose square is up to
    2.25 ulp, and what is rounded besides adds to it.  (2.6 were seen on one, of twelve million.)
    """
    most = 4 if isa == "avx2" else 2
    rng = np.random.default_rng(0)
    v = np.exp(rng.uniform(-60, 60, 10_007)).astype(np.float32)
    m, zero = rng.normal(size=v.size).astype(np.float32), np.zeros(v.size, np.float32)
    kernels, want = table("cython", isa), -m.astype(np.float64) / np.sqrt(v.astype(np.float64))
    by_rmsprop, by_adam = zero.copy(), zero.copy()
    kernels["rmsprop_update", np.float32](m, by_rmsprop, v, scalars=(1.0, 1.0, 0.0))
    kernels["adam_update", np.float32](zero, by_adam, m, v, scalars=(1.0, 1.0, 1.0, 0.0))
    assert ulps(by_rmsprop, want) <= most
    assert ulps(by_adam, want) <= most


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize(
    ("name", "states", "scalars"), [("rmsprop", 1, (1, 0.9, 1e-7)), ("adam", 2, (1, 0.9, 0.9, 1e-7))]
)
def test_a_quotient_by_an_infinite_root_is_zero(name, states, scalars, isa):
    """g² is beyond the largest float, and what is taken off the weight is a finite number over infinity."""
    g, w = np.array([1e30, 1, np.nan], np.float32), np.ones(3, np.float32)
    zeros = [np.zeros(3, np.float32) for _ in range(states)]
    table("cython", isa)[f"{name}_update", np.float32](g, w, *zeros, scalars=scalars)
    assert w[0] == 1
    assert w[1] < 0.9
    assert np.isnan(w[2])
