"""Layers beside Dense in Sequential models: whole trainings, adapted layers and configurations as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

ROWS = 50  # batches of 16 leave a last one of 2


def data(*row, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, *row)).astype("float32"), rng.integers(0, classes, ROWS)


def dense(keras, *names):
    L = keras.layers
    return [keras.Input((6,)), L.Dense(8, "relu"), *(getattr(L, name)() for name in names), L.Dense(3, "softmax")]


MODELS = {
    "batch normalization": (lambda k: dense(k, "BatchNormalization"), data(6)),
    "two batch normalizations": (
        lambda k: [*dense(k, "BatchNormalization")[:-1], k.layers.Dense(5, "tanh"),
            k.layers.BatchNormalization(-1, 0.8), k.layers.Dense(3, "softmax")], data(6)),
    "batch normalization first": (
        lambda k: [k.Input((6,)), k.layers.BatchNormalization(), k.layers.Dense(3, "softmax")], data(6)),
    "frozen batch normalization": (
        lambda k: [k.Input((6,)), k.layers.Dense(5, "relu"), k.layers.BatchNormalization(trainable=False),
            k.layers.Dense(3, "softmax")], data(6)),
    "layer normalization": (lambda k: dense(k, "LayerNormalization"), data(6)),
    "rms and unit normalization": (lambda k: dense(k, "RMSNormalization", "UnitNormalization"), data(6)),
    "group normalization": (
        lambda k: [k.Input((4, 6)), k.layers.GroupNormalization(3), k.layers.Flatten(), k.layers.Dense(3, "softmax")],
        data(4, 6)),
    "shapes": (
        lambda k: [k.Input((12,)), k.layers.Reshape((3, -1)), k.layers.Permute((2, 1)), k.layers.Dense(4, "relu"),
            k.layers.Identity(), k.layers.Flatten(), k.layers.RepeatVector(2), k.layers.GlobalMaxPooling1D(),
            k.layers.Rescaling(0.5, 0.1), k.layers.Dense(3, "softmax")], data(12)),
    "embedding, mean": (
        lambda k: [k.Input((5,)), k.layers.Embedding(7, 4), k.layers.GlobalAveragePooling1D(),
            k.layers.Dense(3, "softmax")], (np.random.default_rng(1).integers(0, 7, (ROWS, 5)), data(1)[1])),
    "embedding, flat": (
        lambda k: [k.Input((5,)), k.layers.Embedding(7, 4), k.layers.Flatten(), k.layers.Dense(3, "softmax")],
        (np.random.default_rng(1).integers(0, 7, (ROWS, 5)).astype("float32"), data(1)[1])),
    "embedding, largest, dense on every step": (
        lambda k: [k.Input((5,)), k.layers.Embedding(7, 4), k.layers.Dense(6, "relu"), k.layers.GlobalMaxPooling1D(),
            k.layers.Dense(3, "softmax")], (np.random.default_rng(1).integers(0, 7, (ROWS, 5)), data(1)[1])),
    "categories": (
        lambda k: [k.Input((1,)), k.layers.CategoryEncoding(7, "one_hot"), k.layers.Dense(3, "softmax")],
        (np.random.default_rng(1).integers(0, 7, (ROWS, 1)), data(1)[1])),
    "bins": (
        lambda k: [k.Input((1,)), k.layers.Discretization([-0.5, 0.0, 0.5], output_mode="one_hot"),
            k.layers.Dense(3, "softmax")], data(1)),
    "activity": (
        lambda k: [k.Input((6,)), k.layers.Dense(5), k.layers.ActivityRegularization(0.01, 0.02),
            k.layers.Dense(3, "softmax")], data(6)),
}  # fmt: skip


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", MODELS)
def test_training(twins, name, optimizer):
    build, (x, y) = MODELS[name]

    def compiled(keras):
        model = keras.Sequential(build(keras))
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    pair = twins(compiled)
    for model in pair.models:  # a variance is not negative, and a gamma of 0.1 would hide what is behind it
        for layer in model.layers:
            if "normalization" in layer.name:
                layer.set_weights([np.abs(w) + 0.5 for w in layer.get_weights()])
    pair.assert_same_training(x, y, batch_size=16, epochs=3)


def columns(seed=4):
    return (np.random.default_rng(seed).normal(size=(60, 3)) * [1, 20, 0.1] + [0, 1000, -3]).astype("float32")


ADAPTED = {
    "columns": (lambda L: L.Normalization(), columns()),
    "one for all": (lambda L: L.Normalization(axis=None), columns()),
    "numbers": (lambda L: L.Normalization(axis=None), columns()[:, 0]),
    "axis 1": (lambda L: L.Normalization(axis=1), columns().reshape(15, 4, 3)),
    "two axes": (lambda L: L.Normalization(axis=(1, 2)), columns().reshape(15, 4, 3)),
    "inverted": (lambda L: L.Normalization(invert=True), columns()),
    "integers": (lambda L: L.Normalization(), columns().astype("int32")),
    "float64": (lambda L: L.Normalization(), columns().astype("float64")),
    "constant column": (lambda L: L.Normalization(), np.ones((9, 2), "float32")),
    "bins": (lambda L: L.Discretization(num_bins=4), columns()[:, 0]),
    "many bins": (lambda L: L.Discretization(num_bins=13, epsilon=0.1), columns()),
    "a bin": (lambda L: L.Discretization(num_bins=1, output_mode="one_hot"), columns()[:, :1]),
    "bins, few values": (lambda L: L.Discretization(num_bins=3, output_mode="count"), columns()[:2]),
}


@pytest.mark.parametrize("name", ADAPTED)
def test_adapt(sides, name):
    make, values = ADAPTED[name]
    found = []
    for keras in sides:
        layer = make(keras.layers)
        adapt(keras, layer, values)
        found.append((np.asarray(layer(values)), [np.asarray(w) for w in layer.get_weights()], layer))
    (y, weights, ours), (want, want_weights, real) = found
    np.testing.assert_allclose(y, want, rtol=2e-4, atol=2e-5)
    assert y.dtype == want.dtype
    assert [w.shape for w in weights] == [w.shape for w in want_weights]
    for w, v in zip(weights, want_weights, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)
    if "Discretization" in type(ours).__name__:
        assert ours.bin_boundaries == real.bin_boundaries
    else:
        np.testing.assert_allclose(ours.mean, real.mean, rtol=1e-5)
        np.testing.assert_allclose(ours.variance, real.variance, rtol=1e-5)


def adapt(keras, layer, *batches):
    """Real Keras needs TensorFlow to adapt to batches, and for every `adapt` of a Discretization."""
    if keras.__name__ == "keras" and isinstance(layer, keras.layers.Discretization):
        layer.reset_state()
        for batch in batches:
            layer.update_state(batch)
        layer.finalize_state()
    elif len(batches) == 1 or keras.__name__ == "keras":
        layer.adapt(np.concatenate(batches))
    else:
        layer.adapt(list(batches))


@pytest.mark.parametrize("make", [lambda L: L.Normalization(), lambda L: L.Discretization(num_bins=5, epsilon=0.05)])
@pytest.mark.parametrize("size", [7, 20])
def test_adapt_to_batches(sides, make, size):
    """Batches one after the other, and twice: the second time starts afresh."""
    found = []
    for keras in sides:
        layer = make(keras.layers)
        adapt(keras, layer, columns(1))
        adapt(keras, layer, *(columns()[start : start + size] for start in range(0, 60, size)))
        found.append(np.asarray(layer(columns())))
    np.testing.assert_allclose(found[0], found[1], rtol=2e-4, atol=2e-4)


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_adapt_before_the_model(sides):
    """As in the tutorials: adapt, then the first layer of a model, with and without the input's shape."""
    x = columns()
    losses = []
    for keras in sides:
        for options in ({}, {"input_shape": (3,)}):
            keras.utils.set_random_seed(3)
            first = keras.layers.Normalization(axis=-1, **options)
            first.adapt(x)
            model = keras.Sequential([first, keras.layers.Dense(1, kernel_initializer="ones")])
            model.compile("sgd", "mse")
            losses.append(model.fit(x, x[:, 0], epochs=3, verbose=0, batch_size=16).history["loss"])
    for other in losses[1:]:
        np.testing.assert_allclose(other, losses[0], rtol=1e-4)


def test_adapt_in_a_model_that_has_trained(keras):
    """Plans that are there already see the new numbers."""
    layer = keras.layers.Normalization()
    model = keras.Sequential([keras.Input((3,)), layer])
    before = np.asarray(model.predict(columns(), verbose=0))
    np.testing.assert_allclose(before, columns(), rtol=1e-6)
    layer.adapt(columns())
    after = np.asarray(model.predict(columns(), verbose=0))
    np.testing.assert_allclose(after.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(after.std(0), 1, rtol=1e-4)
    np.testing.assert_array_equal(np.asarray(layer(columns())), after)


def test_configuration_after_adapting(sides):
    configs = []
    for keras in sides:
        layer = keras.layers.Discretization(num_bins=3, name="d")
        adapt(keras, layer, columns()[:, 0])
        configs.append(layer.get_config())
    assert configs[0] == configs[1]
    again = sides[0].layers.Discretization.from_config(configs[1])
    assert again.get_config() == configs[1]
    assert np.asarray(again(columns()[:, 0])).max() == 2


def test_weights_of_counting_categories(sides):
    numbers, weights = np.array([[0, 1], [2, 2]]), np.array([[0.5, 1], [2, 3]], "float32")
    ours, theirs = (
        np.asarray(keras.layers.CategoryEncoding(3, "count")(numbers, count_weights=weights)) for keras in sides
    )
    np.testing.assert_array_equal(ours, theirs)


def test_embedding_with_given_weights(sides):
    table = np.arange(6, dtype="float32").reshape(3, 2)
    for weights in (table, [table]):
        for keras in sides:
            layer = keras.layers.Embedding(3, 2, weights=weights)
            np.testing.assert_array_equal(np.asarray(layer(np.array([[2, 0]]))), table[[[2, 0]]])


def test_embedding_out_of_range(sides):
    numbers = np.array([[0, 3], [-1, -4]])
    ours, theirs = (keras.layers.Embedding(3, 2, "ones") for keras in sides)
    np.testing.assert_array_equal(np.asarray(ours(numbers)), np.asarray(theirs(numbers)))


def test_merging_one_input(keras):
    y = keras.layers.Add()([np.ones((2, 3))])
    np.testing.assert_array_equal(np.asarray(y), np.ones((2, 3)))
