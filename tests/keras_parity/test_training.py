"""200 steps and more of every optimizer with every loss follow real Keras to float32 rounding."""

from __future__ import annotations

import pytest

OPTIMIZERS = {
    "sgd": lambda keras: "sgd",
    "sgd momentum": lambda keras: keras.optimizers.SGD(0.02, momentum=0.9),
    "sgd nesterov": lambda keras: keras.optimizers.SGD(0.02, momentum=0.8, nesterov=True),
    "rmsprop": lambda keras: "rmsprop",
    "rmsprop momentum": lambda keras: keras.optimizers.RMSprop(0.002, rho=0.8, momentum=0.7),
    "rmsprop centered": lambda keras: keras.optimizers.RMSprop(0.002, centered=True, epsilon=1e-5),
    "adam": lambda keras: "adam",
    "adam amsgrad": lambda keras: keras.optimizers.Adam(0.005, beta_1=0.8, beta_2=0.99, amsgrad=True),
}

# loss: heads, each (loss on a side, activation of the last layer, its units, target, metrics)
LOSSES = {
    "categorical_crossentropy": [
        (lambda keras: "categorical_crossentropy", "softmax", 3, "one_hot", ["accuracy"]),
        (lambda keras: keras.losses.CategoricalCrossentropy(from_logits=True), "linear", 3, "one_hot", ["accuracy"]),
        (lambda keras: keras.losses.CategoricalCrossentropy(label_smoothing=0.2), "softmax", 3, "one_hot", ["mae"]),
        (lambda keras: keras.losses.CategoricalCrossentropy, "sigmoid", 3, "one_hot", ["accuracy"]),
        (lambda keras: keras.losses.categorical_crossentropy, "softmax", 3, "one_hot", ["mse"]),
    ],
    "sparse_categorical_crossentropy": [
        (lambda keras: "sparse_categorical_crossentropy", "softmax", 3, "labels", ["accuracy"]),
        (lambda keras: keras.losses.SparseCategoricalCrossentropy(from_logits=True), None, 3, "labels", ["accuracy"]),
        (lambda keras: keras.losses.SparseCategoricalCrossentropy(), "softmax", 3, "labels", ["accuracy"]),
        (lambda keras: keras.losses.sparse_categorical_crossentropy, "sigmoid", 3, "labels", ["acc"]),
    ],
    "binary_crossentropy": [
        (lambda keras: "binary_crossentropy", "sigmoid", 1, "binary", ["accuracy"]),
        (lambda keras: keras.losses.BinaryCrossentropy(from_logits=True), "linear", 1, "binary", ["accuracy"]),
        (lambda keras: keras.losses.BinaryCrossentropy(label_smoothing=0.1), "sigmoid", 1, "binary", ["mse"]),
        (lambda keras: keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.3), None, 3, "one_hot", []),
    ],
    "mean_squared_error": [
        (lambda keras: "mse", "linear", 3, "numbers", ["mae"]),
        (lambda keras: keras.losses.MeanSquaredError(), "tanh", 3, "numbers", ["mae"]),
        (lambda keras: "mean_squared_error", "relu", 1, "binary", ["mse"]),
        (lambda keras: keras.losses.MeanSquaredError, "softmax", 3, "one_hot", ["accuracy"]),
    ],
}
HIDDEN = ("tanh", "relu", "sigmoid", "linear", "softmax")


def cases():
    """Every optimizer with every loss; heads, hidden activations and shuffling go round at different paces."""
    found = []
    for i, optimizer in enumerate(OPTIMIZERS):
        for j, (loss, heads) in enumerate(LOSSES.items()):
            head, hidden = (i + j) % len(heads), HIDDEN[(i + 2 * j) % len(HIDDEN)]
            name = f"{optimizer}-{loss}{head}-{hidden}"
            found.append(pytest.param(optimizer, heads[head], hidden, bool((i + j) % 2), id=name))
    return found


def network(optimizer, head, hidden):
    loss, activation, units, _, metrics = head

    def build(keras):
        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((6,)), layers.Dense(7, activation=hidden), layers.Dense(units, activation=activation)]
        )
        model.compile(OPTIMIZERS[optimizer](keras), loss=loss(keras), metrics=metrics)
        return model

    return build


@pytest.mark.parametrize(("optimizer", "head", "hidden", "shuffle"), cases())
def test_follows_keras(twins, data, optimizer, head, hidden, shuffle):
    """35 epochs of 6 batches: 210 steps.  All batches whole: a short one is a second program for Keras to compile."""
    pair = twins(network(optimizer, head, hidden))
    pair.assert_same_training(data.x[:192], getattr(data, head[3])[:192], epochs=35, shuffle=shuffle)


def test_a_deep_network_of_all_activations(twins, data):
    def build(keras):
        activations = ("tanh", "relu", "sigmoid", "linear", "softmax")
        layers = [keras.layers.Dense(8 + i, activation=name) for i, name in enumerate(activations)]
        model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Dense(3)])
        model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
        return model

    twins(build).assert_same_training(data.x, data.one_hot, epochs=30)


def test_activation_layers_and_no_bias(twins, data):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential([keras.Input((6,)), layers.Dense(7, use_bias=False), layers.Activation("relu")])
        for layer in (layers.Dense(3), layers.Activation("softmax")):
            model.add(layer)
        model.compile("sgd", "categorical_crossentropy")
        return model

    twins(build).assert_same_training(data.x, data.one_hot, epochs=30)


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning")  # Keras's advice; the slide does it so
def test_flatten_makes_rows_of_images(twins, data):
    def build(keras):
        model = keras.models.Sequential()
        model.add(keras.layers.Flatten(input_shape=(2, 3)))
        model.add(keras.layers.Dense(7, activation="sigmoid"))
        model.add(keras.layers.Dense(3, activation="softmax"))
        model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
        return model

    pair = twins(build)
    pair.assert_same_training(data.x.reshape(200, 2, 3), data.one_hot, epochs=5)


@pytest.mark.parametrize("batch_size", [1, 7, 200, 1000])
def test_batch_sizes(twins, data, batch_size):
    pair = twins(network("adam", LOSSES["categorical_crossentropy"][0], "tanh"))
    pair.assert_same_training(data.x[:60], data.one_hot[:60], batch_size=batch_size, epochs=4)


def test_a_second_fit_goes_on_where_the_first_ended(twins, data, same_history):
    """Optimizer state, shuffled order and step count carry over; so does a learning rate set in between."""
    pair = twins(network("adam", LOSSES["sparse_categorical_crossentropy"][0], "tanh"))
    same_history(*pair.fit(data.x, data.labels, epochs=3))
    same_history(*pair.fit(data.x, data.labels, epochs=3, seed=21))
    for model in pair.models:
        assert int(model.optimizer.iterations) == 42
        model.optimizer.learning_rate = 0.02
    same_history(*pair.fit(data.x, data.labels, epochs=3, seed=22))
    pair.assert_same_weights()


def test_one_seed_for_two_fits(twins, data):
    """What a fit takes from NumPy's global generator is what Keras takes, so the second fit's order agrees too."""
    pair = twins(network("sgd momentum", LOSSES["categorical_crossentropy"][0], "tanh"))
    for keras, model in zip(pair.sides, pair.models, strict=True):
        keras.utils.set_random_seed(3)
        for _ in range(2):
            model.fit(data.x, data.one_hot, epochs=2, verbose=0, validation_split=0.2)
            model.evaluate(data.x, data.one_hot, verbose=0)
            model.predict(data.x, verbose=0)
    pair.assert_same_weights()


def test_compiling_again_forgets_the_optimizer_and_keeps_the_weights(twins, data, same_history):
    pair = twins(network("adam", LOSSES["categorical_crossentropy"][0], "tanh"))
    pair.fit(data.x, data.one_hot, epochs=2)
    for model in pair.models:
        model.compile("adam", "mse", metrics=["mae"])
    same_history(*pair.fit(data.x, data.one_hot, epochs=2))
    pair.assert_same_weights()


def test_run_eagerly_changes_nothing(twins, data, same_history):
    """The NumPy walker over the same plan, against Keras."""
    pair = twins(network("adam", LOSSES["categorical_crossentropy"][0], "tanh"))
    ours = pair.models[0]
    ours.compile("adam", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    same_history(*pair.fit(data.x[:40], data.one_hot[:40], epochs=2))
    pair.assert_same_weights()


@pytest.mark.parametrize("first", ["train_on_batch", "test_on_batch", "evaluate", "predict", "predict_on_batch"])
def test_the_order_of_rows_after_something_else(twins, data, same_history, first):
    """Keras's first fit draws the order of rows twice, unless loss and metrics have seen data before."""
    pair = twins(network("sgd", LOSSES["categorical_crossentropy"][0], "tanh"))
    given = (data.x,) if first.startswith("predict") else (data.x, data.one_hot)
    for model in pair.models:
        getattr(model, first)(*given, **({} if first.endswith("batch") else {"verbose": 0}))
    same_history(*pair.fit(data.x, data.one_hot, epochs=2))
