"""Metrics that are attributes of a model or of a layer, and methods of the step that use them; against Keras."""

from __future__ import annotations

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = 2 * X[:, :1]


def error(keras, y, predicted):
    return keras.ops.mean(keras.ops.abs(y - predicted))


def methods_of(keras, name):
    """What a model of one's own overrides."""

    class Before(keras.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            self.mine.update_state(error(keras, y, y_pred))
            return super().compute_metrics(x, y, y_pred, sample_weight)

    class Behind(keras.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            found = super().compute_metrics(x, y, y_pred, sample_weight)
            self.mine.update_state(error(keras, y, y_pred))
            return found | {"own": self.mine.result()}

    class Result(keras.Model):
        def get_metrics_result(self):
            return {"twice": 2 * super().get_metrics_result()["loss"]}

    class InLoss(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = error(keras, y, y_pred)
            self.mine.update_state(loss)
            return loss

    return {"before": Before, "behind": Behind, "result": Result, "in loss": InLoss, "nothing": keras.Model}[name]


def model_of(keras, name, metrics):
    class Own(methods_of(keras, name)):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1, kernel_initializer="ones")
            self.mine = keras.metrics.Mean(name="mine")

        def call(self, x):
            return self.dense(x)

    model = Own()
    model(X[:2])
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=metrics)
    return model


@pytest.mark.parametrize("metrics", [None, ["mae"]])
@pytest.mark.parametrize("name", ["before", "behind", "result", "in loss", "nothing"])
def test_metrics_of_a_model(on_both, name, metrics):
    def found(keras):
        model = model_of(keras, name, metrics)
        history = model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, validation_data=(X, Y), verbose=0).history
        ends = model.evaluate(X, Y, verbose=0), model.train_on_batch(X, Y), model.test_on_batch(X, Y)
        return history, model.evaluate(X, Y, verbose=0, return_dict=True), [np.ravel(end).tolist() for end in ends]

    (history, logs, ends), (wanted, same, and_these) = on_both(found)
    assert history.keys() == wanted.keys()
    for key in wanted:
        np.testing.assert_allclose(history[key], wanted[key], rtol=1e-5, err_msg=key)
    assert logs == pytest.approx({key: float(value) for key, value in same.items()}, rel=1e-5)
    for end, other in zip(ends, and_these, strict=True):
        np.testing.assert_allclose(end, other, rtol=1e-5)


def chain(keras, layer):
    model = keras.Sequential([keras.Input((4,)), layer, keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model


def layer_of(keras, updates):
    class Seen(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.mean = keras.metrics.Mean(name="seen")

        def call(self, x):
            if updates:
                self.mean.update_state(x)
            return x

    return Seen()


def test_metrics_of_a_layer(on_both):
    def found(keras):
        model = chain(keras, layer_of(keras, False))
        history = model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history
        return sorted(history), history["seen"], model.evaluate(X, Y, verbose=0)[1], model.metrics[-1].name

    ours, theirs = on_both(found)
    assert ours == theirs


def test_metrics_that_a_call_updates(keras):
    """On JAX Keras fails here; with TensorFlow it gives these numbers: each epoch begins anew."""
    model = chain(keras, layer_of(keras, True))
    given = {"validation_data": (X[:10], Y[:10]), "batch_size": 8, "verbose": 0}
    history = model.fit(X, Y, epochs=3, shuffle=False, **given).history
    np.testing.assert_allclose(history["seen"], [X.mean()] * 3, rtol=1e-5)
    np.testing.assert_allclose(history["val_seen"], [X[:10].mean()] * 3, rtol=1e-5)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0)[1], X.mean(), rtol=1e-5)
    np.testing.assert_allclose(model.test_on_batch(X[:3], Y[:3])[1], X[:3].mean(), rtol=1e-5)


def test_metrics_of_models_inside_do_not_count(on_both):
    def found(keras):
        inner = model_of(keras, "nothing", None)
        model = keras.Sequential([keras.Input((4,)), inner, layer_of(keras, False)])
        model.compile("sgd", "mse")
        return sorted(model.fit(X, Y, verbose=0).history), [metric.name for metric in model.metrics]

    ours, theirs = on_both(found)
    assert ours == theirs
