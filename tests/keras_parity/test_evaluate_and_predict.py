"""What evaluate, predict and the model itself return: forms, shapes, dtypes and numbers, as real Keras's."""

from __future__ import annotations

import numpy as np
import pytest


def network(loss="categorical_crossentropy", metrics=None):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential([keras.Input((6,)), layers.Dense(5, "tanh"), layers.Dense(3, "softmax")])
        model.compile("adam", loss, metrics=metrics)
        return model

    return build


@pytest.mark.parametrize("metrics", [None, [], ["accuracy"], ["mae", "accuracy"]], ids=str)
@pytest.mark.parametrize("return_dict", [False, True])
def test_forms_of_evaluate(twins, data, same_logs, metrics, return_dict):
    """A number without metrics, else a list; a dict on demand."""
    pair = twins(network(metrics=metrics))
    ours, theirs = pair.evaluate(data.x, data.one_hot, return_dict=return_dict)
    assert type(ours) is type(theirs)
    values = ours.values() if return_dict else ours if metrics else [ours]
    assert [type(value) for value in values] == [float] * len(values)
    if return_dict:
        same_logs(ours, theirs)
    else:
        np.testing.assert_allclose(ours, theirs, rtol=2e-5)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 1000])
def test_batch_size_of_evaluate_does_not_matter(twins, data, batch_size):
    pair = twins(network(metrics=["accuracy"]))
    ours, theirs = pair.evaluate(data.x[:50], data.one_hot[:50], batch_size=batch_size)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5)


@pytest.mark.parametrize(("rows", "batch_size"), [(1, None), (31, None), (32, None), (65, None), (10, 3), (5, 100)])
def test_predict(twins, data, rows, batch_size):
    ours, theirs = twins(network()).predict(data.x[:rows], batch_size=batch_size)
    assert type(ours) is np.ndarray
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert ours.flags.c_contiguous
    assert ours.flags.writeable
    assert ours.flags.owndata
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)


def test_predictions_are_the_callers_own(keras, data):
    """A later predict or fit writes nothing into an array already given away, nor the caller into the model's."""
    model = network()(keras)
    first = model.predict(data.x, verbose=0)
    kept = first.copy()
    model.fit(data.x, data.one_hot, verbose=0)
    model.predict(data.x[::-1], verbose=0)
    np.testing.assert_array_equal(first, kept)
    before = model.predict(data.x, verbose=0)
    first[:] = -1
    np.testing.assert_array_equal(model.predict(data.x, verbose=0), before)


def test_predict_sees_the_newest_weights(twins, data):
    pair = twins(network())
    pair.predict(data.x)
    pair.fit(data.x, data.one_hot, epochs=2)
    ours, theirs = pair.predict(data.x)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-5)
    pair.set_weights(seed=99)
    ours, theirs = pair.predict(data.x)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)


def test_predict_needs_no_compile_and_no_input(real_keras, keras, data):
    """The first rows tell the shape; the weights come to life then."""
    models = []
    for side in (keras, real_keras):
        models.append(side.Sequential([side.layers.Dense(4, "relu"), side.layers.Dense(2)]))
        assert not models[-1].built
        assert models[-1].get_weights() == []
        assert models[-1].predict(data.x, verbose=0).shape == (200, 2)
        assert models[-1].built
        assert [w.shape for w in models[-1].get_weights()] == [(6, 4), (4,), (4, 2), (2,)]
    models[0].set_weights(models[1].get_weights())
    ours, theirs = (model.predict(data.x, verbose=0) for model in models)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)


def test_calling_the_model(twins, data):
    ours, theirs = (model(data.x[:5]) for model in twins(network()).models)
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-5, atol=1e-6)


def test_training_after_building_by_data(twins, data, same_history):
    """A model that meets its first rows in fit is built there; its weights can be set before that by `build`."""

    def build(keras):
        model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dense(3, "softmax")])
        model.compile("sgd", "categorical_crossentropy")
        model.build((None, 6))
        return model

    pair = twins(build)
    same_history(*pair.fit(data.x, data.one_hot, epochs=2))
    pair.assert_same_weights()


def test_variables(twins, data):
    """Names, shapes and dtypes of a layer's variables; what they hold is what the model computes with."""
    pair = twins(network())
    pair.fit(data.x, data.one_hot)
    ours, theirs = pair.models
    for w, v in zip(ours.weights, theirs.weights, strict=True):
        assert (w.name, tuple(w.shape), str(w.dtype)) == (v.name, tuple(v.shape), str(v.dtype))
    assert len(ours.trainable_variables) == len(theirs.trainable_variables) == 4
    layer = ours.layers[0]
    np.testing.assert_array_equal(np.asarray(layer.kernel), ours.get_weights()[0])
    np.testing.assert_array_equal(layer.bias.numpy(), layer.get_weights()[1])
    layer.kernel.assign(np.zeros((6, 5)))
    assert not ours.get_weights()[0].any()
    same_rows = ours.predict(data.x, verbose=0)
    np.testing.assert_allclose(same_rows, np.broadcast_to(same_rows[0], same_rows.shape), rtol=1e-6)


def test_get_weights_gives_copies(keras, data):
    model = network()(keras)
    given = model.get_weights()
    kept = [w.copy() for w in given]
    model.fit(data.x, data.one_hot, verbose=0)
    for w, v in zip(given, kept, strict=True):
        np.testing.assert_array_equal(w, v)


def test_optimizer_counts_steps(twins, data):
    pair = twins(network())
    pair.fit(data.x, data.one_hot, epochs=3)
    ours, theirs = (model.optimizer for model in pair.models)
    assert int(ours.iterations) == int(theirs.iterations) == 21
    np.testing.assert_allclose(float(ours.learning_rate), float(theirs.learning_rate), rtol=1e-7)
    assert [tuple(v.shape) for v in ours.variables] == [tuple(v.shape) for v in theirs.variables]
    assert [v.name for v in ours.variables] == [v.name for v in theirs.variables]
