"""What pynn says to mistakes that NumPy, Python or a layer inside would answer in words that mislead."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import keras, tf
from pynn.wrappers.build import KerasClassifier, KerasRegressor

L = keras.layers
X = np.random.default_rng(0).random((12, 4))
Y, KINDS = X.sum(1), np.arange(12) % 3
FUNCTION = np.loadtxt


def model(loss="mse", units=1, activation=None, **options):
    made = keras.Sequential([keras.Input((4,)), L.Dense(units, activation=activation, name="out")])
    made.compile("adam", loss, **options)
    return made


def refused(mistake, error, *parts, without=()):
    """The message of a mistake: of this class exactly, with these parts, and without others."""
    with pytest.raises(error) as caught:
        mistake()
    said = str(caught.value)
    for part in parts:
        assert part in said, said
    for part in without:
        assert part not in said, said
    return said


NO_DATA = [
    ("x", lambda: model().fit(FUNCTION, Y)),
    ("y", lambda: model().fit(X, FUNCTION)),
    ("x", lambda: model().fit(object(), Y)),
    ("x", lambda: model().predict(FUNCTION)),
    ("x", lambda: model().evaluate(FUNCTION, Y)),
    ("y", lambda: model().evaluate(X, FUNCTION)),
    ("x", lambda: model().train_on_batch(FUNCTION, Y)),
    ("sample_weight", lambda: model().fit(X, Y, sample_weight=FUNCTION)),
    ("x", lambda: model().fit(X, Y, validation_data=(FUNCTION, Y), verbose=0)),
    ("y", lambda: model().fit(X, Y, validation_data=(X, FUNCTION), verbose=0)),
    ("x", lambda: model().fit(FUNCTION, Y, validation_split=0.5)),
    ("y", lambda: model().fit(X, FUNCTION, validation_split=0.5)),
]


@pytest.mark.parametrize(("name", "mistake"), NO_DATA)
def test_no_data(name, mistake):
    said = refused(mistake, ValueError, f"Unrecognized data type: {name}=<", "Expected an array, a list of numbers")
    assert ("loadtxt(…)" in said) == ("loadtxt" in said)


def batches_without_targets():
    while True:
        yield (X,)


def test_nothing_for_data():
    labels = "y is None: pass an array, such as y=train_labels"
    refused(lambda: model().fit(X), ValueError, labels)
    refused(lambda: model().evaluate(X), ValueError, labels)
    refused(lambda: model().fit(batches_without_targets(), steps_per_epoch=1, verbose=0), ValueError, labels)
    refused(lambda: model().fit(X, Y, validation_data=(X, None), verbose=0), ValueError, f"validation_data: {labels}")
    refused(lambda: model().predict(None), ValueError, "x is None: pass an array, such as x=train_images")
    two = [keras.Input((4,), name="a"), keras.Input((4,), name="b")]
    both = keras.Model(two, L.Add()(two))
    refused(lambda: both.predict({"a": X, "b": None}), ValueError, "x['b'] is None", "such as x=train_images")


@pytest.mark.parametrize("kind", [list, tuple])
def test_data_and_targets_in_one(kind):
    said = "array: it is a {} of arrays of shapes (12, 4), (12,). Pass inputs and targets apart: fit(x, y)"
    refused(lambda: model().fit(kind([X, Y])), ValueError, said.format(kind.__name__), without=["inhomogeneous"])
    refused(lambda: model().fit([[1.0, 2.0], [3.0]], Y), ValueError, "its rows have different lengths")


@pytest.mark.parametrize("words", [["3", "cat"], np.array([3, "cat"], object), [["3"], ["cat"]]])
def test_words_for_classes(words):
    to_categorical = keras.utils.to_categorical
    hint = ("LabelEncoder", "np.unique(x, return_inverse=True)")
    refused(lambda: to_categorical(words), ValueError, "to_categorical: 'cat' in row 1 is not a class number", *hint)
    refused(lambda: to_categorical(None), TypeError, "to_categorical: None in row 0 is not a class number")
    assert to_categorical(["1", "0"]).tolist() == [[0.0, 1.0], [1.0, 0.0]]


LAYERS_FOR_OUTPUTS = [
    (lambda i: L.Dense(2, name="a")(L.Dense(3, name="b")), "Layer 'a' was called with the Dense 'b' itself", "a(b(x))"),
    (lambda i: L.Flatten(name="a")(model()), "Layer 'a' was called with the Sequential '", "(x))"),
    (
        lambda i: L.Concatenate(name="a")([L.Dense(3, name="b"), i]),
        "Layer 'a' was called with the Dense 'b'",
        "a(b(x))",
    ),
    (lambda i: model()(L.Dense(2, name="b")), "was called with the Dense 'b' itself", "(b(x))"),
    (lambda i: L.Dense(2, name="a")(FUNCTION), "Inputs to a layer should be tensors. Got <", "for layer 'a'"),
    (lambda i: L.Dense(2, name="a")(L.Flatten), "should be tensors. Got <class", "for layer 'a'"),
    (lambda i: L.Add(name="a")([i, object()]), "should be tensors. Got <object", "for layer 'a'"),
]


@pytest.mark.parametrize(("mistake", "first", "second"), LAYERS_FOR_OUTPUTS)
def test_no_input(mistake, first, second):
    refused(lambda: mistake(keras.Input((4,))), ValueError, first, second)


class Lists:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


def test_what_becomes_an_array_is_taken():
    for given in (X.tolist(), Lists(X), [list(row) for row in X], memoryview(X)):
        assert L.Flatten()(given).shape == X.shape


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (L.Dense(2), "kernel"),
        (L.Dense(2), "bias"),
        (L.Dense(2, use_bias=False), "bias"),
        (L.Embedding(3, 2), "embeddings"),
    ],
)
def test_weights_before_build(layer, name):
    refused(
        lambda: getattr(layer, name), AttributeError, f"You must build the layer before accessing `{name}`", layer.name
    )
    assert not hasattr(layer, name)
    layer.build((None, 4))
    assert hasattr(layer, name)


def test_no_bias():
    layer = L.Dense(2, use_bias=False)
    layer.build((None, 4))
    assert layer.bias is None


@pytest.mark.parametrize("what", ["input", "output"])
def test_ends_of_a_model_without_any(what):
    for made in (keras.Sequential([L.Dense(2)], name="m"), keras.Model(name="m")):
        said = refused(
            lambda made=made: getattr(made, what), AttributeError, f"no defined {what}. Begin it with keras.Input"
        )
        assert said.startswith("The model m has never been called")
        assert not hasattr(made, what)


def test_input_comes_first():
    late = "Input comes after layer 'a'. Put Input first"
    refused(lambda: keras.Sequential([L.Dense(2, name="a"), keras.Input((2,))]), ValueError, late)
    twice = "already been configured to use input shape (None, 2)"
    refused(lambda: keras.Sequential([keras.Input((2,)), keras.Input((2,))]), ValueError, twice)


@pytest.mark.parametrize("name", ["x.keras", "x.h5", "x.weights.h5"])
def test_no_folder_for_a_file(name, tmp_path, monkeypatch):
    pytest.importorskip("h5py")
    monkeypatch.chdir(tmp_path)
    save = model().save_weights if "weights" in name else model().save
    parts = "there is no folder 'nodir': make it first, with os.makedirs", f"'nodir/{name}'"
    refused(lambda: save(f"nodir/{name}"), FileNotFoundError, *parts, without=[".tmp"])
    (tmp_path / "file").write_text("")
    refused(lambda: save(f"file/{name}"), NotADirectoryError, "there is no folder 'file'", without=[".tmp"])


def test_gradient_of_a_number():
    for take, kind in (
        (float, "float"),
        (lambda loss: None, "NoneType"),
        (lambda loss: loss.numpy().tolist(), "float"),
    ):
        with tf.GradientTape(persistent=True) as tape:
            variable = tf.Variable(2.0)
            loss = variable * variable
        said = "must be a tensor that was computed within the tape, got "
        refused(lambda: tape.gradient(take(loss), variable), TypeError, said, f"of type {kind})")  # noqa: B023
        refused(lambda: tape.jacobian(take(loss), variable), TypeError, said)  # noqa: B023


@pytest.mark.parametrize("name", ["unique", "histogram_fixed_width", "math.unsorted_segment_sum", "nothing_at_all"])
def test_names_of_tensorflow(name):
    path, _, last = f"tf.{name}".rpartition(".")
    module = tf.math if path == "tf.math" else tf
    said = f"tf.{name} is not in pynn, which has a part of TensorFlow's names."
    refused(lambda: getattr(module, last), AttributeError, said, without=["no such name"])


def test_names_of_tensorflow_that_keras_has():
    refused(lambda: tf.searchsorted, AttributeError, "is not in pynn", "Nearest: keras.ops.searchsorted.")
    refused(lambda: tf.math.segment_sum, AttributeError, "is not in pynn", "Nearest: keras.ops.segment_sum.")
    refused(lambda: tf.sine, AttributeError, "Did you mean 'sin'?")
    removed = (
        "tf.estimator is not in pynn: estimators are left out: TensorFlow itself has removed them. Nearest: keras."
    )
    refused(lambda: tf.estimator, AttributeError, removed, "pynn.sklearn")


@pytest.mark.parametrize("name", keras.datasets.__all__)
def test_data_sets_show_what_keras_shows(name):
    module = getattr(keras.datasets, name)
    assert [n for n in dir(module) if not n.startswith("_")] == sorted(module.__all__)
    assert module.load_data.__module__ == f"pynn.datasets.{name}"
    said = f"keras.datasets.{name}.load is not in pynn", "Did you mean 'load_data'?"
    refused(lambda: module.load(), AttributeError, *said)


def nothing(X=None, y=None):
    model()


wrappers = keras.wrappers
WRAPPERS = [wrappers.SKLearnClassifier, wrappers.SKLearnRegressor, KerasClassifier, KerasRegressor]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_function_that_returns_no_model(wrapper):
    said = (
        f"{wrapper.__name__}: the function that builds must return a compiled model, got None. Does it end with return"
    )
    refused(lambda: wrapper(nothing).fit(X, KINDS), TypeError, said)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_not_fitted(wrapper):
    exceptions = pytest.importorskip("sklearn.exceptions")
    made, said = wrapper(nothing), f"This {wrapper.__name__} is not fitted yet: call fit("
    refused(lambda: made.predict(X), exceptions.NotFittedError, said)
    refused(lambda: made.score(X, KINDS), exceptions.NotFittedError, said)


def test_sizes_that_do_not_fit_show_no_rows_of_pynn_s():
    i, j = keras.Input((4,)), keras.Input((3,))
    rows = "None is the number of rows in a batch"
    refused(lambda: i + np.ones((3, 4)), ValueError, "(None,4) (3,4)", rows, without=["12", "24"])
    refused(lambda: i @ j, ValueError, "matmul", "(None, 4) and (None, 3)", rows, without=["12", "24"])
    refused(lambda: i + j, ValueError, "(None,4) (None,3)", without=["12", "24"])
    refused(lambda: keras.ops.reshape(i, (5, -1)), ValueError, without=["48"])
    refused(lambda: keras.Input((12,)) + j, ValueError, "(None,12) (None,3)")


@pytest.mark.parametrize("function", [np.sin, np.exp, np.maximum, np.add, np.sum, np.mean])
def test_numpy_functions_of_symbolic_tensors(function):
    i = keras.Input((4,))
    given = (i, 1.0) if function in (np.maximum, np.add) else (i,)
    name = "the functions of keras.ops" if function in (np.sum, np.mean) else f"keras.ops.{function.__name__}"
    said = "A KerasTensor is symbolic", f"cannot be applied to it: use {name}, or a layer."
    refused(lambda: function(*given), ValueError, *said)


OPERATORS = "+ - * / // % ** < <= > >=".split()


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_of_arrays_and_symbolic_tensors(operator):
    i, array, x = keras.Input((4,)), np.full((1, 4), 2.0, np.float32), np.full((3, 4), 3.0, np.float32)
    for constant in (array, np.float32(2)):
        made = keras.Model(i, eval(f"constant {operator} i", {"constant": constant, "i": i}))
        want = eval(f"constant {operator} x", {"constant": constant, "x": x})
        np.testing.assert_allclose(np.asarray(made(x)), want, rtol=1e-6)
    assert (array == i) is False
    assert (array != i) is True


@pytest.mark.parametrize("name", ["AUC", "Precision", "Recall"])
def test_class_numbers_for_a_metric_of_one_hot_rows(name):
    made = model("sparse_categorical_crossentropy", 3, "softmax", metrics=[name])
    hint = "it needs one-hot rows: keras.utils.to_categorical(y, 3) and loss='categorical_crossentropy'."
    refused(lambda: made.fit(X, KINDS, verbose=0), ValueError, f"Metric '{name}': targets", "y_true.shape=(12,)", hint)
