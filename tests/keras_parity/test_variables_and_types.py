"""Seeds among the variables, what a call says of training, and types of outputs, as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
ONES = np.ones((64, 8), "float32")


def noisy(keras):
    L = keras.layers

    class Own(L.Layer):
        def __init__(self):
            super().__init__()
            self.seeds, self.drop = keras.random.SeedGenerator(3), L.Dropout(0.3)

        def call(self, x):
            return self.drop(x)

    layers = [L.Dropout(0.5), L.Dense(2), L.GaussianNoise(0.1), L.GaussianDropout(0.1), L.AlphaDropout(0.1)]
    return keras.Sequential([keras.Input((4,)), *layers, L.BatchNormalization(), L.Dropout(0.0), Own()])


def test_seeds_are_variables(on_both):
    def listed(keras):
        model = noisy(keras)
        found = [[(v.name, v.dtype, tuple(v.shape), v.trainable) for v in model.variables]]
        for thing in (model, *model.layers):
            for name in ("variables", "weights", "non_trainable_variables", "non_trainable_weights"):
                found.append([v.path for v in getattr(thing, name)])
            found.append([v.path for v in thing.trainable_variables])
            found += [thing.count_params(), len(thing.get_weights())]
        model.layers[0].trainable = model.layers[1].trainable = False
        lines = []
        model.summary(print_fn=lambda line, **_: lines.append(line))
        return found, [v.path for v in model.non_trainable_variables], lines

    ours, theirs = on_both(listed)
    assert ours == theirs


def test_the_state_moves(on_both):
    def states(keras):
        layer = keras.layers.Dropout(0.5, seed=7)
        found = [np.asarray(layer.variables[0]).tolist()]
        layer(ONES, training=True)
        found.append(np.asarray(layer.seed_generator.state).tolist())
        layer(ONES)
        found.append(np.asarray(layer.variables[0]).tolist())
        return found

    ours, theirs = on_both(states)
    assert ours == theirs == [[7, 0], [7, 1], [7, 1]]


def test_a_state_can_be_set(keras):
    """The same state, the same numbers."""
    layer = keras.layers.Dropout(0.5, seed=7)
    first = layer(ONES, training=True)
    assert (np.asarray(layer(ONES, training=True)) != np.asarray(first)).any()
    layer.variables[0].assign([7, 0])
    np.testing.assert_array_equal(layer(ONES, training=True), first)


def kinds(keras):
    """Layers that hold a Dropout, by what they say to it."""

    class Base(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.drop = keras.layers.Dropout(0.5)

    class Silent(Base):
        def call(self, x):
            return self.drop(x)

    class Deaf(Base):
        def call(self, x, training=None):
            return self.drop(x)

    class Obedient(Base):
        def call(self, x, training=None):
            return self.drop(x, training=training)

    class ByDefault(Base):
        def call(self, x, training=False):
            return self.drop(x)

    class Never(Base):
        def call(self, x, training=None):
            return self.drop(x, training=None)

    return [Silent, Deaf, Obedient, ByDefault, Never]


def dropped(y):
    return bool((np.asarray(y) == 0).any())


def test_who_trains(on_both):
    def found(keras):
        seen = []
        for kind in kinds(keras):
            calls = [kind()(ONES, **how) for how in ({}, {"training": True}, {"training": False}, {"training": None})]
            model = keras.Sequential([keras.Input((8,)), kind()])
            model.compile(keras.optimizers.SGD(0.0), "mse")
            calls += [model.predict(ONES, verbose=0), model(ONES), model(ONES, training=True)]
            losses = [model.fit(ONES, ONES, verbose=0).history["loss"][0], model.evaluate(ONES, ONES, verbose=0)]
            seen.append([kind.__name__, *map(dropped, calls), *(loss > 0 for loss in losses)])
        return seen

    ours, theirs = on_both(found)
    assert ours == theirs


def test_a_model_need_not_pass_training_on(keras):
    """As Keras documents it, and does with TensorFlow: on JAX its fit hands `training` to `call` and no further."""

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = keras.layers.Dropout(0.5)

        def call(self, x, training=None):
            return self.drop(x)

    model = Own()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert model.fit(ONES, ONES, verbose=0).history["loss"][0] > 0
    assert model.evaluate(ONES, ONES, verbose=0) == 0
    assert dropped(model(ONES, training=True))
    assert not dropped(model.predict(ONES, verbose=0))


# What: (of an input, whether Keras's KerasTensor tells the type that predict gives)
OUTPUTS = {
    "argmax": (lambda k, x: k.ops.argmax(x, -1), True),
    "argmax in a Lambda": (lambda k, x: k.layers.Lambda(lambda a: k.ops.argmax(a, -1))(x), False),
    "comparison": (lambda k, x: x > 0, True),
    "comparison in a Lambda": (lambda k, x: k.layers.Lambda(lambda a: a > 0)(x), False),
    "bytes": (lambda k, x: k.ops.cast(k.ops.abs(x), "uint8"), True),
    "half": (lambda k, x: k.ops.cast(x, "float16"), True),
    "bins": (lambda k, x: k.layers.Discretization([0.0, 1.0])(x), True),
    "bins, one-hot": (lambda k, x: k.layers.Discretization([0.0, 1.0], output_mode="one_hot")(x), True),
    "a count": (lambda k, x: k.ops.sum(x > 0, -1), True),
    "places": (lambda k, x: k.ops.top_k(x, 2)[1], True),
    "rounded": (lambda k, x: k.ops.round(x), True),
    "flat": (lambda k, x: k.layers.Flatten()(k.ops.cast(x, "int32")), True),
    "shaped": (lambda k, x: k.layers.Reshape((2, 2))(k.ops.cast(x, "int32")), True),
    "the same": (lambda k, x: k.layers.Identity()(k.ops.cast(x, "int32")), True),
    "dense": (lambda k, x: k.layers.Dense(2)(k.ops.cast(x, "int32")), True),
    "several": (lambda k, x: [k.ops.argmax(x, -1), 2.0 * x], True),
}


def types_of(found):
    return [a.dtype.name for a in (found if isinstance(found, list | tuple) else [found])]


@pytest.mark.parametrize("name", OUTPUTS)
def test_types_of_outputs(on_both, name):
    make, tells = OUTPUTS[name]

    def found(keras):
        x = keras.Input((4,))
        model = keras.Model(x, make(keras, x))
        calls = [model.predict(X, verbose=0), model.predict_on_batch(X), model(X), model.predict(X, verbose=0, steps=1)]
        called = [[np.asarray(a) for a in (c if isinstance(c, list) else [c])] for c in calls]
        said = [t.dtype for t in model.outputs] if tells else None
        return said, [types_of(c) for c in called], [a.shape for a in called[0]], called[0]

    (*ours, values), (*theirs, wanted) = on_both(found)
    assert ours == theirs
    if name != "dense":
        for a, b in zip(values, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)


def test_inputs_of_whole_numbers(on_both):
    def found(keras):
        x = keras.Input((3,), dtype="int32")
        model = keras.Model(x, [x, keras.layers.Embedding(4, 2)(x)])
        config = model.layers[0].get_config()["dtype"]
        return x.dtype, config, types_of(model.predict(np.array([[1, 2, 3]]), verbose=0)), model.count_params()

    ours, theirs = on_both(found)
    assert ours == theirs


def test_a_chain_of_bins(on_both):
    def found(keras):
        return keras.Sequential([keras.layers.Discretization([0.0, 1.0])]).predict(X, verbose=0)

    ours, theirs = on_both(found)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)
