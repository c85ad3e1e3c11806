"""Losses and activations of tensors under a tape: their gradients are those of real Keras by jax.grad."""

from __future__ import annotations

import importlib
import inspect

import numpy as np
import pytest

from tests.keras_parity import test_losses as arrays

RANDOM = np.random.default_rng(8)
CASES = [case for case in arrays.CASES if case[0] not in ("Dice", "Tversky") or "axis" in case[1]]
WHOLE = [case for case in arrays.CASES if case not in CASES]
IDS = [f"{name}-{'-'.join(map(str, options))}-{draw.__name__}" for name, options, draw in CASES]
ACTIVATIONS = (
    "relu leaky_relu relu6 elu selu celu gelu silu hard_silu sigmoid hard_sigmoid log_sigmoid tanh hard_tanh "
    "tanh_shrink softplus softsign exponential mish squareplus sparse_plus sparse_sigmoid soft_shrink hard_shrink "
    "softmax log_softmax linear glu"
).split()


def on_tape(keras, function, x):
    """The gradient of the sum of a function, by pynn's tape."""
    from pynn.tape import GradientTape

    x = keras.ops.convert_to_tensor(x)
    with GradientTape() as tape:
        tape.watch(x)
        y = keras.ops.sum(function(x))
    return tape.gradient(y, x)


def by_jax(keras, function, x):
    import jax

    return np.asarray(jax.jit(jax.grad(lambda value: keras.ops.sum(function(value))))(x))


def assert_same(sides, function, x):
    ours = on_tape(sides[0], lambda v: function(sides[0], v), x)
    theirs = by_jax(sides[1], lambda v: function(sides[1], v), x)
    finite = np.isfinite(theirs)
    np.testing.assert_allclose(ours[finite], theirs[finite], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "settings", "draw"), CASES + WHOLE, ids=lambda v: getattr(v, "__name__", str(v)))
def test_objects(sides, name, settings, draw):
    for shape, reductions in (((6, 4), ("sum_over_batch_size",)), ((3, 2, 4), ("mean_with_sample_weight", None))):
        target, y = arrays.drawn(draw, shape)
        whole = name in ("Dice", "Tversky") and "axis" not in settings
        weights = None if whole else RANDOM.uniform(0, 2, shape[:-1]).astype("float32")
        for reduction in reductions:
            assert_same(
                sides,
                lambda k, v, r=reduction, t=target, w=weights: getattr(k.losses, name)(reduction=r, **settings)(
                    t, v, sample_weight=w
                ),
                y,
            )


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_functions(sides, name):
    draw = next(draw for other, _, draw in CASES if other == name)
    theirs = importlib.import_module("keras.src.losses").losses
    called = next(n for n, f in inspect.getmembers(theirs, inspect.isfunction) if n.replace("_", "") == name.lower())
    extra = {"q": 0.5} if name.startswith("CategoricalGen") else {}
    target, y = arrays.drawn(draw, (5, 4))
    weights = RANDOM.uniform(0.5, 2, 5).astype("float32")

    def function(keras, v):
        found = getattr(keras.losses, called)(target, v, **extra)
        return found if found.shape == () else found * weights

    assert_same(sides, function, y)


@pytest.mark.parametrize(("target", "y"), [((5,), (5, 1)), ((5, 1), (5,)), ((5, 1), (5, 3)), ((5, 3), (5, 1))], ids=str)
def test_shapes_that_differ(sides, target, y):
    target, y = RANDOM.normal(size=target).astype("float32"), RANDOM.normal(size=y).astype("float32")
    assert_same(sides, lambda k, v: k.losses.MeanSquaredError()(target, v), y)


def test_circle(sides):
    target, y = RANDOM.integers(0, 3, 9), arrays.unit_rows((9, 4)).astype("float32")
    weights = RANDOM.uniform(0.5, 2, 9).astype("float32")
    x = sides[0].ops.convert_to_tensor(y)
    ours = on_tape(sides[0], lambda v: sides[0].losses.Circle(gamma=3.0)(target, v, sample_weight=weights), x)
    theirs = by_jax(sides[1], lambda v: sides[1].losses.Circle(gamma=3.0)(target, v, sample_weight=weights), y)
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["MeanSquaredError", "MeanAbsoluteError", "LogCosh", "Huber", "CosineSimilarity"])
def test_targets_may_be_computed(sides, name):
    """Where both may change places, a tape follows the targets."""
    y, x = RANDOM.normal(size=(2, 4, 3)).astype("float32")
    assert_same(sides, lambda k, v: getattr(k.losses, name)()(v * 2, y), x)


def test_targets_of_other_losses(sides):
    ours = sides[0]
    with pytest.raises(ValueError, match=r"gradient through the targets of the loss 'poisson'"):
        on_tape(ours, lambda v: ours.losses.Poisson()(v, np.ones((2, 1), "float32")), np.ones((2, 1), "float32"))


def test_a_loss_of_ones_own(sides):
    target, y = RANDOM.normal(size=(2, 5, 3)).astype("float32")

    def loss(keras, v):
        class Cubic(keras.losses.Loss):
            def call(self, y_true, y_pred):
                return keras.ops.mean(keras.ops.abs(y_pred - y_true) ** 3, axis=-1)

        return Cubic()(target, v, sample_weight=np.arange(5.0, dtype="float32"))

    assert_same(sides, loss, y)


def test_losses_are_tensors(sides):
    loss = sides[0].losses.MeanSquaredError()([[0.0], [0.0]], [[1.0], [3.0]])
    assert loss.numpy() == 5
    assert f"{loss:.1f} {float(loss)}" == "5.0 5.0"
    assert sides[0].losses.mean_squared_error([[0.0]], [[2.0]]).numpy().tolist() == [4.0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(sides, name):
    x = np.concatenate([RANDOM.normal(size=(4, 6)) * 2, [[-1.0, 0.0, 1.0, 0.5, -0.5, 3.0]]]).astype("float32")
    weights = RANDOM.normal(size=(5, 3 if name == "glu" else 6)).astype("float32")
    assert_same(sides, lambda k, v: getattr(k.activations, name)(v) * weights, x)


def test_activations_of_variables_and_symbols(sides):
    from pynn.tape import GradientTape

    keras = sides[0]
    w = keras.Variable([1.0, -1.0])
    with GradientTape() as tape:
        y = keras.activations.relu(w)
    np.testing.assert_array_equal(tape.gradient(y, w), [1.0, 0.0])
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.activations.relu(keras.layers.Dense(2)(inputs), negative_slope=0.5))
    x = RANDOM.normal(size=(4, 3)).astype("float32")
    linear = x @ model.weights[0].numpy()
    np.testing.assert_allclose(model.predict(x, verbose=0), np.where(linear > 0, linear, linear / 2), rtol=1e-5)
