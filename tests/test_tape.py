"""GradientTape: what it follows, when it forgets, and what it says when it cannot help."""

from __future__ import annotations

import threading

import numpy as np
import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's own tape")

from pynn import keras  # noqa: E402
from pynn.tape import GradientTape  # noqa: E402
from pynn.tensor import Tensor  # noqa: E402

ops = keras.ops


@pytest.fixture
def w():
    return keras.Variable([[1.0, 2.0], [3.0, 4.0]], name="w")


@pytest.fixture
def x():
    return ops.convert_to_tensor([1.0, -2.0])


# ---- what is followed


def test_trainable_variables_are_watched(w):
    frozen = keras.Variable([1.0, 1.0], trainable=False)
    with GradientTape() as tape:
        y = ops.sum(w * w + frozen)
    assert tape.watched_variables() == (w,)
    gradient, none = tape.gradient(y, [w, frozen])
    assert isinstance(gradient, Tensor)
    np.testing.assert_array_equal(gradient, 2 * w.numpy())
    assert none is None


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda w, a: w + 1, lambda w, a: np.ones_like(w)),
        (lambda w, a: 2 - w, lambda w, a: -np.ones_like(w)),
        (lambda w, a: w * a, lambda w, a: np.broadcast_to(a, w.shape)),
        (lambda w, a: a * w, lambda w, a: np.broadcast_to(a, w.shape)),
        (lambda w, a: w / a, lambda w, a: np.broadcast_to(1 / a, w.shape)),
        (lambda w, a: a / w, lambda w, a: -a / w**2),
        (lambda w, a: w**2, lambda w, a: 2 * w),
        (lambda w, a: -w, lambda w, a: -np.ones_like(w)),
        (lambda w, a: w @ a, lambda w, a: np.broadcast_to(a, w.shape)),
        (lambda w, a: a @ w, lambda w, a: np.broadcast_to(a[:, None], w.shape)),
        (lambda w, a: w[0], lambda w, a: np.array([[1.0, 1.0], [0.0, 0.0]])),
        (lambda w, a: w.value * 3, lambda w, a: np.full_like(w, 3)),
        (lambda w, a: np.exp(w), lambda w, a: np.exp(w)),
        (lambda w, a: ops.matmul(w, a), lambda w, a: np.broadcast_to(a, w.shape)),
        (lambda w, a: ops.stack([w, w]), lambda w, a: np.full_like(w, 2)),
        (lambda w, a: ops.convert_to_tensor(w), lambda w, a: np.ones_like(w)),
        (lambda w, a: np.mean(w), lambda w, a: np.full_like(w, 0.25)),
    ],
)
def test_variables_compute(w, function, slope):
    a = np.array([0.5, -2.0], "float32")
    with GradientTape() as tape:
        y = function(w, a)
    assert y.dtype == "float32"
    np.testing.assert_allclose(tape.gradient(y, w), slope(w.numpy().copy(), a), rtol=1e-6)


def test_numpy_left_operand_records(w):
    a = np.array([0.5, -2.0], "float32")
    with GradientTape(persistent=True) as tape:
        first, second = a * w, np.float64(2) * w
    np.testing.assert_allclose(tape.gradient(first, w), np.broadcast_to(a, (2, 2)))
    np.testing.assert_allclose(tape.gradient(second, w), np.full((2, 2), 2))


def test_assign_leaves_what_was_read(w):
    before = w.numpy().copy()
    with GradientTape() as tape:
        y = ops.sum(w * w)
    w.assign_sub(np.ones((2, 2)))
    np.testing.assert_array_equal(tape.gradient(y, w), 2 * before)


def test_tensors_are_followed_only_if_watched(x):
    with GradientTape() as tape:
        y = x * x
    assert tape.gradient(y, x) is None


def test_watch_takes_structures(x):
    other = ops.convert_to_tensor(3.0)
    with GradientTape() as tape:
        tape.watch({"a": x, "b": [other]})
        y = ops.sum(x * other)
    found = tape.gradient(y, {"a": x, "b": [other]})
    np.testing.assert_array_equal(found["a"], [3.0, 3.0])
    assert float(found["b"][0]) == -1


def test_watch_refuses_arrays():
    with GradientTape() as tape, pytest.raises(ValueError, match="not a Tensor or Variable"):
        tape.watch(np.ones(2))


def test_watch_warns_of_integers():
    with GradientTape() as tape, pytest.warns(UserWarning, match="must be floating"):
        tape.watch(ops.convert_to_tensor([1, 2]))


def test_nothing_accessed_is_watched_on_request(w):
    with GradientTape(watch_accessed_variables=False) as tape:
        y = w * 2
    assert tape.watched_variables() == ()
    assert tape.gradient(y, w) is None
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(w)
        y = w * 2
    np.testing.assert_array_equal(tape.gradient(y, w), np.full((2, 2), 2))


# ---- targets and sources


def test_structures_of_sources_and_none(w, x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = ops.sum(w @ x)
    assert set(tape.gradient(y, {"w": w, "x": x})) == {"w", "x"}
    assert isinstance(tape.gradient(y, (w, x)), tuple)
    assert tape.gradient(ops.convert_to_tensor(1.0), w) is None
    zero = tape.gradient(ops.convert_to_tensor(1.0), w, unconnected_gradients="zero")
    np.testing.assert_array_equal(zero, np.zeros((2, 2)))
    with pytest.raises(ValueError, match="unconnected_gradients"):
        tape.gradient(y, w, unconnected_gradients="some")


def test_several_targets_add_up(x):
    with GradientTape() as tape:
        tape.watch(x)
        first, second = x * 2, ops.sum(x * x)
    np.testing.assert_array_equal(tape.gradient([first, second], x), 2 + 2 * x.numpy())


def test_output_gradients_weigh(x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_array_equal(tape.gradient(y, x, output_gradients=np.array([1.0, 10.0])), [2.0, -40.0])
    with pytest.raises(ValueError, match="shape"):
        tape.gradient(y, x, output_gradients=np.ones(3))


def test_a_source_may_be_computed(x):
    with GradientTape() as tape:
        tape.watch(x)
        between = x * 3
        y = ops.sum(between * between)
    np.testing.assert_array_equal(tape.gradient(y, between), 6 * x.numpy())


def test_integers_cut(x):
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.cast(ops.cast(x, "int32"), "float32") * 2
    assert tape.gradient(y, x) is None


# ---- once, again, nested


def test_used_twice(x):
    with GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="non-persistent GradientTape can only be used to compute one set"):
        tape.gradient(y, x)


def test_persistent_tape_grows(x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        np.testing.assert_array_equal(tape.gradient(y, x), 2 * x.numpy())
        z = y * x
    np.testing.assert_allclose(tape.gradient(z, x), 3 * x.numpy() ** 2)
    np.testing.assert_allclose(tape.gradient(y, x), 2 * x.numpy())


def test_nested_tapes():
    x = keras.Variable(2.0)
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x**3
        slope = inner.gradient(y, x)
    assert float(slope) == 12
    assert float(outer.gradient(slope, x)) == 12


def test_hessian_by_jacobian(x):
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = ops.sum(x**3) + x[0] * x[1]
        slope = inner.gradient(y, x)
    np.testing.assert_allclose(outer.jacobian(slope, x), [[6.0, 1.0], [1.0, -12.0]])


def test_batch_jacobian():
    x = ops.convert_to_tensor(np.arange(6, dtype="float32").reshape(3, 2))
    with GradientTape() as tape:
        tape.watch(x)
        y = x * x
    found = tape.batch_jacobian(y, x)
    assert found.shape == (3, 2, 2)
    np.testing.assert_allclose(found[2], np.diag([8.0, 10.0]))


def test_stop_recording_and_stop_gradient(x):
    with GradientTape() as tape:
        tape.watch(x)
        with tape.stop_recording():
            hidden = x * 100
        y = ops.sum(x * 2 + hidden + ops.stop_gradient(x) * 5)
    np.testing.assert_array_equal(tape.gradient(y, x), [2.0, 2.0])


def test_reset(x):
    with GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
    assert tape.gradient(y, x) is None


def test_entering_twice():
    tape = GradientTape()
    with tape, pytest.raises(ValueError, match="still recording"):
        tape.__enter__()


def test_threads_have_tapes_of_their_own(w):
    with GradientTape() as tape:
        thread = threading.Thread(target=lambda: w * 2)
        thread.start()
        thread.join()
    assert tape.watched_variables() == ()


# ---- what cannot be followed


def test_no_gradient_is_said(x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        ours, theirs = ops.i0(x), np.interp(x, [0, 1], [0, 1])
    for y in (ours, theirs):
        with pytest.raises(ValueError, match=r"(?s)There is no gradient through .*(i0|interp)"):
            tape.gradient(y, x)


def test_numpy_functions_record(x):
    with GradientTape() as tape:
        tape.watch(x)
        y = np.sum(np.where(x > 0, np.sqrt(np.abs(x)), np.tanh(x)))
    np.testing.assert_allclose(tape.gradient(y, x), [0.5, 1 - np.tanh(-2.0) ** 2], rtol=1e-6)


def test_custom_gradient(x):
    @ops.custom_gradient
    def reversed_gradient(x):
        return x, lambda *args, upstream=None: -args[0]

    with GradientTape() as tape:
        tape.watch(x)
        y = reversed_gradient(x) * 3
    np.testing.assert_array_equal(tape.gradient(y, x), [-3.0, -3.0])


def test_a_loop_by_hand():
    """Linear regression with a tape and an optimizer, as a course writes it."""
    x = np.linspace(-1, 1, 20, dtype="float32")[:, None]
    y = 3 * x + 1
    w, b = keras.Variable(np.zeros((1, 1), "float32")), keras.Variable(np.zeros(1, "float32"))
    optimizer = keras.optimizers.SGD(0.5)
    for _ in range(200):
        with GradientTape() as tape:
            loss = ops.mean(ops.square(ops.matmul(x, w) + b - y))
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b], strict=True))
    assert float(loss) < 1e-8
    np.testing.assert_allclose([w.numpy().item(), b.numpy().item()], [3, 1], atol=1e-3)
