"""Weights for each loss of a row, where an output has several; one loss for several outputs."""

from __future__ import annotations

import numpy as np
import pytest

RANDOM = np.random.default_rng(3)
N, T, K = 10, 4, 3
X = RANDOM.normal(size=(N, T, 2)).astype("float32")
Y = RANDOM.normal(size=(N, T, K)).astype("float32")
LABELS = RANDOM.integers(0, K, (N, T))
W = RANDOM.uniform(0.2, 2, (N, T)).astype("float32")
W[2, 1] = W[5] = 0


def model(keras, loss, units=K, shape=(), metrics=()):
    activation = "softmax" if "cross" in str(loss) else None
    inputs = keras.Input((T, 2))
    h = keras.layers.Dense(units, activation, kernel_initializer="ones", bias_initializer="ones")(inputs)
    made = keras.Model(inputs, keras.layers.Reshape(shape)(h) if shape else h)
    made.compile(keras.optimizers.SGD(0.1), loss, weighted_metrics=list(metrics))
    return made


CASES = {
    "each": ("mse", Y, W, K, (), ("mae", "mse", "cosine_similarity")),
    "each, with an axis more": ("mse", Y, W[..., None], K, (), ("mae",)),
    "each row": ("mse", Y, W[:, :1], K, (), ("mae",)),
    "labels": ("sparse_categorical_crossentropy", LABELS, W, K, (), ("acc",)),
    "labels in a column": ("sparse_categorical_crossentropy", LABELS[..., None], W, K, (), ("acc",)),
    "one-hot": ("categorical_crossentropy", np.eye(K)[LABELS].astype("float32"), W, K, (), ("acc",)),
    "one number": ("mae", Y[..., :1], W, 1, (), ("mae",)),
    "four axes": ("mse", Y.reshape(N, 2, 2, K), W.reshape(N, 2, 2), K, (2, 2, K), ("mae",)),
    "four axes, some alike": ("mse", Y.reshape(N, 2, 2, K), W[:, :2, None], K, (2, 2, K), ("mae",)),
}


@pytest.mark.parametrize("case", CASES)
def test_same_training(twins, case):
    loss, y, w, units, shape, metrics = CASES[case]
    pair = twins(lambda keras: model(keras, loss, units, shape, metrics))
    pair.assert_same_training(X, y, sample_weight=w, epochs=3, batch_size=4, validation_data=(X, y, w))


@pytest.mark.parametrize("reduction", ["sum", "mean_with_sample_weight"])
def test_reductions(twins, reduction):
    pair = twins(lambda keras: model(keras, keras.losses.MeanSquaredError(reduction=reduction)))
    pair.assert_same_training(X, Y, sample_weight=W, epochs=2, batch_size=4)


def test_losses_and_metrics_of_ones_own(twins):
    def build(keras):
        def absolute(y_true, y_pred):
            return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)

        class Squares(keras.losses.Loss):
            def call(self, y_true, y_pred):
                return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

        return model(keras, Squares(), metrics=(absolute,))

    twins(build).assert_same_training(X, Y, sample_weight=W, epochs=2, batch_size=4)


def test_no_python_between_batches(keras, monkeypatch):
    from pynn.plan import Plan

    monkeypatch.setattr(Plan, "python", lambda self, name, *args: pytest.fail(f"a Python step: {name}"))
    model(keras, "mse", metrics=("mae",)).fit(X, Y, sample_weight=W, verbose=0)


def test_batches_and_steps_by_hand(sides):
    """Generators and train_on_batch."""
    pair = [model(side, "mse") for side in sides]
    np.testing.assert_allclose(*(m.train_on_batch(X, Y, sample_weight=W) for m in pair), rtol=1e-5)
    batches = [(X[:5], Y[:5], W[:5]), (X[5:], Y[5:], W[5:])]
    found = [
        m.fit((batch for batch in batches), steps_per_epoch=2, shuffle=False, verbose=0).history["loss"] for m in pair
    ]
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize("shape", [(N, 3), (N, 1, T), (N, T, K), (3, T), (T,)], ids=str)
def test_other_shapes_are_refused(keras, shape, is_oracle):
    if is_oracle and shape == (N, 1, T):
        pytest.skip("Keras weighs each row by the weights of all")
    with pytest.raises((ValueError, TypeError), match="sample_weight has shape" if not is_oracle else ""):
        model(keras, "mse").fit(X, Y, sample_weight=np.ones(shape), verbose=0)


def two_outputs(keras, **options):
    inputs = keras.Input((T, 2))
    outputs = [keras.layers.Dense(1, name=name, kernel_initializer="ones")(inputs) for name in "ab"]
    made = keras.Model(inputs, outputs)
    made.compile("sgd", "mse", **options)
    return made.fit(X, [Y[..., :1], Y[..., 1:2]], batch_size=5, shuffle=False, verbose=0).history


@pytest.mark.parametrize("weights", [None, 3.0, [3.0]], ids=str)
def test_one_loss_has_one_weight(sides, weights):
    ours, theirs = (two_outputs(side, loss_weights=weights) for side in sides)
    assert list(ours) == list(theirs)
    np.testing.assert_allclose(list(ours.values()), list(theirs.values()), rtol=1e-5)


@pytest.mark.parametrize("weights", [[1.0, 2.0], {"a": 1.0, "b": 2.0}], ids=str)
def test_more_weights_than_losses(keras, weights):
    with pytest.raises(ValueError, match="`loss_weights` must match the number of losses, got 1 losses and 2 weights"):
        two_outputs(keras, loss_weights=weights)


def test_weight_of_one_output_of_several(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras takes it for all outputs")
    with pytest.raises(ValueError, match="one loss is given for all outputs"):
        two_outputs(keras, loss_weights={"a": 2.0})
