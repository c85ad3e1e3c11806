"""Pictures of networks and trainings: the numbers in them, what they refuse, what they leave behind."""

from __future__ import annotations

import inspect
import sys

import numpy as np
import pytest

from pynn import keras, plot

mpl = pytest.importorskip("matplotlib", reason="draws with matplotlib")
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

L = keras.layers
RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(40, 2))
Y = (X[:, 0] + X[:, 1] > 0).astype(int)


@pytest.fixture(autouse=True)
def nothing_stays_behind():
    """No setting changes."""
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before


def small(**options):
    return keras.Sequential(
        [keras.Input((2,)), L.Dense(3, activation="tanh", name="hidden"), L.Dense(1, name="answer", **options)],
        name="small",
    )


@pytest.mark.parametrize(
    ("draw", "error", "said"),
    [
        (
            lambda: plot.history(3),
            TypeError,
            "history draws what fit returned, a dict or the file of a CSVLogger, got 3",
        ),
        (lambda: plot.history({}), ValueError, "there are no epochs"),
        (lambda: plot.history({"loss": [1.0]}, "acc"), ValueError, "no curve 'acc'; there are loss"),
        (lambda: plot.history({"loss": [1.0]}, best="val_loss"), ValueError, "best='val_loss' is no curve"),
        (lambda: plot.history({"loss": [1.0] * 3, "val_loss": [1.0] * 2}), ValueError, "2 values for 3 epochs"),
        (lambda: plot.history({"loss": [1.0], "mse": [1.0]}, ax=Figure().subplots()), ValueError, "draws 2 panels: ax"),
        (lambda: plot.history({"loss": [1.0]}, ax="here"), TypeError, "ax must be matplotlib Axes, got 'here'"),
        (lambda: plot.confusion([0, 1], [0]), ValueError, "the same number of rows, got 2 and 1"),
        (
            lambda: plot.confusion([0, 1], [0.2, 1.7]),
            ValueError,
            "classes or probabilities, got numbers from 0.2 to 1.7",
        ),
        (lambda: plot.confusion([0, 1], [0.2, np.nan]), ValueError, "p has NaN"),
        (lambda: plot.confusion([0, 2], [1, 1], labels=["a", "b"]), ValueError, "names of 3 classes, got 2"),
        (lambda: plot.decision_boundary(len, np.ones((3, 4))), ValueError, r"shape \(n, 2\), got \(3, 4\)"),
        (lambda: plot.decision_boundary(len, X, Y[:3]), ValueError, "X has 40 rows, y has 3"),
        (lambda: plot.decision_boundary(3, X), TypeError, "a model has `predict` or can be called, got 3"),
        (lambda: plot.decision_boundary(lambda x: x[:3], X), ValueError, r"gave an array of shape \(3, 2\)"),
        (lambda: plot.decision_boundary(lambda x: x[:, 0] * np.nan, X), ValueError, "the model gave NaN"),
        (lambda: plot.weights(L.Dense(2, name="d")), ValueError, "'d' has no weights .* yet: build it first"),
        (lambda: plot.weights(keras.Sequential([keras.Input((2,)), L.ReLU()])), ValueError, "has no weights of shape"),
        (lambda: plot.weights(small(), (2, 2)), ValueError, r"shape=\(2, 2\) are not the 2 inputs"),
        (lambda: plot.weights(3), TypeError, "of a layer or model, got 3"),
        (lambda: plot.activations("softmax"), ValueError, "functions of one number; 'softmax' needs a row of them"),
        (lambda: plot.activations("rellu"), ValueError, "rellu"),
        (lambda: plot.learning_rates([0.1, -1]), ValueError, "rates must be numbers above 0"),
        (lambda: plot.learning_rates(start=0), ValueError, "start not 0"),
    ],
)
def test_errors(draw, error, said):
    with pytest.raises(error, match=said):
        draw()
    assert not plt.get_fignums()


# Charts.


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines() if not line.get_label().startswith("_")}


def test_history_shows_the_numbers_of_fit():
    model = small()
    model.compile("adam", "mse", metrics=["mae"])
    h = model.fit(X, Y, validation_split=0.25, epochs=4, initial_epoch=1, verbose=0)
    axes = plot.history(h)
    assert [ax.get_ylabel() for ax in axes] == ["loss", "mae"]
    for ax, name in zip(axes, ("loss", "mae"), strict=True):
        for label, key in (("training", name), ("validation", f"val_{name}")):
            x, y = lines(ax)[label].get_data()
            np.testing.assert_array_equal(x, [2, 3, 4])
            np.testing.assert_array_equal(y, h.history[key])
    best = 2 + int(np.argmin(h.history["val_loss"]))
    assert axes[0].get_title() == f"best val_loss {min(h.history['val_loss']):.4g} in epoch {best}"
    assert axes[1].get_title().endswith(f"in epoch {best}")


def test_history_of_other_things(tmp_path):
    ax = plot.history({"loss": [3, np.nan, 1, 2], "val_loss": [2, 1], "lists": [[1], [2], [3], [4]]})
    np.testing.assert_array_equal(lines(ax)["validation"].get_xdata(), [2, 4])  # validation_freq=2
    assert ax.get_title() == "best val_loss 1 in epoch 4"
    assert plot.history({"accuracy": [0.5, 0.9, 0.7]}, best="accuracy").get_title() == "best accuracy 0.9 in epoch 2"
    assert plot.history({"loss": [np.nan, np.nan]}).get_title() == ""
    model = small()
    model.compile("sgd", "mse")
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv", separator=";")
    h = model.fit(X, Y, epochs=3, callbacks=[logger], verbose=0)
    ax = plot.history(tmp_path / "log.csv")
    np.testing.assert_allclose(lines(ax)["training"].get_ydata(), h.history["loss"])
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="is no file of a CSVLogger"):
        plot.history(tmp_path / "other.csv")
    axes = Figure().subplots(1, 2)
    assert plot.history(h, "loss", ax=axes[1]) is axes[1]


@pytest.mark.parametrize(
    ("y", "p", "counts"),
    [
        ([0, 1, 1, 2], [0, 1, 2, 2], [[1, 0, 0], [0, 1, 1], [0, 0, 1]]),
        ([0, 1, 1], [0.2, 0.9, 0.4], [[1, 0], [1, 1]]),
        ([[0], [1]], [[0.6], [0.7]], [[0, 1], [0, 1]]),
        (np.eye(3)[[0, 1]], [[0.1, 0.2, 0.7], [0.2, 0.6, 0.2]], [[0, 0, 1], [0, 1, 0], [0, 0, 0]]),
        (["b", "a"], ["b", "b"], [[0, 1], [0, 1]]),
        ([-1, 1, 1], [1, 1, -1], [[0, 1], [1, 1]]),
        ([True, False], [True, True], [[0, 1], [0, 1]]),
    ],
)
def test_confusion_counts(y, p, counts):
    ax = plot.confusion(y, p)
    found = np.reshape([int(text.get_text()) for text in ax.texts], np.shape(counts))
    np.testing.assert_array_equal(found, counts)
    shares = 100 * np.array(counts) / np.maximum(np.sum(counts, axis=1, keepdims=True), 1)
    np.testing.assert_allclose(ax.images[0].get_array(), shares)
    assert ax.get_title().endswith(f"({np.trace(counts)} of {len(y)})")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_confusion_with_names():
    ax = plot.confusion([0, 1, 1], [1, 1, 0], labels=["no $x$", "yes"], normalize=True, ax=Figure().subplots())
    assert [text.get_text() for text in ax.texts] == ["0 %", "100 %", "50 %", "50 %"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["no $x$", "yes"]
    ax.figure.canvas.draw()
    plot.confusion(np.arange(60), np.arange(60)).figure.canvas.draw()


def test_decision_boundary_lies_where_the_model_is_in_doubt():
    ax = plot.decision_boundary(lambda rows: 1 / (1 + np.exp(-(rows[:, 0] + rows[:, 1]))), X, Y, points=50)
    image = ax.images[0]
    assert image.get_array().shape == (50, 50)
    (contour,) = ax.collections[:1]
    path = contour.get_paths()[0].vertices
    np.testing.assert_allclose(path.sum(axis=1), 0, atol=1e-2)
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"0", "1"}
    scattered = np.concatenate([c.get_offsets() for c in ax.collections[1:]])
    assert sorted(map(tuple, scattered)) == sorted(map(tuple, X))


class Estimator:
    """The words of scikit-learn, with classes that are names."""

    classes_ = np.array(["cat", "cow", "dog"])

    def predict(self, rows):
        return self.classes_[np.clip(rows[:, 0].round() + 1, 0, 2).astype(int)]


class Sure(Estimator):
    def predict_proba(self, rows):
        return np.eye(3)[np.searchsorted(self.classes_, self.predict(rows))]


def test_decision_boundary_asks_models_of_all_kinds():
    binary = small(activation="sigmoid")
    many = keras.Sequential([keras.Input((2,)), L.Dense(3, activation="softmax")])
    two = keras.Sequential([keras.Input((2,)), L.Dense(2, activation="softmax")])
    scores = keras.Sequential([keras.Input((2,)), L.Dense(4)])
    for model, classes in ((binary, 2), (many, 3), (two, 2), (scores, 4)):
        axes = plot.decision_boundary(model, X, RANDOM.integers(0, classes, len(X)), points=20)
        assert axes.images[0].get_array().ndim == (2 if classes == 2 else 3)
    np.testing.assert_allclose(
        plot.decision_boundary(two, X, points=20).images[0].get_array().ravel()[0],
        two.predict(np.min(X, axis=0)[None] - 0.12 * np.ptp(X, axis=0), verbose=0)[0, 1],
        rtol=1e-5,
    )
    names = Estimator.classes_[RANDOM.integers(0, 3, len(X))]
    for model in (Estimator(), Sure()):
        axes = plot.decision_boundary(model, X, names, points=20)
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["cat", "cow", "dog"]
    perceptron = plot.decision_boundary(lambda rows: np.where(rows[:, 0] > 0, 1, -1), X, 2 * Y - 1, points=20)
    assert [text.get_text() for text in perceptron.get_legend().get_texts()] == ["-1", "1"]
    given = plot.decision_boundary(
        binary, X, Y, labels=["no", "yes"], names=("a", "b"), ax=Figure().subplots(), points=9
    )
    assert given.figure.axes[1].get_ylabel() == "probability of class yes"
    assert [text.get_text() for text in given.get_legend().get_texts()] == ["no", "yes"]


def test_weights_are_images():
    model = keras.Sequential([keras.Input((4, 6)), L.Flatten(), L.Dense(5, name="first"), L.Dense(3)])
    ax = plot.weights(model)
    assert ax.get_title() == "first: 5 neurons, 4 × 6 weights each"
    whole = np.asarray(ax.images[0].get_array().filled(np.nan))
    kernel = model.layers[1].get_weights()[0]
    np.testing.assert_allclose(whole[:4, 7:13], kernel[:, 1].reshape(4, 6))
    assert np.isnan(whole[:, 6]).all()
    second = plot.weights(model.layers[2])  # its inputs are neurons
    np.testing.assert_allclose(second.images[0].get_array(), model.layers[2].get_weights()[0])
    assert (second.get_xlabel(), second.get_ylabel()) == ("neuron", "input")
    assert "first 2 of 5 neurons" in plot.weights(model, (6, 4), most=2).get_title()
    layer = L.Dense(2)
    layer.build((None, 2))
    assert plot.weights(layer).get_title().endswith("2 inputs, 2 neurons")


def test_activations_and_their_slopes():
    axes = plot.activations(["sigmoid", keras.ops.square], span=(-2, 3))
    z, y = lines(axes[0])["f(z)"].get_data()
    _, slope = lines(axes[0])["f′(z)"].get_data()
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-z)), rtol=1e-5)
    np.testing.assert_allclose(slope, y * (1 - y), rtol=1e-4)
    np.testing.assert_allclose(lines(axes[1])["f′(z)"].get_ydata(), 2 * z, rtol=1e-5, atol=1e-6)
    assert len(plot.activations()) == 6


def test_learning_rates_walk_down_a_parabola():
    axes = plot.learning_rates([0.1, 0.5, 0.9, 1.0, 1.5], steps=6, start=3)
    for ax, rate in zip(axes, [0.1, 0.5, 0.9], strict=False):
        w, loss = ax.get_lines()[1].get_data()
        expected = [3.0]
        for _ in range(6):
            expected.append(expected[-1] - rate * 2 * expected[-1])
        np.testing.assert_allclose(w, expected, atol=1e-12)
        np.testing.assert_allclose(loss, np.square(expected), atol=1e-12)
    said = [ax.get_title().partition(": ")[2] for ax in axes]
    assert said[:2] == ["too small", "right"]
    assert said[2:] == ["too large, it swings", "too large, to and fro for ever", "too large, it diverges"]


def test_axes_that_are_given_leave_pyplot_alone():
    figure = Figure()
    axes = figure.subplots(2, 3)
    drawn = [
        plot.history({"loss": [2, 1]}, ax=axes[0, 0]),
        plot.confusion(Y, Y, ax=axes[0, 1]),
        plot.decision_boundary(lambda rows: rows[:, 0], X, Y, points=9, ax=axes[0, 2]),
        plot.weights(small(), ax=axes[1, 0]),
        plot.activations("relu", ax=axes[1, 1]),
        plot.network(small(), ax=axes[1, 2]),
    ]
    assert all(one is ax for one, ax in zip(drawn, axes.flat, strict=True))
    figure.canvas.draw()
    assert not plt.get_fignums()
    plot.learning_rates([0.1])
    assert len(plt.get_fignums()) == 1


def test_without_matplotlib(monkeypatch):
    for name in ("matplotlib.axes", "matplotlib.colors"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r'pip install "pynn-kernels\[plot\]"'):
        plot.history({"loss": [1, 2]})
    assert plot.network(small())._repr_svg_().startswith("<svg")


def test_names_of_the_package():
    assert set(plot.__all__) == set(dir(plot))
    with pytest.raises(AttributeError, match="no attribute 'histogram'; it has Drawing, activations"):
        plot.histogram  # noqa: B018
    import pynn

    assert pynn.plot is plot
    for name in plot.__all__:
        assert "Examples\n---" in inspect.getdoc(getattr(plot, name))
