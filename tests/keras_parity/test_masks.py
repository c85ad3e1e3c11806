"""Masks: who makes them, passes them on, uses them and loses them; trainings, losses and metrics as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

ROWS, STEPS = 30, 5  # batches of 8 leave a last one of 6
DESTROYED = "ignore:.*was passed an input with a mask attached to it"

rng = np.random.default_rng(3)
WORDS = rng.integers(0, 6, (ROWS, STEPS))
WORDS[:, 0] = 1 + WORDS[:, 0] % 5  # no row is masked throughout
POINTS = rng.normal(size=(ROWS, STEPS, 3)).astype("float32") * (WORDS[..., None] != 0)
ROW = rng.normal(size=(ROWS, 4)).astype("float32") * (WORDS[:, 1:2] != 0)
CLASS, NUMBER = rng.integers(0, 3, ROWS), rng.normal(size=(ROWS, 1)).astype("float32")
EACH = rng.normal(size=(ROWS, STEPS, 1)).astype("float32")
LABELS = rng.integers(0, 3, (ROWS, STEPS))


def words(L):
    return L.Embedding(6, 4, mask_zero=True)


def functional(build):
    def make(keras):
        x = keras.Input((STEPS,))
        return keras.Model(x, build(keras, keras.layers, x))

    return make


def chain(*make):
    return lambda keras: keras.Sequential([f(keras.layers) for f in make])


def own_layer(keras):
    class Mean(keras.layers.Layer):
        def call(self, x, mask=None):
            kept = keras.ops.expand_dims(keras.ops.cast(mask, x.dtype), -1)
            return keras.ops.sum(x * kept, axis=1) / keras.ops.sum(kept, axis=1)

    return Mean()


def own_mask(keras):
    class Second(keras.layers.Layer):
        """Every step looks at the one behind it; so does the mask."""

        def call(self, x):
            return keras.ops.roll(x, -1, axis=1)

        def compute_mask(self, inputs, mask=None):
            return keras.ops.roll(mask, -1, axis=1)

    return Second()


def own_model(keras):
    class Tagger(keras.Model):
        def __init__(self):
            super().__init__()
            self.words, self.hidden, self.out = words(keras.layers), keras.layers.Dense(3), keras.layers.Dense(1)

        def call(self, x):
            return self.out(self.hidden(self.words(x)))

    model = Tagger()
    model(WORDS[:2])
    return model


def joined(axis, second=words):
    def build(k, L, x):
        both = L.Concatenate(axis=axis)([words(L)(x), second(L)(x)])
        return L.Dense(1)(L.GlobalAveragePooling1D()(both))

    return functional(build)


MEAN, ONE = (lambda L: L.GlobalAveragePooling1D()), (lambda L: L.Dense(1))
# What: (the model, x, y)
MODELS = {
    "mean of words": (chain(words, MEAN, ONE), WORDS, NUMBER),
    "mean of points": (chain(lambda L: L.Masking(), lambda L: L.Dense(4, "relu"), MEAN, ONE), POINTS, NUMBER),
    "through many": (
        chain(words, lambda L: L.Dense(4), lambda L: L.Activation("relu"), lambda L: L.Dropout(0.0),
            lambda L: L.LeakyReLU(), lambda L: L.LayerNormalization(),
            lambda L: L.Rescaling(0.5), lambda L: L.Identity(), lambda L: L.ELU(),
            lambda L: L.UnitNormalization(), lambda L: L.PReLU(), lambda L: L.GaussianNoise(0.0), MEAN, ONE),
        WORDS, NUMBER),
    "a number for each word": (chain(words, lambda L: L.Dense(3, "tanh"), ONE), WORDS, EACH),
    "a class for each word": (chain(words, lambda L: L.Dense(3, "softmax")), WORDS, LABELS),
    "rows": (chain(lambda L: L.Masking(), lambda L: L.Dense(3, "relu"), ONE), ROW, NUMBER),
    "lost by Flatten": (chain(words, lambda L: L.Flatten(), ONE), WORDS, NUMBER),
    "lost by Lambda": (
        chain(words, lambda L: L.Lambda(lambda x: x.mean(axis=1), output_shape=(4,)), ONE), WORDS, NUMBER),
    "lost by Reshape": (chain(words, lambda L: L.Reshape((4, STEPS)), lambda L: L.Dense(1)), WORDS, EACH[:, :4]),
    "lost by maximum": (chain(words, lambda L: L.GlobalMaxPooling1D(), ONE), WORDS, NUMBER),
    "kept by Lambda": (
        chain(words, lambda L: L.Lambda(lambda x: 2.0 * x, mask=lambda x, mask: mask), ONE), WORDS, EACH),
    "side by side": (joined(-1), WORDS, NUMBER),
    "one after the other": (joined(1), WORDS, NUMBER),
    "one has no mask": (joined(-1, lambda L: L.Embedding(6, 4)), WORDS, NUMBER),
    "one after one without a mask": (joined(1, lambda L: L.Embedding(6, 4)), WORDS, NUMBER),
    "sum": (
        functional(lambda k, L, x: L.Dense(1)(L.GlobalAveragePooling1D()(L.Add()([words(L)(x), words(L)(x - 1)])))),
        WORDS, NUMBER),
    "sum with one without a mask": (
        functional(lambda k, L, x: L.Dense(1)(L.Add()([words(L)(x), L.Embedding(6, 4)(x)]))), WORDS, EACH),
    "given": (
        functional(lambda k, L, x: L.Dense(1)(L.GlobalAveragePooling1D()(L.Embedding(6, 4)(x), mask=x > 2.0))),
        np.maximum(WORDS, 3 * (np.arange(STEPS) == 0)), NUMBER),
    "scores of some": (
        functional(lambda k, L, x: L.Dense(1)(L.GlobalMaxPooling1D()(
            L.Reshape((2, STEPS))(L.Softmax()(L.Dense(2 * STEPS)(x), mask=L.Concatenate()([x > 2.0, x < 4.0])))))),
        WORDS, NUMBER),
    "own layer": (lambda k: k.Sequential([words(k.layers), own_layer(k), k.layers.Dense(1)]), WORDS, NUMBER),
    "own mask": (lambda k: k.Sequential([words(k.layers), own_mask(k), k.layers.Dense(1)]), WORDS, EACH),
    "own model": (own_model, WORDS, EACH),
    "a model within": (
        lambda k: k.Sequential([k.Input((STEPS,)), k.Sequential([k.Input((STEPS,)), words(k.layers)]),
            k.layers.GlobalAveragePooling1D(), k.layers.Dense(1)]), WORDS, NUMBER),
}  # fmt: skip


def compiled(build, x, y):
    sparse = y.dtype.kind == "i"
    loss = "sparse_categorical_crossentropy" if sparse else "mse"
    metrics = ["accuracy"] if sparse else ["mae", "mse", "RootMeanSquaredError"]

    def make(keras):
        model = build(keras)
        model.build((None, *x.shape[1:]))
        model.compile(keras.optimizers.SGD(0.05), loss, metrics=metrics, weighted_metrics=metrics[:1])
        return model

    return make


@pytest.mark.filterwarnings(DESTROYED)
@pytest.mark.parametrize("name", MODELS)
def test_training(twins, name):
    build, x, y = MODELS[name]
    pair = twins(compiled(build, x, y))
    pair.assert_same_training(x, y, batch_size=8, epochs=2, validation_data=(x[:10], y[:10]))


@pytest.mark.parametrize("reduction", ["sum", "mean_with_sample_weight", "mean"])
def test_reductions_and_weights(twins, same_history, reduction):
    def build(keras):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Masking(), keras.layers.Dense(1)])
        loss = keras.losses.MeanAbsoluteError(reduction=reduction)
        model.compile(keras.optimizers.SGD(0.01), loss, weighted_metrics=["mse"])
        return model

    pair, weights = twins(build), np.arange(ROWS) / ROWS
    same_history(*pair.fit(ROW, NUMBER, sample_weight=weights, batch_size=8, epochs=2, shuffle=False))
    ours, theirs = pair.evaluate(ROW, NUMBER, sample_weight=weights, batch_size=8)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_a_batch_that_is_masked_throughout(twins, same_history):
    pair = twins(compiled(chain(lambda L: L.Masking(), ONE), ROW, NUMBER))
    x = ROW.copy()
    x[8:16] = 0
    same_history(*pair.fit(x, NUMBER, batch_size=8, shuffle=False))
    pair.assert_same_weights()


def test_one_batch(twins):
    pair = twins(compiled(MODELS["rows"][0], ROW, NUMBER))
    for method in ("test_on_batch", "train_on_batch"):
        ours, theirs = (getattr(model, method)(ROW, NUMBER) for model in pair.models)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_a_metric_of_ones_own(twins):
    def build(keras):
        def largest(y_true, y_pred):
            return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)

        model = keras.Sequential([keras.Input((4,)), keras.layers.Masking(), keras.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=[largest, "RootMeanSquaredError", keras.metrics.AUC()])
        return model

    pair = twins(build)
    for ours, theirs in (pair.evaluate(ROW, NUMBER > 0, batch_size=8), pair.fit(ROW, NUMBER > 0, shuffle=False)):
        ours, theirs = (getattr(v, "history", v) for v in (ours, theirs))
        ours, theirs = (list(v.values()) if isinstance(v, dict) else v for v in (ours, theirs))
        np.testing.assert_allclose(np.ravel(ours), np.ravel(theirs), rtol=1e-5)


def test_masks_of_tensors(sides):
    """`_keras_mask`, `compute_mask`, `supports_masking` and layers that are given a mask."""
    found = []
    for keras in sides:
        L = keras.layers
        embedding = words(L)
        x = embedding(WORDS)
        pooled = L.GlobalAveragePooling1D()
        embedding.set_weights([np.arange(24, dtype="float32").reshape(6, 4)])
        x = embedding(WORDS)
        given = np.array([[1, 0, 1], [0, 1, 1]])
        whole = keras.Sequential([keras.Input((STEPS,)), words(L), L.Dense(2)])
        arrays = [
            x._keras_mask, embedding.compute_mask(WORDS), L.Masking().compute_mask(POINTS), L.Dense(2)(x)._keras_mask,
            pooled(x), pooled(np.ones((2, 3, 2)) * np.arange(3)[:, None], mask=given), L.Masking()(ROW)._keras_mask,
            L.GlobalAveragePooling1D("channels_first", keepdims=True)(np.arange(12.0).reshape(2, 2, 3), mask=given),
            L.Softmax()(np.array([[1.0, 2, 3], [1, 2, 3]]), mask=given), whole(WORDS)._keras_mask,
            L.Softmax()(np.array([[1.0, 2, 3], [1, 2, 3]]), mask=np.array([0, 0, 0])),
            L.Concatenate(axis=1)([x, L.Embedding(6, 4)(WORDS)])._keras_mask, L.Add()([x, x])._keras_mask,
            keras.losses.MeanSquaredError()(np.zeros((ROWS, 4)), L.Masking()(ROW)),
        ]  # fmt: skip
        metric = keras.metrics.MeanSquaredError()
        metric.update_state(np.zeros((ROWS, 4)), L.Masking()(ROW))
        names = (
            "Dense Activation Flatten Reshape Dropout BatchNormalization LayerNormalization RMSNormalization Masking"
        )
        names += " Add Dot Concatenate GlobalAveragePooling1D GlobalMaxPooling1D GaussianNoise Normalization Softmax"
        options = {"Dense": (1,), "Activation": ("relu",), "Reshape": ((2,),), "Dropout": (0.5,), "Dot": (1,)}
        options["GaussianNoise"] = (1.0,)
        supports = {n: getattr(L, n)(*options.get(n, ())).supports_masking for n in names.split()}
        supports |= {"words": words(L).supports_masking, "own": own_mask(keras).supports_masking}
        supports |= {"plain": own_layer(keras).supports_masking, "embedding": L.Embedding(2, 2).supports_masking}
        symbol = L.Dense(2)(words(L)(keras.Input((STEPS,))))._keras_mask
        found.append(([np.asarray(a) for a in [*arrays, metric.result()]], supports, symbol.shape, symbol.dtype))
    (ours, *more), (theirs, *same) = found
    assert more == same
    for number, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        assert (a.dtype.kind, a.shape) == (b.dtype.kind, b.shape), number
        np.testing.assert_allclose(a, b, rtol=1e-6, err_msg=str(number))


def test_a_loop_of_ones_own(keras):
    """The loss of a tape leaves out what the model's mask hides."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Masking(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    from pynn.tape import GradientTape

    loss = keras.losses.MeanSquaredError()
    with GradientTape() as tape:
        value = loss(NUMBER, model(ROW, training=True))
    np.testing.assert_allclose(value, model.evaluate(ROW, NUMBER, verbose=0), rtol=1e-5)
    slope = tape.gradient(value, model.trainable_weights[1])
    kept = (ROW != 0).any(axis=1)
    want = (2 * (model.predict(ROW, verbose=0) - NUMBER))[kept].mean(axis=0)
    np.testing.assert_allclose(slope, want, rtol=1e-5)


def test_warnings(on_both):
    def warned(keras):
        with pytest.warns(UserWarning, match="destroy the mask") as seen:
            keras.layers.Flatten()(words(keras.layers)(WORDS))
        return [str(w.message) for w in seen]

    ours, theirs = on_both(warned)
    assert ours == theirs
