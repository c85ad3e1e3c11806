"""The lecture's slide, word for word, and `metrics` given to fit."""

from __future__ import annotations

import pytest

SLIDE = """
n_hidden, n_classes = 100, 10
model = keras.models.Sequential()
model.add(keras.layers.Flatten(input_shape=(28, 28)))
model.add(keras.layers.Dense(n_hidden, activation="sigmoid"))
model.add(keras.layers.Dense(n_classes, activation="softmax"))
model.compile("adam", loss="categorical_crossentropy")
model.fit(x=data, y=targets, metrics="accuracy")
predicted = model.predict(x)
"""


@pytest.fixture(scope="module")
def digits(is_oracle):
    if is_oracle:
        pytest.skip("Keras refuses metrics in fit")
    from pynn.datasets import digits

    (x, y), (x_test, y_test) = digits.load_data()
    return x / 255.0, y, x_test / 255.0, y_test


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning")  # Keras's advice; the slide does it so
def test_the_slide(keras, digits, capsys):
    data, labels, x, answers = digits
    keras.utils.set_random_seed(0)
    names = {"keras": keras, "data": data, "targets": keras.utils.to_categorical(labels), "x": x}
    exec(SLIDE, names)
    assert names["predicted"].shape == (len(x), 10)
    assert (names["predicted"].argmax(1) == answers).mean() > 0.8
    printed = capsys.readouterr().out
    assert "313/313" in printed
    assert "accuracy: 0." in printed
    assert "loss: " in printed
    assert list(names["model"].history.history) == ["accuracy", "loss"]


def small(keras, loss="sparse_categorical_crossentropy", **kwargs):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    model.compile("adam", loss, **kwargs)
    return model


def test_metrics_in_fit_are_those_of_compile(keras, digits):
    data, labels, _, _ = digits
    data, labels = data[:320], labels[:320]
    one_hot = keras.utils.to_categorical(labels)
    names = ["accuracy", "mae"]
    given = small(keras, "categorical_crossentropy").fit(data, one_hot, metrics=names, verbose=0, validation_split=0.2)
    usual = small(keras, "categorical_crossentropy", metrics=names)
    assert given.history == usual.fit(data, one_hot, verbose=0, validation_split=0.2).history


def test_metrics_in_fit_are_for_this_fit(keras, digits):
    data, labels, _, _ = digits
    data, labels = data[:320], labels[:320]
    model = small(keras)
    assert list(model.fit(data, labels, metrics="accuracy", verbose=0).history) == ["accuracy", "loss"]
    assert list(model.fit(data, labels, verbose=0).history) == ["loss"]
    assert isinstance(model.evaluate(data, labels, verbose=0), float)


def test_metrics_in_fit_forget_nothing(keras, digits):
    """The optimizer goes on counting: two fits with metrics are the two fits without."""
    data, labels, _, _ = digits
    data, labels = data[:320], labels[:320]
    weights = []
    for metrics in (None, "accuracy"):
        model = small(keras)
        for _ in range(2):
            model.fit(data, labels, metrics=metrics, shuffle=False, verbose=0)
        weights.append(model.get_weights()[0])
    assert (weights[0] == weights[1]).all()


def test_metrics_in_fit_stand_in_for_those_of_compile(keras, digits):
    data, labels, _, _ = digits
    model = small(keras, metrics=["accuracy"])
    other = ["sparse_categorical_accuracy"]
    assert list(model.fit(data[:64], labels[:64], metrics=other, verbose=0).history) == ["loss", *other]
    assert list(model.fit(data[:64], labels[:64], verbose=0).history) == ["accuracy", "loss"]


def test_unknown_metric_in_fit(keras, digits):
    data, labels, _, _ = digits
    with pytest.raises(ValueError, match=r"acuracy(.|\n)*accuracy"):
        small(keras).fit(data[:64], labels[:64], metrics="acuracy", verbose=0)
