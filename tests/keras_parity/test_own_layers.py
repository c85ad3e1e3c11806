"""Layers and models of one's own: built, trained, saved as configurations and described as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest


def linear_and_block(keras):
    """Layers with weights, layers inside, a penalty, another behaviour in training."""
    ops = keras.ops

    class Linear(keras.layers.Layer):
        def __init__(self, units=4, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="w")
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

        def call(self, inputs):
            return ops.matmul(inputs, self.w) + self.b

        def get_config(self):
            return super().get_config() | {"units": self.units}

    class Block(keras.layers.Layer):
        """Layers inside, a penalty of its own, and another behaviour in training."""

        def __init__(self, units, scale=1e-2, **kwargs):
            super().__init__(**kwargs)
            self.first = keras.layers.Dense(units, activation="relu")
            self.second = Linear(units)
            self.scale = scale

        def call(self, x, training=None):
            h = self.first(x)
            self.add_loss(self.scale * ops.mean(ops.square(h)))
            h = self.second(h)
            return ops.tanh(h) if training else ops.tanh(h) * 1.5

    return Linear, Block


def others(keras):
    """A regularized and constrained weight; a function that chooses."""
    ops = keras.ops

    class Regularized(keras.layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(
                shape=(input_shape[-1], 3), regularizer=keras.regularizers.L2(0.01), constraint="non_neg", name="w"
            )
            self.fixed = self.add_weight(shape=(3,), initializer="ones", trainable=False, name="fixed")
            super().build(input_shape)

        def call(self, x):
            return ops.softmax(x @ self.w * self.fixed)

    class Decides(keras.layers.Layer):
        """What cannot be recorded: it looks at values."""

        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, x):
            y = self.dense(x)
            return ops.where(y > 0, y, 0.1 * y)

    return Regularized, Decides


def models(keras):
    """Models: a chain, and one with two inputs and two outputs."""

    class Net(keras.Model):
        def __init__(self, units=5, **kwargs):
            super().__init__(**kwargs)
            self.hidden = keras.layers.Dense(units, activation="relu")
            self.drop = keras.layers.Dropout(0.0)
            self.top = keras.layers.Dense(3, activation="softmax")

        def call(self, inputs, training=None):
            return self.top(self.drop(self.hidden(inputs), training=training))

    class Wide(keras.Model):
        """Two inputs, two outputs."""

        def __init__(self):
            super().__init__()
            self.deep = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(3)])
            self.main = keras.layers.Dense(3, activation="softmax")
            self.aux = keras.layers.Dense(1)

        def call(self, inputs):
            a, b = inputs
            deep = self.deep(b)
            return self.main(keras.layers.concatenate([a, deep])), self.aux(deep)

    return Net, Wide


def layers_of(keras):
    """The classes that users write, on either side, by name."""
    return {c.__name__: c for c in (*linear_and_block(keras), *others(keras), *models(keras))}


def chain(*names, loss="categorical_crossentropy", **settings):
    def build(keras):
        own = layers_of(keras)
        made = [own[name](4) if name in ("Linear", "Block") else own[name]() for name in names]
        model = keras.Sequential([keras.Input((6,)), *made, keras.layers.Dense(3, activation="softmax")])
        model.compile("adam", loss, metrics=["accuracy"], **settings)
        return model

    return build


@pytest.mark.parametrize("names", [("Linear",), ("Block",), ("Linear", "Block"), ("Regularized",), ("Decides",)])
def test_layers_in_a_chain(twins, data, names):
    pair = twins(chain(*names))
    pair.assert_same_training(data.x, data.one_hot, epochs=3, validation_split=0.2)
    ours, theirs = ([v.path for v in model.weights] for model in pair.models)
    assert ours == theirs


def test_a_layer_on_arrays(on_both):
    x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
    layers = on_both(lambda keras: layers_of(keras)["Block"](4))
    assert [layer(x).shape for layer in layers] == [(5, 4), (5, 4)]
    layers[0].set_weights(layers[1].get_weights())
    for training in (None, False, True):
        ours, theirs = (np.asarray(layer(x, training=training)) for layer in layers)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
        ours, theirs = ([float(loss) for loss in layer.losses] for layer in layers)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert [len(layer.trainable_weights) for layer in layers] == [4, 4]


def compiled(name, loss="categorical_crossentropy", **settings):
    def build(keras):
        model = layers_of(keras)[name]()
        model.compile(**({"optimizer": "adam", "loss": loss, "metrics": ["accuracy"]} | settings))
        x = np.ones((1, 6), "float32")
        model(x if name == "Net" else (x, x))
        return model

    return build


def test_a_model_of_ones_own(twins, data):
    pair = twins(compiled("Net"))
    pair.assert_same_training(data.x, data.one_hot, epochs=3, validation_split=0.2)
    ours, theirs = ([v.path for v in model.weights] for model in pair.models)
    assert ours == theirs


def test_two_inputs_and_outputs(twins, data, same_history):
    settings = {"loss": ["categorical_crossentropy", "mse"], "metrics": [["accuracy"], ["mae"]]}
    pair = twins(compiled("Wide", loss_weights=[1.0, 0.5], **settings))
    x, y = (data.x, data.x[::-1].copy()), (data.one_hot, data.numbers[:, :1])
    ours, theirs = pair.fit(x, y, epochs=3)
    values = [sorted(history.history.values()) for history in (ours, theirs)]
    np.testing.assert_allclose(*values, rtol=1e-4)
    pair.assert_same_weights()
    for p, q in zip(*pair.predict(x), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-5, atol=5e-6)


def test_a_model_that_sees_its_data_first(on_both, data):
    """Weights are made at the first call; until then the model has none."""
    for model in on_both(lambda keras: layers_of(keras)["Net"]()):
        assert not model.weights
        model.compile("sgd", "categorical_crossentropy")
        model.fit(data.x, data.one_hot, verbose=0)
        assert [w.shape for w in model.weights] == [(6, 5), (5,), (5, 3), (3,)]


def test_configs(sides, on_both):
    for keras in sides:
        own = layers_of(keras)
        linear = own["Linear"](7, name="mine")
        config = linear.get_config()
        assert config["units"] == 7
        assert own["Linear"].from_config(config).units == 7
        # A class without get_config has one from the arguments it was made with.
        block = own["Block"](3, scale=0.5)
        assert {key: block.get_config()[key] for key in ("units", "scale", "trainable")} == {
            "units": 3,
            "scale": 0.5,
            "trainable": True,
        }
    ours, theirs = (layer.get_config() for layer in on_both(lambda keras: layers_of(keras)["Block"](8, name="block")))
    assert ours == theirs
    assert on_both(lambda keras: layers_of(keras)["Net"](8, name="net"))[0].get_config()["units"] == 8


def test_summary(on_both):
    texts = []

    def build(keras):
        model = layers_of(keras)["Net"](name="net")
        model(keras.Input((6,)))
        return model

    for model in on_both(build):
        model.summary(print_fn=texts.append)
    rows = [[line for line in text.splitlines() if "drop" not in line] for text in texts]  # Keras shows "?" there
    assert rows[0] == rows[1]


def test_a_layer_without_call(sides):
    for keras in sides:

        class Empty(keras.layers.Layer):
            pass

        with pytest.raises(NotImplementedError, match="does not have a `call"):
            Empty()(np.ones((2, 3)))


def test_a_call_put_over_a_built_in_one(twins, data):
    """`super().call`: Monte Carlo dropout, and a model that adds to what its layers give."""

    def build(keras):
        class Doubled(keras.layers.Dense):
            def call(self, inputs):
                return 2 * super().call(inputs)

        class Always(keras.layers.Dropout):
            def call(self, inputs):
                return super().call(inputs, training=True)

        model = keras.Sequential([keras.Input((6,)), Doubled(4, activation="tanh"), Always(0.0), keras.layers.Dense(3)])
        model.compile("adam", "mse")
        return model

    twins(build).assert_same_training(data.x, data.numbers, epochs=2)


def test_dropout_that_always_drops(keras):
    class Always(keras.layers.Dropout):
        def call(self, inputs):
            return super().call(inputs, training=True)

    model = keras.Sequential([keras.Input((200,)), Always(0.5, seed=1)])
    first, second = (np.asarray(model(np.ones((1, 200)))) for _ in range(2))
    assert (first == 0).any()
    assert (first != second).any()
    assert (model.predict(np.ones((1, 200)), verbose=0) == 0).any()


def test_a_metric_of_ones_own_sees_one_batch_at_a_time(twins, data, same_history):
    """It may broadcast, or count a batch as one: cutting the data elsewhere would change the result."""

    def build(keras):
        def spread(y_true, y_pred):
            return keras.ops.max(y_pred) - keras.ops.min(y_true)

        def crossed(y_true, y_pred):
            return keras.ops.abs(y_true - y_pred)

        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=[spread, crossed])
        return model

    same_history(*twins(build).fit(data.x, data.numbers[:, 0], epochs=2))
