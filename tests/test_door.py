"""Mistakes of a first week: each is an error at the door that names the thing, shows the shapes and says the way out.

Where real Keras raises, ours is of the same class (`test_class_is_keras's` asks it); where it trains on rubbish in
silence, ours is a ValueError.  After a mistake the model has the weights it had, and a correct fit works.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

RANDOM = np.random.default_rng(0)
X = RANDOM.random((40, 6)).astype("float32")
LABELS = RANDOM.integers(0, 3, 40)
LABELS[:3] = 0, 1, 2
Y = np.eye(3, dtype="float32")[LABELS]
FOUR = np.eye(4, dtype="float32")[LABELS]
ONES = np.ones(40)
SPARSE, ONE_HOT, BINARY, SQUARE = "sparse_categorical_crossentropy", "categorical_crossentropy", "bce", "mse"


def changed(array, row, value):
    array = array.copy()
    array[row] = value
    return array


def network(keras, loss=ONE_HOT, units=3, activation="softmax", metrics=()):
    layers = keras.layers
    hidden, out = layers.Dense(4, "tanh", name="hidden"), layers.Dense(units, activation, name="out")
    model = keras.Sequential([keras.Input((6,)), hidden, out])
    model.compile("sgd", loss, metrics=list(metrics))
    return model


def fit(x=X, y=Y, **settings):
    return lambda model: model.fit(x, y, **({"verbose": 0} | settings))


def case(name, action, *words, error=ValueError, loss=ONE_HOT, in_keras=True, **kwargs):
    """`words`: regular expressions that the message holds; `in_keras`: Keras raises too, an error of this class."""
    return pytest.param(action, words, error, {"loss": loss} | kwargs, in_keras, id=name)


HUGE, TINY = r"\b40\b", r"\b30\b"
MISTAKES = [
    # Shapes of the rows.
    case(
        "images without Flatten",
        fit(RANDOM.random((40, 2, 3))),
        "Flatten",
        r"\(None, 6\)",
        r"2, 3\)",
        "rank|dimension|ndim",
    ),
    case("one number a row", fit(X[:, 0]), r"\(None, 6\)", r"\(40,\)|\(None,\)|\(32,\)", "reshape|dimension|rank|ndim"),
    case("wrong width", fit(X[:, :5]), "hidden", r"\b6\b", r"\b5\b"),
    case("wrong width in predict", lambda m: m.predict(X[:, :5], verbose=0), "hidden", r"\b6\b", r"\b5\b"),
    case("wrong width in evaluate", lambda m: m.evaluate(X[:, :5], Y, verbose=0), "hidden", r"\b6\b", r"\b5\b"),
    case("wrong width in a call", lambda m: m(X[:, :5]), "hidden", r"\b6\b", r"\b5\b"),
    case("one row without its batch", lambda m: m.predict(X[0], verbose=0), r"\(None, 6\)", r"\(6,\)"),
    case("wrong width held out", fit(validation_data=(X[:, :5], Y)), "hidden", r"\b6\b", r"\b5\b"),
    case("rows of several lengths", fit([[1, 2], [3]], Y[:2]), r"\bx\b", "same length|shape|ragged|inhomogeneous"),
    case("a dict", fit({"a": X}), "dict"),
    # Numbers of rows.
    case("fewer x than y", fit(X[:30]), "cardinality", r"\bx\b", r"\by\b", HUGE, TINY),
    case("fewer y than x", fit(y=Y[:30]), "cardinality", HUGE, TINY),
    case("fewer y in evaluate", lambda m: m.evaluate(X, Y[:30], verbose=0), "cardinality", HUGE, TINY),
    case("fewer y held out", fit(validation_data=(X, Y[:30])), "cardinality", HUGE, TINY),
    case("fewer weights", fit(sample_weight=ONES[:30]), "sample_weight", HUGE, TINY),
    case("no rows", fit(X[:0], Y[:0]), r"\b0\b", "empty|rows?", in_keras=False),
    case("no rows of x", fit(X[:0]), r"\bx\b", r"\b0\b", "empty|rows?"),
    case("no y", fit(y=None), r"\by\b"),
    # Targets against the last layer and the loss.
    case("integers for one-hot", fit(y=LABELS), SPARSE, r"\(40,\)|\(None,\)|\(32,\)", r", 3\)", "to_categorical"),
    case("a column for one-hot", fit(y=LABELS[:, None]), SPARSE, r", 1\)", r", 3\)"),
    case("one-hot for integers", fit(), r"\bcategorical_crossentropy", r", 3\)", loss=SPARSE),
    case("more classes than units", fit(y=FOUR), "out", r", 4\)", r", 3\)", "units|Dense"),
    case("more classes in evaluate", lambda m: m.evaluate(X, FOUR, verbose=0), "out", r", 4\)", r", 3\)"),
    case("more classes held out", fit(validation_data=(X, FOUR)), r", 4\)", r", 3\)"),
    case(
        "label too high", fit(y=changed(LABELS, 7, 3)), r"row 7\b|\[7\]", r"\b3\b", "out", loss=SPARSE, in_keras=False
    ),
    case("label negative", fit(y=changed(LABELS, 7, -1)), r"row 7\b|\[7\]", r"-1", loss=SPARSE, in_keras=False),
    case("labels from 1", fit(y=LABELS + 1), r"\b3\b", "0", loss=SPARSE, in_keras=False),
    case("label in halves", fit(y=LABELS + 0.5), "integer|whole", r"0\.5|1\.5|2\.5", loss=SPARSE, in_keras=False),
    case(
        "label too high held out",
        fit(y=LABELS, validation_data=(X, changed(LABELS, 9, 5))),
        r"row 9\b|\[9\]",
        r"\b5\b",
        loss=SPARSE,
        in_keras=False,
    ),
    case(
        "label too high in evaluate", lambda m: m.evaluate(X, LABELS + 1, verbose=0), "3", loss=SPARSE, in_keras=False
    ),
    case("two units for yes or no", fit(y=LABELS > 0), r", 2\)", loss=BINARY, units=2, activation="sigmoid"),
    case("numbers for three units", fit(y=X[:, 0]), "out", r", 3\)", loss=SQUARE),
    # What the arrays hold.
    case("NaN in x", fit(changed(X, (5, 2), np.nan)), "nan", r"\bx\b", r"row 5\b|\[5", in_keras=False),
    case("infinity in x", fit(changed(X, (5, 2), np.inf)), "inf", r"\bx\b", r"row 5\b|\[5", in_keras=False),
    case("NaN in y", fit(y=changed(Y, (5, 2), np.nan)), "nan", r"\by\b", r"row 5\b|\[5", in_keras=False),
    case("NaN in a weight", fit(sample_weight=changed(ONES, 3, np.nan)), "nan", "sample_weight", in_keras=False),
    case("words in x", fit(X.astype(str)), r"\bx\b", "str|U32"),
    case("words in y", fit(y=np.array(["cat"] * 40)), r"\by\b", "str|U3", loss=SPARSE),
    case("objects in x", fit(X.astype(object)), r"\bx\b", "object"),
    case("objects that are words", fit(np.array([["a"] * 6] * 40, object)), r"\bx\b", "object"),
    case("objects in y", fit(y=Y.astype(object)), r"\by\b", "object"),
    case("complex x", fit(X.astype(complex)), r"\bx\b", "complex", in_keras=False),
    # Settings of fit.
    case("validation_split 1", fit(validation_split=1.0), "validation_split", r"1\.0"),
    case("validation_split 1.5", fit(validation_split=1.5), "validation_split", r"1\.5", in_keras=False),
    case("validation_split negative", fit(validation_split=-0.1), "validation_split", r"-0\.1", in_keras=False),
    case("validation_split of nearly all", fit(validation_split=0.999), "validation_split", HUGE, r"0\.999"),
    case("batch_size 0", fit(batch_size=0), "batch_size", r"\b0\b", in_keras=False),
    case("batch_size negative", fit(batch_size=-4), "batch_size", r"-4", in_keras=False),
    case("batch_size 2.5", fit(batch_size=2.5), "batch_size", r"2\.5", error=(TypeError, ValueError)),
    case("batch_size a word", fit(batch_size="32"), "batch_size", "32", error=(TypeError, ValueError)),
    case("epochs negative", fit(epochs=-1), "epochs", r"-1", in_keras=False),
    case("epochs 2.5", fit(epochs=2.5), "epochs", r"2\.5", error=(TypeError, ValueError)),
    case("epochs a word", fit(epochs="3"), "epochs", "3", error=(TypeError, ValueError)),
    case("both weights", fit(sample_weight=ONES, class_weight={0: 2.0}), "class_weight", "sample_weight"),
    case("weights of two columns", fit(sample_weight=np.ones((40, 2))), "sample_weight", r"\(40, 2\)"),
    case("class_weight for no class", fit(class_weight={0: 1.0, 9: 2.0}), "class_weight", r"\b9\b", in_keras=False),
    case(
        "class_weight a list",
        fit(class_weight=[1, 1, 1]),
        "class_weight",
        "dict",
        error=(TypeError, ValueError, AttributeError),
    ),
    case("class_weight NaN", fit(class_weight={0: np.nan}), "class_weight", "nan", in_keras=False),
    case("held-out rows without y", fit(validation_data=(X,)), "validation_data"),
    case("held-out rows alone", fit(validation_data=X), "validation_data"),
    case("four things held out", fit(validation_data=(X, Y, Y, Y)), r"\(x(_val)?, y(_val)?\)"),
    case(
        "a word for a callback",
        fit(callbacks=["early"]),
        "callback",
        "early",
        error=(TypeError, ValueError, AttributeError),
    ),
    case("an unknown argument", fit(epoch=3), "epoch", error=TypeError),
    # Weights.
    case("weight of another shape", lambda m: m.set_weights([W[0].T, *W[1:]]), r"\(6, 4\)", r"\(4, 6\)"),
    case("last weight of another shape", lambda m: m.set_weights([*W[:3], np.zeros(5)]), r"\(3,\)", r"\(5,\)"),
    case("too few weights", lambda m: m.set_weights(W[:1]), r"\b1\b", r"\b4\b"),
    case(
        "a layer's weights turned",
        lambda m: m.layers[0].set_weights([W[0].T, W[1]]),
        "hidden",
        r"\(6, 4\)",
        r"\(4, 6\)",
    ),
    case("a bias assigned too long", lambda m: m.layers[0].bias.assign(np.zeros(5)), r"\(4,\)", r"\(5,\)"),
]
W = [np.ones((6, 4)), np.ones(4), np.ones((4, 3)), np.ones(3)]


def raised_by(action, model, errors):
    with pytest.raises(errors) as caught:
        action(model)
    return caught.value


@pytest.mark.parametrize(("action", "words", "error", "settings", "in_keras"), MISTAKES)
def test_message(keras, is_oracle, action, words, error, settings, in_keras):
    if is_oracle:
        pytest.skip("Keras's own messages need not say the way out")
    message = str(raised_by(action, network(keras, **settings), error))
    missing = [word for word in words if not re.search(word, message, re.IGNORECASE)]
    assert not missing, f"not in the message: {missing}\n{message}"
    assert len(message) < 2000, "a beginner reads it: the data itself does not belong in it"


@pytest.mark.parametrize(("action", "words", "error", "settings", "in_keras"), [m for m in MISTAKES if m.values[4]])
def test_class_is_keras_s(keras, real_keras, action, words, error, settings, in_keras):
    theirs = raised_by(action, network(real_keras, **settings), error)
    if not isinstance(error, tuple):
        assert isinstance(raised_by(action, network(keras, **settings), error), type(theirs))


@pytest.mark.parametrize(("action", "words", "error", "settings", "in_keras"), MISTAKES)
def test_model_is_as_before(keras, is_oracle, action, words, error, settings, in_keras):
    """Also after a training that went well: weights and optimizer stand where they stood, and training goes on."""
    if is_oracle:
        pytest.skip("Keras may train before it notices")
    y = {SPARSE: LABELS, ONE_HOT: Y, BINARY: FOUR[:, : settings.get("units", 3)], SQUARE: Y}[settings["loss"]]
    model, twin = network(keras, **settings), network(keras, **settings)
    twin.set_weights(model.get_weights())
    for each in (model, twin):
        each.fit(X, y, shuffle=False, verbose=0)
    raised_by(action, model, error)
    for each in (model, twin):
        each.fit(X, y, shuffle=False, verbose=0)
    for w, v in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)
    assert int(model.optimizer.iterations) == 4
