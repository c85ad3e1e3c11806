"""What a function of one number may do: its values are those of the plain function, its slopes finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

import pynn
from pynn import kernels


@pytest.fixture(params=["reference", "cython", "numba"])
def backend(request):
    if request.param == "numba":
        pytest.importorskip("numba", reason="the table numba")
    before = pynn.get_backend()
    pynn.set_backend(request.param)
    yield request.param
    pynn.set_backend(before)


def test_loops_and_chains():
    @kernels.activation
    def series(x):
        total, term = 0.0, 1.0
        for k in range(1, 6):
            total += term
            term *= x / k
        return total if -2 < x <= 2 else 0.0

    x = np.array([-3.0, -1.0, 0.5, 2.0, 2.5])
    want = [sum(v**k / math.factorial(k) for k in range(5)) if -2 < v <= 2 else 0.0 for v in x]
    np.testing.assert_allclose(series(x), want, rtol=1e-14)


ONE = {
    "floor and mod": lambda x: x % 1.5 + math.floor(x),
    "powers": lambda x: (x * x + 1) ** 0.7 + x**3 + 2.0**x + (1 + x * x) ** -2,
    "math": lambda x: (
        math.sin(x) + math.cos(2 * x) + math.atan(x) + math.sinh(x / 4) + math.cosh(x / 3) + math.asinh(x)
    ),
    "logs": lambda x: math.log(x * x + 2, 3) + math.log2(x * x + 2) + math.log10(3 + x) if x > -2 else math.hypot(x, 1),
    "numpy": lambda x: np.maximum(x, np.sin(x)) + np.square(x) * (x > 1) + np.logaddexp(0, x) + np.sign(x) * x,
    "both": lambda x: float(min(abs(x), 2.5)) + ((x > 0) & (x < 1)) * x + math.copysign(x * x, x),
    "erf": lambda x: (
        math.erf(x) + math.erfc(x / 2) + math.tan(x / 5) + round(x) / 8 + math.expm1(x / 9) + math.asinh(x)
    ),
    "inverse": lambda x: math.asinh(x) + math.acosh(2 + x * x) * x + math.atanh(x / 7) + math.asin(x / 7),
    "inner": lambda x: sum(abs(x) ** k for k in range(1, 4)) / (1 + abs(x)) + math.pow(1 + abs(x), 1.5),
}


@pytest.mark.parametrize("name", ONE)
def test_arithmetic(name, backend):
    """Values are those of the plain function, slopes those of finite differences."""
    own = kernels.activation(ONE[name])
    x = np.linspace(-4.03, 4.07, 60)
    want = np.array([ONE[name](float(v)) for v in x])
    np.testing.assert_allclose(own(x), want, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(own(x.astype("float32")), want, rtol=1e-5, atol=1e-5)
    h = 1e-6
    slope = np.array([(ONE[name](v + h) - ONE[name](v - h)) / (2 * h) for v in x])
    np.testing.assert_allclose(own.derivative(x), slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["erf", "erfc", "log1p", "sinh", "floor", "trunc"])
def test_functions_to_the_last_bits(name, dtype):
    """Of numbers of both signs and all sizes, against `math` in double."""
    function = getattr(math, name)
    own = kernels.activation(lambda x: function(abs(x) if name == "log1p" else x))
    x = np.concatenate([np.geomspace(1e-6, 8.5, 400), -np.geomspace(1e-6, 8.5, 400), [0.0]]).astype(dtype)
    want = np.array([function(abs(v) if name == "log1p" else v) for v in x.astype(float).tolist()])
    np.testing.assert_allclose(own(x), want, rtol=6 * np.finfo(dtype).eps)
