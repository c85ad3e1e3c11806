"""Small programs for rows of the census that say more than a name."""

from __future__ import annotations

import numpy as np

from pynn import keras, tf

X = np.random.default_rng(1).normal(size=(12, 3)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")
CLASSES = keras.utils.to_categorical(np.arange(12) % 3, 3)


def dense(units=1, activation="sigmoid", **compiled):
    model = keras.Sequential([keras.layers.Dense(units, activation=activation, input_shape=(3,))])
    model.compile(**({"optimizer": "sgd", "loss": "mse"} | compiled))
    return model


def trained(**compiled):
    return dense(**compiled).fit(X, Y, epochs=2, validation_split=0.25, verbose=0).history


def two_outputs(loss="mse", metrics=None):
    """Two inputs and two outputs, named."""
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    both = keras.layers.concatenate([a, b])
    outputs = [keras.layers.Dense(1, name=name)(both) for name in ("u", "v")]
    model = keras.Model(inputs=[a, b], outputs=outputs)
    model.compile("sgd", loss=loss, metrics=metrics)
    return model


def fit(**given):
    arguments = {"x": [X, X], "y": [Y, Y]} | given
    two_outputs().fit(**arguments, verbose=0)


def evaluate(**given):
    arguments = {"x": [X, X], "y": [Y, Y]} | given
    assert len(two_outputs().evaluate(**arguments, verbose=0)) == 3


def predict(x):
    assert len(two_outputs().predict(x, verbose=0)) == 2


def compiled(**given):
    two_outputs(**given).fit([X, X], [Y, Y], verbose=0)


FORMS = {"list": lambda u, v, *_: [u, v], "tuple": lambda u, v, *_: (u, v), "dict": lambda u, v, p, q: {p: u, q: v}}
PROGRAMS = {}
for _form, _make in FORMS.items():
    _x, _y = _make(X, X, "a", "b"), _make(Y, Y, "u", "v")
    for _call, _function in (("fit", fit), ("evaluate", evaluate)):
        PROGRAMS[f"model.{_call}(x=<{_form}>)"] = lambda f=_function, v=_x: f(x=v)
        PROGRAMS[f"model.{_call}(y=<{_form}>)"] = lambda f=_function, v=_y: f(y=v)
    PROGRAMS[f"model.predict(x=<{_form}>)"] = lambda v=_x: predict(v)
    PROGRAMS[f"compile(loss=<{_form}>)"] = lambda make=_make: compiled(loss=make("mse", "mae", "u", "v"))
    PROGRAMS[f"compile(metrics=<{_form}>)"] = lambda make=_make: compiled(metrics=make(["mse"], ["mae"], "u", "v"))


def add_layers():
    model = keras.Sequential()
    model.add(keras.layers.Dense(4, input_dim=3, activation="relu"))
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)


def listed_layers():
    dense().fit(X, Y, verbose=0)


def call_layers():
    inputs = keras.Input(shape=(3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dense(4, activation="relu")(inputs)))
    assert model.predict(X, verbose=0).shape == (12, 1)


def nest_models():
    encoder = keras.Sequential([keras.layers.Dense(2, input_shape=[3])])
    decoder = keras.Sequential([keras.layers.Dense(3, input_shape=[2])])
    model = keras.Sequential([encoder, decoder])
    model.compile("sgd", "mse")
    model.fit(X, X, verbose=0)


def frame_of_history():
    pandas = __import__("pandas")
    assert list(pandas.DataFrame(trained(metrics=["accuracy"])).columns) == [
        "accuracy",
        "loss",
        "val_accuracy",
        "val_loss",
    ]


def numbers_of_tensors():
    assert isinstance(dense()(X).numpy(), np.ndarray)
    assert tf.constant(2.0).numpy() == 2


PROGRAMS |= {
    "Sequential() then model.add": add_layers,
    "Sequential([layers])": listed_layers,
    "functional API: layer instance called on a tensor": call_layers,
    "pandas.DataFrame(history.history)": frame_of_history,
    "a model used as a layer in Sequential": nest_models,
    "<tensor>.numpy()": numbers_of_tensors,
}


def use_activation(value):
    assert dense(2, value).predict(X, verbose=0).shape == (12, 2)


def use_loss(value):
    several = "categorical" in value
    y = CLASSES.argmax(1) if value.startswith("sparse") else CLASSES if several else Y
    dense(3 if several else 1, "softmax" if several else "sigmoid", loss=value).fit(X, y, verbose=0)


def use_metric(value):
    sparse = value.startswith("sparse")
    model = (
        dense(3, "softmax", loss="sparse_categorical_crossentropy", metrics=[value])
        if sparse
        else dense(metrics=[value])
    )
    assert value in model.fit(X, CLASSES.argmax(1) if sparse else Y, verbose=0).history


def use_initializer(value):
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer=value)])


def monitor(value):
    metric = {"val_binary_crossentropy": "binary_crossentropy"}.get(value, "accuracy")
    stopping = keras.callbacks.EarlyStopping(monitor=value, patience=1)
    dense(metrics=[metric]).fit(X, Y, epochs=2, validation_split=0.25, callbacks=[stopping], verbose=0)


def mode(value):
    if value == "fan_avg":
        keras.initializers.VarianceScaling(mode=value)
    else:
        keras.callbacks.EarlyStopping(mode=value)
        keras.callbacks.ModelCheckpoint("best.weights.h5", mode=value, save_weights_only=True)


def use_optimizer(value):
    dense(optimizer=value).fit(X, Y, verbose=0)


def save_format(value):
    dense().save("m.h5", save_format=value)
    assert keras.models.load_model("m.h5").predict(X, verbose=0).shape == (len(X), 1)


STRINGS = {
    "save_format": save_format,
    "activation": use_activation,
    "loss": use_loss,
    "metric": use_metric,
    "optimizer": use_optimizer,
    "initializer": use_initializer,
    "monitor": monitor,
    "mode": mode,
}


def history_has(key):
    """Whether a program that reads this key finds it."""
    metric = key.removeprefix("val_")
    if metric in ("loss", "lr", "learning_rate"):
        rate = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
        found = dense().fit(X, Y, validation_split=0.25, callbacks=[rate], verbose=0).history[key]
        assert len(found) == 1
        return
    if metric == "top_3_accuracy":
        top = keras.metrics.TopKCategoricalAccuracy(k=3, name=metric)
        model = dense(3, "softmax", loss="categorical_crossentropy", metrics=[top])
        assert key in model.fit(X, CLASSES, validation_split=0.25, verbose=0).history
        return
    for given in {metric, "accuracy" if metric == "acc" else metric}:
        assert len(trained(metrics=[given])[key]) == 2


def old_sum():
    assert tf.reduce_sum(X, reduction_indices=[1]).shape == (12,)


def old_fit():
    dense().fit(X, Y, nb_epoch=1, verbose=0)
    dense().fit(X=X, y=Y, verbose=0)


def old_dense():
    keras.layers.Dense(units=2, input_dim=3, init="uniform")
    keras.layers.Dropout(p=0.5)
    keras.layers.LeakyReLU(alpha=0.1)


def old_rates():
    for kind in (keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.RMSprop):
        kind(lr=0.1, decay=1e-6)


def old_input():
    keras.Sequential([keras.layers.InputLayer(input_shape=(3,)), keras.layers.Dense(1)]).build()


KEYWORDS = {
    "tf.reduce_sum(reduction_indices=)": old_sum,
    "model.fit(nb_epoch=)": old_fit,
    "model.fit(X=)": old_fit,
    "keras.layers.Dense(init=)": old_dense,
    "keras.layers.Dense(input_dim=)": old_dense,
    "keras.layers.Dropout(p=)": old_dense,
    "keras.layers.LeakyReLU(alpha=)": old_dense,
    "keras.optimizers.SGD(lr=)": old_rates,
    "keras.optimizers.SGD(decay=)": old_rates,
    "keras.optimizers.Adam(lr=)": old_rates,
    "keras.optimizers.RMSprop(lr=)": old_rates,
    "keras.optimizers.RMSprop(decay=)": old_rates,
    "keras.layers.InputLayer(input_shape=)": lambda: (
        keras.Sequential([keras.layers.InputLayer(input_shape=(3,))]) and None
    ),
}
