"""get_config and what it can build again, as in real Keras."""

from __future__ import annotations

import pytest

OBJECTS = {
    "Dense": lambda k: k.layers.Dense(3),
    "Dense, all set": lambda k: k.layers.Dense(
        3, activation="relu", use_bias=False, kernel_initializer="he_normal", bias_initializer="ones", name="mine"
    ),
    "Dense, initializer instance": lambda k: k.layers.Dense(2, kernel_initializer=k.initializers.Constant(0.5)),
    "Flatten": lambda k: k.layers.Flatten(),
    "Dropout": lambda k: k.layers.Dropout(0.3, seed=4),
    "Dropout, defaults": lambda k: k.layers.Dropout(0.3),
    "Activation": lambda k: k.layers.Activation("tanh"),
    "Activation, function": lambda k: k.layers.Activation(k.activations.sigmoid),
    "InputLayer": lambda k: k.layers.InputLayer((4, 2)),
    "InputLayer, batch": lambda k: k.layers.InputLayer((4,), batch_size=3, name="rows"),
    "SGD": lambda k: k.optimizers.SGD(),
    "SGD, all set": lambda k: k.optimizers.SGD(0.5, momentum=0.25, nesterov=True, name="descent"),
    "RMSprop": lambda k: k.optimizers.RMSprop(),
    "RMSprop, all set": lambda k: k.optimizers.RMSprop(0.5, rho=0.75, momentum=0.25, epsilon=1e-3, centered=True),
    "Adam": lambda k: k.optimizers.Adam(),
    "Adam, all set": lambda k: k.optimizers.Adam(0.5, beta_1=0.5, beta_2=0.75, epsilon=1e-3, amsgrad=True),
    "CategoricalCrossentropy": lambda k: k.losses.CategoricalCrossentropy(),
    "CategoricalCrossentropy, set": lambda k: k.losses.CategoricalCrossentropy(True, 0.1, reduction="sum", name="c"),
    "SparseCategoricalCrossentropy": lambda k: k.losses.SparseCategoricalCrossentropy(),
    "SparseCategoricalCrossentropy, set": lambda k: k.losses.SparseCategoricalCrossentropy(from_logits=True),
    "BinaryCrossentropy": lambda k: k.losses.BinaryCrossentropy(label_smoothing=0.2),
    "MeanSquaredError": lambda k: k.losses.MeanSquaredError(),
    "metric BinaryAccuracy": lambda k: k.metrics.BinaryAccuracy(threshold=0.3),
    "metric CategoricalAccuracy": lambda k: k.metrics.CategoricalAccuracy(),
    "metric SparseCategoricalAccuracy": lambda k: k.metrics.SparseCategoricalAccuracy(name="s"),
    "metric MeanSquaredError": lambda k: k.metrics.MeanSquaredError(),
    "metric MeanAbsoluteError": lambda k: k.metrics.MeanAbsoluteError(),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_get_config(on_both, name):
    """Keys in Keras's order, values equal: a file of one library describes the model in the other."""
    ours, theirs = on_both(lambda keras: OBJECTS[name](keras).get_config())
    assert ours == theirs
    assert list(ours) == list(theirs)


@pytest.mark.parametrize("name", OBJECTS)
def test_from_config(keras, name):
    made = OBJECTS[name](keras)
    again = type(made).from_config(made.get_config())
    assert type(again) is type(made)
    assert again.get_config() == made.get_config()


def test_config_of_a_model(on_both):
    def config(keras):
        layers = keras.layers
        chain = [layers.Flatten(), layers.Dense(5, "relu"), layers.Dropout(0.25), layers.Dense(3, "softmax")]
        return keras.Sequential([keras.Input((2, 3)), *chain]).get_config()

    ours, theirs = on_both(config)
    assert ours == theirs


IDENTIFIERS = {
    "losses": [
        "mse",
        "MSE",
        "mean_squared_error",
        "MeanSquaredError",
        "bce",
        "binary_crossentropy",
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        "sparse_categorical_crossentropy",
    ],
    "metrics": [
        "mse",
        "mae",
        "MSE",
        "MAE",
        "mean_absolute_error",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
        "MeanAbsoluteError",
    ],
    "optimizers": ["sgd", "SGD", "adam", "Adam", "rmsprop", "RMSprop"],
    "activations": ["linear", "sigmoid", "tanh", "relu", "softmax", None],
    "initializers": ["zeros", "glorot_uniform", "HeNormal"],
}


@pytest.mark.parametrize(("module", "word"), [(m, w) for m, words in IDENTIFIERS.items() for w in words])
def test_names_that_get_understands(sides, module, word):
    ours, theirs = (getattr(side, module).get(word) for side in sides)
    assert getattr(ours, "__name__", type(ours).__name__) == getattr(theirs, "__name__", type(theirs).__name__)


def test_optimizer_made_of_a_class_or_an_instance(keras):
    """`compile` takes the class as well; Keras wants the call."""
    for given in ("adam", keras.optimizers.Adam(0.25)):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile(given, "mse")
        assert isinstance(model.optimizer, keras.optimizers.Adam)


def test_optimizer_class(keras):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="Could not interpret optimizer identifier"):
        model.compile(keras.optimizers.SGD, "mse")
