"""Epochs that nobody looks at give what others give: histories, weights, and the state of the random numbers."""

from __future__ import annotations

import numpy as np
import pytest

import pynn
from pynn import keras
from pynn.keras import layers
from pynn.models import unheard

RANDOM = np.random.default_rng(0)
ROWS = 23
X = RANDOM.normal(size=(ROWS, 5)).astype("float32")
LABELS = RANDOM.integers(0, 3, ROWS)
TARGETS = RANDOM.normal(size=(ROWS, 2)).astype("float32")


class Looking(keras.callbacks.Callback):
    """Does nothing, after every epoch."""

    def on_epoch_end(self, epoch, logs=None):
        pass


def sequential(*stack):
    return keras.Sequential([keras.Input((5,)), *stack])


def classifier():
    model = sequential(layers.Dense(7, "relu"), layers.Dropout(0.3), layers.Dense(3, "softmax"))
    metrics = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2)]
    model.compile("adam", "sparse_categorical_crossentropy", metrics=metrics, weighted_metrics=["accuracy"])
    return model, {"y": LABELS, "sample_weight": np.linspace(0.2, 1, ROWS)}


def scheduled():
    model = sequential(layers.Dense(4, "tanh", kernel_regularizer="l2"), layers.BatchNormalization(), layers.Dense(2))
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.9)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), "mse", metrics=["mae"])
    return model, {"y": TARGETS}


def two_outputs():
    inputs = keras.Input((5,))
    hidden = layers.Dense(6, "relu")(inputs)
    model = keras.Model(inputs, [layers.Dense(2, name="a")(hidden), layers.Dense(3, "softmax", name="b")(hidden)])
    model.compile("rmsprop", ["mse", "sparse_categorical_crossentropy"], metrics=[["mae"], ["accuracy"]])
    return model, {"y": [TARGETS, LABELS]}


def class_weights():
    model = sequential(layers.Dense(3, "softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, {"y": LABELS, "class_weight": {0: 1.0, 1: 0.5, 2: 2.0}}


def own_loss():
    model = sequential(layers.Dense(2))
    model.compile("sgd", lambda y, p: keras.ops.mean(keras.ops.abs(y - p), axis=-1))
    return model, {"y": TARGETS}


def own_metric():
    class Most(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="most")
            self.most = self.add_variable((), "zeros", name="most_so_far")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.most.assign(keras.ops.maximum(self.most, keras.ops.max(keras.ops.abs(y_pred))))

        def result(self):
            return self.most

    model = sequential(layers.Dense(2))
    model.compile("sgd", "mse", metrics=[Most()])
    return model, {"y": TARGETS}


def unshuffled():
    model, given = scheduled()
    return model, given | {"shuffle": False}


WALKED = [classifier, scheduled, two_outputs, class_weights]
ALL = [*WALKED, own_loss, own_metric, unshuffled]


@pytest.fixture
def walks(monkeypatch):
    """Epochs of each walk of several."""
    counts = []

    class Counted(unheard._Epochs):
        def run(self, arrays):
            done = super().run(arrays)
            counts.append(self._count if done else 0)
            return done

    monkeypatch.setattr(unheard, "_Epochs", Counted)
    return counts


def trained(make, callbacks, **settings):
    keras.utils.set_random_seed(3)
    model, given = make()
    settings = {"batch_size": 4, "epochs": 9, "verbose": 0} | given | settings
    record = model.fit(X, callbacks=callbacks, **settings)
    found = {"epochs": record.epoch, "history": record.history, "now": dict(model.get_metrics_result())}
    return found | {"weights": [w.tobytes() for w in model.get_weights()], "next": np.random.random()}


@pytest.mark.parametrize("batch", [1, 4, 23, 32])
@pytest.mark.parametrize("make", ALL)
def test_the_same_as_with_somebody_looking(make, batch, walks):
    heard = trained(make, [Looking()], batch_size=batch)
    assert not walks
    assert trained(make, None, batch_size=batch) == heard
    assert (sum(walks) == 9) if make in WALKED else not any(walks)


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_other_backends(backend, walks):
    before = pynn.get_backend()
    if backend == "numba":
        pytest.importorskip("numba", reason="for want of numba")
    try:
        pynn.set_backend(backend)
        assert trained(classifier, None) == trained(classifier, [Looking()])
    finally:
        pynn.set_backend(before)
    assert any(walks) == (backend == "numba")


def test_epochs_are_numbered_from_the_first(walks):
    assert trained(classifier, None, epochs=12, initial_epoch=5)["epochs"] == list(range(5, 12))
    assert trained(classifier, None, epochs=1)["epochs"] == [0]
    assert walks == [7]


def test_epochs_that_take_long_are_not_walked_together_at_first(walks, monkeypatch):
    """Whoever sets `stop_training` from elsewhere should not wait for all of them."""
    expected = trained(classifier, None)
    monkeypatch.setattr(unheard, "SLICE_SECONDS", 1e3)  # afterwards all the rest, however busy the machine
    for first, counts in (3, [3, 6]), (1, [8]):  # one epoch alone is no walk of several
        walks.clear()
        monkeypatch.setattr(unheard, "_QUICK", first * ROWS * (5 * 7 + 7 + 7 * 3 + 3))
        assert trained(classifier, None) == expected
        assert walks == counts


def test_who_looks_is_told_in_time(walks):
    """Of every epoch, with the weights of that epoch."""
    seen = []

    class Weights(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append(self.model.get_weights()[0].tobytes())

    trained(classifier, [Weights()], epochs=4)
    assert len(set(seen)) == 4
    trained(classifier, None, epochs=4, validation_split=0.2)
    assert not walks


def test_epochs_before_an_interrupt_are_in_the_history(monkeypatch):
    run, left = unheard.run_and_count, [2]

    def interrupted(plan, runner, first, last, at_a_time):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return run(plan, runner, first, min(last, first + 15), at_a_time)  # of six batches an epoch

    monkeypatch.setattr(unheard, "run_and_count", interrupted)
    keras.utils.set_random_seed(3)
    model, given = classifier()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, batch_size=4, epochs=9, verbose=0, **given)
    assert model.history.epoch == [0, 1]
    assert int(model.optimizer.iterations) == 15
    assert len(model.fit(X, batch_size=4, epochs=2, verbose=0, **given).history["loss"]) == 2
