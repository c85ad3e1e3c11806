"""What is said of functions that cannot be compiled, when they are decorated; and of a missing numba."""

from __future__ import annotations

import math
import random
import sys

import numpy as np
import pytest

import pynn
from pynn import kernels
from pynn.kernels import own_kernels


def until_small(x):
    while abs(x) > 1e-3:
        x = x / 2
    return x


def no_return(x):
    x + 1


def with_shape(x):
    return x / x.shape[0]


def by_index(x):
    return x[0]


def rectified_in_place(x):
    x[x < 0] = 0
    return x


def truth(x):
    return x > 0


def two(x, beta):
    return beta * x


def drawn(x):
    return x + random.random()


def counting():
    calls = []

    def counted(x):
        calls.append(x)
        return x + len(calls)

    return counted


def long(x):
    for _ in range(4000):
        x = x + math.sin(x)
    return x


CASES = {
    "activation until_small decides too often": until_small,
    "activation no_return must return a number, got NoneType None. Does it lack a return?": no_return,
    "activation with_shape cannot be compiled: it is a function of single numbers, which have no attribute 'shape'": (
        with_shape
    ),
    "activation by_index cannot be compiled: it is a function of single numbers, which have no elements": by_index,
    "activation truth must return a number, got a truth value": truth,
    "activation two must take 1 argument (x); others need defaults. Its signature is (x, beta)": two,
    "what it gives must depend on x alone, not on random numbers": drawn,
    "when it is compiled: what it gives must depend on x alone": counting(),
    "activation long comes to": long,
    "fails at x = -5.173: ValueError": lambda x: math.log(x),
    "is inf at x = 0; it must be finite": lambda x: 1e308 * 10 if x == 0 else x,
    "fails at x = 0: ZeroDivisionError": lambda x: math.sin(x) / x,
    "the derivative of activation <lambda> is": lambda x: math.sqrt(abs(x)),
    "math.gamma cannot be followed; of math can acos": lambda x: math.gamma(x),
    "np.sum cannot be followed; of NumPy can": lambda x: np.sum(x),
    "np.spacing cannot be followed": lambda x: np.spacing(x),
    "np.tanh is followed without dtype=": lambda x: np.tanh(x, dtype=np.float32),
    "not keras.ops, which are functions of arrays": lambda x: pynn.keras.ops.sigmoid(x),
    "no elements [...]; choose with if, or np.where": rectified_in_place,
    "a function that pynn cannot look into wants its argument as a number": lambda x: int(x),
    "must return a number, got list": lambda x: [x],
    "unsupported operand type(s) for *: 'Expression' and 'complex'": lambda x: x * 1j,
    "ValueError: (": lambda x: x**0.3,
    "must be a Python function (def or lambda), got type": float,
    "must be a Python function (def or lambda), got int": 3,
    "must be an ordinary function": (lambda: (yield)),
}


@pytest.mark.parametrize("text", CASES)
def test_what_cannot_be_compiled(text):
    with pytest.raises((TypeError, ValueError)) as caught:
        kernels.activation(CASES[text])
    assert text in str(caught.value)


def test_a_wrong_derivative_is_refused_with_the_point_and_both_values():
    with pytest.raises(ValueError, match=r"cubic is 26\.75993 at x = -5\.173, .* 80\.27979"):

        @kernels.activation(derivative=lambda x: x * x)
        def cubic(x):
            return x**3


def test_a_wrong_derivative_far_from_0_is_found():
    with pytest.raises(ValueError, match=r"is 1 at x = 8.173, but finite differences say 0"):
        kernels.activation(lambda x: min(max(x, 0), 6), derivative=lambda x: 1.0 if x > 0 else 0.0)
    kernels.activation(lambda x: math.log(10 - x) if x < 8 else 1 / (x - x))  # only finite where most inputs are


def test_a_derivative_at_a_corner_is_taken_as_given():
    for at_zero in (0.0, 0.5, 1.0):

        def slope(x, at_zero=at_zero):
            return 1.0 if x > 0 else (at_zero if x == 0 else 0.0)

        made = kernels.activation(lambda x: max(x, 0), derivative=slope)
        assert made.derivative(0.0) == at_zero


def test_a_step_may_have_a_slope_of_its_own():
    """The straight-through trick would be refused away from the corner: finite differences say 0."""
    with pytest.raises(ValueError, match="finite differences say 0"):
        kernels.activation(lambda x: 1.0 if x > 0 else 0.0, derivative=lambda x: 1.0)


def test_overflow_is_told():
    with pytest.warns(UserWarning, match=r"activation clumsy_tanh is no number at x = -100 in float32"):

        @kernels.activation
        def clumsy_tanh(x):
            return (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))


def test_losses_too():
    with pytest.raises(TypeError, match=r"loss <lambda> must take 2 arguments \(y_true, y_pred\)"):
        kernels.loss(lambda y: y)
    with pytest.raises(ValueError, match=r"fails at y_true = 0.1873, y_pred = 0.1873: ZeroDivisionError"):
        kernels.loss(lambda y, p: 1 / (y - p))


@pytest.fixture
def without_numba(monkeypatch):
    before = pynn.get_backend()
    pynn.set_backend("cython")  # whatever PYNN_BACKEND says: the backend "numba" itself does not do without
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        own_kernels.can_compile.cache_clear()
        yield
    own_kernels.can_compile.cache_clear()
    pynn.set_backend(before)


def test_without_numba_it_runs_through_numpy_and_says_so_once(keras, without_numba, recwarn):
    swish = kernels.activation(lambda x: x / (1 + math.exp(-1.0625 * x)))
    squares = kernels.loss(lambda y, p: 1.0625 * (y - p) ** 2)
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(70, 5)).astype("float32"), draw.normal(size=(70, 2)).astype("float32")

    def built_in(x):
        return x * keras.ops.sigmoid(1.0625 * x)

    def trained(activation, loss):
        keras.utils.set_random_seed(2)
        model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(9, activation), keras.layers.Dense(2)])
        model.compile("adam", loss)
        history = model.fit(x, y, epochs=2, batch_size=16, verbose=0).history["loss"]
        return history, model.predict(x, verbose=0)

    ours, p = trained(swish, squares)
    told = [w for w in recwarn if "numba" in str(w.message)]
    assert len(told) == 1
    assert 'pip install "pynn-kernels[numba]"' in str(told[0].message)
    theirs, q = trained(built_in, lambda y, p: 1.0625 * keras.ops.mean((y - p) ** 2, axis=-1))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    np.testing.assert_allclose(p, q, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(kernels.derivative(swish, x), swish.own.slopes(x))
